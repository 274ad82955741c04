"""Home of the truth: what the indices would be if everybody in the population had answered.

Truth is the population mean of the rounded, clipped item scores under the plan's mode mix, with the county
effects drawn for the seed, aggregated with the framework.  It is computed, not simulated: the latent opinion
of a cell is normal, so the expected score of an item is a sum of normal tails.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from admin.demo.simulate import assumptions
from admin.demo.simulate.allocation import spread
from admin.demo.simulate.facts import (
    RATING_GROUPS,
    ROSTER_GROUPS,
    Content,
    ScaleItem,
    all_units,
    cities,
    instrument_of,
    rated_units,
    scale_items,
)
from admin.demo.simulate.model import AnswerModel, answer_model, expected_score, lookup
from admin.demo.simulate.population import resident_cells, service_cells
from admin.demo.simulate.representatives import unit_city_effects
from admin.demo.simulate.residents import expectation, experience_share
from admin.demo.simulate.service_users import CHANNELS

Floats = NDArray[np.float64]
Scores = dict[str, float]


class _Cells:
    """A population as weighted cells: city, expectation before mode, mode mix, and who is asked what."""

    def __init__(self, city: NDArray[Any], weight: Floats, mean: Floats, modes: Mapping[str, Floats]) -> None:
        self.city = city
        self.weight = weight
        self.mean = mean
        self.modes = modes
        self.asked: dict[str, Floats] = {}

    def item_means(self, item: str, model: AnswerModel, *, shift: float = 0.0) -> tuple[Floats, Floats]:
        """Expected score of an item per cell and the number of people asked it."""
        score = sum(
            share * expected_score(self.mean + shift + model.mode.get(mode, 0.0), model.sd_total)
            for mode, share in self.modes.items()
        )
        return np.asarray(score), self.weight * self.asked.get(item, np.ones_like(self.weight))


def truth(content: Content, seed: int) -> dict[str, Any]:
    """True item scores and indices of cities, departments and composites for one seed.

    Keys: `items` and `city_indices` (group → city), `provincial` (group), `unit_module`, `departments`,
    `representatives` (group → unit), `composites` (city government → annual and year), `county_effects`.
    """
    model = answer_model(content, seed)
    populations = {group: _population(content, model, group) for group in (*RATING_GROUPS, "service_users")}
    city_items = {group: _by_city(content, model, group, cells) for group, cells in populations.items()}
    province_items = {group: _items(content, model, group, cells) for group, cells in populations.items()}
    city_indices = {
        group: {city: group_index(content, group, items) for city, items in rows.items()}
        for group, rows in city_items.items()
    }
    peacetime_shift = content["simulation"]["fieldwork_records"]["peacetime"]["shift_from_annual"]
    peacetime = _by_city(content, model, "service_users", populations["service_users"], shift=peacetime_shift)
    city_indices["service_users_peacetime"] = {
        city: group_index(content, "service_users", items) for city, items in peacetime.items()
    }
    module = {group: _unit_module(content, model, populations[group]) for group in RATING_GROUPS}
    representatives = {group: _representatives(content, model, group) for group in ROSTER_GROUPS}
    return {
        "definition": content["simulation"]["truth"],
        "seed": seed,
        "county_effects": model.county,
        "items": city_items,
        "city_indices": city_indices,
        "provincial": {group: group_index(content, group, items) for group, items in province_items.items()},
        "provincial_items": province_items,
        "unit_module": module,
        "departments": {
            group: {
                unit: _department(content, group, unit, module[group], province_items[group])
                for unit in units
            }
            for group, units in module.items()
        },
        "representatives": representatives,
        "composites": _city_composites(content, city_indices, representatives),
    }


def group_index(content: Content, group: str, items: Mapping[str, float]) -> float:
    """Aggregate item scores with the framework: indicators, dimensions, group index."""
    dimensions = content["framework"]["groups"][group]
    return _mean(
        (
            dimension["weight"],
            _mean(
                (
                    indicator["weight"],
                    _mean((weight, items[code]) for code, weight in indicator["items"].items()),
                )
                for indicator in dimension["indicators"].values()
            ),
        )
        for dimension in dimensions.values()
    )


def _mean(parts: Any) -> float:
    weights, values = zip(*parts, strict=True)
    return float(np.average(values, weights=weights))


def _population(content: Content, model: AnswerModel, group: str) -> _Cells:
    items = scale_items(content["instruments"][instrument_of(group)])
    if group == "residents":
        return _residents(content, model, items)
    names = np.array(cities(content))
    if group == "service_users":
        return _service_users(content, model, items)
    shares = content["province"]["sample_design"][group]["modes"]
    table = content["province"]["margins"][group]
    counts = table["city_by_size" if group == "enterprises" else "city_by_location"]
    weight = np.array([float(sum(counts[city])) for city in names])
    modes = {mode: np.full(len(names), share) for mode, share in shares.items()}
    return _Cells(names, weight, model.base + lookup(model.city, names), modes)


def _residents(content: Content, model: AnswerModel, items: tuple[ScaleItem, ...]) -> _Cells:
    table = resident_cells(content)
    n = len(table.county)
    city, county = spread(table.city, [20] * n), spread(table.county, [20] * n)
    age, place, sex = np.tile(table.age, n), np.tile(table.place, n), np.tile(table.sex, n)
    mean = expectation(model, city=city, county=county, age=age, place=place, sex=sex)
    shares = content["province"]["sample_design"]["residents"]["modes"]
    cells = _Cells(city, table.counts.ravel(), mean, {m: np.full(len(mean), s) for m, s in shares.items()})
    for item in items:
        if item.asked_after is not None:
            missed = np.ones(len(mean))
            for code in item.asked_after[1]:
                missed = missed * (1.0 - experience_share(content, code, age, place))
            cells.asked[item.code] = 1.0 - missed
    return cells


def _service_users(content: Content, model: AnswerModel, items: tuple[ScaleItem, ...]) -> _Cells:
    counts = service_cells(content)
    city = spread(cities(content), [len(CHANNELS)] * len(counts))
    channel = np.tile(np.array(CHANNELS), len(counts))
    mixes = assumptions.SERVICE_USER_MODES
    modes = {
        mode: np.array([mixes[str(name)].get(mode, 0.0) for name in channel])
        for mode in ("web", "sms_link", "cati")
    }
    cells = _Cells(city, counts.ravel(), model.base + lookup(model.city, city), modes)
    for item in items:
        if item.shown_for_channels is not None:
            cells.asked[item.code] = np.isin(channel, sorted(item.shown_for_channels)).astype(float)
    return cells


def _items(content: Content, model: AnswerModel, group: str, cells: _Cells) -> Scores:
    scores = {}
    for item in scale_items(content["instruments"][instrument_of(group)]):
        score, weight = cells.item_means(item.code, model, shift=model.item[item.code])
        scores[item.code] = float(np.average(score, weights=weight))
    return scores


def _by_city(
    content: Content, model: AnswerModel, group: str, cells: _Cells, *, shift: float = 0.0
) -> dict[str, Scores]:
    rows: dict[str, Scores] = {city: {} for city in cities(content)}
    for item in scale_items(content["instruments"][instrument_of(group)]):
        score, weight = cells.item_means(item.code, model, shift=model.item[item.code] + shift)
        for city, row in rows.items():
            here = cells.city == city
            row[item.code] = float(np.average(score[here], weights=weight[here]))
    return rows


def _unit_module(content: Content, model: AnswerModel, cells: _Cells) -> Scores:
    """Unit indices among those who dealt with a unit (contact does not depend on the person)."""
    questions = content["instruments"]["unit_module"]["questions"]
    result = {}
    for unit in rated_units(content):
        parts = []
        for question in questions:
            shift = model.item[question["id"]] + model.unit[unit]
            score, weight = cells.item_means(question["id"], model, shift=shift)
            parts.append((question["weight"], float(np.average(score, weights=weight))))
        result[unit] = _mean(parts)
    return result


def _department(content: Content, group: str, unit: str, module: Scores, items: Scores) -> float:
    """Unit module combined with the items the unit answers for, where there are any."""
    responsible = content["framework"]["responsible_units"]
    parts = [
        (dimension["weight"] * indicator["weight"] * weight * responsible[code][unit], items[code])
        for dimension in content["framework"]["groups"][group].values()
        for indicator in dimension["indicators"].values()
        for code, weight in indicator["items"].items()
        if unit in responsible.get(code, {})
    ]
    if not parts:
        return module[unit]
    shares = content["scoring"]["unit_index"]["department"]["with_domain_items"]
    return _mean([(shares["unit_module"], module[unit]), (shares["domain_items"], _mean(parts))])


def _representatives(content: Content, model: AnswerModel, group: str) -> Scores:
    effects = unit_city_effects(content, model)
    questions = [
        question
        for question in content["instruments"]["representatives"]["sections"][0]["questions"]
        if question["type"] == "scale" and group in question.get("groups", [group])
    ]
    weights = [question["weight"] for question in questions]
    scores = [
        expected_score(model.base + model.mode["web"] + effects + model.item[question["id"]], model.sd_total)
        for question in questions
    ]
    return dict(zip(all_units(content), np.average(scores, axis=0, weights=weights).tolist(), strict=True))


def _city_composites(
    content: Content, city_indices: Mapping[str, Scores], representatives: Mapping[str, Scores]
) -> dict[str, Scores]:
    weights = content["scoring"]["evaluator_weights"]["D"]
    periods = content["scoring"]["periods"]
    composites = {}
    for unit in content["province"]["assessed_units"]:
        if unit["class"] != "D":
            continue
        parts = {group: city_indices[group][unit["area"]] for group in weights if group in city_indices}
        parts |= {group: representatives[group][unit["id"]] for group in weights if group in representatives}
        annual = _mean((weights[group], parts[group]) for group in weights)
        year = _mean(
            [
                (periods["annual"]["weight"], annual),
                (periods["peacetime"]["weight"], city_indices["service_users_peacetime"][unit["area"]]),
            ]
        )
        composites[unit["id"]] = {"annual": annual, "year": year}
    return composites
