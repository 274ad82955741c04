"""`minyi analyse` end to end: reference values from a file, the example of the manual, nothing half-written."""

import csv
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rfc8785
from click.testing import CliRunner, Result

from analysis.cli import analyse
from analysis.estimate.comparisons import combine
from analysis.estimate.means import mean
from analysis.weighting.rake import rake
from tests.analysis.reference_cases import REFERENCE, case, citizens, citizens_margins, labels, numbers

CITIZENS = REFERENCE / "data" / "citizens.csv"
MANUAL = Path(__file__).parents[2] / "docs" / "analyse.md"
HEAD = "schema: minyi-analysis/1\nmissing: [NA]\n"
DESIGN = "design: {weight: pw, strata: region, psu: township%s}\n"


def run(folder: Path, plan: str, *options: str, data: Path = CITIZENS, out: str = "out") -> Result:
    path = folder / "plan.yaml"
    path.write_text(plan, encoding="utf-8")
    return CliRunner().invoke(analyse, [str(path), str(data), "-o", str(folder / out), *options])


def results(folder: Path, plan: str) -> dict[str, Any]:
    outcome = run(folder, plan)
    assert outcome.exit_code == 0, outcome.output
    found: dict[str, Any] = json.loads((folder / "out" / "results.json").read_bytes())
    return found


def find(rows: list[dict[str, Any]], **wanted: object) -> dict[str, Any]:
    (row,) = [row for row in rows if wanted.items() <= row.items()]
    return row


def test_reference_values_without_weighting(tmp_path: Path) -> None:
    plan = (
        HEAD
        + DESIGN % ", fpc: n_townships"
        + """
estimates:
  - {kind: mean, items: [overall, edu, wait]}
  - {kind: total, items: [used]}
  - {kind: ratio, numerator: wait, denominator: edu}
"""
    )
    ref01, found = case("ref01"), results(tmp_path, plan)
    assert found["design"]["df"] == ref01.expected["df"]
    for item in ("overall", "edu"):
        row = find(found["estimates"], kind="mean", item=item)
        ref01.agree(row["estimate"], "mean", item)
        ref01.agree(row["se"], "se_with_fpc", item)
        ref01.agree(row["deff"], "deff", item)
        ref01.agree(row["ci_low"], "ci_low", item)
        ref01.agree(row["ci_high"], "ci_high", item)
    wait = find(found["estimates"], kind="mean", item="wait")
    ref01.agree(wait["n"], "wait_n")
    ref01.agree(wait["estimate"], "wait_mean")
    ref01.agree(wait["se"], "wait_se")
    used = find(found["estimates"], kind="total")
    ref01.agree(used["estimate"], "total_used")
    ref01.agree(used["se"], "total_used_se")
    ratio = find(found["estimates"], kind="ratio")
    ref01.agree(ratio["estimate"], "ratio_wait_edu")
    ref01.agree(ratio["se"], "ratio_se")


def test_reference_values_of_shares_scores_and_quantiles(tmp_path: Path) -> None:
    plan = (
        HEAD
        + DESIGN % ""
        + """
estimates:
  - {kind: share, name: logit, items: [q7], values: [4, 5]}
  - {kind: share, name: beta, items: [q7], values: [4, 5], interval: beta}
  - {kind: share, name: bottom, items: [q7], values: ["1", "2"]}
  - {kind: mean, items: [q7], scale: {low: 1, high: 5}}
  - {kind: quantile, items: [wait], probabilities: [0.1, 0.5, 0.9]}
"""
    )
    ref03, ref14, rows = case("ref03"), case("ref14"), results(tmp_path, plan)["estimates"]
    for interval in ("logit", "beta"):
        row = find(rows, name=interval)
        ref14.agree(row["n"], "n")
        ref14.agree(row["estimate"], "value", "top2")
        ref14.agree(row["se"], "se", "top2")
        ref14.agree(row["ci_low"], "ci", "low", interval)
        ref14.agree(row["ci_high"], "ci", "high", interval)
    ref14.agree(find(rows, name="bottom")["se"], "se", "bottom2")
    ref14.agree(find(rows, kind="mean")["estimate"], "value", "score")
    ref14.agree(find(rows, kind="mean")["se"], "se", "score")
    for probability in (0.1, 0.5, 0.9):
        row = find(rows, kind="quantile", probability=probability)
        ref03.agree(row["estimate"], "quantile", f"{probability:g}")
        ref03.agree(row["ci_low"], "ci_low", f"{probability:g}")
        ref03.agree(row["ci_high"], "ci_high", f"{probability:g}")


