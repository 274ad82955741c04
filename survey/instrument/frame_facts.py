"""Facts of the sampling frame that a respondent is asked to confirm: what is known, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from survey.instrument.answers import AnswerReader
from survey.instrument.path import Reach
from survey.instrument.posted import OF_FRAME
from survey.instrument.problems import Findings, Where
from survey.instrument.program import Item
from survey.instrument.state import Answer, AnswerState, codes_of

YES, NO = "yes", "no"
_STORED = "fact."


class Mark(StrEnum):
    """What a respondent made of the frame's value. Without a word it is not confirmed."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    NOT_CONFIRMED = "not_confirmed"


def known_fact(reach: Reach, item: Item, unit: str | None) -> Answer | None:
    """The frame's value of an item that may be corrected; None where there is none, or none that fits any more."""
    if item.prefill != "frame" or item.read_only:
        return None
    value = reach.state.context.get(f"frame.{item.code}")
    if not value:
        return None
    return AnswerReader(reach, unit, Findings()).read(item, list(codes_of(value)), Where())


def field_name(key: str) -> str:
    """The form field that says whether the frame's value is right."""
    return f"{key}.{OF_FRAME}"


def said(raw: Mapping[str, object], key: str) -> str | None:
    """What was sent in that field: yes, no or nothing."""
    values = raw.get(field_name(key))
    first = values[0] if isinstance(values, Sequence) and not isinstance(values, str) and values else None
    return first if first in (YES, NO) else None


def mark(fact: Answer, answer: Answer | None, word: str | None) -> Mark:
    """What became of a fact. "No" without another value is a correction too: the frame is wrong, whatever is right."""
    if word == YES:
        return Mark.CONFIRMED
    if answer is None:
        return Mark.CORRECTED if word == NO else Mark.NOT_CONFIRMED
    return Mark.NOT_CONFIRMED if set(codes_of(answer)) == set(codes_of(fact)) else Mark.CORRECTED


def stored_name(key: str) -> str:
    """Under which name the mark stands in the context, beside the frame's value."""
    return f"{_STORED}{key}"


def stored_word(state: AnswerState, key: str) -> str | None:
    """Yes or no, as it was said before."""
    found = state.context.get(stored_name(key))
    return {Mark.CONFIRMED.value: YES, Mark.CORRECTED.value: NO}.get(str(found))


def marks_in(context: Mapping[str, Answer]) -> dict[str, Mark]:
    """The marks of a response by item (on repeated pages by item and unit)."""
    known = {mark.value: mark for mark in Mark}
    return {
        name.removeprefix(_STORED): known[str(value)]
        for name, value in context.items()
        if name.startswith(_STORED) and str(value) in known
    }
