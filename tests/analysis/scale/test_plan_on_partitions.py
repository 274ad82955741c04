"""One plan file, run on a file in memory and on partitions: the same numbers to every printed digit."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from analysis.analyse import Analysis, analyse_partitions
from analysis.analyse import analyse as analyse_file
from analysis.cli import analyse as command
from analysis.errors import PlanError
from analysis.scale import write_partitions
from tests.analysis.scale.people import people, written

PLAN = """
schema: minyi-analysis/1
title: A province in parts
missing: ["-1"]
design: {weight: w, strata: stratum, psu: psu, fpc: N}
weighting:
  method: rake
  margins:
    - {name: sex, columns: [sex], targets: {f: 5200, m: 4800}}
    - {name: age group, columns: [age], targets: {"0": 3000, "1": 4000, "2": 3000}}
estimates:
  - {kind: mean, name: items, items: [q1, q2], by: [county]}
  - {kind: share, name: satisfied, items: [q1], values: [4, 5], by: [county, sex]}
  - {kind: mean, name: score, items: [q3], scale: {low: 1, high: 5}, where: {sex: [f]}}
  - {kind: total, name: sum, items: [q4], by: [sex]}
reliability:
  - {name: service, items: [q1, q2, q3, q4], coefficients: [alpha, kmo, bartlett]}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan, the rows in one file, and the same rows in seven."""
    place = tmp_path_factory.mktemp("province")
    (place / "plan.yaml").write_text(PLAN, encoding="utf-8")
    table = people(2500)
    write_partitions(table, place / "one", name="all")
    written(place / "parts", table, parts=7)
    return place


@pytest.fixture(scope="module")
def in_memory(folder: Path) -> Analysis:
    return analyse_file(folder / "plan.yaml", folder / "one" / "all.parquet")


def same_digits(found: object, expected: object, place: str = "") -> None:
    """Equal texts, and numbers that print alike with ten digits."""
    if isinstance(expected, dict):
        assert isinstance(found, dict)
        assert set(found) == set(expected), place
        for key, value in expected.items():
            same_digits(found[key], value, f"{place}.{key}")
    elif isinstance(expected, list):
        assert isinstance(found, list)
        assert len(found) == len(expected), place
        for number, value in enumerate(expected):
            same_digits(found[number], value, f"{place}[{number}]")
    elif isinstance(expected, float) and isinstance(found, (float, int)):
        assert f"{found:.10g}" == f"{expected:.10g}" or np.isclose(found, expected, rtol=1e-9, atol=1e-12), (
            place
        )
    else:
        assert found == expected, place


def test_a_plan_says_the_same_on_partitions(folder: Path, in_memory: Analysis) -> None:
    found = analyse_partitions(folder / "plan.yaml", folder / "parts")
    for section in ("estimates", "reliability"):
        same_digits(found.results[section], in_memory.results[section], section)
    design = found.results["design"]
    assert isinstance(design, dict)
    assert design["partitions"] == 7
    same_digits({k: v for k, v in design.items() if k != "partitions"}, in_memory.results["design"], "design")
    step, whole = found.results["weighting"], in_memory.results["weighting"]
    assert isinstance(step, list)
    assert isinstance(whole, list)
    same_digits(step[0]["margins"], whole[0]["margins"], "margins")


def test_processes_write_the_same_bytes(folder: Path) -> None:
    serial = analyse_partitions(folder / "plan.yaml", folder / "parts")
    assert analyse_partitions(folder / "plan.yaml", folder / "parts", workers=2).files == serial.files


def test_the_command_takes_a_folder(folder: Path, tmp_path: Path) -> None:
    arguments = [str(folder / "plan.yaml"), str(folder / "parts"), "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(command, [*arguments, "--workers", "1"])
    assert done.exit_code == 0, done.output
    written_results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert len(written_results["estimates"]) == 2 * 3 + 6 + 1 + 2
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["inputs"]["data"]) == 7


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("kind: total, name: sum", "kind: quantile, probabilities: [0.5], name: sum", "sum"),
        ("coefficients: [alpha, kmo", "coefficients: [omega, kmo", "omega"),
        ("method: rake", "method: rake\n  bounds: [0.3, 3.0]", "rake"),
    ],
)
def test_what_does_not_add_up_is_refused_by_name(
    folder: Path, tmp_path: Path, old: str, new: str, name: str
) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.replace(old, new), encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        analyse_partitions(plan, folder / "parts")
    assert name in refused.value.message("en")
    assert name in refused.value.message("zh")
