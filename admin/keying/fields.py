"""Home of what can be keyed from a sheet: a field for each thing that may be written on it, in the printed order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from survey.instrument.codes import UNIT_SEPARATOR
from survey.instrument.columns import turns_of
from survey.instrument.program import Item, Page, Program, Words
from survey.instrument.state import answer_key

CONSENT, SLIP = "_consent", "_slip"
"""What a sheet says beside its answers: that the respondent agrees, and whether a receipt is wanted."""
SHEET = "_sheet"
"""The section of these two."""
_NOT_KEYED = frozenset({"contact", "file", "note", "computed", "end"})
_YES: Words = {"zh": "是", "en": "Yes"}
_NO: Words = {"zh": "否", "en": "No"}
_CONSENT_WORDS: Words = {"zh": "表上注明同意参加", "en": "Agreement is marked on the sheet"}
_SLIP_WORDS: Words = {"zh": "希望收到回执", "en": "A receipt is wanted"}
_SHEET_TITLE: Words = {"zh": "表头", "en": "Head of the sheet"}
_MANY = frozenset({"multi", "units", "ranking"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: ``key`` names it, ``item`` is the item it belongs to (None at the head of the sheet).

    ``codes`` are all that may be circled, with their words; ``missing`` those of them that stand beside an open
    field. ``turn`` is the unit or turn that a repeated page is about.
    """

    key: str
    code: str
    section: str
    title: Words
    text: Words
    item: Item | None
    codes: tuple[tuple[str, Words], ...]
    turn: str | None = None
    turn_words: Words | None = None

    @property
    def is_list(self) -> bool:
        """Whether several codes may stand in it."""
        return self.item is not None and self.item.kind in _MANY

    @property
    def is_open(self) -> bool:
        """Whether something is written in, so that a code to circle stands behind a mark."""
        return self.item is not None and self.item.kind not in (*_MANY, "single", "scale", "area", "consent")

    @property
    def is_text(self) -> bool:
        """Whether it is free text."""
        return self.item is not None and self.item.kind == "text"


_MOST_HELD = 16
_made: dict[str, Mapping[str, Field]] = {}
"""By the digest of its instrument: the fields of a sheet, which never change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The fields of one section as it is printed."""

    code: str
    title: Words
    fields: tuple[Field, ...]
    turns: tuple[tuple[str, Words], ...] = ()
    """Units or turns of which the section is repeated; empty where it stands once."""


def by_key(program: Program) -> Mapping[str, Field]:
    """Every field that a sheet of this instrument may have, repeated ones for every unit or turn, in order."""
    known = _made.get(program.digest)
    if known is None:
        fields = (*_head(), *(field for page in program.pages for field in _of_page(program, page)))
        if len(_made) >= _MOST_HELD:
            _made.clear()
        known = _made[program.digest] = {field.key: field for field in fields}
    return known


def sections(program: Program, *, shown: Collection[str]) -> tuple[Section, ...]:
    """The sections in order. Of repeated fields only those with a key in ``shown``."""
    found: dict[str, list[Field]] = {}
    titles: dict[str, Words] = {}
    turns: dict[str, dict[str, Words]] = {}
    for field in by_key(program).values():
        titles.setdefault(field.section, field.title)
        kept = found.setdefault(field.section, [])
        if field.turn is not None:
            turns.setdefault(field.section, {})[field.turn] = field.turn_words or {}
        if field.turn is None or field.key in shown:
            kept.append(field)
    return tuple(
        Section(
            code=code,
            title=titles[code],
            fields=tuple(_in_turn(kept)),
            turns=tuple(turns.get(code, {}).items()),
        )
        for code, kept in found.items()
    )


def _in_turn(fields: list[Field]) -> list[Field]:
    """Turn after turn, as the paper repeats a section; a stable sort keeps the rest in place."""
    order: dict[str | None, int] = {}
    for field in fields:
        order.setdefault(field.turn, len(order))
    return sorted(fields, key=lambda field: order[field.turn])


def _head() -> Iterator[Field]:
    for key, words in ((CONSENT, _CONSENT_WORDS), (SLIP, _SLIP_WORDS)):
        yield Field(
            key=key,
            code=key,
            section=SHEET,
            title=_SHEET_TITLE,
            text=words,
            item=None,
            codes=(("1", _YES), ("2", _NO)),
        )


def _of_page(program: Program, page: Page) -> Iterator[Field]:
    for turn, words in _turns(program, page):
        for item in page.items:
            if item.kind in _NOT_KEYED or item.read_only:
                continue
            yield Field(
                key=answer_key(item.code, turn),
                code=item.code,
                section=page.section,
                title=page.title,
                text=_text(program, item),
                item=item,
                codes=_codes(program, item),
                turn=turn,
                turn_words=words,
            )


def _turns(program: Program, page: Page) -> list[tuple[str | None, Words | None]]:
    if page.repeat is None:
        return [(None, None)]
    if page.repeat != "loop":
        return [(unit.code, unit.words) for unit in program.units]
    loop = program.loops_by_code[page.loop or ""]
    named: dict[str, Words] = {}
    if loop.over is not None:
        named = {option.code: option.text for option in program.places[loop.over].item.options}
    return [
        (turn, named.get(turn or "", {"zh": turn or "", "en": turn or ""}))
        for turn in turns_of(program, page)
    ]


def _text(program: Program, item: Item) -> Words:
    """The words of the item; of a row in a battery those of the row."""
    battery = program.batteries_by_code.get(item.battery or "")
    for row in battery.rows if battery is not None else ():
        if row.code == item.row:
            return row.text
    return item.text


def _codes(program: Program, item: Item) -> tuple[tuple[str, Words], ...]:
    if item.kind == "consent":
        return (("1", _YES),)
    if item.level is not None:
        return tuple((area.code, area.words) for area in program.area_codes.get(item.level, {}).values())
    return tuple((option.code, option.text) for option in item.options if not option.analysis_only)


def item_of(key: str) -> str:
    """The item that a key belongs to."""
    return key.partition(UNIT_SEPARATOR)[0]
