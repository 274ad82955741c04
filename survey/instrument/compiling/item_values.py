"""Builds the items that are typed: numbers, sliders, texts, dates and times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

import re2

from survey.instrument.compiling.item_choices import missing_options
from survey.instrument.compiling.making import Making
from survey.instrument.program import MISSING_MARK, Item, ValueType
from survey.instrument.values import CANONICAL, TYPED_PARTS, written_number

FORMS = ("integer", "decimal", "percent", "money")
FORMATS = ("plain", "email", "phone", "url")
DEFAULT_MAX_CHARS, MAX_CHARS, MAX_CHARS_2, MAX_PATTERN = 300, 5_000, 20_000, 1_000
_MAX_DECIMALS = 10
_TIME_UNITS = ("days", "hours", "minutes")
_WANTS: dict[str, ValueType] = {"date": "date", "datetime": "datetime", "time": "time"}
_DATED = frozenset({"date", "month", "time", "datetime"})


def number(making: Making, item: Item) -> Item:
    """A number with its form, unit and bounds."""
    fields = making.fields
    form = fields.choice("form", FORMS) or "decimal"
    decimals = fields.whole("decimals", low=0, high=_MAX_DECIMALS)
    if form == "integer":
        decimals = 0
    elif form == "money" and decimals is None:
        decimals = 2
    item = replace(
        item,
        form=form,
        decimals=decimals,
        unit=fields.words("unit", making.languages),
        currency=fields.string("currency"),
        options=missing_options(making),
    )
    item = bounded(making, item)
    if form != "percent":
        return item
    low = item.low if item.low is not None or item.low_from or "min" in making.written else "0"
    return replace(item, low=low, high=item.high if item.high is not None or "max" in fields.raw else "100")


def slider(making: Making, item: Item) -> Item:
    """A number on a line from ``min`` to ``max`` in steps."""
    fields = making.fields
    item = bounded(making, replace(item, options=missing_options(making)))
    step = written_number(fields.raw.get("step", 1))
    if step is None or Decimal(step) <= 0:
        making.findings.add("bad_bound", fields.at("step"), value=fields.raw.get("step"))
        step = "1"
    return replace(
        item,
        low=item.low if item.low is not None else "0",
        high=item.high if item.high is not None else "100",
        step=step,
        unit=fields.words("unit", making.languages),
        low_label=fields.words("low", making.languages),
        high_label=fields.words("high", making.languages),
    )


def dated(making: Making, item: Item) -> Item:
    """A date, month, year or time, within bounds."""
    parts = TYPED_PARTS.get(item.kind, ())
    return bounded(making, replace(item, options=missing_options(making), time_parts=parts))


def duration(making: Making, item: Item) -> Item:
    """A length of time in minutes, typed in the units that are asked."""
    units = making.fields.names("units") or TYPED_PARTS["duration"]
    for unit in units:
        if unit not in _TIME_UNITS:
            known = ", ".join(_TIME_UNITS)
            making.findings.add("unknown_value", making.fields.at("units"), value=unit, known=known)
    parts = tuple(unit for unit in _TIME_UNITS if unit in units)
    return bounded(making, replace(item, options=missing_options(making), time_parts=parts))


def text(making: Making, item: Item) -> Item:
    """Free text, or a text of a certain form."""
    fields = making.fields
    if making.languages.strict:
        return replace(item, max_chars=fields.whole("max_chars", low=1, high=MAX_CHARS) or DEFAULT_MAX_CHARS)
    return replace(
        item,
        max_chars=fields.whole("max_chars", low=1, high=MAX_CHARS_2) or DEFAULT_MAX_CHARS,
        lines=fields.whole("lines", low=1, high=50),
        pattern=_pattern(making),
        pattern_message=fields.words("pattern_message", making.languages),
        format=fields.choice("format", FORMATS),
        appearance=fields.string("appearance"),
        options=missing_options(making),
    )


def bounded(making: Making, item: Item) -> Item:
    """The item with ``min`` and ``max``: constants in their stored form, anything else an expression."""
    low = _bound(making, item, "min", "low_from")
    high = _bound(making, item, "max", "high_from")
    if low is not None and high is not None and is_greater(item, low, high):
        making.findings.add("limits_reversed", making.fields.at("max"), low=low, high=high)
    return item if low is high is None else replace(item, low=low, high=high)


def is_greater(item: Item, one: str, other: str) -> bool:
    """Whether a value lies above another: dates and times in their ISO form are ordered as text."""
    return one > other if item.kind in _DATED else Decimal(one) > Decimal(other)


def _bound(making: Making, item: Item, name: str, becomes: str) -> str | None:
    raw = making.fields.raw.get(name)
    if raw is None or raw == "":
        return None
    if isinstance(raw, date):  # YAML reads an unquoted date as one
        raw = raw.isoformat()
    constant = CANONICAL[item.kind](raw) if isinstance(raw, str) else written_number(raw)
    if constant is not None and CANONICAL[item.kind](constant) is not None:
        return constant
    if isinstance(raw, str):
        making.expression(name, becomes=becomes, wants=_WANTS.get(item.kind, item.value_type))
    else:
        making.findings.add("bad_bound", making.fields.at(name), value=raw)
    return None


def _pattern(making: Making) -> str | None:
    pattern = making.fields.string("pattern", limit=MAX_PATTERN)
    if pattern is None:
        return None
    if compiled(pattern) is None:
        making.findings.add("bad_pattern", making.fields.at("pattern"), value=pattern)
        return None
    return pattern


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re2._Regexp | None:
    """The pattern for RE2, which never backtracks; None where RE2 cannot read it."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(pattern, options)
    except re2.error:
        return None


def unreadable(item: Item, values: Sequence[str]) -> bool:
    """Whether a default of a typed item cannot be read as an answer; an expression is for later."""
    canonical = CANONICAL.get(item.kind)
    if canonical is None:
        return False
    return any(canonical(value) is None and not value.startswith(MISSING_MARK) for value in values)
