"""Home of Node: what a form of the designer is about, found by its kind and address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from admin import screens
from admin.designer import area, drafts
from admin.designer.fields import choosing as fields
from admin.designer.fields.spec import FieldSpec
from admin.designer.tree import document_languages
from survey.instrument import editing
from survey.instrument.changes import Document, NoSuchPlace, Path, value_at
from survey.models.design import InstrumentDraft

# Any: values of a JSON document


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What a form is about: its kind, its address, its value and its fields."""

    kind: str
    address: str
    path: Path
    raw: Mapping[str, Any]
    specs: Sequence[FieldSpec]
    label: str
    """For people and the history: the codes of section and item."""

    @property
    def act(self) -> str:
        """How the history names a change of it."""
        return f"{self.kind}:change"


def find(draft: InstrumentDraft, kind: str, address: str) -> Node:
    """The node of a form by its kind and address. Raises NotFound."""
    if kind == "item":
        return item(draft.document, address)
    if kind == "section":
        return section(draft.document, address)
    raise area.place_gone()


def settings(document: Document) -> Node:
    """The document itself, its sections and lists left out."""
    return Node(
        kind="settings",
        address="",
        path=(),
        raw=document,
        specs=fields.settings_specs(document, languages=document_languages(document)),
        label="",
    )


def section(document: Document, address: str) -> Node:
    """A section without its items. Raises NotFound."""
    place = area.find_section(document, address)
    return Node(
        kind="section",
        address=place.address,
        path=place.path,
        raw=place.raw,
        specs=fields.section_specs(place.raw),
        label=place.code,
    )


def item(document: Document, address: str) -> Node:
    """An item, with the fields of its type. Raises NotFound."""
    place = area.find_item(document, address)
    home = value_at(document, place.path[:2])
    return Node(
        kind="item",
        address=place.address,
        path=place.path,
        raw=place.raw,
        specs=fields.item_specs(str(place.raw.get("type", "")), place.raw),
        label=f"{home.get('id', '')}/{place.code}",
    )


def with_fields(node: Node, only: Sequence[str]) -> Node:
    """The node with these fields alone, or all of them where none is named."""
    return replace(node, specs=[spec for spec in node.specs if spec.name in only]) if only else node


def when_sent(draft: InstrumentDraft, kind: str, address: str) -> Document:
    """The document to read a form against: the present one, or the one it was made from.

    The latter where the place has gone since then, or where its type, and so the form, is another one now.
    """
    if area.seen() == draft.revision:
        return draft.document
    find = editing.find_item if kind == "item" else editing.find_section
    try:
        now = find(draft.document, address)
    except NoSuchPlace:
        now = None
    before = drafts.at_revision(screens.session(), draft, area.seen())
    try:
        was = find(before, address)
    except NoSuchPlace:
        return draft.document
    is_same = now is not None and now.raw.get("type") == was.raw.get("type")
    return draft.document if is_same else before


def path_in(document: Document, node: Node) -> Path:
    """Where the node stands in any state of the draft: by its code, or by its position where that is all."""
    if node.kind == "settings":
        return ()
    find = editing.find_item if node.kind == "item" else editing.find_section
    return find(document, node.address).path
