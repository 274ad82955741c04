"""Pure edits of an instrument document: sections, items and options added, changed, moved, taken out.

Every verb returns the new document with the changes that lead to it (``changes.py``); none judges whether the
result compiles. A place is a path such as ``("sections", 2, "questions", 0)``; ``find_section`` and
``find_item`` turn an address (a code, or ``~3`` and ``~3.2`` by position) into one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from survey.instrument.changes import (
    ABSENT,
    Document,
    Edited,
    NoSuchPlace,
    Path,
    insert,
    put,
    remove,
    value_at,
)

_PLAIN = re.compile(r"[^\W\d][\w-]{0,63}")
_POSITION = re.compile(r"~(\d{1,4})(?:\.(\d{1,4}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One item or section: where it stands, what it is called, and what it holds."""

    path: Path
    address: str
    code: str
    raw: Mapping[str, Any]

    @property
    def section(self) -> int:
        """The position of the section."""
        at = self.path[1]
        assert isinstance(at, int)
        return at


# --- finding ----------------------------------------------------------------------------------------------


def sections(document: Document) -> Iterator[Place]:
    """All sections in order; what is no mapping is left out."""
    found = [(("sections", at), raw) for at, raw in enumerate(_members(document, "sections")) if _is_map(raw)]
    yield from _places(found)


def items(document: Document) -> Iterator[Place]:
    """All items of all sections in order."""
    found: list[tuple[Path, Mapping[str, Any]]] = [
        (("sections", s, "questions", i), raw)
        for s, section in enumerate(_members(document, "sections"))
        if _is_map(section)
        for i, raw in enumerate(_members(section, "questions"))
        if _is_map(raw)
    ]
    yield from _places(found)


def find_section(document: Document, address: str) -> Place:
    """The section at an address. Raises NoSuchPlace."""
    return _find(sections(document), address)


def find_item(document: Document, address: str) -> Place:
    """The item at an address. Raises NoSuchPlace."""
    return _find(items(document), address)


def items_of(document: Document, section: Place) -> list[Place]:
    """The items of one section."""
    return [place for place in items(document) if place.section == section.section]


def free_code(document: Document, stem: str) -> str:
    """``stem``, or with the lowest number behind it that no item or section has yet."""
    taken = {place.code for place in (*items(document), *sections(document))}
    if stem not in taken:
        return stem
    return next(code for n in count(2) if (code := f"{stem}_{n}") not in taken)


# --- sections ---------------------------------------------------------------------------------------------


def add_section(document: Document, section: Mapping[str, Any], *, at: int | None = None) -> Edited:
    """A section put in before position ``at``, or at the end."""
    n = len(_members(document, "sections"))
    return insert(document, ("sections", n if at is None else min(at, n)), dict(section))


def move_section(document: Document, address: str, *, to: int) -> Edited:
    """A section moved so that it stands at position ``to``."""
    return _moved(document, find_section(document, address).path, ("sections", to))


def remove_section(document: Document, address: str) -> Edited:
    """A section taken out with its items."""
    return remove(document, find_section(document, address).path)


# --- items ------------------------------------------------------------------------------------------------


def add_item(document: Document, section: str, item: Mapping[str, Any], *, at: int | None = None) -> Edited:
    """An item put into a section before position ``at``, or at its end."""
    place = find_section(document, section)
    n = len(_members(place.raw, "questions"))
    return insert(document, (*place.path, "questions", n if at is None else min(at, n)), dict(item))


def move_item(document: Document, address: str, *, section: str, to: int) -> Edited:
    """An item moved so that it stands at position ``to`` of ``section``, counted without the item itself."""
    target = find_section(document, section)
    return _moved(document, find_item(document, address).path, (*target.path, "questions", to))


def duplicate_item(document: Document, address: str) -> Edited:
    """A copy of an item put behind it, under a code of its own."""
    place = find_item(document, address)
    copy = {**place.raw, "id": free_code(document, place.code or "Q")}
    at = place.path[-1]
    assert isinstance(at, int)
    return insert(document, (*place.path[:-1], at + 1), copy)


def remove_item(document: Document, address: str) -> Edited:
    """An item taken out."""
    return remove(document, find_item(document, address).path)


# --- fields and members -----------------------------------------------------------------------------------


def put_fields(document: Document, path: Path, fields: Mapping[str, Any]) -> Edited:
    """Several fields of the mapping at ``path`` set; a value of ABSENT takes its field out."""
    edited = Edited(document=dict(document))
    for name, value in fields.items():
        if value is ABSENT and value_at(edited.document, (*path, name)) is ABSENT:
            continue
        edited = edited.then(put(edited.document, (*path, name), value))
    return edited


def replace_at(document: Document, path: Path, value: Mapping[str, Any]) -> Edited:
    """A whole section or item replaced."""
    return put(document, path, dict(value))


def put_text(document: Document, path: Path, language: str, text: str) -> Edited:
    """One language of the text at ``path`` set, or taken out where ``text`` is empty.

    A text that is not there yet is begun; the last language that goes takes the text with it.
    """
    known = value_at(document, path)
    words = dict(known) if _is_map(known) else {}
    words.pop(language, None)
    if text:
        words[language] = text
    if not words and known is ABSENT:
        return Edited(document=dict(document))
    return put(document, path, words or ABSENT)


def insert_member(document: Document, path: Path, value: Any) -> Edited:
    """An option, row, column or any other member put into a list before the one at ``path``."""
    return insert(document, path, value)


def move_member(document: Document, path: Path, *, to: int) -> Edited:
    """A member of a list moved to position ``to`` of the same list."""
    return _moved(document, path, (*path[:-1], to))


def remove_member(document: Document, path: Path) -> Edited:
    """A member of a list taken out."""
    return remove(document, path)


# --- helpers ----------------------------------------------------------------------------------------------


def _moved(document: Document, source: Path, target: Path) -> Edited:
    """Taken out at ``source``, put in at ``target`` as it is counted after that; past the end is the end."""
    value = value_at(document, source)
    if value is ABSENT:
        raise NoSuchPlace(source)
    if source == target:
        return Edited(document=dict(document))
    taken = remove(document, source)
    members = value_at(taken.document, target[:-1])
    n = len(members) if isinstance(members, list) else 0
    at = target[-1]
    assert isinstance(at, int)
    return taken.then(insert(taken.document, (*target[:-1], max(0, min(at, n))), value))


def _members(holder: Mapping[str, Any], name: str) -> list[Any]:
    found = holder.get(name)
    return found if isinstance(found, list) else []


def _is_map(raw: object) -> bool:
    return isinstance(raw, Mapping)


def _places(found: Iterable[tuple[Path, Mapping[str, Any]]]) -> Iterator[Place]:
    """Each with its code as address where that is plain and its own, else with its position."""
    found = list(found)
    codes = [raw["id"] if isinstance(raw.get("id"), str) else "" for _, raw in found]
    shared = {code for code, n in Counter(codes).items() if n > 1}
    for (path, raw), code in zip(found, codes, strict=True):
        plain = bool(_PLAIN.fullmatch(code)) and code not in shared
        position = "~" + ".".join(str(step) for step in path if isinstance(step, int))
        yield Place(path=path, address=code if plain else position, code=code, raw=raw)


def _find(places: Iterable[Place], address: str) -> Place:
    by_position = _POSITION.fullmatch(address)
    steps = tuple(int(part) for part in by_position.groups() if part is not None) if by_position else None
    for place in places:
        here = tuple(step for step in place.path if isinstance(step, int))
        if place.address == address or here == steps:
            return place
    raise NoSuchPlace(address)
