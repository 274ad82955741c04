"""One item as its template writes it down: in the reader's language, with what was typed and what was refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import NamedTuple

from survey.collect.attachments import limit_of
from survey.instrument.expression import walk
from survey.instrument.frame_facts import field_name
from survey.instrument.parts import MISSING_MARK, Item
from survey.instrument.problems import Problem
from survey.instrument.program import AreaRef, Words
from survey.instrument.shown import ShownItem, ShownOption, ShownPart
from survey.instrument.state import codes_of
from survey.kit.language import pick

Raw = Mapping[str, Sequence[str]]
FAMILIES = {
    **dict.fromkeys(("single", "scale", "multi", "units"), "choice"),
    **dict.fromkeys(("date", "month", "year", "time", "datetime", "duration"), "when"),
    **dict.fromkeys(("computed", "note", "end"), "told"),
    **dict.fromkeys(("number", "text", "ranking", "slider", "area", "contact", "file", "consent"), ""),
    "geopoint": "place",
}
"""By kind: the file in ``templates/kit/items`` that writes it; the kind itself where none is named."""
SEVERAL = frozenset({"multi", "units"})
_MANY_POINTS = 8
"""From so many points on a scale is a row of numbers with words at its ends, not a list of words."""
_SELECTS = {"dropdown": "select", "search": "search"}
_SIGNS = {"CNY": "¥", "EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "HKD": "HK$"}


PROVINCE_THEN_CITY = " · "
_ON_THE_SERVER = frozenset(
    {"each", "context", "column", "this", "today", "now", "position", "jr:choice-name"}
)
"""What an expression may look at that no page holds: then the server alone decides, after the page is sent."""


class OtherText(NamedTuple):
    """The field that "other, please say" opens."""

    key: str
    value: str
    max_chars: int | None
    problem: str | None


class Choice(NamedTuple):
    """One option: the id of its control, its code, its words, and whether it is chosen."""

    id: str
    code: str
    words: str
    is_chosen: bool
    other: OtherText | None = None
    is_exclusive: bool = False


Block = tuple[str, Sequence[Choice]]
"""Options under a heading; the heading is empty where there is none."""


class Part(NamedTuple):
    """One field of an item that is typed in parts."""

    name: str
    part: str
    value: str


class Fact(NamedTuple):
    """What the sampling frame knows: the field in which it is confirmed, its words, and what was said of it."""

    name: str
    words: str
    word: str


class KeptFile(NamedTuple):
    """A file that was sent before: its media type and size in bytes."""

    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One item as it is shown: with what the person typed, and what was refused of it.

    ``blocks`` are the options in order: for an area under their headings, for other choices the plain ones and
    then those set apart ("none of these", "don't know"); an item that is otherwise open has only the latter.
    ``condition`` is the expression that opens the item on a page kept together, as JSON for the script.
    """

    key: str
    kind: str
    family: str
    item: Item
    text: str
    help: str
    is_required: bool
    is_prefilled: bool
    fact: Fact | None
    is_read_only: bool
    is_waiting: bool
    max_chars: int | None
    layout: str
    blocks: tuple[Block, ...]
    typed: tuple[str, ...]
    parts: tuple[Part, ...]
    low: str | None
    high: str | None
    low_label: str
    high_label: str
    before: str
    after: str
    purpose: str
    file: KeptFile | None
    condition: str | None
    problem: str | None
    may_confirm: bool
    interviewer_note: str

    @property
    def value(self) -> str:
        """The one thing that was typed, without the codes that say why nothing was."""
        return next((text for text in self.typed if not text.startswith(MISSING_MARK)), "")

    @property
    def words_chosen(self) -> str:
        """The words of the options chosen."""
        chosen = [choice.words for _, choices in self.blocks for choice in choices if choice.is_chosen]
        return ", ".join(chosen)

    @property
    def megabytes(self) -> int:
        """How large a file may be."""
        return limit_of(self.item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What the words of a page depend on: language, what was typed, what was refused, which files are kept."""

    language: str
    interface: str
    raw: Raw | None
    problems: Mapping[str, Sequence[Problem]]
    together: bool
    files: Mapping[str, tuple[str, int]]
    contacts: Mapping[str, Mapping[str, str]]
    areas: Mapping[str, AreaRef]
    is_interviewer: bool

    def say(self, words: Words | None) -> str:
        """Words in the reader's language."""
        return pick(words, self.language)

    def refusal(self, key: str) -> str | None:
        """Everything that was refused of one item."""
        return " ".join(self.message(problem) for problem in self.problems.get(key, ())) or None

    def message(self, problem: Problem) -> str:
        """A designer's own words in the language of the questions, else ours in that of the page."""
        own = (problem.own or {}).get(self.language)
        return own or problem.message(self.interface)

    def field(self, name: str, stored: str) -> str:
        """What stands in a field: as typed, else as stored."""
        return stored if self.raw is None else next(iter(self.raw.get(name, ())), "")


def asked(shown: ShownItem, reader: Reader) -> Asked:
    """The item for its template."""
    item = shown.item
    typed = _typed(shown, reader.raw)
    layout = layout_of(shown)
    return Asked(
        key=shown.key,
        kind=shown.kind,
        family=FAMILIES[shown.kind] or shown.kind,
        item=item,
        text=reader.say(shown.text),
        help=reader.say(shown.help),
        is_required=shown.required,
        is_prefilled=shown.prefilled,
        fact=_fact(shown, reader),
        is_read_only=shown.read_only,
        is_waiting=shown.waiting,
        max_chars=shown.max_chars,
        layout=layout,
        blocks=_blocks(shown, reader, layout, frozenset(typed)),
        typed=typed,
        parts=tuple(_part(shown, part, reader) for part in shown.parts),
        low=shown.low,
        high=shown.high,
        low_label=reader.say(item.low_label),
        high_label=reader.say(item.high_label),
        before=_SIGNS.get(item.currency or "", item.currency or "") if item.form == "money" else "",
        after="%" if item.form == "percent" else reader.say(item.unit),
        purpose=reader.say(item.purpose),
        file=_file(shown, reader),
        condition=_condition(item) if reader.together else None,
        problem=reader.refusal(shown.key),
        interviewer_note=reader.say(item.interviewer_note) if reader.is_interviewer else "",
        may_confirm=any(problem.level == "advice" for problem in reader.problems.get(shown.key, ())),
    )


def layout_of(shown: ShownItem) -> str:
    """How the options stand: ``list``, ``cells`` in a row, ``select``, or ``search``."""
    chosen = _SELECTS.get(shown.item.appearance or "")
    if chosen and shown.kind not in SEVERAL:  # no list to pick from lets a finger tick two
        return chosen
    points = sum(not option.missing for option in shown.options)
    if shown.kind == "scale" and points >= _MANY_POINTS:
        return "cells"
    return "row" if shown.item.appearance == "likert" and points <= _MANY_POINTS else "list"


def _blocks(shown: ShownItem, reader: Reader, layout: str, chosen: frozenset[str]) -> tuple[Block, ...]:
    if shown.kind in ("area", "geopoint"):
        parts = _under_headings(shown.options, reader)
    else:
        parts = _set_apart(shown, layout)
    is_open = FAMILIES[shown.kind] != "choice" and shown.kind not in ("area", "geopoint", "ranking")
    mark = MISSING_MARK if is_open else ""
    # The first control bears the id that an error summary points at; an open item has a field before these.
    ids = chain([f"i-{shown.key}"] if not is_open else [], (f"i-{shown.key}-{n}" for n in count(1)))
    return tuple(
        (
            reader.say(heading),
            [
                Choice(
                    next(ids),
                    mark + option.code,
                    reader.say(option.text),
                    mark + option.code in chosen,
                    _other(option, reader),
                    option.exclusive,
                )
                for option in options
            ],
        )
        for heading, options in parts
        if options
    )


def _set_apart(shown: ShownItem, layout: str) -> list[tuple[Words | None, list[ShownOption]]]:
    """The plain options, then those set apart."""
    is_apart: Callable[[ShownOption], bool] = _is_exclusive if shown.kind in SEVERAL else _is_missing
    plain = [option for option in shown.options if not is_apart(option)]
    return [(None, plain), (None, [option for option in shown.options if is_apart(option)])]


def _is_exclusive(option: ShownOption) -> bool:
    return option.exclusive or option.missing


def _is_missing(option: ShownOption) -> bool:
    return option.missing


def _under_headings(
    options: Sequence[ShownOption], reader: Reader
) -> list[tuple[Words | None, list[ShownOption]]]:
    """Areas under the names of their cities, in the order in which these first appear."""
    found: list[tuple[Words | None, list[ShownOption]]] = []
    before: str | None = None
    for option in options:
        if not found or before != option.parent:
            found.append((_heading(option, reader), []))
        before = option.parent
        found[-1][1].append(option)
    return found


def _heading(option: ShownOption, reader: Reader) -> Words | None:
    """The city; behind its province where an instrument knows several. The script divides them again."""
    above = reader.areas.get(option.parent or "")
    province = reader.areas.get(above.parent or "") if above else None
    if option.group is None or province is None:
        return option.group
    return {
        language: f"{pick(province.words, language)}{PROVINCE_THEN_CITY}{name}"
        for language, name in option.group.items()
    }


def _other(option: ShownOption, reader: Reader) -> OtherText | None:
    if option.text_key is None:
        return None
    value = reader.field(option.text_key, option.text_value or "")
    return OtherText(option.text_key, value, option.text_max, reader.refusal(option.text_key))


def _part(shown: ShownItem, part: ShownPart, reader: Reader) -> Part:
    kept = reader.contacts.get(shown.key, {}).get(part.part, "") if shown.kind == "contact" else part.value
    return Part(part.name, part.part, reader.field(part.name, kept))


def _condition(item: Item) -> str | None:
    """The condition for the script; none where it looks at what only the server knows."""
    node = item.shown_if
    if node is None or any(part.op in _ON_THE_SERVER for part in walk(node)):
        return None
    return json.dumps(node.to_json(), ensure_ascii=False)


def _fact(shown: ShownItem, reader: Reader) -> Fact | None:
    if shown.fact is None:
        return None
    names = {option.code: reader.say(option.text) for option in shown.options}
    words = ", ".join(names.get(code, code) for code in codes_of(shown.fact))
    name = field_name(shown.key)
    return Fact(name, words, reader.field(name, shown.fact_word or ""))


def _file(shown: ShownItem, reader: Reader) -> KeptFile | None:
    facts = reader.files.get(shown.value) if isinstance(shown.value, str) else None
    return None if facts is None else KeptFile(*facts)


def _typed(shown: ShownItem, raw: Raw | None) -> tuple[str, ...]:
    if raw is not None:
        return tuple(raw.get(shown.key, ()))
    return tuple(codes_of(shown.value))
