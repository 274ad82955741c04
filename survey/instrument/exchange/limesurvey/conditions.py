"""Turns the older rows of conditions into one expression, in the way LimeSurvey itself does."""

from __future__ import annotations

import re

from survey.instrument.exchange.limesurvey.model import Condition, Question
from survey.instrument.exchange.limesurvey.variables import MULTIPLE, Variables

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
_FIELD = re.compile(r"@([0-9]+X[0-9]+X[0-9]+.*)@\Z", re.DOTALL)
_METHODS = ("<", "<=", "==", "!=", ">=", ">")
# Comparisons of texts, which older versions wrote between two letters.
_TEXT_METHODS = {"a<b": "<", "a<=b": "<=", "a>=b": ">=", "a>b": ">"}


def conditions_script(question: Question, variables: Variables) -> str:
    """The expression: alternatives about one variable are joined by "or", variables by "and", scenarios by "or"."""
    scenarios: dict[int, dict[str, list[str]]] = {}
    for at, condition in enumerate(question.conditions):
        field, box = _field(condition, variables)
        # A single box named with "+" stands for itself: two of them must both hold.
        subject = (
            f"{field} {at}"
            if condition.field.startswith("+")
            else f"{condition.cqid} {_subject(condition, field, box)}"
        )
        alternatives = scenarios.setdefault(condition.scenario, {}).setdefault(subject, [])
        alternatives.append(_comparison(condition, field, box=box))
    parts = [
        " and ".join(_bracketed(" or ".join(each)) for each in subjects.values())
        for subjects in scenarios.values()
    ]
    return " or ".join(_bracketed(part) for part in parts) if len(parts) > 1 else parts[0]


def _bracketed(text: str) -> str:
    return f"({text})"


def _subject(condition: Condition, field: str, box: bool) -> str:
    return condition.field if box else field


def _field(condition: Condition, variables: Variables) -> tuple[str, bool]:
    """The variable that is looked at, and whether the value names one of its boxes."""
    raw = condition.field
    if raw.startswith("{") and raw.endswith("}"):
        return raw[1:-1], False
    if raw.startswith("+"):
        return f"{raw[1:]}.NAOK", False
    source = variables.question(condition.cqid)
    if source is not None and source.type in MULTIPLE and variables.find(raw) is None:
        return f"{raw}{condition.value}.NAOK", True
    return f"{raw}.NAOK", False


def _comparison(condition: Condition, field: str, *, box: bool) -> str:
    method = _TEXT_METHODS.get(condition.method, condition.method)
    value = "Y" if box else condition.value
    if method == "RX":
        pattern = value if re.match(r"\A/.*/\w*\Z", value, re.DOTALL) else f"/{value}/"
        return f"regexMatch({_quoted(pattern)}, {field})"
    if method not in _METHODS:
        method = "=="
    if value.strip() == "" and method in ("==", "!="):
        return f"is_empty({field})" if method == "==" else f"!is_empty({field})"
    written = _value(value)
    if method == "!=":
        # Who has not answered has not given that answer either.
        return f"(is_empty({field}) or {field} != {written})"
    return f"{field} {method} {written}"


def _value(value: str) -> str:
    if found := _FIELD.match(value):
        return f"{found[1]}.NAOK"
    if re.match(r"\A\{[A-Za-z0-9_:.]+\}\Z", value):
        return value[1:-1]
    return value if _NUMBER.match(value) else _quoted(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
