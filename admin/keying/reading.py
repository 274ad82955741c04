"""Home of how a keyed sheet is read: what was typed in its one stored form, and what the engine says of it. Pure.

A field holds codes, numbers or words as they stand on the paper; ``.`` says that it was left blank there, ``?`` that
it cannot be read. ``!`` before a value says that the paper does hold it although the instrument does not provide for
it: a code that does not exist, or an answer to something that was not to be answered. An empty field is not keyed yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from admin.keying.fields import CONSENT, SLIP, Field, by_key
from survey.instrument.path import PageRef, Reach, find_path
from survey.instrument.problems import Problem
from survey.instrument.program import MISSING_MARK, Page, Program
from survey.instrument.state import AnswerState, answer_key
from survey.instrument.validate import validate_page
from survey.instrument.values import CANONICAL, folded
from survey.text import UnfitText, normalise

BLANK, UNREADABLE, AS_ON_PAPER = ".", "?", "!"
MOST_CHARS = 4_000
_BETWEEN = re.compile(r"[\s,;、+/]+")
_DIGITS = re.compile(r"[0-9]+\Z")
_SHORT = {"date": (8, (4, 6)), "month": (6, (4,)), "time": (4, (2,))}
_NOTHING = frozenset({"", BLANK, UNREADABLE})
_FULL_STOPS = frozenset({"。", "．", "｡", "・"})
Entry = Mapping[str, str]
"""What one person keyed: the stored form of each field that holds anything, by key."""


def stored(known: Field, typed: str) -> str:
    """What was typed in one field, in the form in which two keyings are compared."""
    try:
        text = normalise(typed[:MOST_CHARS]).strip()
    except UnfitText:
        return UNREADABLE
    if text in _FULL_STOPS or text == BLANK:
        return BLANK
    plain = folded(text)
    if plain in _NOTHING:
        return plain
    if plain.startswith(AS_ON_PAPER):
        value = _value(known, text[1:].strip())
        return AS_ON_PAPER + value if value else BLANK
    return _value(known, text)


def unmarked(value: str) -> str:
    """The value as the paper holds it, without the mark that the instrument does not provide for it."""
    return value.removeprefix(AS_ON_PAPER)


def _value(known: Field, text: str) -> str:
    if known.is_text:
        return " ".join(text.split())
    plain = folded(text)
    if known.is_list:
        codes = [_code(known, part) for part in _BETWEEN.split(plain) if part]
        order = {code: place for place, (code, _) in enumerate(known.codes)}
        if known.item is not None and known.item.kind != "ranking":
            codes = sorted(dict.fromkeys(codes), key=lambda code: (order.get(code, len(order)), code))
        return " ".join(codes)
    if known.item is None or not known.is_open:
        return _code(known, plain)
    return _measure(known.item.kind, plain)


def _code(known: Field, plain: str) -> str:
    """The code as the instrument writes it: 05 for 5, NONE for none."""
    names = {code.casefold(): code for code, _ in known.codes}
    if plain.casefold() in names:
        return names[plain.casefold()]
    bare = plain.lstrip("0") or plain
    return names.get(bare.casefold(), plain)


def _measure(kind: str, plain: str) -> str:
    """Numbers and days in their one form; days also as digits alone: 20261121."""
    if plain.startswith(MISSING_MARK):
        return plain
    length, cuts = _SHORT.get(kind, (0, ()))
    if length and len(plain) == length and _DIGITS.match(plain):
        between = ":" if kind == "time" else "-"
        parts = [plain[start:end] for start, end in zip((0, *cuts), (*cuts, length), strict=True)]
        plain = between.join(parts)
    reader = CANONICAL.get(kind)
    return (reader(plain) if reader is not None else None) or plain


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A keyed sheet as the engine sees it.

    ``state`` holds the answers that count; ``problems`` says of a field why its value does not; ``asked`` are the
    fields on the route of these answers.
    """

    entry: Entry
    state: AnswerState
    asked: frozenset[str]
    problems: Mapping[str, Problem] = field(default_factory=dict)
    screened_out: str | None = None

    @cached_property
    def off_route(self) -> frozenset[str]:
        """Fields with a value that nobody was to be asked for."""
        return frozenset(
            key
            for key, value in self.entry.items()
            if value not in _NOTHING and not key.startswith("_") and key not in self.asked
        )

    @cached_property
    def unmarked(self) -> frozenset[str]:
        """Fields that hold what the instrument does not provide for, without the mark that the paper does."""
        strange = self.off_route | self.problems.keys()
        return frozenset(key for key in strange if not self.entry.get(key, "").startswith(AS_ON_PAPER))

    @cached_property
    def empty(self) -> tuple[str, ...]:
        """Fields on the route that are not keyed yet."""
        needed = (CONSENT, SLIP, *sorted(self.asked))
        return tuple(key for key in needed if not self.entry.get(key))


def check(program: Program, entry: Entry, state: AnswerState) -> Checked:
    """Lead a keyed sheet through the pages as a phone does; ``state`` has its context and seed, and no answers."""
    known = by_key(program)
    problems: dict[str, Problem] = {}
    done: set[PageRef] = set()
    while (ref := _next(program, state, done)) is not None:
        done.add(ref)
        reach = Reach(program, state)
        page = program.pages[program.page_numbers[ref.code, ref.unit is not None]]
        raw = {key: _raw(known[key], entry.get(key, "")) for key in _keys(page, ref, reach) if key in known}
        result = validate_page(program, ref, raw, state)
        for problem in result.problems:
            key = problem.where.item
            if key is not None and problem.code != "required" and raw.get(key):
                problems.setdefault(key, problem)
        state = result.into(state)
    path = find_path(program, state)
    state = state.without(path.stale)
    asked = {
        answer_key(item.code, ref.unit) for ref, _, items in Reach(program, state).walk() for item in items
    }
    return Checked(
        entry=entry,
        state=state,
        asked=frozenset(key for key in asked if key in known),
        problems={key: problem for key, problem in problems.items() if key in asked},
        screened_out=path.screened_out,
    )


def _next(program: Program, state: AnswerState, done: set[PageRef]) -> PageRef | None:
    path = find_path(program, state)
    return None if path.screened_out else next((ref for ref in path.pages if ref not in done), None)


def _keys(page: Page, ref: PageRef, reach: Reach) -> list[str]:
    """The fields that the page may be sent: where its own answers open and close items, all of them."""
    moves = page.together or any(item.other_of is not None for item in page.items)
    items = page.items if moves else reach.shown_items(ref)
    return [answer_key(item.code, ref.unit) for item in items]


def _raw(known: Field, value: str) -> list[str]:
    """The form values of a keyed field."""
    text = unmarked(value)
    if text in _NOTHING:
        return []
    if known.item is not None and known.item.kind == "consent":
        return ["yes"] if text == "1" else [text]
    return text.split() if known.is_list else [text]
