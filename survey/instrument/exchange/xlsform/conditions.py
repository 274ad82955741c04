"""Conditions written as mappings (format 1) as expressions of the XLSForm dialect."""

from __future__ import annotations

from collections.abc import Mapping

MAX_DEPTH = 12


def as_expression(condition: object) -> str:
    """The condition as an expression; empty where it cannot be read."""
    if isinstance(condition, str):
        return condition
    return _written(condition, MAX_DEPTH) or ""


def _written(raw: object, depth: int) -> str | None:
    if not isinstance(raw, Mapping) or depth == 0:
        return None
    if set(raw) == {"not"}:
        inner = _written(raw["not"], depth - 1)
        return f"not({inner})" if inner else None
    for key, word in (("all", " and "), ("any", " or ")):
        if set(raw) == {key}:
            return _joined(raw[key], word, depth)
    return _comparison(raw)


def _joined(raw: object, word: str, depth: int) -> str | None:
    if not isinstance(raw, list) or not raw:
        return None
    found = [_written(part, depth - 1) for part in raw]
    if not all(found):
        return None
    return word.join(f"({part})" if len(found) > 1 else str(part) for part in found)


def _comparison(raw: Mapping[object, object]) -> str | None:
    if "question" in raw:
        name = "${" + str(raw["question"]) + "}"
    elif "context" in raw:
        name = f"context('{raw['context']}')"
    else:
        return None
    if raw.get("answered") is True:
        return f"{name} != ''"
    if "equal" in raw:
        return f"{name} = {_literal(raw['equal'])}"
    for key, word in (("any_of", " or "), ("all_of", " and ")):
        codes = raw.get(key)
        if isinstance(codes, list) and codes:
            return word.join(f"selected({name}, {_literal(code)})" for code in codes)
    return None


def _literal(code: object) -> str:
    return "'" + str(code).replace("'", "") + "'"
