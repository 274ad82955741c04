"""What a foreign format has no word for, kept beside each row so that a document of ours comes back exactly.

A patch names only the fields that the plain columns could not say. Each carries a check of what the plain columns
did say: where somebody has edited the row since, the check no longer fits and the edit wins.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

MAX_PATCH = 200_000
_ABSENT = "-"


def make_patch(made: Mapping[str, Any], wanted: Mapping[str, Any], *, apart: frozenset[str]) -> str:
    """How to get from what an import makes to what is wanted; empty where they agree. Any: JSON values.

    Fields in ``apart`` stand on rows of their own.
    """
    changes = {
        name: [check(made, name), wanted[name]]
        for name in wanted
        if name not in apart and (name not in made or not same(made[name], wanted[name]))
    }
    drops = {name: [check(made, name)] for name in made if name not in wanted and name not in apart}
    if not changes and not drops:
        return ""
    # ASCII only, nothing that looks like a spreadsheet's own escapes, nothing that looks like a reference: no reader
    # of cells changes a letter of it or looks for a question in it.
    text = json.dumps({**changes, **drops}, separators=(",", ":"))
    return text.replace("_x", "\\u005fx").replace("$", "\\u0024")


def apply_patch(element: dict[str, Any], patch: str) -> None:
    """Change an element as its patch says; what cannot be read or no longer fits changes nothing. Any: JSON values."""
    if not patch or len(patch) > MAX_PATCH:
        return
    try:
        changes = json.loads(patch)
    except (ValueError, RecursionError):
        return
    if not isinstance(changes, dict):
        return
    before = dict(element)
    for name, change in changes.items():
        if not isinstance(change, list) or len(change) not in (1, 2) or change[0] != check(before, name):
            continue
        if len(change) == 2:
            element[name] = change[1]
        else:
            element.pop(name, None)


def same(one: object, other: object) -> bool:
    """Whether two JSON values are the same to the letter: 1 is not true, and not 1.0 either."""
    return canonical(one) == canonical(other)


def check(element: Mapping[str, Any], name: str) -> str:
    """A short fingerprint of one field. Any: JSON values."""
    if name not in element:
        return _ABSENT
    return hashlib.sha256(canonical(element[name]).encode("utf-8", "replace")).hexdigest()[:8]


def canonical(value: object) -> str:
    """The value as JSON with sorted keys."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
