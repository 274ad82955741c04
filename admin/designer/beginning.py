"""Home of how a draft begins: empty, or as a copy of a published version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey.instrument.changes import Document

# Any: a JSON document
FORMAT = "minyi/instrument/2"


def empty_document(*, code: str, title: Mapping[str, str]) -> dict[str, Any]:
    """A document with one empty section, in the languages of its title."""
    languages = [tag for tag, text in title.items() if text] or ["zh"]
    return {
        "schema": FORMAT,
        "id": code,
        "version": "1",
        "title": {tag: title[tag] for tag in languages if title.get(tag)},
        "languages": languages,
        "sections": [{"id": "A", "title": {}, "questions": []}],
    }


def from_version(document: Document) -> dict[str, Any]:
    """A copy of a version's document, in the format that takes everything the designer offers."""
    return {**document, "schema": FORMAT}


def new_item(kind: str, code: str) -> dict[str, Any]:
    """A new item of a type, with what it cannot do without."""
    item: dict[str, Any] = {"id": code, "type": kind, "text": {}}
    if kind in ("single", "multi", "ranking"):
        item["options"] = [{"code": "1", "text": {}}, {"code": "2", "text": {}}]
    elif kind == "battery":
        item |= {"of": "scale", "rows": [{"code": "a", "text": {}}, {"code": "b", "text": {}}]}
    elif kind in ("texts", "allocation"):
        item["rows"] = [{"code": "a", "text": {}}, {"code": "b", "text": {}}]
        if kind == "allocation":
            item["total"] = 100
    elif kind == "slider":
        item |= {"min": 0, "max": 100, "step": 1}
    elif kind == "select_area":
        item["level"] = "county"
    elif kind == "contact":
        item["fields"] = ["phone"]
    elif kind == "file":
        item["media"] = "image"
    elif kind == "computed":
        item |= {"calculation": "", "value": "number"}
    return item
