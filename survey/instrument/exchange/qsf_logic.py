"""Turns simple display logic of Qualtrics into conditions; anything else is for a person to decide."""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey.instrument.exchange.qsf_json import Payload, as_mapping, string
from survey.instrument.expression import quoted

_LOCATOR = re.compile(r"q://(QID[0-9A-Za-z_#]+)/(\w+)(?:/([^/]+))?(?:/([^/]+))?\Z")
_SIGNS = {
    "EqualTo": "=",
    "NotEqualTo": "!=",
    "GreaterThan": ">",
    "GreaterThanOrEqual": ">=",
    "LessThan": "<",
    "LessThanOrEqual": "<=",
}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")


class Known:
    """One question as conditions see it: the name of its item, its type, and the code of each choice and row."""

    def __init__(self, *, name: str, kind: str, codes: Mapping[str, str], rows: Mapping[str, str]) -> None:
        self.name, self.kind, self.codes, self.rows = name, kind, codes, rows


class Unknown(Exception):
    """The logic says something that has no counterpart."""


def condition(raw: object, known: Mapping[str, Known]) -> str | None:
    """The condition that a logic means; None where there is none. Raises Unknown."""
    logic = as_mapping(raw)
    sets = [as_mapping(logic[key]) for key in sorted(logic, key=_number) if key.isdigit()]
    if not sets:
        return None
    written = ""
    for group in sets:
        inner = _set(group, known)
        word = "or" if "Or" in string(group.get("Type")) else "and"
        written = inner if not written else f"({written}) {word} ({inner})"
    return written


def _number(key: str) -> int:
    return int(key) if key.isdigit() and len(key) < 9 else 0


def _set(group: Payload, known: Mapping[str, Known]) -> str:
    """One set of expressions, each joined to what stands before it."""
    written, last = "", ""
    for key in sorted((key for key in group if key.isdigit()), key=_number):
        part = as_mapping(group[key])
        # Qualtrics writes the word without its second "n".
        word = string(part.get("Conjuction") or part.get("Conjunction")).lower() or "and"
        inner = _expression(part, known)
        if not written:
            written = inner
        else:
            before = written if last in ("", word) else f"({written})"
            written, last = f"{before} {word} {inner}", word
        if word not in ("and", "or"):
            raise Unknown
    if not written:
        raise Unknown
    return written


def _expression(part: Payload, known: Mapping[str, Known]) -> str:
    found = _LOCATOR.match(string(part.get("LeftOperand") or part.get("ChoiceLocator")))
    if part.get("LogicType") != "Question" or found is None or found[1] not in known:
        raise Unknown
    asked, place, first, operator = known[found[1]], found[2], found[3], string(part.get("Operator"))
    if place == "SelectableChoice" and found[4] is None and operator in ("Selected", "NotSelected"):
        if asked.kind not in ("single", "multi", "scale") or first not in asked.codes:
            raise Unknown
        chosen = f"selected(${{{asked.name}}}, {quoted(asked.codes[first])})"
        return chosen if operator == "Selected" else f"not({chosen})"
    name = asked.name
    if first is not None and place in ("ChoiceTextEntryValue", "ChoiceNumericEntryValue"):
        if first not in asked.rows:
            raise Unknown
        name = f"{name}_{asked.rows[first]}"
    return _comparison(name, asked.kind, operator, string(part.get("RightOperand")))


def _comparison(name: str, kind: str, operator: str, value: str) -> str:
    reference = f"${{{name}}}"
    if operator in ("Empty", "NotEmpty"):
        return f"{reference} {'=' if operator == 'Empty' else '!='} ''"
    if operator in ("Contains", "DoesNotContain"):
        holds = f"contains({reference}, {quoted(value)})"
        return holds if operator == "Contains" else f"not({holds})"
    if operator not in _SIGNS or kind in ("single", "multi", "ranking"):
        raise Unknown
    sign = _SIGNS[operator]
    if kind in ("number", "slider", "allocation", "battery") and _NUMBER.match(value):
        return f"{reference} {sign} {value}"
    if kind != "text" and kind != "texts":
        raise Unknown
    if sign in ("=", "!="):
        return f"{reference} {sign} {quoted(value)}"
    if not _NUMBER.match(value):
        raise Unknown
    return f"number({reference}) {sign} {value}"
