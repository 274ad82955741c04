"""What an expression may use at its place: names with their types and codes, and whether they are known by then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from survey.instrument.codes import nearest
from survey.instrument.expression import calendar
from survey.instrument.expression.signatures import Type

# "here": asked before, or known; "later": asked afterwards; "elsewhere": asked once per unit or turn of another
# section; "shuffled": in a section that may come before or after; "circle": part of a circle that is named already.
Standing = Literal["here", "later", "elsewhere", "shuffled", "circle"]
MOMENTS: tuple[Type, ...] = ("date", "datetime", "time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a name: its type, its codes (empty: any), and those that say why there is no answer."""

    type: Type
    codes: Collection[str] = ()
    missing: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names an expression may use at its place. ``columns`` and ``this`` are None where they have no place."""

    answers: Mapping[str, Known] = field(default_factory=dict)
    context: Mapping[str, Known] = field(default_factory=dict)
    columns: Mapping[str, Known] | None = None
    this: Known | None = None
    standing: Callable[[str], Standing] = lambda name: "here"
    suggest: Callable[[str, Mapping[str, Known]], str] = nearest


BOOL, NUMBER, TEXT = Known(type="bool"), Known(type="number"), Known(type="text")
ANY = Known(type="any")
# An empty text, which is missing and fits beside anything.
EMPTY = Known(type="any", missing=("",))


def fits(found: Type, expected: Type) -> bool:
    """Whether what an expression gives can stand where something is expected."""
    if "any" in (found, expected) or found == expected:
        return True
    if expected == "text":
        return found in ("code", "codes", "number", "date", "time", "datetime")
    if expected == "datetime":
        return found == "date"
    return expected == "code" and found == "text"


def reads_as(text: str, kind: Type) -> bool | None:
    """Whether a text writes a date or time; None where the other side is of another type."""
    if kind == "time":
        return calendar.read_time(text) is not None
    return calendar.read_moment(text) is not None if kind in ("date", "datetime") else None


def result_of(op: str, seen: list[Known], declared: Type) -> Known:
    """What a function gives; some give what they are given."""
    if op in ("if", "coalesce", "min", "max"):
        kinds = [known for known in (seen[1:] if op == "if" else seen) if known is not EMPTY]
        types = {known.type for known in kinds}
        if op in ("min", "max") and types <= {"number", "code", "bool", "text"}:
            return NUMBER
        if len(types) == 1:
            first = kinds[0]
            codes = {code for known in kinds for code in known.codes}
            missing = {code for known in kinds for code in known.missing}
            every = all(known.codes for known in kinds)
            return Known(type=first.type, codes=sorted(codes) if every else (), missing=sorted(missing))
        return TEXT if types and types <= {"code", "codes", "text"} else ANY
    return Known(type=declared)
