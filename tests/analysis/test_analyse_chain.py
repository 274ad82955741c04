"""A plan for the whole chain gives what the library gives, and writes the files it was asked for."""

import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyreadstat
import pytest

from analysis import rank, replicates, validity, weighting
from analysis.analyse import analyse
from analysis.errors import PlanError
from analysis.estimate.means import mean
from analysis.reliability import efa, moments
from analysis.test import adjust, t_test
from tests.analysis.reference_cases import REFERENCE, citizens, citizens_margins, labels, numbers

CITIZENS = REFERENCE / "data" / "citizens.csv"
ITEMS = [f"q{number}" for number in range(1, 10)]
HEAD = """schema: minyi-analysis/1
missing: [NA]
design: {weight: pw, strata: region, psu: township%s}
"""
MARGINS = """[
  {name: sex, columns: [sex], targets: {f: 52000, m: 49000}},
  {name: age, columns: [age], targets: {"18-29": 19600, "30-44": 28400, "45-59": 29800, "60+": 23200}},
  {name: urban, columns: [urban], targets: {town: 46000, village: 55000}}]
"""


def results(folder: Path, text: str, data: Path = CITIZENS) -> dict[str, Any]:
    plan = folder / "plan.yaml"
    plan.write_text(text, encoding="utf-8")
    analyse(plan, data).write(folder / "out")
    found: dict[str, Any] = json.loads((folder / "out" / "results.json").read_bytes())
    return found


def test_a_chain_of_weighting_is_that_of_the_library(tmp_path: Path) -> None:
    text = HEAD % "" + (
        f"weighting:\n  - {{method: rake, margins: {MARGINS}}}\n  - {{method: trim, upper: 150}}\n"
        f"  - {{method: calibrate, distance: logit, bounds: [0.5, 2], margins: {MARGINS}}}\n"
        "estimates: [{kind: mean, items: [overall]}]\n"
    )
    found = results(tmp_path, text)
    design = weighting.trim(weighting.rake(citizens(), citizens_margins()), upper=150)
    totals = {
        "sex": {"f": 52000, "m": 49000},
        "age": {"18-29": 19600, "30-44": 28400, "45-59": 29800, "60+": 23200},
    }
    totals["urban"] = {"town": 46000, "village": 55000}
    columns = {name: labels(name) for name in totals}
    design = weighting.calibrate(design, totals=totals, columns=columns, distance="logit", bounds=(0.5, 2.0))
    expected = mean(numbers("overall"), design)
    (row,) = found["estimates"]
    assert [step["method"].split(",")[0] for step in found["weighting"]] == ["rake", "trim", "calibrate"]
    assert row["estimate"] == pytest.approx(expected.value, rel=1e-8)
    assert row["se"] == pytest.approx(expected.se, rel=1e-6)


def test_response_comes_before_calibration(tmp_path: Path) -> None:
    lines = CITIZENS.read_text(encoding="utf-8").splitlines()
    marks = ["answered", *("no" if place % 5 == 0 else "yes" for place in range(1, len(lines)))]
    data = tmp_path / "drawn.csv"
    data.write_text("\n".join(f"{a},{b}" for a, b in zip(lines, marks, strict=True)) + "\n", "utf-8")
    step = "{method: nonresponse, status: answered, by: [sex], codes: {yes: respondent, no: nonrespondent}}"
    found = results(
        tmp_path, HEAD % "" + f"weighting: {step}\nestimates: [{{kind: mean, items: [overall]}}]\n", data
    )
    responded = np.array(marks[1:]) == "yes"
    expected = mean(numbers("overall"), weighting.nonresponse(citizens(), responded, classes=[labels("sex")]))
    (row,) = found["estimates"]
    assert (row["estimate"], row["se"], row["n"]) == pytest.approx(
        (expected.value, expected.se, int(responded.sum()))
    )


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("jkn", replicates.jkn),
        ("bootstrap, replicates: 60, seed: 9", lambda one: replicates.bootstrap(one, 60, seed=9)),
        ("sdr, replicates: 40", lambda one: replicates.sdr(one, 40)),
    ],
)
def test_replicates_are_those_of_the_library(tmp_path: Path, kind: str, make: Any) -> None:
    text = HEAD % f", replicates: {{kind: {kind}}}" + f"weighting: {{method: rake, margins: {MARGINS}}}\n"
    found = results(
        tmp_path, text + "estimates: [{kind: mean, items: [overall], by: [sex], contrasts: [[f, m]]}]\n"
    )
    design = weighting.rake(make(citizens()), citizens_margins())
    expected = [mean(numbers("overall"), design, domain=labels("sex") == sex) for sex in "fm"]
    for row, one in zip(found["estimates"], expected, strict=False):
        assert (row["estimate"], row["se"], row["df"]) == pytest.approx((one.value, one.se, one.df))
    assert found["design"]["replicates"] == design.replicates.n_replicates
    assert found["estimates"][2]["domain"] == "f − m"


