"""What every operator and function of the table does with its arguments, once they have been read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from survey.instrument.expression import calendar, curves, decimals, patterns, values
from survey.instrument.expression.missing import Value, Work


def _boolean_from_string(text: str) -> bool:
    return text in ("true", "1")


def _selected(chosen: tuple[str, ...], code: tuple[str, ...]) -> bool:
    return any(part in chosen for part in code) and len(code) == 1


def _any_of(chosen: tuple[str, ...], *codes: tuple[str, ...]) -> bool:
    return any(code in chosen for part in codes for code in part)


def _all_of(chosen: tuple[str, ...], *codes: tuple[str, ...]) -> bool:
    return all(code in chosen for part in codes for code in part)


def _selected_at(chosen: tuple[str, ...], number: Decimal) -> str | None:
    at = decimals.whole(number)
    return chosen[at] if 0 <= at < len(chosen) else None


def _count_selected(chosen: tuple[str, ...] | None) -> Decimal:
    return Decimal(len(chosen or ()))


def _concat(*texts: str) -> str:
    return "".join(texts)


def _string_length(text: str | None) -> Decimal:
    return Decimal(len(text or ""))


def _substr(text: str, start: Decimal, end: Decimal | None = None) -> str:
    last = len(text) if end is None else decimals.whole(end)
    return text[decimals.whole(start) : last]


def _substring_before(text: str, part: str) -> str:
    head, found, _ = text.partition(part)
    return head if found else ""


def _substring_after(text: str, part: str) -> str:
    return text.partition(part)[2]


def _normalize_space(text: str) -> str:
    return " ".join(values.words(text))


def _number(value: Value) -> Decimal | None:
    return calendar.day_number(value) if isinstance(value, (date, time)) else values.as_number(value)


def _int(number: Decimal) -> Decimal | None:
    return decimals.from_units(decimals.whole(number) * decimals.ONE)


def _abs(number: Decimal) -> Decimal | None:
    return decimals.from_units(abs(decimals.units(number)))


def _neg(number: Decimal) -> Decimal | None:
    return decimals.from_units(-decimals.units(number))


def _count(*given: Value) -> Decimal:
    return Decimal(len(given))


def _least(*given: Value) -> Value:
    return _extreme(given, smallest=True)


def _greatest(*given: Value) -> Value:
    return _extreme(given, smallest=False)


def _extreme(given: tuple[Value, ...], *, smallest: bool) -> Value:
    """The first or the last of dates, of times or of numbers; missing if they are of several kinds."""
    moments: list[Value] = [value for value in given if isinstance(value, (date, time))]
    if moments and len(moments) < len(given):
        return None
    numbers: list[Value] = [number for value in given if (number := values.as_number(value)) is not None]
    read = moments or numbers
    best: Value = read[0] if read else None
    for value in read[1:]:
        if type(value) is not type(best):
            return None
        if values.before(value, best) if smallest else values.before(best, value):
            best = value
    return best


def _date(value: Value) -> Value:
    if isinstance(value, Decimal):
        return calendar.from_day_number(value)
    moment = values.as_moment(value)
    return moment.date() if isinstance(moment, datetime) else moment


def _date_time(value: Value) -> Value:
    if isinstance(value, Decimal):
        return calendar.moment_from_day_number(value)
    moment = values.as_moment(value)
    return None if moment is None else calendar.midnight(moment)


def _decimal_time(value: Value) -> Value:
    if isinstance(value, str):
        value = calendar.read_time(value)
    if isinstance(value, datetime):
        value = value.time()
    return calendar.day_number(value) if isinstance(value, time) else None


def _less(a: Value, b: Value) -> bool:
    return values.before(a, b)


def _at_most(a: Value, b: Value) -> bool:
    return values.before(a, b, allow_same=True)


def _more(a: Value, b: Value) -> bool:
    return values.before(b, a)


def _at_least(a: Value, b: Value) -> bool:
    return values.before(b, a, allow_same=True)


WORK: Mapping[str, Work] = {
    "=": values.same,
    "!=": values.same,
    "<": _less,
    "<=": _at_most,
    ">": _more,
    ">=": _at_least,
    "+": values.plus,
    "-": values.minus,
    "*": decimals.times,
    "div": decimals.divided,
    "mod": decimals.remainder,
    "neg": _neg,
    "boolean": values.as_truth,
    "boolean-from-string": _boolean_from_string,
    "selected": _selected,
    "any-of": _any_of,
    "all-of": _all_of,
    "selected-at": _selected_at,
    "count-selected": _count_selected,
    "string": str,
    "concat": _concat,
    "string-length": _string_length,
    "substr": _substr,
    "substring-before": _substring_before,
    "substring-after": _substring_after,
    "normalize-space": _normalize_space,
    "contains": lambda text, part: part in text,
    "starts-with": str.startswith,
    "ends-with": str.endswith,
    "regex": lambda text, pattern: patterns.matches(pattern, text),
    "as-number": _number,
    "int": _int,
    "round": decimals.round_to,
    "floor": decimals.floor,
    "ceiling": decimals.ceiling,
    "abs": _abs,
    "sqrt": decimals.root,
    "pow": decimals.power,
    "pi": curves.pi,
    "sin": curves.sine,
    "cos": curves.cosine,
    "tan": curves.tangent,
    "atan": curves.arc_tangent,
    "atan2": curves.arc_tangent,
    "sum": decimals.total,
    "mean": decimals.average,
    "min": _least,
    "max": _greatest,
    "count": _count,
    "count-non-empty": _count,
    "date": _date,
    "date-time": _date_time,
    "format-date": calendar.formatted,
    "format-date-time": calendar.formatted,
    "decimal-date-time": calendar.day_number,
    "decimal-time": _decimal_time,
    "days-between": calendar.between,
    "years-between": calendar.years_between,
}