def test_reference_values_after_raking_and_poststratification(tmp_path: Path) -> None:
    age = (
        '{name: age, columns: [age], targets: {"18-29": 19600, "30-44": 28400, "45-59": 29800, "60+": 23200}}'
    )
    others = (
        "{name: sex, columns: [sex], targets: {f: 52000, m: 49000}},"
        "{name: urban, columns: [urban], targets: {town: 46000, village: 55000}}"
    )
    ref04 = case("ref04")
    for method, key, margins in (
        ("rake", "raked", f"{others}, {age}"),
        ("poststratify", "poststratified", age),
    ):
        weighting = f"weighting: {{method: {method}, margins: [{margins}]}}\n"
        found = results(
            tmp_path, HEAD + DESIGN % "" + weighting + "estimates: [{kind: mean, items: [overall]}]\n"
        )
        (row,), (step,) = found["estimates"], found["weighting"]
        ref04.agree(row["estimate"], key, "mean")
        ref04.agree(row["se"], key, "se")
        ref04.agree(step["kish_deff"], key, "kish_deff")
        ref04.agree(step["g_min"], key, "g_min")
        ref04.agree(step["g_max"], key, "g_max")
        ref04.agree(step["weight_sum"], key, "sum")
        assert step["converged"] is True
        assert step["failed"] == []


