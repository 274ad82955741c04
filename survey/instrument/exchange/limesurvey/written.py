"""Pieces of an expression in our language while it is being put together: text, binding strength and type."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from survey.instrument.expression import quoted

Type = Literal["bool", "number", "text", "code", "codes", "date", "time", "any", "none"]
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
LEVEL = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}
UNARY, ATOM = 7, 9
_COMPARISONS = (3, 4)


class Written(NamedTuple):
    """A rewritten part: its text, how tightly it binds, what it yields."""

    text: str
    level: int
    type: Type


def quote(text: str) -> str:
    """A text as a literal."""
    return quoted(text)


def call(name: str, *arguments: str, type: Type) -> Written:
    """A call of a function."""
    return Written(f"{name}({', '.join(arguments)})", ATOM, type)


def join(sign: str, left: Written, right: Written, type: Type) -> Written:
    """Two parts with an operator between them, in brackets where it would bind otherwise."""
    level = LEVEL[sign]
    # A comparison beside a comparison is put in brackets too: not everybody reads "a = b = c" the same way.
    keeps = level not in _COMPARISONS
    first = left.text if left.level > level or (left.level == level and keeps) else f"({left.text})"
    second = right.text if right.level > level or (right.level == level and level <= 2) else f"({right.text})"
    return Written(f"{first} {sign} {second}", level, type)


def is_literal(part: Written) -> bool:
    """Whether a part is a text in quotes."""
    text = part.text
    return part.level == ATOM and text[:1] in ("'", '"') and text[-1:] == text[:1]


def to_truth(part: Written) -> Written:
    """The part as true or false: in a LimeSurvey condition a filled value counts as true, 0 does not."""
    if part.type == "bool":
        return part
    if NUMBER.match(part.text):
        return call("true" if float(part.text) else "false", type="bool")
    zero = Written("0", ATOM, "number") if part.type == "number" else Written("''", ATOM, "text")
    return join("!=", part, zero, "bool")


def to_number(part: Written) -> Written:
    """The part as a number."""
    if part.type == "number":
        return part
    if part.type == "bool":
        return call("if", part.text, "1", "0", type="number")
    if is_literal(part) and NUMBER.match(part.text[1:-1]):
        return Written(part.text[1:-1], ATOM, "number")
    return call("number", part.text, type="number")
