"""Pure edits that follow a new code: whatever named an item or a section by its old code names it by the new one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from survey.instrument.changes import Document, Edited, Path, put, value_at
from survey.instrument.editing import items, sections

# Any: values of a JSON document
_NAMED = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")
_BY_NAME = frozenset({"question", "over"})
"""Keys whose value is the code of an item: older conditions, and what a loop goes over."""
_SECTION_KEYS = ("parent", "continues")


def follow_item(document: Document, old: str, new: str) -> Edited:
    """The document in which an item was given the code ``new``: references to ``old`` made to fit.

    Names that the item lends to others go along: rows of a battery, the text of "other" (``old_row``). Nothing is
    done where another item still has the old code.
    """
    edited = Edited(document=dict(document))
    codes = {place.code for place in items(document)}
    if not old or not new or old == new or old in codes:
        return edited
    for path, value in list(_references(document, ())):
        fresh = _renamed(path, value, old, new, codes)
        if fresh != value:
            edited = edited.then(put(edited.document, path, fresh))
    return edited


def follow_section(document: Document, old: str, new: str) -> Edited:
    """The same for a section: what is part of it or goes on with it."""
    edited = Edited(document=dict(document))
    places = list(sections(document))
    if not old or not new or old == new or old in {place.code for place in places}:
        return edited
    for place in places:
        for key in _SECTION_KEYS:
            if place.raw.get(key) == old:
                edited = edited.then(put(edited.document, (*place.path, key), new))
    return edited


def with_former(document: Document, path: Path, old: str, former: Collection[str]) -> Edited:
    """The item at ``path`` remembers its code of the version before, where it had one there."""
    node = value_at(document, path)
    if old not in former or not isinstance(node, Mapping) or "was" in node:
        return Edited(document=dict(document))
    return put(document, (*path, "was"), old)


def _references(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text of the document that may name an item, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(key, str) and key != "foreign":
                yield from _references(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _references(inner, (*path, at))


def _renamed(path: Path, value: str, old: str, new: str, codes: Collection[str]) -> str:
    by_name = path[-1] in _BY_NAME or path[:-1] == ("mandated",) or path[-2:] == ("loop", "rows")
    if by_name:
        return new if value == old else value

    def fresh(match: re.Match[str]) -> str:
        name = match[1]
        lent = name.startswith(f"{old}_") and name not in codes
        return f"${{{new}{name[len(old) :]}}}" if name == old or lent else match[0]

    return _NAMED.sub(fresh, value)