def test_domains_of_nhanes_from_its_file(tmp_path: Path) -> None:
    plan = (
        "schema: minyi-analysis/1\ndesign: {weight: wtmec2yr, strata: sdmvstra, psu: sdmvpsu}\n"
        "estimates: [{kind: mean, items: [hi_chol], by: [race]}, {kind: mean, items: [hi_chol], by: [riagendr, agecat]}]\n"
    )
    outcome = run(tmp_path, plan, data=REFERENCE / "data" / "nhanes.csv")
    assert outcome.exit_code == 0, outcome.output
    ref02 = case("ref02")
    with (tmp_path / "out" / "estimates.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 12
    for row in rows:
        key = "by_race" if row["by"] == "race" else "by_sex_age"
        domain = row["domain"].replace(" × ", ".")
        ref02.agree(float(row["estimate"]), key, domain)
        ref02.agree(float(row["se"]), f"{key}_se", domain)


def test_the_example_of_the_manual_runs_and_repeats_to_the_byte(tmp_path: Path) -> None:
    (plan,) = re.findall(r"```yaml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    first, second = run(tmp_path, plan, out="first"), run(tmp_path, plan, out="second")
    assert first.exit_code == second.exit_code == 0, first.output
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert names == ["estimates.csv", "manifest.json", "reproduce.R", "results.json", "weighting.json"]
    for name in names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
        assert f"| `{name}` |" in MANUAL.read_text(encoding="utf-8")
    manifest = json.loads((tmp_path / "first" / "manifest.json").read_bytes())
    assert manifest["inputs"]["data"]["sha256"] == hashlib.sha256(CITIZENS.read_bytes()).hexdigest()
    for name, sha256 in manifest["outputs"].items():
        assert hashlib.sha256((tmp_path / "first" / name).read_bytes()).hexdigest() == sha256
    document = json.loads((tmp_path / "first" / "results.json").read_bytes())
    assert rfc8785.dumps(document) + b"\n" == (tmp_path / "first" / "results.json").read_bytes()
    assert str(tmp_path) not in (tmp_path / "first" / "results.json").read_text(encoding="utf-8")


INDEX = (
    HEAD
    + DESIGN % ""
    + """
indices:
  - name: satisfaction
    scale: {low: 1, high: 5}
    by: [urban]
    indicators:
      - {name: staff, weight: 0.6, items: {q1: 0.5, q2: 0.5}}
      - {name: place, weight: 0.4, items: {q4: 1}}
reliability:
  - {name: nine, items: [q1, q2, q3, q4, q5, q6, q7, q8, q9]}
"""
)


def test_an_index_is_the_combination_of_its_item_means(tmp_path: Path) -> None:
    found, design = results(tmp_path, INDEX), citizens()
    for domain in ("town", "village"):
        inside = labels("urban") == domain
        parts = [mean((numbers(item) - 1) * 25, design, domain=inside) for item in ("q1", "q2", "q4")]
        by_hand = combine(parts, [0.3, 0.3, 0.4], design=design)
        row = find(found["indices"], name="satisfaction", domain=domain)
        assert row["estimate"] == pytest.approx(by_hand.value)
        assert row["se"] == pytest.approx(by_hand.se)
        assert row["n"] == by_hand.n
        staff = find(found["indices"], name="staff", domain=domain)
        assert staff["estimate"] == pytest.approx((parts[0].value + parts[1].value) / 2)


def test_weighted_alpha_of_the_plan_is_that_of_the_reference(tmp_path: Path) -> None:
    row = find(results(tmp_path, INDEX)["reliability"], coefficient="alpha")
    expected = case("ref08").expected
    key = next(name for name in expected if "weight" in name)
    assert row["value"] == pytest.approx(expected[key], rel=1e-6)
    assert row["ci_low"] < row["value"] < row["ci_high"]
    assert set(row["alpha_if_dropped"]) == {f"q{i}" for i in range(1, 10)}


def test_an_item_without_answers_leaves_its_index_or_makes_it_fall(tmp_path: Path) -> None:
    rows = "".join(f"{y},{x},{g}\n" for y, x, g in [(1, 5, "a"), (3, 4, "a"), (2, "", "b"), (5, "", "b")])
    data = tmp_path / "data.csv"
    data.write_text("y,x,g\n" + rows)
    plan = (
        "schema: minyi-analysis/1\ndesign: {}\nestimates: [{kind: mean, items: [x], by: [g]}, {kind: total, items: [x], by: [g]}]\n"
        "indices: [{name: i, by: [g], minimum_present: %s, scale: {low: 1, high: 5}, "
        "indicators: [{name: k, weight: 1, items: {y: 0.7, x: 0.3}}]}]\n"
    )
    for minimum, status in ((0.7, ""), (0.71, "too_little_weight_present")):
        assert run(tmp_path, plan % minimum, data=data).exit_code == 0
        found = json.loads((tmp_path / "out" / "results.json").read_bytes())
        row = find(found["indices"], domain="b", level="index")
        assert row["status"] == status
        assert row["estimate"] == (None if status else pytest.approx((25 + 100) / 2))
        for estimate in found["estimates"]:
            assert (estimate["status"] == "empty_domain") == (estimate["domain"] == "b")


def test_where_keeps_the_design(tmp_path: Path) -> None:
    plan = (
        HEAD + DESIGN % "" + "estimates: [{kind: mean, items: [overall], where: {sex: [f], urban: [town]}}]\n"
    )
    (row,) = results(tmp_path, plan)["estimates"]
    inside = (labels("sex") == "f") & (labels("urban") == "town")
    expected = mean(numbers("overall"), citizens(), domain=inside)
    assert (row["estimate"], row["se"], row["df"]) == pytest.approx((expected.value, expected.se, 30))


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        (
            "{name: sex, columns: [sex], targets: {f: 5, m: 4, x: 3}}",
            ["sex", "x", "no respondent", "没有任何受访者"],
        ),
        ("{name: sex, columns: [sex], targets: {f: 5}}", ["sex", "m", "502", "目标表"]),
        (
            "{name: sex, columns: [sexes], targets: {f: 5}}",
            ["citizens.csv", "sexes", "Nearest: sex", "最接近"],
        ),
    ],
)
def test_an_impossible_margin_writes_nothing(tmp_path: Path, margins: str, words: list[str]) -> None:
    plan = HEAD + DESIGN % "" + f"weighting: {{method: rake, margins: [{margins}]}}\n"
    said = ""
    for language in ("en", "zh"):
        outcome = run(tmp_path, plan, "--language", language)
        assert outcome.exit_code == 1
        assert "Traceback" not in outcome.output
        said += outcome.output
    for word in words:
        assert word in said
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yaml"]


