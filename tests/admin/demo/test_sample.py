"""The simulated sample has the sizes, strata, modes and interviewers of the plan."""

from __future__ import annotations

import numpy as np
import pytest

from admin.demo.simulate.draw import interviews
from admin.demo.simulate.facts import GROUPS, PEACETIME, Content, apportion, rated_units
from admin.demo.simulate.marks import interviewer_homes
from tests.admin.demo.conftest import SEED, Datasets


def test_every_group_has_the_planned_size(datasets: Datasets) -> None:
    sizes = {group: len(part.responses["mode"]) for group, part in datasets().items()}
    assert set(sizes) == {*GROUPS, PEACETIME}
    assert 8700 <= sizes.pop("service_users") <= 9000
    assert sizes == {
        "residents": 10500,
        "enterprises": 2800,
        "individual_businesses": 2100,
        "power_organs": 420,
        "social_organisations": 280,
        "experts": 100,
        "service_users_peacetime": 4400,
    }


def test_counties_and_cities_get_their_interviews(content: Content, datasets: Datasets) -> None:
    county, n = np.unique(datasets()["residents"].responses["A4"].astype(str), return_counts=True)
    assert len(county) == 103
    assert n.min() >= content["province"]["sample_design"]["residents"]["min_per_county"]
    by_city = content["province"]["sample_design"]["residents"]["by_city"]
    for city in content["province"]["cities"]:
        assert n[np.char.startswith(county, city["code"][:4])].sum() == by_city[city["id"]]


def test_enterprises_meet_their_sizes_in_every_city(datasets: Datasets) -> None:
    stratum = datasets()["enterprises"].responses["stratum"]
    assert (stratum == "yunlan/large").sum() == 46
    assert (stratum == "xiuan/micro").sum() == 51
    assert len(set(stratum)) == 14 * 4


def test_every_unit_with_service_users_reaches_its_minimum(content: Content, datasets: Datasets) -> None:
    responses = datasets()["service_users"].responses
    unit, n = np.unique(responses["unit"].astype(str), return_counts=True)
    assert set(unit) == set(rated_units(content))
    assert n.min() >= 250
    assert (responses["part"] == "main").sum() == 5600


def test_every_unit_is_appraised_by_enough_of_each_roster(content: Content, datasets: Datasets) -> None:
    minimum = content["scoring"]["unit_index"]["minimum_valid_respondents"]
    for group in ("power_organs", "social_organisations", "experts"):
        units, n = np.unique(datasets()[group].unit_ratings["unit"].astype(str), return_counts=True)
        assert len(units) == 40
        assert n.max() - n.min() <= 1
        assert n.min() >= minimum[group]


def test_base_weights_add_up_to_the_population_per_response(content: Content, datasets: Datasets) -> None:
    """Sum of base weights = sum over strata of population × completes / invited, so below the population."""
    responses = datasets()["residents"].responses
    weights = responses["base_weight"]
    total = content["province"]["totals"]["adult_population"]
    assert total * 0.05 < weights.sum() < total * 0.2
    for stratum in ("990101", "990705"):
        assert len(set(weights[responses["stratum"] == stratum])) == 1


def test_modes_follow_the_plan(datasets: Datasets) -> None:
    mode = datasets()["residents"].responses["mode"]
    assert (mode == "cati").mean() == pytest.approx(0.60, abs=0.005)
    assert (mode == "web").mean() == pytest.approx(0.35, abs=0.005)
    assert (mode == "capi").mean() == pytest.approx(0.05, abs=0.005)


def test_interviewers_work_away_from_home(content: Content) -> None:
    homes = interviewer_homes(content, "cati") | interviewer_homes(content, "capi")
    assert len(homes) == 52
    for planted in (False, True):
        facts = interviews(content, SEED, group="residents", planted=planted).persons.facts
        who = facts["interviewer"]
        assert set(who[who != ""]) == set(homes)
        assert all(homes[name] != city for name, city in zip(who, facts["city"], strict=True) if name)


def test_drawn_units_never_exceed_the_limit(datasets: Datasets) -> None:
    for group, limit in (("residents", 3), ("enterprises", 3), ("individual_businesses", 2)):
        part = datasets()[group]
        drawn, ticked = part.responses["UM.drawn"], part.responses["UM.ticked"]
        assert (drawn == np.minimum(ticked, limit)).all()
        assert len(part.unit_ratings["unit"]) == drawn.sum()


def test_apportion_keeps_the_total() -> None:
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(apportion(7919, [0.1, 0.35, 0.2, 0.35])) == 7919


def test_equal_seeds_give_equal_answers_and_planting_changes_only_what_it_plants(
    content: Content, datasets: Datasets
) -> None:
    again = interviews(content, SEED, group="enterprises")
    part = datasets()["enterprises"].responses
    assert np.array_equal(
        np.where(again.items["E12"] == 0, np.nan, again.items["E12"]), part["E12"], equal_nan=True
    )
    planted = datasets(planted=True)["residents"].responses
    clean = datasets()["residents"].responses
    honest = interviews(content, SEED, group="residents", planted=True).persons
    untouched = np.flatnonzero((honest.pattern == 0) & (honest.facts["interviewer"] != "T17"))
    assert len(untouched) > 10_000
    assert np.array_equal(planted["R10"][untouched], clean["R10"][untouched])
