"""Home of the forms of a draft as pages: the fields under their headings, the outline and the look beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask.typing import ResponseReturnValue

from admin import screens
from admin.designer import area, checking
from admin.designer.area import draft_page
from admin.designer.checking import field_of
from admin.designer.fields import choosing as fields
from admin.designer.fields import offers
from admin.designer.fields.item_words import TYPES
from admin.designer.fields.spec import PARTS
from admin.designer.nodes import form as node_form
from admin.designer.nodes.finding import Node
from admin.designer.trying import looking
from survey.instrument import editing
from survey.instrument.changes import Document
from survey.instrument.problems import Problem
from survey.models.design import InstrumentDraft


def form_page(
    draft: InstrumentDraft,
    node: Node,
    *,
    posted: Mapping[str, Sequence[str]] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
    anchor: str = "",
) -> ResponseReturnValue:
    session = screens.session()
    ground = area.ground(draft.document)
    shown = node_form.shown(
        node.specs,
        node.raw,
        ground,
        offers=offers.of(session, draft.document, node.path),
        posted=posted,
        errors=errors,
    )
    raw = node.raw
    if posted is not None:
        raw = node_form.read(node.specs, posted, node.raw, ground).onto(node.raw)
    look = None
    if node.kind == "item":
        compiled = checking.check(session, draft) if posted is None else None
        look = looking.look(session, draft.document, node.path, raw, compiled=compiled)
    return draft_page(
        node.kind,
        draft,
        status=status,
        node=node,
        parts=_parts(shown),
        here=node.address,
        seen=area.seen() if posted is not None else draft.revision,
        is_typed=posted is not None,
        anchor=anchor,
        field_of=field_of,
        types=TYPES,
        type_label=fields.type_label,
        look=look,
        node_problems=_problems_of(draft, node),
        neighbours=neighbours(draft.document, node),
    )


def _problems_of(draft: InstrumentDraft, node: Node) -> list[Problem]:
    """What the compiler says of the settings, or of a section without its items, as it is saved."""
    found = checking.check(screens.session(), draft).problems
    code = node.raw.get("id") if node.kind == "section" else None
    return [problem for problem in found if problem.where.section == code and problem.where.item is None]


def _parts(shown: Sequence[node_form.FormField]) -> list[tuple[str, object, list[node_form.FormField]]]:
    """The fields under their headings, headings without a field left out."""
    return [
        (part, heading, own)
        for part, heading in PARTS.items()
        if (own := [each for each in shown if each.spec.part == part])
    ]


def neighbours(document: Document, node: Node) -> tuple[str, str]:
    """The addresses of the items before and after this one."""
    if node.kind != "item":
        return "", ""
    addresses = ["", *(place.address for place in editing.items(document)), ""]
    if node.address not in addresses[1:-1]:
        return "", ""
    at = addresses.index(node.address, 1)
    return addresses[at - 1], addresses[at + 1]
