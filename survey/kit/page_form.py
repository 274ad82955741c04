"""Prepares one page of an instrument for its templates: its items, its batteries, and what was refused where.

Everything is in the reader's language already, so that a template only has to write it down.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from survey.instrument.problems import Problem
from survey.instrument.program import AreaRef, Program
from survey.instrument.shown import ShownBattery, ShownPage
from survey.kit.asked import Asked, Choice, Raw, Reader
from survey.kit.asked import asked as ask
from survey.kit.marked import unmarked

__all__ = ["Asked", "PageForm", "Raw", "Stem", "page_form"]


@dataclass(frozen=True, kw_only=True)
class Stem:
    """What stands over the rows of a battery, and the rows; a plain item stands alone under an empty stem."""

    code: str
    text: str
    help: str
    total: str | None
    unit: str
    rows: tuple[Asked, ...]
    problem: str | None
    row_names: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """The words over the columns where every row offers the same choices; none elsewhere."""
        found = {tuple(choice.words for choice in _choices(row)) for row in self.rows}
        return found.pop() if len(found) == 1 else ()

    @property
    def is_grid(self) -> bool:
        """Whether it becomes a table where there is room: few choices, the same in every row."""
        is_choice = all(row.family == "choice" and row.layout in ("list", "row") for row in self.rows)
        opens = any(choice.other is not None for row in self.rows for choice in _choices(row))
        return is_choice and not opens and 2 <= len(self.heads) <= 8

    @cached_property
    def crossed(self) -> tuple[tuple[str, tuple[Asked, ...]], ...]:
        """The rows with the fields of their columns, where each crossing is one field to type in; else nothing."""
        if not self.columns or any(row.family not in ("number", "text") for row in self.rows):
            return ()
        by_row: dict[str, list[Asked]] = {}
        for each in self.rows:
            by_row.setdefault(each.item.row or "", []).append(each)
        return tuple((self.row_names.get(code, ""), tuple(found)) for code, found in by_row.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class PageForm:
    """A page ready for ``kit/items.html``, and its refusals for the error summary.

    ``known`` is, as JSON, what the script must know of earlier pages to show and hide items on this one.
    """

    page: ShownPage
    asked: tuple[Asked, ...]
    stems: tuple[Stem, ...]
    summary: tuple[tuple[str, str, str], ...]
    takes_files: bool
    asks_where: bool
    known: str | None
    edition: object | None = field(default=None, compare=False)
    """Tells it from all others where it is kept for everybody who comes to it alike (survey.kit.page_memory)."""


def page_form(
    page: ShownPage,
    *,
    language: str,
    interface: str | None = None,
    raw: Raw | None = None,
    problems: Sequence[Problem] = (),
    files: Mapping[str, tuple[str, int]] | None = None,
    contacts: Mapping[str, Mapping[str, str]] | None = None,
    program: Program | None = None,
    is_interviewer: bool = False,
) -> PageForm:
    """The page with ``raw`` as typed (the stored answers where it is None) and each problem at its item.

    ``interface`` is the language of the page around the questions where it is another one. ``files`` and ``contacts`` are what the draft keeps beside its answers; ``program`` tells the provinces
    of areas, and the script of a page kept together of what kind the answers are. Only an
    interviewer reads what is meant for one.
    """
    by_key: dict[str, list[Problem]] = {}
    for problem in problems:
        by_key.setdefault(problem.where.item or "", []).append(problem)
    reader = Reader(
        language=language,
        interface=interface or language,
        raw=raw,
        problems=by_key,
        together=page.together,
        files=files or {},
        contacts=contacts or {},
        areas=_areas(program),
        is_interviewer=is_interviewer,
    )
    items = tuple(ask(item, reader) for item in page.all_items or page.items)
    stems = _stems(page, items, reader)
    return PageForm(
        page=page,
        asked=items,
        stems=stems,
        summary=_summary(items, stems, by_key, reader),
        takes_files=any(each.kind == "file" for each in items),
        asks_where=any(each.item.precision == "exact" for each in items),
        known=_known(page, program) if page.together and program is not None else None,
    )


def _areas(program: Program | None) -> Mapping[str, AreaRef]:
    """All areas by their code, where there are provinces to tell cities apart by."""
    if program is None or "province" not in program.area_codes:
        return {}
    return {code: area for areas in program.area_codes.values() for code, area in areas.items()}


def _known(page: ShownPage, program: Program) -> str:
    """For the script: by name the kind and value of earlier answers, and the kind and field of those on the page."""
    facts = {
        name: [program.places[name].item.value_type, value]
        for name, value in page.known.items()
        if name in program.places
    }
    fields = {shown.item.code: [shown.item.value_type, shown.key, shown.kind] for shown in page.all_items}
    return json.dumps({"facts": facts, "fields": fields}, ensure_ascii=False)


def _stems(page: ShownPage, items: Sequence[Asked], reader: Reader) -> tuple[Stem, ...]:
    """The items in their order, those of one battery under one stem."""
    found: list[tuple[ShownBattery | None, list[Asked]]] = []
    for each in items:
        code = each.item.battery
        before = found[-1][0] if found else None
        if code and before is not None and before.code == code:
            found[-1][1].append(each)
        else:
            found.append((page.batteries.get(code) if code else None, [each]))
    return tuple(_stem(battery, rows, reader) for battery, rows in found)


def _stem(battery: ShownBattery | None, rows: Sequence[Asked], reader: Reader) -> Stem:
    if battery is None:
        return Stem(code="", text="", help="", total=None, unit="", rows=tuple(rows), problem=None)
    return Stem(
        code=battery.code,
        text=reader.say(battery.text),
        help=reader.say(battery.help),
        total=battery.total,
        unit=reader.say(battery.unit),
        rows=tuple(rows),
        problem=reader.refusal(battery.code),
        row_names={code: reader.say(words) for code, words in battery.rows.items()},
        columns=tuple(reader.say(words) for words in battery.columns.values()),
    )


def _summary(
    items: Sequence[Asked], stems: Sequence[Stem], problems: Mapping[str, Sequence[Problem]], reader: Reader
) -> tuple[tuple[str, str, str], ...]:
    """Every refusal with the field it leads to and what it is about; what belongs to no item comes first."""
    about: dict[str, tuple[str, str]] = {}
    for stem in stems:
        if stem.code and stem.rows:
            about[stem.code] = (f"i-{stem.rows[0].key}", unmarked(stem.text))
        for row in stem.rows:
            about[row.key] = (f"i-{row.key}", unmarked(f"{stem.text} {row.text}".strip()))
            for choice in _choices(row):
                if choice.other is not None:
                    about[choice.other.key] = (f"i-{choice.other.key}", unmarked(choice.words))
    loose: list[tuple[str, str, str]] = []
    placed: dict[str, tuple[str, str, str]] = {}
    for key, found in problems.items():
        text = " ".join(reader.message(problem) for problem in found)
        if key in about:
            target, words = about[key]
            placed[key] = (target, text, words)
        else:
            loose.extend(("main", reader.message(problem), "") for problem in found)
    return (*loose, *(placed[key] for key in about if key in placed))


def _choices(row: Asked) -> list[Choice]:
    return [choice for _, choices in row.blocks for choice in choices]
