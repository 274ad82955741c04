"""How one kind of value is read as another, when two are equal and which comes first. No locale, no guessing."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from survey.instrument.expression import calendar, decimals
from survey.instrument.expression.decimals import read_number, write_number
from survey.instrument.expression.missing import Value, present

_SPACES = " \t\r\n"


def as_number(value: Value) -> Decimal | None:
    """A number, a text or single code that writes one, or 1 and 0 for true and false; None for anything else."""
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return read_number(value)
    return value if isinstance(value, Decimal) and value.is_finite() else None


def as_text(value: Value) -> str | None:
    """The text of any value: plain digits, ISO dates, codes with spaces between."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return write_number(value)
    if isinstance(value, tuple):
        return " ".join(value) or None
    if isinstance(value, (date, time)):
        return calendar.write_moment(value)
    return value or None


def as_codes(value: Value) -> tuple[str, ...] | None:
    """The chosen codes; a text holds codes with spaces between."""
    if isinstance(value, tuple):
        return value or None
    return words(as_text(value) or "") or None


def as_moment(value: Value) -> date | datetime | None:
    """A date, with or without a time; a text may write one."""
    if isinstance(value, str):
        return calendar.read_moment(value)
    return value if isinstance(value, date) else None


def as_truth(value: Value) -> bool:
    """Whether a condition holds: a number other than zero, anything else that is not missing."""
    return value is True or (value is not False and value != 0 and present(value) is not None)


def words(text: str) -> tuple[str, ...]:
    """The parts of a text between spaces."""
    for space in _SPACES[1:]:
        text = text.replace(space, " ")
    return tuple(part for part in text.split(" ") if part)


def same(a: Value, b: Value) -> bool:
    """Whether two present values are equal.

    A text beside a number or a date is read as one; a date beside a moment is its midnight; a choice equals
    a code if nothing else is chosen. Two texts are equal character by character.
    """
    a, b = _paired(a, b)
    return type(a) is type(b) and a == b


def before(a: Value, b: Value, *, allow_same: bool = False) -> bool:
    """Whether a comes before b: dates and times among themselves, everything else as numbers."""
    a, b = _paired(a, b)
    if isinstance(a, (date, time)) or isinstance(b, (date, time)):
        if type(a) is not type(b):
            return False
        left, right = calendar.seconds(a), calendar.seconds(b)  # type: ignore[arg-type]  # both are of one type
        return left < right or (allow_same and left == right)
    first, second = as_number(a), as_number(b)
    if first is None or second is None:
        return False
    return first < second or (allow_same and first == second)


def _paired(a: Value, b: Value) -> tuple[Value, Value]:
    if type(a) is type(b):
        return a, b
    return _beside(a, b), _beside(b, a)


def _beside(value: Value, other: Value) -> Value:
    """A value as it is read beside one of another kind."""
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and isinstance(other, Decimal):
        return read_number(value)
    if isinstance(other, datetime):
        moment = as_moment(value)
        return None if moment is None else calendar.midnight(moment)
    if isinstance(value, str) and isinstance(other, date):
        return calendar.read_moment(value)
    if isinstance(value, str) and isinstance(other, time):
        return calendar.read_time(value)
    return value


def plus(a: Value, b: Value) -> Value:
    """A sum of numbers, or a date some days later."""
    if isinstance(b, date) and not isinstance(a, date):
        a, b = b, a
    left, right = as_number(a), as_number(b)
    if isinstance(a, date):
        return None if right is None else calendar.later(a, right)
    return None if left is None or right is None else decimals.plus(left, right)


def minus(a: Value, b: Value) -> Value:
    """A difference of numbers, a date some days earlier, or the days between two dates or times."""
    if isinstance(a, (date, time)) or isinstance(b, (date, time)):
        left, right = _beside(a, b), _beside(b, a)
        if isinstance(left, time) and isinstance(right, time):
            return calendar.between(right, left)
        if isinstance(left, date) and isinstance(right, date):
            return calendar.between(right, left)
        days = None if isinstance(b, (date, time)) else as_number(b)
        return calendar.later(a, -days) if isinstance(a, date) and days is not None else None
    first, second = as_number(a), as_number(b)
    return None if first is None or second is None else decimals.minus(first, second)