def test_tests_factors_models_areas_and_ranks_are_those_of_the_library(tmp_path: Path) -> None:
    text = (
        HEAD % ""
        + """
tests: [{kind: t, items: [overall, edu], by: sex, adjust: holm}]
factors: [{name: efa, items: [q1, q2, q3, q4, q5, q6, q7, q8, q9], factors: 3}]
models: [{name: m, factors: {a: [q1, q2, q3], b: [q4, q5, q6]}, group: sex}]
small_areas: [{name: s, item: overall, area: region, areas: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, g: {}}}]
ranks: [{name: r, item: overall, by: region}]
quality: [{name: q, items: [q1, q2, q3, q4, q5, q6, q7, q8, q9], effect_on: [overall]}]
"""
    )
    found, design = results(tmp_path, text), citizens()
    tested = [t_test(numbers(item), design, by=labels("sex")) for item in ("overall", "edu")]
    adjusted = adjust([one.p for one in tested], method="holm")  # type: ignore[arg-type]  # texts are understood too
    assert [row["p_adjusted"] for row in found["tests"]] == pytest.approx(list(adjusted))
    answers = np.column_stack([numbers(item) for item in ITEMS])
    solution = efa(moments(answers, weights=design.weights), 3)
    assert [row["communality"] for row in found["factors"]] == pytest.approx(list(solution.communality))
    state = validity.moments(answers[:, :6], ITEMS[:6], groups=labels("sex"), weights=design.weights)
    fit = validity.cfa(state, {"a": ITEMS[:3], "b": ITEMS[3:6]}, robust="none")
    (row,) = [row for row in found["models"] if row["part"] == "fit"]
    assert row["chi_square"] == pytest.approx(fit.test.chi_square)
    assert next(row["level"] for row in found["models"] if row["part"] == "invariance") == "configural"
    means = [mean(numbers("overall"), design, domain=labels("region") == region) for region in "abcdef"]
    for row, one in zip(found["small_areas"], means, strict=False):
        assert row["direct"] == pytest.approx(one.value)
    assert found["small_areas"][6]["synthetic_share"] == 1
    sets = rank.sets(
        [one.value for one in means], design.covariance(np.column_stack([m.influence for m in means]))
    )
    assert [row["rank_low"] for row in found["ranks"]] == list(sets.low)
    assert (tmp_path / "out" / "quality.csv").read_text("utf-8").startswith("q: longest_run,")


def test_the_data_come_out_with_their_final_weight(tmp_path: Path) -> None:
    text = (
        HEAD % ""
        + f"weighting: {{method: rake, margins: {MARGINS}}}\noutputs: {{data: [csv, parquet, sav, dta]}}\n"
    )
    results(tmp_path, text)
    out = tmp_path / "out"
    expected = weighting.rake(citizens(), citizens_margins()).weights
    parquet = duckdb.sql(f"SELECT final_weight FROM '{out / 'data.parquet'}'").fetchnumpy()["final_weight"]
    np.testing.assert_allclose(parquet, expected)
    sav, meta = pyreadstat.read_sav(str(out / "data.sav"))
    np.testing.assert_allclose(sav["final_weight"], expected)
    assert list(sav["township"]) == list(labels("township"))
    assert meta.original_variable_types["q1"].startswith("F")
    assert "WEIGHT BY final_weight." in (out / "data.sps").read_text("utf-8")
    dta, _ = pyreadstat.read_dta(str(out / "data.dta"))
    np.testing.assert_allclose(dta["final_weight"], expected)


REFUSED = [
    ("weighting: [{method: trim, upper: 5, largest_over_mean: 3}]", "weighting[0]", "either upper"),
    ("weighting: [{method: calibrate, distance: logit}]", "weighting[0].bounds", "needs bounds"),
    ("weighting: [{method: nonresponse}]", "weighting[0]", '"status" is missing'),
    ("tests: [{kind: rank, items: [q1]}]", "tests[0]", '"by" is missing'),
    ("models: [{name: m, factors: {a: [q1, q2], b: [q2, q3]}}]", "models[0].factors", "occurs twice"),
    ("models: [{name: m, factors: {a: [q1, q2]}, invariance: [scalar]}]", "models[0].group", "needs a group"),
    (
        "small_areas: [{name: s, item: q1, area: r, covariates: [x], areas: {a: {x: 1}, b: {}}}]",
        "areas.b",
        '"x" is missing',
    ),
    ("estimates: [{kind: mean, items: [q1], contrasts: [[a, b]]}]", "estimates[0].contrasts", "need by"),
    (
        "estimates: [{kind: mean, items: [q1], by: [sex], contrasts: [[f, x]]}]",
        "contrasts",
        "there is no domain",
    ),
]


@pytest.mark.parametrize(("block", "place", "reason"), REFUSED)
def test_a_mistake_is_named(tmp_path: Path, block: str, place: str, reason: str) -> None:
    with pytest.raises(PlanError) as refusal:
        results(tmp_path, HEAD % "" + block + "\n")
    assert place in refusal.value.message("en")
    assert reason in refusal.value.message("en")
    assert refusal.value.message("zh") != refusal.value.message("en")
    assert not (tmp_path / "out").exists()
