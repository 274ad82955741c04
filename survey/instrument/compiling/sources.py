"""What an instrument document refers to: scales, modules, units and areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from survey.instrument.compiling.scales import Scales
from survey.instrument.problems import Findings
from survey.instrument.program import AreaRef, Page, UnitRef


class Sources:
    """What a document refers to: scales, modules, units, areas; and where problems are noted."""

    def __init__(
        self,
        *,
        scales: Mapping[str, object],
        modules: Mapping[str, Mapping[str, object]],
        units: tuple[UnitRef, ...],
        areas: tuple[AreaRef, ...],
        findings: Findings,
    ) -> None:
        self.findings, self.modules, self.units, self.areas = findings, modules, units, areas
        self.scales = Scales(scales, findings)

    def units_used(self, pages: Iterable[Page]) -> tuple[UnitRef, ...]:
        """The units a program can ask about, in the order of the list."""
        pages = tuple(pages)
        if any(page.repeat in ("assigned_unit", "commitment") for page in pages):
            return self.units
        named = {
            option.code
            for page in pages
            for item in page.items
            if item.kind == "units"
            for option in item.options
        }
        return tuple(unit for unit in self.units if unit.code in named)

    def areas_used(self, levels: set[str]) -> tuple[AreaRef, ...]:
        """The areas of the levels asked, and the parents that head their lists."""
        used = [area for area in self.areas if area.level in levels]
        parents = {area.parent for area in used}
        return tuple(area for area in self.areas if area.level in levels or area.code in parents)

    def area_codes(self) -> dict[str, tuple[str, ...]]:
        """The codes of the areas by level."""
        levels = dict.fromkeys(area.level for area in self.areas)
        return {level: tuple(a.code for a in self.areas if a.level == level) for level in levels}

    def random_direction(self) -> bool:
        """Whether half of the respondents read the scales from worst to best."""
        return self.scales.random_direction
