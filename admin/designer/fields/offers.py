"""Home of the choices that depend on the draft or the platform: scales, lists, modules, sections, earlier items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from admin.designer import checking, queries
from admin.designer.tree import reading_order, words_in
from survey.instrument import editing
from survey.instrument.changes import Document, Path
from survey.kit import language

Pairs = tuple[tuple[str, object], ...]


def of(session: Session, document: Document, path: Path) -> Mapping[str, Pairs]:
    """What each source offers on the form of the node at ``path``."""
    lists = document.get("lists")
    here = path[1] if len(path) > 1 and isinstance(path[1], int) else None
    tongues = reading_order(document, language.current())
    others = [place for place in editing.sections(document) if place.section != here and place.code]
    return {
        "scales": tuple(
            (name, _scale_label(name, scale)) for name, scale in checking.scales(session).items()
        ),
        "lists": tuple((name, name) for name in lists) if isinstance(lists, Mapping) else (),
        "modules": tuple((name, name) for name in queries.modules(session)),
        "sections": tuple(
            (place.code, f"{place.code} {words_in(place.raw.get('title'), tongues)}") for place in others
        ),
        "multi": _items(document, ("multi",), tongues),
        "texts": _items(document, ("texts",), tongues),
    }


def _items(document: Document, kinds: Iterable[str], tongues: tuple[str, ...]) -> Pairs:
    wanted = frozenset(kinds)
    return tuple(
        (place.code, f"{place.code} {words_in(place.raw.get('text'), tongues)[:60]}")
        for place in editing.items(document)
        if str(place.raw.get("type")) in wanted and place.code
    )


def _scale_label(name: str, scale: Any) -> str:  # Any: a JSON document
    """The name of a scale with its two ends."""
    if not isinstance(scale, Mapping) or not scale:
        return name
    points = [words_in(words, (language.current(), "zh")) for words in scale.values()]
    return f"{name}: {points[0]} … {points[-1]} ({len(points)})"
