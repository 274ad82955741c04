"""Home of the outline of a draft as its screens show it: sections and items with their states and problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from admin.designer.checking import LEVELS, Spot
from admin.designer.fields.choosing import type_label
from survey.instrument import editing
from survey.instrument.changes import Document

_SHOWN_CHARS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One item of the outline."""

    address: str
    code: str
    kind: str
    label: object
    text: str
    is_conditional: bool
    is_required: bool
    worst: str
    """The gravest level among its problems, or empty."""
    n_problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One section of the outline."""

    address: str
    code: str
    title: str
    is_conditional: bool
    is_repeated: bool
    parent: str
    worst: str
    n_problems: int
    items: tuple[Leaf, ...]

    @property
    def n_items(self) -> int:
        """How many items it holds."""
        return len(self.items)


def tree(document: Document, spots: Sequence[Spot], language: str) -> tuple[Branch, ...]:
    """The sections with their items, in order, in the language of the page as far as there is a text."""
    by_item = _grouped(spots, lambda spot: spot.item)
    by_section = _grouped((spot for spot in spots if not spot.item), lambda spot: spot.section)
    languages = reading_order(document, language)
    leaves: dict[int, list[Leaf]] = {}
    for place in editing.items(document):
        leaves.setdefault(place.section, []).append(_leaf(place, by_item.get(place.address, ()), languages))
    return tuple(
        Branch(
            address=place.address,
            code=place.code,
            title=words_in(place.raw.get("title"), languages),
            is_conditional=bool(place.raw.get("show_if")),
            is_repeated=bool(place.raw.get("repeat") or place.raw.get("loop")),
            parent=str(place.raw.get("parent") or ""),
            worst=_worst(by_section.get(place.address, ())),
            n_problems=len(by_section.get(place.address, ())),
            items=tuple(leaves.get(place.section, ())),
        )
        for place in editing.sections(document)
    )


def document_languages(document: Document) -> tuple[str, ...]:
    """The languages of a draft; Chinese where it names none."""
    named = document.get("languages")
    found = [tag for tag in named if isinstance(tag, str) and tag] if isinstance(named, list) else []
    return tuple(dict.fromkeys(found)) or ("zh",)


def reading_order(document: Document, language: str) -> tuple[str, ...]:
    """The languages in which a reader of this page likes a text, the best first."""
    first = document.get("default_language")
    wanted = [language, *([first] if isinstance(first, str) else []), *document_languages(document)]
    return tuple(dict.fromkeys(wanted))


def words_in(words: object, languages: Sequence[str]) -> str:
    """A text in the first of these languages that it has; texts that are none come as they are."""
    if isinstance(words, Mapping):
        found = [words[tag] for tag in languages if isinstance(words.get(tag), str) and words[tag]]
        others = [text for text in words.values() if isinstance(text, str) and text]
        return next(iter([*found, *others]), "")
    return words if isinstance(words, str) else ""


def _leaf(place: editing.Place, spots: Sequence[Spot], languages: Sequence[str]) -> Leaf:
    kind = place.raw.get("type")
    name = kind if isinstance(kind, str) else ""
    text = " ".join(words_in(place.raw.get("text"), languages).split())
    return Leaf(
        address=place.address,
        code=place.code,
        kind=name,
        label=type_label(name),
        text=text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…",
        is_conditional=bool(place.raw.get("show_if")),
        is_required=bool(place.raw.get("required")),
        worst=_worst(spots),
        n_problems=len(spots),
    )


def _grouped(spots: Any, key: Any) -> Mapping[str, list[Spot]]:
    found: dict[str, list[Spot]] = {}
    for spot in spots:
        if key(spot):
            found.setdefault(key(spot), []).append(spot)
    return found


def _worst(spots: Sequence[Spot]) -> str:
    present = Counter(spot.problem.level for spot in spots)
    return next((level for level in LEVELS if present[level]), "")  # type: ignore[index]  # LEVELS are the levels
