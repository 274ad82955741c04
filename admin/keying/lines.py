"""Home of a sheet as the keying screen shows it: lines of fields, with what the engine says beside each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from admin.keying.fields import Field, Section, by_key, sections
from admin.keying.reading import AS_ON_PAPER, BLANK, UNREADABLE, Checked
from admin.keying.services.entering import Keying
from survey.kit import language

WHOLE = "all"
MOST_FIELDS = 240
"""From so many fields on a sheet is keyed section by section only: a form may have 500 parts."""
_MOST_CODES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One field on the screen."""

    field: Field
    text: str
    codes: str
    value: str
    is_asked: bool
    problem: str

    @property
    def label(self) -> str:
        """The code by which the paper names the item."""
        return "" if self.field.item is None else self.field.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Fields under one heading: a section, or one turn of it."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What is keyed at a time, and where it stands in the sheet."""

    section: str
    blocks: tuple[Block, ...]
    all_sections: tuple[tuple[str, str, int], ...]
    """Of each section: code, title, how many fields still wait."""
    turns: tuple[tuple[str, str], ...]
    before: str | None
    after: str | None
    may_be_whole: bool
    n_empty: int
    faults: tuple[tuple[str, str, str], ...]
    """Of each field in the way: its section, its key, what is wrong."""


def screen_of(keying: Keying, checked: Checked, *, section: str, turn: str, is_looking: bool) -> Screen:
    """The screen for one section, or for the whole sheet. ``turn`` opens a unit or turn off the route."""
    program, tongue = keying.work.program, keying.work.run.language
    shown = set(checked.asked) | keying.entry.keys()
    shown |= {key for key, field in by_key(program).items() if turn and field.turn == turn}
    found = [each for each in sections(program, shown=shown) if each.fields or each.turns]
    codes = [each.code for each in found]
    may_be_whole = sum(len(each.fields) for each in found) <= MOST_FIELDS
    if section == WHOLE and may_be_whole:
        chosen, before, after = found, None, None
    else:
        at = codes.index(section) if section in codes else 0
        section, chosen = codes[at], [found[at]]
        before = codes[at - 1] if at else None
        after = codes[at + 1] if at + 1 < len(codes) else None
    empty = frozenset(checked.empty)
    blocks = [block for each in chosen for block in _blocks(each, keying, checked, tongue, is_looking)]
    turns = chosen[0].turns if len(chosen) == 1 else ()
    here = {field.turn for each in chosen for field in each.fields}
    return Screen(
        section=section,
        blocks=tuple(blocks),
        all_sections=tuple(
            (each.code, language.pick(each.title, tongue), _waiting(each, empty)) for each in found
        ),
        turns=tuple((code, language.pick(words, tongue)) for code, words in turns if code not in here),
        before=before,
        after=after,
        may_be_whole=may_be_whole,
        n_empty=len(empty),
        faults=_faults(found, checked, empty) if is_looking else (),
    )


def messages(checked: Checked, *, with_empty: bool = False) -> dict[str, str]:
    """By field: what is wrong with what stands in it; also that nothing does, if that is asked for."""
    here = language.current()
    found: dict[str, str] = {}
    for key in checked.off_route:
        found[key] = _("Not to be answered on this route.")
    for key, problem in checked.problems.items():
        found[key] = problem.message(here)
    for key in found.keys() & checked.unmarked:
        found[key] += " " + _("If the paper says so, put %(mark)s before it.", mark=AS_ON_PAPER)
    for key in found.keys() - checked.unmarked:
        found[key] = _("As on paper: %(words)s", words=found[key])
    if with_empty:
        for key in checked.empty:
            found[key] = _(
                "Nothing is keyed. %(blank)s if the paper is blank, %(unread)s if it cannot be read.",
                blank=BLANK,
                unread=UNREADABLE,
            )
    return found


def _waiting(section: Section, empty: Collection[str]) -> int:
    return sum(field.key in empty for field in section.fields)


def _blocks(section: Section, keying: Keying, checked: Checked, tongue: str, is_looking: bool) -> list[Block]:
    said = messages(checked, with_empty=is_looking)
    found: list[Block] = []
    turns = list(dict.fromkeys(field.turn for field in section.fields))
    for turn in turns:
        fields = [field for field in section.fields if field.turn == turn]
        title = language.pick(section.title, tongue)
        if turn is not None:
            title = language.pick(fields[0].turn_words, tongue)
        lines = tuple(_line(field, keying, checked, tongue, said) for field in fields)
        found.append(Block(title=title, lines=lines))
    return found


def _line(field: Field, keying: Keying, checked: Checked, tongue: str, said: dict[str, str]) -> Line:
    return Line(
        field=field,
        text=language.pick(field.text, tongue),
        codes=codes_of(field, tongue),
        value=keying.entry.get(field.key, ""),
        is_asked=field.item is None or field.key in checked.asked,
        problem=said.get(field.key, ""),
    )


def codes_of(field: Field, tongue: str) -> str:
    """The codes that may be circled, where they are few enough to read."""
    if not field.codes or len(field.codes) > _MOST_CODES:
        return ""
    mark = "#" if field.is_open else ""
    return " · ".join(f"{mark}{code} {language.pick(words, tongue)}" for code, words in field.codes)


def _faults(
    found: Sequence[Section], checked: Checked, empty: Collection[str]
) -> tuple[tuple[str, str, str], ...]:
    said = messages(checked, with_empty=True)
    in_way = checked.unmarked | set(empty)
    return tuple(
        (section.code, field.key, said[field.key])
        for section in found
        for field in section.fields
        if field.key in in_way
    )
