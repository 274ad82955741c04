"""The R script of a run: R makes every number again and finds it; a number that was changed is found out."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from analysis.analyse import analyse
from analysis.export._r_literals import r_text
from tests.analysis.reference_cases import REFERENCE

CITIZENS = REFERENCE / "data" / "citizens.csv"
HEAD = """schema: minyi-analysis/1
title: "it's a \\"title\\" with 中文 \\\\ and $(rm)"
missing: [NA]
design: {weight: pw, strata: region, psu: township%s}
"""
MARGINS = """
      - {name: sex, columns: [sex], targets: {f: 52000, m: 49000}}
      - {name: age, columns: [age], targets: {"18-29": 19600, "30-44": 28400, "45-59": 29800, "60+": 23200}}
"""
BLOCKS = """
estimates:
  - {kind: mean, items: [overall], by: [urban, sex], contrasts: [["town × f", "town × m"]]}
  - {kind: share, name: satisfied, items: [q7], values: [4, 5], interval: beta, by: [region]}
  - {kind: share, name: satisfied, items: [q7], values: [4, 5], interval: wilson}
  - {kind: share, name: satisfied, items: [q7], values: [4, 5], interval: likelihood}
  - {kind: share, name: satisfied, items: [q7], values: [4, 5], interval: arcsine}
  - {kind: total, items: [used], by: [sex], contrasts: [[f, m]]}
  - {kind: ratio, numerator: wait, denominator: edu, by: [urban], contrasts: [[town, village]]}
  - {kind: quantile, items: [wait], probabilities: [0.1, 0.5, 0.9], where: {sex: [f]}}
tests:
  - {kind: independence, items: [q1, q7], by: region}
  - {kind: independence, items: [q7], by: urban, correction: adjusted-wald}
  - {kind: independence, items: [q7], by: urban, correction: lincom, where: {sex: [f]}}
  - {kind: t, items: [overall, edu], by: sex, adjust: holm}
  - {kind: t, items: [overall], against: 5}
  - {kind: rank, items: [overall, q1], by: region, adjust: bh}
  - {kind: rank, items: [overall], by: sex, score: van-der-waerden}
factors:
  - {name: efa, items: [q1, q2, q3, q4, q5, q6, q7, q8, q9], factors: 3}
small_areas:
  - {name: areas, item: overall, area: region, covariates: [x], method: ml,
     areas: {a: {x: 1}, b: {x: 2}, c: {x: 3}, d: {x: 2.5}, e: {x: 1.2}, f: {x: 4}, g: {x: 2}}}
quality:
  - {name: careless, items: [q1, q2, q3, q4, q5, q6, q7, q8, q9], effect_on: [overall]}
reliability:
  - {name: three, items: [q1, q2, q3], coefficients: [alpha, omega]}
  - {name: four, items: [q1, q2, q3, q4], coefficients: [omega]}
  - {name: six, items: [q1, q2, q3, q4, q5, q6], coefficients: [alpha, split_half, kmo, bartlett]}
indices:
  - name: satisfaction
    scale: {low: 1, high: 5}
    by: [urban]
    indicators:
      - {name: staff, weight: 0.6, items: {q1: 0.4, q2: 0.6}}
      - {name: place, weight: 0.4, items: {q4: 1}}
ranks:
  - {name: regions, item: overall, by: region}
  - {name: regions, item: overall, by: region, method: max_t, seed: 4}
"""
RAKED = f"weighting:\n  method: rake\n  margins: {MARGINS}"
MODELS = """models:
  - {name: groups, factors: {a: [q1, q2, q3], b: [q4, q5, q6]}, group: sex, invariance: [configural, metric, scalar]}
  - {name: design, factors: {a: [q1, q2, q3], b: [q4, q5, q6]}, estimator: mlr}
  - {name: ordered, factors: {a: [q1, q2, q3], b: [q4, q5, q6]}, estimator: wlsmv, weighted: false}
"""
CODES = "codes: {1: respondent, 2: nonrespondent, 3: ineligible, 4: unknown}"
CHAIN = f"""weighting:
  - {{method: unknown_eligibility, status: outcome, {CODES}, by: [region]}}
  - {{method: propensity, status: outcome, {CODES}, by: [sex, edu]}}
  - method: rake
    margins: {MARGINS}
  - {{method: trim, largest_over_mean: 2.2}}
  - method: calibrate
    distance: logit
    bounds: [0.5, 2]
    totals: {{edu: 303000}}
    margins: {MARGINS}
"""

R = shutil.which("Rscript")
NEEDED = "for (p in c('survey', 'psych', 'lavaan', 'GPArotation', 'jsonlite')) if (!nzchar(system.file(package = p))) quit(status = 1)"
HAS_R = R is not None and subprocess.run([R, "-e", NEEDED], capture_output=True).returncode == 0
with_r = pytest.mark.skipif(not HAS_R, reason="R with survey, psych, lavaan and jsonlite is not installed")


def drawn(folder: Path) -> Path:
    """The citizens as a drawn sample: a sixth did not answer, some were not eligible or never found."""
    lines = CITIZENS.read_text(encoding="utf-8").splitlines()
    marks = [
        "outcome",
        *(
            "4" if n % 19 == 0 else "3" if n % 23 == 0 else "2" if n % 6 == 0 else "1"
            for n in range(1, len(lines))
        ),
    ]
    path = folder / "drawn.csv"
    path.write_text(
        "\n".join(f"{line},{mark}" for line, mark in zip(lines, marks, strict=True)) + "\n", "utf-8"
    )
    return path


def written(folder: Path, plan: str, data: Path = CITIZENS) -> Path:
    path = folder / "plan.yaml"
    path.write_text(plan, encoding="utf-8")
    analyse(path, data).write(folder / "out")
    return folder / "out"


def in_r(out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert R is not None
    return subprocess.run([R, str(out / "reproduce.R"), *arguments], capture_output=True, text=True)


@with_r
@pytest.mark.parametrize(
    ("design", "weighting"),
    [
        ("", CHAIN + MODELS),
        (", replicates: {kind: bootstrap, replicates: 40, seed: 3}", RAKED),
    ],
    ids=["chain", "bootstrap"],
)
def test_r_finds_every_number(tmp_path: Path, design: str, weighting: str) -> None:
    data = drawn(tmp_path)
    out = written(tmp_path, HEAD % design + weighting + BLOCKS, data)
    done = in_r(out, str(data))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 differ, 0 were not made again" in done.stdout
    assert int(done.stdout.split()[0]) > 300


@with_r
def test_r_finds_what_is_wrong_or_left_out(tmp_path: Path) -> None:
    """The data come from the folder itself; one number is changed and one section has numbers of its own."""
    plan = (
        HEAD % ", fpc: n_townships" + "estimates: [{kind: mean, items: [overall]}]\noutputs: {data: [csv]}\n"
    )
    out = written(tmp_path, plan)
    results = json.loads((out / "results.json").read_bytes())
    results["estimates"][0]["se"] *= 1.001
    results["estimates"][0]["invented"] = 5.0
    (out / "results.json").write_text(json.dumps(results))
    done = in_r(out)
    assert done.returncode == 1
    assert "estimates/1/se" in done.stdout
    assert "not made again: estimates/1/invented" in done.stdout


def test_texts_of_a_plan_stay_texts() -> None:
    hostile = 'a"); quit(); ("\\ \n`x` 中💥'
    literal = r_text(hostile)
    assert literal.isascii()
    assert literal.count('"') - literal.count('\\"') == 2
    assert "\n" not in literal
    assert "\\u{4e2d}\\U{1f4a5}" in literal
