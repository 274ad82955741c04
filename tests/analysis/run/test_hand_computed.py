"""Tests of the run on a province of two cities whose numbers are worked out here, step by step."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from tests.analysis.run import worlds

SCORE = {5: 100, 4: 75, 3: 50, 2: 25, 1: 0}
CELLS = {
    ("990101", "urban"): 600,
    ("990101", "rural"): 400,
    ("990201", "urban"): 300,
    ("990201", "rural"): 700,
}


def weights_of(rows: list[worlds.Row]) -> np.ndarray:
    """Base weights scaled to the population of each city and kind of place."""
    base = np.array([row["base_weight"] for row in rows])
    cell = [(row["A4"], row["A5"]) for row in rows]
    held = {key: sum(w for w, c in zip(base, cell, strict=True) if c == key) for key in CELLS}
    return np.array([w * CELLS[c] / held[c] for w, c in zip(base, cell, strict=True)])


def test_the_index_is_the_weighted_mean_of_weighted_means(tmp_path: Path) -> None:
    rows = worlds.make_residents()
    run = worlds.run_world(worlds.write_dataset(tmp_path, responses={"residents": rows}))
    w = weights_of(rows)
    scores = np.array([[SCORE[row[item]] for item in ("R01", "R02", "R03")] for row in rows])
    east = np.arange(16) < 8
    for area, inside in (("east", east), ("west", ~east)):
        r01, r02, r03 = (w[inside] @ scores[inside]) / w[inside].sum()
        expected = 0.6 * (0.5 * r01 + 0.5 * r02) + 0.4 * r03
        shown = run.computed.areas["residents"].cities
        place = shown.domains.index(area)
        assert shown.index[place] == pytest.approx(expected, abs=1e-5)
        assert shown.n[place] == 8
        assert shown.n_effective[place] == pytest.approx(
            w[inside].sum() ** 2 / (w[inside] ** 2).sum(), abs=1e-4
        )
    assert run.computed.areas["residents"].unweighted_province == pytest.approx(
        float(scores.mean(axis=0) @ [0.3, 0.3, 0.4])
    )


def test_the_standard_error_carries_strata_and_post_stratification(tmp_path: Path) -> None:
    rows = worlds.make_residents()
    run = worlds.run_world(worlds.write_dataset(tmp_path, responses={"residents": rows}))
    w = weights_of(rows)
    item = np.array([SCORE[row["R03"]] for row in rows], dtype=float)
    variance = 0.0
    for county in ("990101", "990201"):
        residual = []
        for place in ("urban", "rural"):
            inside = np.array([(row["A4"], row["A5"]) == (county, place) for row in rows])
            base = np.array([row["base_weight"] for row in rows])[inside]
            cell_mean = base @ item[inside] / base.sum()
            residual += list(w[inside] * (item[inside] - cell_mean) / w.sum())
        e = np.array(residual)
        variance += 8 / 7 * ((e - e.mean()) ** 2).sum()
    province = run.computed.areas["residents"].province
    place = province.coefficients.tree.items.index("R03")
    assert province.item_se[0, place] == pytest.approx(sqrt(variance), rel=1e-5)


def test_missing_codes_leave_the_denominator_and_their_shares_are_reported(tmp_path: Path) -> None:
    rows = [
        worlds.make_resident(n, A4=county, A5=place) for n, (county, place) in enumerate(list(CELLS) * 40)
    ]
    for row, answer in zip(rows[:8], [88, 99, 97, 98, None, 5, 1, 3], strict=True):
        row["R03"] = answer
    run = worlds.run_world(worlds.write_dataset(tmp_path, responses={"residents": rows}))
    (item,) = [
        part for part in run.results["groups"]["residents"]["province"]["items"] if part["item"] == "R03"
    ]
    w = weights_of(rows)
    answered = {n: row["R03"] for n, row in enumerate(rows)}
    valid = [n for n, answer in answered.items() if answer in SCORE]
    asked = [n for n, answer in answered.items() if answer is not None]
    applicable = [n for n in asked if answered[n] != 99]
    expected = sum(w[n] * SCORE[answered[n]] for n in valid) / w[valid].sum()
    assert item["index"] == pytest.approx(expected, abs=1e-4)
    assert item["dont_know_share"] == pytest.approx(w[0] / w[applicable].sum(), abs=1e-6)
    assert item["not_applicable_share"] == pytest.approx(w[1] / w[asked].sum(), abs=1e-6)
    assert item["n"] == 155


def test_an_item_without_answers_in_one_city_is_renormalised_there_only(tmp_path: Path) -> None:
    rows = worlds.make_residents()
    for row in rows[:8]:
        row["R03"] = 88
    run = worlds.run_world(worlds.write_dataset(tmp_path, responses={"residents": rows}))
    cities = run.computed.areas["residents"].cities
    assert cities.coefficients.present[0, -1] == pytest.approx(0.6), "exactly the minimum stands"
    assert cities.coefficients.root()[0] == pytest.approx([0.5, 0.5, 0.0])
    assert cities.coefficients.root()[1] == pytest.approx([0.3, 0.3, 0.4])


def test_a_rating_weighs_ticked_over_drawn_and_the_domain_items_enter(tmp_path: Path) -> None:
    rows = worlds.make_residents()
    ratings = [
        {
            "response_id": "r00000",
            "unit": "edu",
            "ticked": 6,
            "drawn": 3,
            "U01": 5,
            "U02": 4,
            "U03": 99,
            "U04": 3,
        },
        {
            "response_id": "r00001",
            "unit": "edu",
            "ticked": 1,
            "drawn": 1,
            "U01": 1,
            "U02": 2,
            "U03": 88,
            "U04": 5,
        },
        {
            "response_id": "r00009",
            "unit": "edu",
            "ticked": 2,
            "drawn": 2,
            "U01": 3,
            "U02": 3,
            "U03": 4,
            "U04": 2,
        },
        {
            "response_id": "r99999",
            "unit": "edu",
            "ticked": 1,
            "drawn": 1,
            "U01": 1,
            "U02": 1,
            "U03": 1,
            "U04": 1,
        },
    ]
    folder = worlds.write_dataset(tmp_path, responses={"residents": rows}, ratings={"residents": ratings})
    run = worlds.run_world(folder)
    w = weights_of(rows)
    rater = np.array([2 * w[0], w[1], w[9]])
    means = {
        item: rater @ [SCORE[row[item]] for row in ratings[:3]] / rater.sum()
        for item in ("U01", "U02", "U04")
    }
    # One valid answer to U03 is no estimate: the other weights are scaled from .80 to 1.
    module = (0.35 * means["U01"] + 0.25 * means["U02"] + 0.20 * means["U04"]) / 0.80
    domain = w @ [SCORE[row["R01"]] for row in rows] / w.sum()
    units = run.computed.units["residents"]
    assert units.units == ("edu",)
    assert units.n[0] == 3, "the rating of somebody who is not in the sample is not counted"
    assert units.module.index[0] == pytest.approx(module, abs=1e-4)
    assert units.values[0] == pytest.approx(0.6 * module + 0.4 * domain, abs=1e-4)


def test_parts_of_a_unit_index_share_respondents_and_so_their_covariance(tmp_path: Path) -> None:
    rows = worlds.make_residents()
    ratings = [
        {"response_id": row["response_id"], "unit": "edu", "ticked": 1, "drawn": 1}
        | dict.fromkeys(("U01", "U02", "U03", "U04"), row["R01"])
        for row in rows
    ]
    folder = worlds.write_dataset(tmp_path, responses={"residents": rows}, ratings={"residents": ratings})
    units = worlds.run_world(folder).computed.units["residents"]
    # Module and domain item are the same variable here, so the parts are perfectly correlated.
    assert units.values[0] == pytest.approx(units.domain_values[0])
    assert units.se[0] == pytest.approx(units.domain_se[0], rel=1e-9)
    assert units.se[0] > sqrt((0.6 * units.module.se[0]) ** 2 + (0.4 * units.domain_se[0]) ** 2) * 1.3


def test_top_up_cases_enter_their_unit_and_no_city(tmp_path: Path) -> None:
    main = [
        worlds.make_user(
            n, city=city, channel_of_service=channel, S01=1 + n % 5, unit="edu" if n % 2 else "other"
        )
        for n, (city, channel) in enumerate(
            [(c, h) for c in ("east", "west") for h in ("window", "online")] * 10
        )
    ]
    extra = [
        worlds.make_user(100 + n, part="unit_top_up", stratum="top_up/edu", base_weight=7.0, S01=5, S02=5)
        for n in range(20)
    ]
    plain = worlds.run_world(worlds.write_dataset(tmp_path / "a", responses={"service_users": main}))
    topped = worlds.run_world(
        worlds.write_dataset(tmp_path / "b", responses={"service_users": [*main, *extra]})
    )
    group = "service_users"
    assert topped.results["groups"][group]["cities"] == plain.results["groups"][group]["cities"]
    assert topped.results["groups"][group]["province"] == plain.results["groups"][group]["province"]
    before, after = (run.computed.transactions for run in (plain, topped))
    assert before is not None
    assert after is not None
    assert after.indices.n[0] == before.indices.n[0] + 20 == 40
    share = before.indices.n_effective[0] / (before.indices.n_effective[0] + 20)
    expected = share * before.indices.values[0] + (1 - share) * 100
    assert after.indices.values[0] == pytest.approx(expected, abs=1e-4)
    assert after.indices.se[0] < before.indices.se[0]


def test_quarters_are_combined_by_effective_sample_and_weigh_thirty_per_cent(tmp_path: Path) -> None:
    annual = [
        worlds.make_user(n, city=city, channel_of_service=channel, S01=1 + n % 5)
        for n, (city, channel) in enumerate(
            [(c, h) for c in ("east", "west") for h in ("window", "online")] * 10
        )
    ]
    peacetime = [
        worlds.make_user(n, quarter=quarter, S01=1 + (n + k) % 5, stratum=quarter, base_weight=10.0 + n % 3)
        for k, (quarter, size) in enumerate((("Q2", 10), ("Q3", 30)))
        for n in range(1000 * (k + 1), 1000 * (k + 1) + size)
    ]
    plan = worlds.make_plan()
    plan["missing_group_rule"]["minimum_weight_present"] = 0.10
    folder = worlds.write_dataset(
        tmp_path, responses={"service_users": annual, "service_users_peacetime": peacetime}
    )
    score = worlds.run_world(folder, plan=plan).computed.scores.of("edu")
    first, second = (quarter.estimate for quarter in score.quarters)
    assert (first.n, second.n) == (10, 30)
    total = first.n_effective + second.n_effective
    assert score.peacetime is not None
    assert score.year is not None
    assert score.peacetime.value == pytest.approx(
        (first.n_effective * first.value + second.n_effective * second.value) / total
    )
    assert score.peacetime.se == pytest.approx(
        sqrt((first.n_effective * first.se) ** 2 + (second.n_effective * second.se) ** 2) / total
    )
    assert score.year.value == pytest.approx(0.3 * score.peacetime.value + 0.7 * score.annual.value)
    assert score.year.se == pytest.approx(
        sqrt((0.3 * score.peacetime.se) ** 2 + (0.7 * score.annual.se) ** 2)
    )
