"""Raked to the plan's targets, the simulated samples stay inside the limits and show the planted bias."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from admin.demo.simulate.facts import Content, cities, scale_items
from admin.demo.simulate.population import AGES, PLACES, SEXES
from admin.demo.simulate.truth import group_index
from analysis.design import BoundDesign
from analysis.weighting.diagnose import kish_design_effect
from analysis.weighting.margins import Margin
from analysis.weighting.rake import rake
from tests.admin.demo.conftest import SEED, Datasets

Columns = Mapping[str, NDArray[Any]]


def coded(values: NDArray[Any], order: list[str]) -> NDArray[np.int64]:
    return np.array([order.index(value) for value in values])


def raked(
    weights: NDArray[Any], margins: list[tuple[NDArray[np.int64], NDArray[Any]]]
) -> NDArray[np.float64]:
    design = BoundDesign(weights=weights, lonely="adjust")
    parts = []
    for place, (codes, table) in enumerate(margins):
        targets = np.asarray(table, dtype=float).ravel()
        labels = tuple(str(code) for code in range(len(targets)))
        parts.append(Margin(name=f"margin {place}", codes=codes, targets=targets, labels=labels))
    return np.asarray(rake(design, parts).weights)


def resident_weights(content: Content, rows: Columns) -> NDArray[np.float64]:
    by_code = {city["code"]: city["id"] for city in content["province"]["cities"]}
    city = coded(np.array([by_code[code[:4] + "00"] for code in rows["A4"]]), cities(content))
    place, sex, age = (coded(rows[c], list(k)) for c, k in (("A5", PLACES), ("A2", SEXES), ("A1", AGES)))
    joint = np.zeros((14, 2, 2, 5))
    for name, where, who, counts in content["province"]["margins"]["residents"]["joint"]:
        joint[cities(content).index(name), PLACES.index(where), SEXES.index(who)] = counts
    return raked(
        rows["base_weight"],
        [
            (city * 2 + place, joint.sum(axis=(2, 3))),
            (city * 5 + age, joint.sum(axis=(1, 2))),
            ((place * 2 + sex) * 5 + age, joint.sum(axis=0)),
        ],
    )


def items(content: Content, group: str, rows: Columns, weights: NDArray[Any]) -> dict[str, float]:
    result = {}
    for item in scale_items(content["instruments"][group]):
        valid = (rows[item.code] >= 1) & (rows[item.code] <= 5)
        result[item.code] = 25.0 * (np.average(rows[item.code][valid], weights=weights[valid]) - 1.0)
    return result


@pytest.mark.parametrize("seed", [SEED, 1, 2, 3])
def test_residents(content: Content, datasets: Datasets, seed: int) -> None:
    rows = datasets(seed)["residents"].responses
    weights = resident_weights(content, rows)
    expected = content["simulation"]["indicative_results"]
    low, high = expected["kish_design_effect_after_raking"]
    assert low <= kish_design_effect(weights) <= high
    assert weights.max() <= 5.0 * weights.mean()
    weighted = group_index(content, "residents", items(content, "residents", rows, weights))
    plain = group_index(content, "residents", items(content, "residents", rows, np.ones(len(weights))))
    low, high = expected["provincial_resident_index"]
    assert low <= weighted <= high
    low, high = expected["unweighted_is_lower_by"]
    assert low <= weighted - plain <= high


@pytest.mark.parametrize("seed", [SEED, 1, 2, 3])
@pytest.mark.parametrize(
    ("group", "part", "kind", "tables"),
    [
        ("enterprises", ("A3", "size"), ("A2", "industry"), ("city_by_size", "industry_by_size")),
        (
            "individual_businesses",
            ("A2", "location"),
            ("A3", "trade"),
            ("city_by_location", "location_by_trade"),
        ),
    ],
)
def test_businesses(
    content: Content,
    datasets: Datasets,
    seed: int,
    group: str,
    part: tuple[str, str],
    kind: tuple[str, str],
    tables: tuple[str, str],
) -> None:
    rows = datasets(seed)[group].responses
    margins = content["province"]["margins"][group]
    parts, kinds = list(margins["variables"][part[1]]), list(margins["variables"][kind[1]])
    city = coded(rows["A1"], [city["code"] for city in content["province"]["cities"]])
    inner, outer = coded(rows[part[0]], parts), coded(rows[kind[0]], kinds)
    first = np.array([margins[tables[0]][name] for name in cities(content)])
    second = np.array(list(margins[tables[1]].values()), dtype=float)
    crossed = outer * len(parts) + inner if group == "enterprises" else inner * len(kinds) + outer
    weights = raked(rows["base_weight"], [(city * len(parts) + inner, first), (crossed, second)])
    assert kish_design_effect(weights) <= 2.5
    assert weights.max() <= 5.0 * weights.mean()


def test_service_users_within_cities(datasets: Datasets) -> None:
    rows = datasets()["service_users"].responses
    for city in set(rows["city"]):
        weights = rows["base_weight"][(rows["part"] == "main") & (rows["city"] == city)]
        assert kish_design_effect(weights) <= 2.5
        assert weights.max() <= 5.0 * weights.mean()
