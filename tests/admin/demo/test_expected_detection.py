"""What the simulation plants is detected as `expected_detection` says; clean data raise nothing to decide."""

from __future__ import annotations

import numpy as np
import pytest

from admin.demo.simulate.draw import interviews
from admin.demo.simulate.facts import PEACETIME, Content, instrument_of, scale_items
from admin.demo.simulate.persons import STRAIGHT
from admin.demo.simulate.planted import county_code, problem
from analysis.quality.flags import Flag
from analysis.quality.radar import Fieldwork, raise_flags
from analysis.quality.reading import fieldwork_of
from tests.admin.demo.conftest import SEED, Datasets

SURVEYED = ("residents", "enterprises", "individual_businesses", "service_users", PEACETIME)
SEEDS = (SEED, 1, 2, 3)


def fieldwork(content: Content, datasets: Datasets, group: str, seed: int, *, planted: bool) -> Fieldwork:
    part = datasets(seed, planted=planted)[group]
    return fieldwork_of(
        group,
        part.responses,
        province=content["province"],
        items=[item.code for item in scale_items(content["instruments"][instrument_of(group)])],
        unit_ratings=part.unit_ratings,
        unit_items=[name for name in part.unit_ratings if name.startswith("U0")],
    )


def flags(
    content: Content, datasets: Datasets, group: str, seed: int = SEED, *, planted: bool = True
) -> list[Flag]:
    return list(raise_flags(fieldwork(content, datasets, group, seed, planted=planted)))


def of(found: list[Flag], detector: str) -> list[Flag]:
    return [flag for flag in found if flag.detector == detector]


@pytest.mark.parametrize("seed", SEEDS)
def test_clean_data_raise_nothing_that_needs_a_decision(
    content: Content, datasets: Datasets, seed: int
) -> None:
    for group in SURVEYED:
        found = flags(content, datasets, group, seed, planted=False)
        assert [flag.detector for flag in found if flag.needs_decision] == []
        assert of(found, "mode_effect") == []


@pytest.mark.parametrize("seed", SEEDS)
def test_x1_the_coached_county_is_flagged_and_its_city_is_not(
    content: Content, datasets: Datasets, seed: int
) -> None:
    county = county_code(content, problem(content, "coached_county")["where"])
    found = flags(content, datasets, "residents", seed)
    (coached,) = of(found, "coached_county")
    assert (coached.subject_kind, coached.subject) == ("county", county)
    assert coached.needs_decision
    measures = {flag.evidence["measure"] for flag in of(found, "county_outlier") if flag.subject == county}
    assert {"dont_know", "top_box"} <= measures


@pytest.mark.parametrize("seed", SEEDS)
def test_x2_the_stuffed_ballots_are_one_cluster(content: Content, datasets: Datasets, seed: int) -> None:
    (cluster,) = of(flags(content, datasets, "residents", seed), "duplicate_device")
    assert cluster.needs_decision
    assert set(range(10_500, 10_538)) >= set(cluster.rows.tolist())
    assert len(cluster.rows) >= 37


def test_x3_straight_liners_are_flagged_and_kept(content: Content, datasets: Datasets) -> None:
    planted, caught = 0, 0
    for group in ("residents", "enterprises", "individual_businesses"):
        rows = np.flatnonzero(
            interviews(content, SEED, group=group, planted=True).persons.pattern == STRAIGHT
        )
        (flag,) = of(flags(content, datasets, group), "straight_lining")
        assert not flag.needs_decision
        planted, caught = planted + len(rows), caught + int(np.isin(rows, flag.rows).sum())
    assert planted > 150
    assert caught >= 0.8 * planted


def test_x4_every_interview_below_the_limit_is_flagged(content: Content, datasets: Datasets) -> None:
    data = fieldwork(content, datasets, "residents", SEED, planted=True)
    (flag,) = of(list(raise_flags(data)), "speeding")
    limit = 0.35 * np.median(data.seconds[data.mode == "web"])
    assert np.array_equal(flag.rows, np.flatnonzero((data.mode == "web") & (data.seconds < limit)))
    assert not flag.needs_decision
    planted = interviews(content, SEED, group="residents", planted=True).persons.facts["seconds"]
    fast = np.flatnonzero((data.mode == "web") & (planted <= problem(content, "speeding")["seconds"]["max"]))
    assert len(fast) >= 70
    assert set(fast.tolist()) <= set(flag.rows.tolist())


@pytest.mark.parametrize("seed", SEEDS)
def test_x5_the_interviewer_has_the_largest_effect(content: Content, datasets: Datasets, seed: int) -> None:
    (flag,) = of(flags(content, datasets, "residents", seed), "interviewer_effect")
    assert flag.subject == "T17"
    assert flag.evidence["place"] == 1
    assert flag.evidence["cases"] == problem(content, "interviewer_effect")["interviews"]
    assert float(flag.evidence["deviation"]) > 5.0
    assert flag.needs_decision


def test_x6_the_offered_list_is_a_frame_conflict(content: Content, datasets: Datasets) -> None:
    (flag,) = of(flags(content, datasets, "enterprises"), "frame_conflict")
    assert flag.needs_decision
    assert len(flag.rows) == 60
    ratings = datasets(planted=True)["enterprises"].unit_ratings
    ids = datasets(planted=True)["enterprises"].responses["response_id"][flag.rows]
    rated = set(ratings["response_id"][ratings["unit"] == "commerce"])
    assert len(rated & set(ids)) > 30


@pytest.mark.parametrize("planted", [False, True])
def test_x7_too_few_residents_and_shops_dealt_with_the_small_unit(
    content: Content, datasets: Datasets, *, planted: bool
) -> None:
    minimum = content["scoring"]["unit_index"]["minimum_valid_respondents"]
    for group in ("residents", "individual_businesses", "enterprises"):
        ratings = datasets(planted=planted)[group].unit_ratings
        n = int((ratings["unit"] == problem(content, "small_base")["unit"]).sum())
        assert (n >= minimum[group]) == (group == "enterprises")


def test_x9_almost_one_in_five_do_not_know(datasets: Datasets) -> None:
    answers = datasets()["residents"].responses["R27"]
    assert 0.16 < (answers == 88).mean() < 0.20
