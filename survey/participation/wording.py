"""Home of what changed between the wording that the public saw and the version that came of it, item by item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from survey.instrument.program import Item, Program, Words

Kind = Literal["added", "removed", "reworded", "options", "rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One item that is not as it was. ``before`` and ``after`` are the lines of text that only one of them has."""

    item: str
    kinds: tuple[Kind, ...]
    title: Words
    before: tuple[Words, ...]
    after: tuple[Words, ...]


def changes(before: Program, after: Program) -> list[Change]:
    """Every item that was added, taken out, worded otherwise, or has other options or rules; in the new order."""
    return list(_changes(before, after))


def _changes(before: Program, after: Program) -> Iterator[Change]:
    old = {code: place.item for code, place in before.places.items()}
    new = {code: place.item for code, place in after.places.items()}
    for code, item in new.items():
        if code not in old:
            yield Change(item=code, kinds=("added",), title=item.text, before=(), after=_lines(item))
        elif kinds := _differences(old[code], item):
            was, is_now = _lines(old[code]), _lines(item)
            yield Change(
                item=code,
                kinds=kinds,
                title=item.text,
                before=tuple(line for line in was if line not in is_now),
                after=tuple(line for line in is_now if line not in was),
            )
    for code, item in old.items():
        if code not in new:
            yield Change(item=code, kinds=("removed",), title=item.text, before=_lines(item), after=())


def _differences(old: Item, new: Item) -> tuple[Kind, ...]:
    found: list[Kind] = []
    if [_texts(old.text), _texts(old.help), _texts(old.note)] != [
        _texts(new.text),
        _texts(new.help),
        _texts(new.note),
    ]:
        found.append("reworded")
    if [(o.code, _texts(o.text)) for o in old.options] != [(o.code, _texts(o.text)) for o in new.options]:
        found.append("options")
    if _rules(old) != _rules(new):
        found.append("rules")
    return tuple(found)


def _rules(item: Item) -> tuple[object, ...]:
    return (item.kind, item.required, item.shown_if, item.max_chars, item.min_choices, item.max_choices)


def _lines(item: Item) -> tuple[Words, ...]:
    """The wording of an item as the page shows it: question, hint, then its options."""
    texts = [item.text, item.help, item.note, *(option.text for option in item.options)]
    return tuple(words for words in texts if words)


def _texts(words: Words | None) -> dict[str, str]:
    return {language: said for language, said in (words or {}).items() if said}
