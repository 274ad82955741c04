"""The home of Change: one step from one state of a document to the next, which can be taken back.

A document is plain data: mappings, lists, texts, numbers. Nothing here alters it in place; what did not change
is shared between the old document and the new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

# Any: a JSON document
Document = Mapping[str, Any]
Step = str | int
Path = tuple[Step, ...]


class Nothing(Enum):
    """The side of a change on which there is nothing: None is a value of its own."""

    ABSENT = "absent"


ABSENT = Nothing.ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value at a path: replaced, or (one side absent) put in or taken out.

    In a list, a value that is put in or taken out moves those after it.
    """

    path: Path
    before: Any = ABSENT
    after: Any = ABSENT

    def inverse(self) -> Change:
        """The change that takes this one back."""
        return Change(path=self.path, before=self.after, after=self.before)

    def to_json(self) -> dict[str, Any]:
        """Plain data; an absent side is left out."""
        sides = {"before": self.before, "after": self.after}
        return {"path": list(self.path), **{k: v for k, v in sides.items() if v is not ABSENT}}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Change:
        """The inverse of ``to_json``."""
        return cls(path=tuple(raw["path"]), before=raw.get("before", ABSENT), after=raw.get("after", ABSENT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A new document and the changes, in order, that led to it."""

    document: dict[str, Any]
    changes: tuple[Change, ...] = ()

    def then(self, other: Edited) -> Edited:
        """This edit followed by one that started from its document."""
        return Edited(document=other.document, changes=(*self.changes, *other.changes))


class NoSuchPlace(LookupError):
    """The path leads nowhere in this document."""


def value_at(document: Document, path: Path) -> Any:
    """The value at ``path``, or ABSENT."""
    place: Any = document
    for step in path:
        if not _holds(place, step):
            return ABSENT
        place = place[step]
    return place


def put(document: Document, path: Path, value: Any) -> Edited:
    """The value at ``path`` replaced, a new key of a mapping set, or (ABSENT) a key or member taken out."""
    before = value_at(document, path)
    if before is ABSENT and value is ABSENT:
        raise NoSuchPlace(path)
    if before == value and type(before) is type(value):
        return Edited(document=dict(document))
    return _edited(document, Change(path=path, before=before, after=value))


def insert(document: Document, path: Path, value: Any) -> Edited:
    """A value put into a list before the member at ``path``, or at its end. An absent list is begun."""
    parent, at = path[:-1], path[-1]
    members = value_at(document, parent)
    if members is ABSENT:
        return put(document, parent, [value])
    if not isinstance(members, list) or not isinstance(at, int) or not 0 <= at <= len(members):
        raise NoSuchPlace(path)
    return _edited(document, Change(path=path, after=value))


def remove(document: Document, path: Path) -> Edited:
    """A key or a member of a list taken out."""
    return put(document, path, ABSENT)


def applied(document: Document, changes: Sequence[Change]) -> dict[str, Any]:
    """The document after ``changes``. Raises NoSuchPlace where they do not fit it."""
    for change in changes:
        document = _with(document, change)
    return dict(document)


def reverted(document: Document, changes: Sequence[Change]) -> dict[str, Any]:
    """The document before ``changes``."""
    return applied(document, inverse(changes))


def inverse(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes that take ``changes`` back, in their order."""
    return tuple(change.inverse() for change in reversed(changes))


def _holds(place: Any, step: Step) -> bool:
    if isinstance(place, Mapping):
        return step in place
    return isinstance(place, list) and isinstance(step, int) and 0 <= step < len(place)


def _edited(document: Document, change: Change) -> Edited:
    return Edited(document=_with(document, change), changes=(change,))


def _with(document: Document, change: Change) -> dict[str, Any]:
    found = _rebuilt(document, change.path, change)
    if not isinstance(found, dict):
        raise NoSuchPlace(change.path)
    return found


def _rebuilt(place: Any, rest: Path, change: Change) -> Any:
    """``place`` with the change made further down; lists and mappings on the way are copied."""
    if not rest:
        return change.after
    step, further = rest[0], rest[1:]
    if isinstance(place, Mapping) and isinstance(step, str):
        return _in_mapping(place, step, further, change)
    if isinstance(place, list) and isinstance(step, int):
        return _in_list(place, step, further, change)
    raise NoSuchPlace(change.path)


def _in_mapping(place: Mapping[str, Any], step: str, further: Path, change: Change) -> dict[str, Any]:
    copy = dict(place)
    if further:
        if step not in copy:
            raise NoSuchPlace(change.path)
        copy[step] = _rebuilt(copy[step], further, change)
    elif change.after is ABSENT:
        if step not in copy:
            raise NoSuchPlace(change.path)
        del copy[step]
    else:
        copy[step] = change.after
    return copy


def _in_list(place: list[Any], step: int, further: Path, change: Change) -> list[Any]:
    copy = list(place)
    is_new = not further and change.before is ABSENT
    if not 0 <= step < len(copy) + is_new:
        raise NoSuchPlace(change.path)
    if further:
        copy[step] = _rebuilt(copy[step], further, change)
    elif is_new:
        copy.insert(step, change.after)
    elif change.after is ABSENT:
        del copy[step]
    else:
        copy[step] = change.after
    return copy
