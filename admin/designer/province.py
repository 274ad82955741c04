"""Home of turning the province document into areas and assessed units that other tables point to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from survey.models.content import Area, AssessedUnit


def keep(session: Session, province: Mapping[str, Any]) -> None:
    """Add or rename the areas and units of a checked province document; nothing is taken away."""
    for area in _areas(province):
        session.merge(area)
    session.flush()  # units point to areas
    codes = {city["id"]: city["code"] for city in province["cities"]}
    for unit in province["assessed_units"]:
        session.merge(
            AssessedUnit(
                code=unit["id"],
                official_code=unit["code"],
                unit_class=unit["class"],
                zh=unit["zh"],
                en=unit["en"],
                area_code=codes.get(unit.get("area", "")),
            )
        )


def _areas(province: Mapping[str, Any]) -> Iterator[Area]:
    top = province["province"]
    yield _area(top, level="province", kind="province", slug=top["id"], parent=None)
    for city in province["cities"]:
        yield _area(city, level="city", kind=city["kind"], slug=city["id"], parent=top["code"])
        for county in city["counties"]:
            yield _area(county, level="county", kind=county["type"], slug=county["code"], parent=city["code"])


def _area(source: Mapping[str, Any], *, level: str, kind: str, slug: str, parent: str | None) -> Area:
    return Area(
        code=source["code"],
        level=level,
        slug=slug,
        parent_code=parent,
        kind=kind,
        zh=source["zh"],
        en=source["en"],
    )
