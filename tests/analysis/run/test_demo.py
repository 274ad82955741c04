"""Tests of the run on the simulated demo: what a correct run must show, and what the planted problems must trip."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from admin.demo.coverage import SURVEY_GROUPS, compare, report, share_covered
from admin.demo.simulate.dataset import write_dataset
from admin.demo.simulate.facts import read_content
from admin.demo.simulate.truth import truth
from analysis.run import ScoringRun, run_scoring, with_item_weights
from analysis.scoring_run.fieldwork import FieldworkInputs
from tests.analysis.run.worlds import DEMO

pytestmark = pytest.mark.slow


@cache
def content() -> Any:
    return read_content(DEMO)


@cache
def demo_run(*, planted: bool) -> ScoringRun:
    """One run of the demo's own seed."""
    given, seed = content(), content()["simulation"]["seed"]
    with TemporaryDirectory() as folder:
        write_dataset(given, seed, Path(folder), planted=planted)
        return run_scoring(
            given["scoring"],
            with_item_weights(given["framework"], given["instruments"]),
            given["province"],
            Path(folder),
            FieldworkInputs(),
            seed=seed,
        )


def statuses(run: ScoringRun) -> dict[str, str]:
    return {gate.id: gate.status.value for gate in run.gates}


def test_the_clean_demo_shows_what_its_parameters_promise() -> None:
    run, promised = demo_run(planted=False), content()["simulation"]["indicative_results"]
    index = run.results["groups"]["residents"]["province"]["index"]
    low, high = promised["provincial_resident_index"]
    assert low <= index["index"] <= high
    low, high = promised["unweighted_is_lower_by"]
    assert low <= index["index"] - index["unweighted"] <= high
    low, high = promised["kish_design_effect_after_raking"]
    assert low <= index["deff"] <= high
    ranks = {
        unit["unit"]: (unit["rank_low"], unit["rank_high"]) for unit in run.results["ranks"]["D"]["units"]
    }
    assert list(ranks["city_qiaozhou"]) == promised["last_city"]["rank_set"]
    first, second = (ranks[f"city_{city}"] for city in promised["top_two_not_separable"])
    assert max(first[0], second[0]) <= min(first[1], second[1])
    near = [ranks[f"city_{city}"] for city in ("tangzhou", "heyu", "zhuping", "junling")]
    assert max(low for low, _ in near) <= min(high for _, high in near)
    alphas = {
        row["target"]: row["alpha"] for row in run.results["reliability"] if row["group"] == "residents"
    }
    for target, (low, high) in promised["alpha"].items():
        assert low <= alphas[target] <= high


def test_all_forty_units_are_scored_and_the_ship_inspectors_without_residents() -> None:
    units = {unit["unit"]: unit for unit in demo_run(planted=False).results["units"]}
    assert len(units) == 40
    assert all(unit["is_scorable"] for unit in units.values())
    inspectors = units["shipinsp"]
    assert {item["group"] for item in inspectors["dropped"]} == {"residents", "individual_businesses"}
    assert inspectors["weight_present"] == pytest.approx(0.85)


def test_the_gates_of_a_clean_run_that_need_no_registers_pass_or_warn_as_announced() -> None:
    found = statuses(demo_run(planted=False))
    assert [found[gate] for gate in ("G02", "G03", "G04", "G05", "G10", "G12", "G16")] == ["pass"] * 7
    assert found["G07"] == "warn", "two sets of three items fall slightly short of .70"
    assert [found[gate] for gate in ("G01", "G11", "G15", "G17")] == ["no_input"] * 4


def test_planted_problems_trip_their_gates() -> None:
    run = demo_run(planted=True)
    found = statuses(run)
    assert (found["G02"], found["G12"]) == ("fail", "fail")
    outliers = {
        (row["county"], row["measure"])
        for gate in run.gates
        if gate.id == "G13"
        for row in gate.evidence
        if not row["ok"]
    }
    assert {("990108", "top_box"), ("990108", "dont_know")} <= outliers


def test_nothing_hidden_stands_in_a_published_file() -> None:
    run = demo_run(planted=False)
    assert run.results["disclosure"]["hidden"] > 0
    assert run.results["disclosure"]["problems"] == 0
    for unit in run.results["units"]:
        assert unit["groups"]["experts"]["index"] is None, "about fifteen experts rate a unit"
        assert any("experts" in term["groups"] and term["index"] is None for term in unit["terms"])
        total = sum(term["term"] for term in unit["terms"])
        assert total == pytest.approx(unit["annual"]["composite"], abs=1e-3)


def test_cities_are_ranked_by_each_group_and_answers_of_the_province_add_up() -> None:
    for group in SURVEY_GROUPS:
        document = demo_run(planted=False).results["groups"][group]
        assert len(document["ranks"]["areas"]) == 14
        assert all(1 <= row["rank_low"] <= row["rank_high"] <= 14 for row in document["ranks"]["areas"])
        for item in document["province"]["items"]:
            assert sum(item["point_shares"]) == pytest.approx(1.0, abs=1e-5)
            assert sum(item["point_shares"][3:]) == pytest.approx(item["satisfied_share"], abs=1e-5)


def test_at_least_ninety_per_cent_of_the_intervals_hold_the_truth() -> None:
    seed = content()["simulation"]["seed"]
    rows = list(compare(demo_run(planted=False), truth(content(), seed), seed=seed))
    assert {row.total for row in rows} == {14}
    assert len(rows) == len(SURVEY_GROUPS) + 1
    assert share_covered(rows) >= 0.90
    assert f"{share_covered(rows):.1%}" in report(rows)
