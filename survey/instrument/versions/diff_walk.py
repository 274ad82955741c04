"""Walks through two versions side by side and notes every difference at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from survey.instrument.program import Item, Loop, Option, Page, Program
from survey.instrument.versions.diff_rules import (
    IGNORED_IN_ITEMS,
    IGNORED_IN_OPTIONS,
    ITEM_RULES,
    OPTION_RULES,
    PROGRAM_RULES,
    SECTION_RULES,
    SLIDER_RULES,
    ChangeClass,
    Rule,
)
from survey.instrument.versions.diff_values import Values
from survey.instrument.versions.lineage import in_order, matched

Act = Literal["changed", "added", "removed", "renamed", "moved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One change. ``items`` are the items whose variables it touches, None for all of them."""

    kind: ChangeClass
    act: Act
    field: str | None = None
    section: str | None = None
    item: str | None = None
    option: str | None = None
    before: Any = None
    after: Any = None
    breaks: str | None = None
    items: tuple[str, ...] | None = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data; what does not apply is left out."""
        parts = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "items"}
        return {name: part for name, part in parts.items() if part is not None}


def differences(before: Program, after: Program) -> Iterator[Difference]:
    """All differences: of the whole, of the sections, of the items in their order."""
    walk = _Walk(before, after)
    yield from walk.whole()
    yield from walk.sections()
    yield from walk.loops()
    yield from walk.batteries()
    yield from walk.items()


class _Walk:
    """Two versions and what belongs together in them."""

    def __init__(self, before: Program, after: Program) -> None:
        self.before, self.after = before, after
        self.old = {item.code: item for page in before.pages for item in page.items}
        self.new = {item.code: item for page in after.pages for item in page.items}
        self.same = matched(self.old.values(), self.new.values())
        self.values = Values(after.first_language, self.old, self.new, self.same)
        self.later = self.values.later
        self.place = {item.code: page.section for page in after.pages for item in page.items}
        self.former_place = {item.code: page.section for page in before.pages for item in page.items}

    def whole(self) -> Iterator[Difference]:
        """The fields of the instrument itself."""
        for name, rule in PROGRAM_RULES.items():
            if name == "reference_period" and not self.before.reference_period:
                continue  # a program of format 1 does not hold the period that its document names
            change = self.values.change(rule, getattr(self.before, name), getattr(self.after, name))
            if change is not None:
                yield Difference(act="changed", field=name, items=None if change["breaks"] else (), **change)

    def sections(self) -> Iterator[Difference]:
        """Sections by their code: the first page of each part that is asked alike."""
        old, new = _parts(self.before), _parts(self.after)
        for key in old:
            if key not in new:
                yield Difference(kind="code", act="removed", section=key[0])
        steady = in_order({key: key for key in new if key in old}, old, new)
        for key, page in new.items():
            if key not in old:
                yield Difference(kind="code", act="added", section=key[0])
                continue
            if key not in steady:
                yield Difference(kind="order", act="moved", section=key[0])
            items = tuple(
                item.code
                for other in self.after.pages
                if (other.section, other.repeat) == key
                for item in other.items
            )
            for name, rule in SECTION_RULES.items():
                change = self.values.change(rule, getattr(old[key], name), getattr(page, name))
                if change is not None:
                    yield Difference(act="changed", field=name, section=key[0], items=items, **change)

    def loops(self) -> Iterator[Difference]:
        """How often a section is asked, and for what."""
        for code, loop in self.after.loops_by_code.items():
            former = self.before.loops_by_code.get(code)
            if former is None:
                continue
            items = tuple(i.code for page in self.after.pages if page.loop == code for i in page.items)
            for field in fields(Loop):
                if field.name == "limit" and loop.count is not None:
                    continue
                rule = _LOOP_RULES.get(field.name, Rule("logic", "base"))
                old = getattr(former, field.name)
                if field.name in ("over", "rows"):
                    old = self.later.get(old, old)
                change = self.values.change(rule, old, getattr(loop, field.name))
                if change is not None:
                    yield Difference(
                        act="changed", field=f"loop.{field.name}", section=code, items=items, **change
                    )

    def batteries(self) -> Iterator[Difference]:
        """The stems of batteries, which belong to each of their rows."""
        old = self.before.batteries_by_code
        for battery in self.after.batteries:
            rows = [item for item in self.new.values() if item.battery == battery.code]
            formers = {self.old[self.same[i.code]].battery for i in rows if i.code in self.same} - {None}
            former = old.get(battery.code) or old.get(next(iter(formers), None) or "")
            if former is None:
                continue
            codes = tuple(item.code for item in rows)
            for name, rule in _BATTERY_RULES.items():
                change = self.values.change(rule, getattr(former, name), getattr(battery, name))
                if change is not None:
                    yield Difference(act="changed", field=name, item=battery.code, items=codes, **change)

    def items(self) -> Iterator[Difference]:
        """Items that came, went, were renamed, moved or changed."""
        for code in self.old:
            if code not in self.later:
                yield Difference(
                    kind="code", act="removed", section=self.former_place[code], item=code, items=(code,)
                )
        steady = in_order(self.same, self.old, self.new)
        for code, item in self.new.items():
            section = self.place[code]
            former = self.same.get(code)
            if former is None:
                yield Difference(kind="code", act="added", section=section, item=code, items=(code,))
                continue
            if former != code:
                yield Difference(
                    kind="code",
                    act="renamed",
                    section=section,
                    item=code,
                    before=former,
                    after=code,
                    items=(code,),
                )
            if code not in steady or section != self.former_place[former]:
                yield Difference(kind="order", act="moved", section=section, item=code, items=(code,))
            yield from self._fields(self.old[former], item, section)
            yield from self._options(self.old[former], item, section)

    def _fields(self, old: Item, new: Item, section: str) -> Iterator[Difference]:
        rules = SLIDER_RULES if new.kind == "slider" else ITEM_RULES
        for field in fields(Item):
            rule = rules.get(field.name, Rule("logic"))
            if field.name in IGNORED_IN_ITEMS and field.name not in rules:
                continue
            change = self.values.change(rule, getattr(old, field.name), getattr(new, field.name))
            if change is not None:
                yield Difference(
                    act="changed",
                    field=field.name,
                    section=section,
                    item=new.code,
                    items=(new.code,),
                    **change,
                )

    def _options(self, old: Item, new: Item, section: str) -> Iterator[Difference]:
        """Options one by one; those of areas and units are lists kept elsewhere."""
        formers, options = old.options_by_code, new.options_by_code
        same = matched(formers.values(), options.values())
        at: dict[str, Any] = {
            "section": section,
            "item": new.code,
            "items": (new.code,),
            "field": "options",
        }
        multi = new.kind in ("multi", "units")
        for code, option in formers.items():
            if code not in same.values():
                breaks = None if option.missing or multi else "options"
                yield Difference(kind="code", act="removed", option=code, breaks=breaks, **at)
        steady = in_order(same, formers, options)
        for code, option in options.items():
            if code not in same:
                breaks = None if option.missing or multi else "options"
                yield Difference(kind="code", act="added", option=code, breaks=breaks, **at)
                continue
            if same[code] != code:
                yield Difference(kind="code", act="renamed", option=code, before=same[code], after=code, **at)
            if code not in steady:
                yield Difference(kind="order", act="moved", option=code, **at)
            for field in fields(Option):
                if field.name in IGNORED_IN_OPTIONS:
                    continue
                rule = OPTION_RULES.get(field.name, Rule("logic"))
                former = getattr(formers[same[code]], field.name)
                change = self.values.change(rule, former, getattr(option, field.name))
                if change is not None:
                    yield Difference(
                        act="changed", option=code, **{**at, "field": f"options.{field.name}"}, **change
                    )


_LOOP_RULES: Mapping[str, Rule] = {"label": Rule("wording"), "limit": Rule("logic")}
_BATTERY_RULES: Mapping[str, Rule] = {
    "text": Rule("wording", "stem"),
    "help": Rule("wording"),
    "note": Rule("wording"),
    "row_order": Rule("presentation"),
    "total": Rule("scale", "scale"),
    "unit": Rule("scale", "scale"),
}


def _parts(program: Program) -> dict[tuple[str, str | None], Page]:
    found: dict[tuple[str, str | None], Page] = {}
    for page in program.pages:
        found.setdefault((page.section, page.repeat), page)
    return found
