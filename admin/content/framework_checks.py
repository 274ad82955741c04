"""Cross-checks of the index framework against the instruments and the assessed units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from admin.content.checking import Checks
from admin.content.conversion_checks import check_conversion
from admin.content.lineage_checks import check_gaps
from admin.content.problems import Steps
from survey.instrument.program import Item, Program

# The official five-grade review has a positive middle label: PRODUCT rule, never pooled with other scales.
NEVER_POOLED = "hcp5"


def check_framework(checks: Checks, province: Mapping[str, Any], programs: Mapping[str, Program]) -> None:
    """Weights, items, gaps, lineage, responsibilities, reliability sets and criterion items."""
    framework = checks.value
    checks.unique(framework["dimensions"], "id", ("dimensions",))
    checks.unique(framework["indicators"], "id", ("indicators",))
    dimensions = {dimension["id"] for dimension in framework["dimensions"]}
    for at, indicator in enumerate(framework["indicators"]):
        checks.known("dimension", indicator["dimension"], dimensions, ("indicators", at, "dimension"))
    check_conversion(checks, framework["item_score"]["values"], ("item_score", "values"))
    # A group whose instrument does not exist has been reported with the province.
    instrument_of = {
        group["id"]: group["instrument"]
        for group in province["evaluator_groups"]
        if group["instrument"] in programs
    }
    for group, tree in framework["groups"].items():
        if checks.known("group", group, instrument_of, ("groups", group)):
            _group(checks, tree, ("groups", group), programs[instrument_of[group]])
    check_gaps(checks)
    _responsibilities(checks, province, programs)
    _sets(checks, instrument_of, programs)


def _group(checks: Checks, tree: Mapping[str, Any], steps: Steps, program: Program) -> None:
    home = {indicator["id"]: indicator["dimension"] for indicator in checks.value["indicators"]}
    checks.shares(
        steps, {code: part["weight"] for code, part in tree.items()}, zh="维度权重", en="dimension weights"
    )
    ratable = _ratings(program)
    placed: dict[str, str] = {}
    for dimension, part in tree.items():
        here: Steps = (*steps, dimension, "indicators")
        checks.known("dimension", dimension, set(home.values()), (*steps, dimension))
        weights = {code: inner["weight"] for code, inner in part["indicators"].items()}
        checks.shares(here, weights, zh="指标权重", en="indicator weights")
        for indicator, inner in part["indicators"].items():
            place = (*here, indicator)
            if checks.known("indicator", indicator, home, place) and home[indicator] != dimension:
                checks.add(
                    "wrong_dimension", place, indicator=indicator, right=home[indicator], value=dimension
                )
            checks.shares((*place, "items"), inner["items"], zh="题目权重", en="item weights")
            for item in inner["items"]:
                _item(checks, item, (*place, "items", item), ratable)
                if item in placed:
                    checks.add(
                        "item_twice", (*place, "items", item), item=item, first=placed[item], second=indicator
                    )
                placed[item] = indicator
    for item in ratable.values():
        if item.code not in placed and not item.criterion:
            checks.add("item_not_scored", steps, item=item.code)


def _ratings(program: Program) -> dict[str, Item]:
    """The rating items asked once; those asked per unit carry their own weights."""
    return {
        item.code: item
        for page in program.pages
        if not page.repeat
        for item in page.items
        if item.kind == "scale"
    }


def _item(checks: Checks, code: str, steps: Steps, ratable: Mapping[str, Item]) -> None:
    if not checks.known("item", code, ratable, steps):
        return
    item = ratable[code]
    if item.scale == NEVER_POOLED:
        checks.add("pooled_scale", steps, item=code, scale=NEVER_POOLED)
    elif item.criterion or [o.code for o in item.options if not o.missing] != ["5", "4", "3", "2", "1"]:
        checks.add("item_not_ratable", steps, item=code)


def _responsibilities(checks: Checks, province: Mapping[str, Any], programs: Mapping[str, Program]) -> None:
    units = {unit["id"] for unit in province["assessed_units"]}
    scored = {
        item
        for tree in checks.value["groups"].values()
        for part in tree.values()
        for indicator in part["indicators"].values()
        for item in indicator["items"]
    }
    for item, shares in checks.value["responsible_units"].items():
        steps: Steps = ("responsible_units", item)
        checks.known("item", item, scored, steps)
        checks.all_known("unit", shares, units, steps)
        checks.shares(steps, shares, zh="责任比例", en="shares of responsibility")


def _sets(checks: Checks, instrument_of: Mapping[str, str], programs: Mapping[str, Program]) -> None:
    framework = checks.value
    targets = {part["id"] for part in (*framework["dimensions"], *framework["indicators"])}
    targets |= {"unit_module", *programs}
    for at, reliability_set in enumerate(framework["reliability_sets"]):
        steps: Steps = ("reliability_sets", at)
        checks.known("target", reliability_set["target"], targets, (*steps, "target"))
        if checks.known("group", reliability_set["group"], instrument_of, (*steps, "group")):
            places = programs[instrument_of[reliability_set["group"]]].places
            known = [code for code, place in places.items() if place.item.kind == "scale"]
            checks.all_known("item", reliability_set["items"], known, (*steps, "items"))
    for group, item in framework["criterion_items"].items():
        steps = ("criterion_items", group)
        if checks.known("group", group, instrument_of, steps):
            places = programs[instrument_of[group]].places
            known = [code for code, place in places.items() if place.item.criterion]
            checks.known("item", item, known, steps)
