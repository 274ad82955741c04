"""The lists that instruments refer to, taken from the content documents: areas, units, commitments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey.instrument.program import AreaRef, UnitRef


def area_refs(province: Mapping[str, Any]) -> tuple[AreaRef, ...]:
    """Each city followed by its counties."""
    found: list[AreaRef] = []
    for city in province["cities"]:
        found.append(_area(city, level="city", parent=province["province"]["code"]))
        found.extend(_area(county, level="county", parent=city["code"]) for county in city["counties"])
    return tuple(found)


def unit_refs_of(province: Mapping[str, Any]) -> tuple[UnitRef, ...]:
    """The assessed units in the order of the list."""
    return tuple(
        UnitRef(code=unit["id"], zh=unit["zh"], en=unit["en"], unit_class=unit["class"])
        for unit in province["assessed_units"]
    )


def commitment_refs(participation: Mapping[str, Any]) -> tuple[UnitRef, ...]:
    """The public commitments, as a follow-up instrument asks about them."""
    return tuple(
        UnitRef(code=commitment["id"], zh=commitment["zh"], en=commitment["en"])
        for commitment in participation["commitments"]
    )


def _area(area: Mapping[str, Any], *, level: str, parent: str) -> AreaRef:
    return AreaRef(code=area["code"], level=level, zh=area["zh"], en=area["en"], parent=parent)
