"""Home of what counts as the wording of an item, and how two wordings differ. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

Item = Mapping[str, Any]
# Where an item stands, when it is asked and what is done with it may differ; what people read and answer may not.
_NOT_WORDING = frozenset(
    (
        *("id", "bank", "show_if", "required", "required_message", "groups", "integrity", "criterion"),
        *("quasi_identifier", "prefill", "weight", "foreign", "was", "private", "default", "sdg_16_6_2"),
        *("interviewer_note", "read_only", "choice_filter"),
    )
)
_MEMBERS = ("options", "rows", "columns")
_BESIDE = ("zh", "en")
_NOT_IN_MEMBERS = ("foreign", "was")
_REFERENCE = re.compile(r"([^\W\d][\w-]{0,63})@([1-9][0-9]{0,3})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field of the wording that is not as it was frozen."""

    field: str
    frozen: Any
    now: Any


def wording(item: Item) -> dict[str, Any]:
    """The part of an item that must stay as it is for a time series to go on, written in one way."""
    kept = {name: _plain(name, value) for name, value in item.items() if name not in _NOT_WORDING}
    return {name: value for name, value in kept.items() if value not in (None, "", {}, [])}


def _plain(name: str, value: Any) -> Any:
    """Options and rows as format 2 writes them: format 1 has the languages beside the code."""
    if name not in _MEMBERS or not isinstance(value, list):
        return value
    return [_member(each) if isinstance(each, Mapping) else each for each in value]


def _member(raw: Mapping[str, Any]) -> dict[str, Any]:
    beside = {tag: raw[tag] for tag in _BESIDE if tag in raw}
    rest = {key: value for key, value in raw.items() if key not in (*_BESIDE, *_NOT_IN_MEMBERS, "code")}
    words = {"text": beside} if beside and "text" not in raw else {}
    return {"code": str(raw.get("code", "")), **rest, **words}


def digest(item: Item) -> str:
    """SHA-256 of the wording."""
    return hashlib.sha256(rfc8785.dumps(wording(item))).hexdigest()


def differences(frozen: Item, now: Item) -> list[Difference]:
    """Every field of the wording that differs, by name."""
    before, after = wording(frozen), wording(now)
    return [
        Difference(field=name, frozen=before.get(name), now=after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def reference(code: str, revision: int) -> str:
    """How an item of a document names a wording of the bank."""
    return f"{code}@{revision}"


def read_reference(raw: object) -> tuple[str, int] | None:
    """Code and revision of a reference, or None where it is none."""
    found = _REFERENCE.match(raw) if isinstance(raw, str) else None
    return (found[1], int(found[2])) if found else None