def test_margins_that_cannot_be_met_together_are_said_and_written(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("a,b\n0,0\n0,0\n1,1\n1,1\n")
    plan = (
        "schema: minyi-analysis/1\ndesign: {}\nweighting: {method: rake, max_iterations: 20, margins: "
        "[{name: first, columns: [a], targets: {0: 60, 1: 40}}, {name: second, columns: [b], targets: {0: 50, 1: 50}}]}\n"
    )
    outcome = run(tmp_path, plan, data=data)
    assert outcome.exit_code == 0
    assert 'Margin "first" is not met' in outcome.stderr
    (step,) = json.loads((tmp_path / "out" / "weighting.json").read_bytes())["steps"]
    assert step["failed"] == ["first"]


def test_an_earlier_result_is_replaced_and_anything_else_is_left_alone(tmp_path: Path) -> None:
    plan = HEAD + DESIGN % "" + "estimates: [{kind: mean, items: [overall]}]\n"
    assert run(tmp_path, plan).exit_code == 0
    (tmp_path / "out" / "stale.txt").write_text("old")
    assert run(tmp_path, plan).exit_code == 0
    assert not (tmp_path / "out" / "stale.txt").exists()
    strange = tmp_path / "mine"
    strange.mkdir()
    (strange / "thesis.txt").write_text("precious")
    outcome = run(tmp_path, plan, out="mine")
    assert outcome.exit_code == 1
    assert "Choose another place" in outcome.output
    assert (strange / "thesis.txt").read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "out", "plan.yaml"]


def test_labels_cannot_become_formulas_in_a_spreadsheet(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text('g,y\n"=HYPERLINK(""http://x"")",1\n"=HYPERLINK(""http://x"")",2\n-5,3\n-5,4\n')
    plan = "schema: minyi-analysis/1\ndesign: {}\nestimates: [{kind: mean, items: [y], by: [g]}]\n"
    assert run(tmp_path, plan, data=data).exit_code == 0
    with (tmp_path / "out" / "estimates.csv").open(encoding="utf-8", newline="") as stream:
        domains = [row["domain"] for row in csv.DictReader(stream)]
    assert domains == ["'-5", '\'=HYPERLINK("http://x")']


def test_the_module_runs_without_the_platform(tmp_path: Path) -> None:
    """A fresh process: the command works, and nothing of the platform is imported."""
    plan = tmp_path / "plan.yaml"
    plan.write_text(HEAD + DESIGN % "" + "estimates: [{kind: mean, items: [overall]}]\n")
    code = (
        "import sys; from analysis.cli import analyse\n"
        f"analyse([{str(plan)!r}, {str(CITIZENS)!r}, '-o', {str(tmp_path / 'out')!r}], standalone_mode=False)\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'flask', 'sqlalchemy', 'survey', 'admin', 'pandas', 'statsmodels'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert (tmp_path / "out" / "results.json").is_file()


def test_weighted_rows_agree_with_the_library(tmp_path: Path) -> None:
    """The file path and the array path give one number: domains of a raked design."""
    (plan,) = re.findall(r"```yaml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    found, design = results(tmp_path, plan), rake(citizens(), citizens_margins())
    rows = [row for row in found["estimates"] if row["by"] == "urban × sex"]
    assert len(rows) == 4
    crossed = np.array([f"{u} × {s}" for u, s in zip(labels("urban"), labels("sex"), strict=True)])
    for row in rows:
        expected = mean(numbers("overall"), design, domain=crossed == row["domain"])
        assert (row["estimate"], row["se"]) == pytest.approx((expected.value, expected.se))
