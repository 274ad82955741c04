"""Home of taking a form of a draft: rows rearranged, saved, asked about where two differ, put back, retyped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.designer import area, beginning, drafts
from admin.designer.area import draft_page
from admin.designer.checking import field_of
from admin.designer.fields import choosing as fields
from admin.designer.fields.kinds import KINDS, member_of
from admin.designer.fields.spec import FieldSpec
from admin.designer.nodes import finding as nodes
from admin.designer.nodes import form as node_form
from admin.designer.nodes import saving
from admin.designer.nodes.finding import Node
from admin.designer.nodes.pages import form_page, neighbours
from admin.designer.trying import looking
from admin.screens import go
from survey.instrument import editing
from survey.instrument.changes import Document, NoSuchPlace, Path
from survey.kit import guard
from survey.models.design import InstrumentDraft

# Any: values of a JSON document
ONLY = "_only"
"""Names the fields that a form is about, where it is not about all of the node's."""
_ROW_COMMANDS = ("add:", "up:", "down:", "drop:")


def save_fields(
    draft: InstrumentDraft, node: Node, posted: Mapping[str, Sequence[str]], *, only: Sequence[str]
) -> ResponseReturnValue:
    """Save some fields of a node that were filled in elsewhere; the others stay untouched."""
    return _save(draft, nodes.with_fields(node, only), {**posted, ONLY: list(only)})


def take(draft: InstrumentDraft, node: Node) -> ResponseReturnValue:
    """A form that was sent: a row command shows it again, anything else saves it."""
    posted = area.posted()
    command = flask.request.form.get("do", "save")
    ground = area.ground(draft.document)
    if command.startswith(_ROW_COMMANDS):
        table = command.split(":")[1]
        return form_page(draft, node, posted=node_form.rearranged(posted, command), anchor=f"f-{table}")
    if command.startswith("paste:"):
        table = command.partition(":")[2]
        lines = [line.strip() for line in posted.pop(f"paste.{table}", [""])[0].splitlines() if line.strip()]
        first = len(posted.get(node_form.PREFIX + table, ())) + 1
        members = [member_of(line, n, ground) for n, line in enumerate(lines, first)]
        return form_page(
            draft, node, posted=node_form.with_pasted(posted, table, members, ground), anchor=f"f-{table}"
        )
    errors = node_form.read(node.specs, posted, node.raw, ground).errors
    if errors:
        return form_page(draft, node, posted=posted, errors=errors, status=422)
    return _save(draft, node, posted)


def _save(draft: InstrumentDraft, node: Node, posted: Mapping[str, Sequence[str]]) -> ResponseReturnValue:
    choices = {name.removeprefix("choose."): v[0] for name, v in posted.items() if name.startswith("choose.")}
    form = saving.FormSave(
        specs=node.specs,
        posted=posted,
        seen=area.seen(),
        act=node.act,
        place=node.label,
        choices=choices,
        decided_at=area.seen(area.DECIDED),
    )
    try:
        saved = saving.save(
            screens.session(),
            draft,
            lambda document: nodes.path_in(document, node),
            form,
            ground=area.ground(draft.document),
            actor=guard.actor(),
        )
    except saving.Clash as clash:
        return _clash(draft, node, posted, clash)
    if saved.others:
        names = ", ".join(name.removeprefix("user:") for name in saved.others)
        flask.flash(_("Saved. Meanwhile %(names)s saved other places; both are kept.", names=names))
    elif saved.edit is not None:
        flask.flash(_("Saved."))
    return _after(draft, node)


def _after(draft: InstrumentDraft, node: Node) -> ResponseReturnValue:
    """Back to the same form, under its new address where the code was changed; or on to what the button says."""
    then = flask.request.form.get("then", "")
    if node.kind == "settings":
        return go("drafts.settings", public_id=draft.public_id)
    path = _path_after(draft.document, node)
    places = editing.items(draft.document) if node.kind == "item" else editing.sections(draft.document)
    address = next((place.address for place in places if place.path == path), node.address)
    if node.kind == "item" and then == "next":
        address = neighbours(draft.document, node)[1] or address
    return go(f"drafts.{node.kind}", public_id=draft.public_id, address=address)


def _path_after(document: Document, node: Node) -> Path:
    try:
        return nodes.path_in(document, node)
    except NoSuchPlace:
        return node.path


def _clash(
    draft: InstrumentDraft, node: Node, posted: Mapping[str, Sequence[str]], clash: saving.Clash
) -> ResponseReturnValue:
    """Both versions side by side; nothing is saved and nothing is lost until somebody chooses."""
    ground = area.ground(draft.document)

    def text(spec: FieldSpec, value: Any) -> str:
        if isinstance(value, str):
            return value
        shown = KINDS["lines" if spec.kind == "table" else spec.kind].show(value, ground)
        return "\n".join(line for lines in shown.values() for line in lines if line)

    kept = [(name, value) for name, values in posted.items() if _is_kept(name) for value in values]
    return draft_page(
        "clash", draft, status=409, node=node, clash=clash, kept=kept, text=text, seen=area.seen()
    )


def put_back(draft: InstrumentDraft, node: Node) -> ResponseReturnValue:
    """What somebody removed while it was typed, put in again: an item at the end of its section or of the last one."""
    document = draft.document
    raw = node_form.read(node.specs, area.posted(), node.raw, area.ground(document)).onto(node.raw)
    raw["id"] = editing.free_code(document, str(raw.get("id") or "Q"))
    sections = list(editing.sections(document))
    if node.kind == "section":
        edited, label = editing.add_section(document, raw), raw["id"]
    elif sections:
        home = next((s for s in sections if s.code == node.label.partition("/")[0]), sections[-1])
        edited, label = editing.add_item(document, home.address, raw), f"{home.code}/{raw['id']}"
    else:
        raise area.place_gone()
    drafts.apply_edit(
        screens.session(),
        draft,
        edited,
        expected_revision=draft.revision,
        actor=guard.actor(),
        act=f"{node.kind}:add",
        place=label,
    )
    return go(f"drafts.{node.kind}", _("Saved."), public_id=draft.public_id, address=raw["id"])


def _is_kept(name: str) -> bool:
    return name.startswith(node_form.PREFIX) or name == ONLY


def retype(draft: InstrumentDraft, node: Node) -> ResponseReturnValue:
    """Another type: what was typed is taken along, fields that the new type does not know stand aside as data."""
    kind = flask.request.form.get("type", "")
    read = node_form.read(node.specs, area.posted(), node.raw, area.ground(draft.document))
    mine = read.onto(node.raw)
    fresh = beginning.new_item(kind, "")
    raw = {**{name: value for name, value in fresh.items() if name not in mine}, **mine, "type": kind}
    known = {spec.name for spec in fields.item_specs(kind)} | {"type", "foreign"}
    dropped = sorted(name for name in raw if name not in known)
    path = nodes.path_in(draft.document, node)
    kept = {name: value for name, value in raw.items() if name in known}
    edited = editing.replace_at(draft.document, path, kept)
    drafts.apply_edit(
        screens.session(),
        draft,
        edited,
        expected_revision=area.seen(),
        actor=guard.actor(),
        act="item:retype",
        place=node.label,
    )
    if dropped:
        message = _("The new type does not know these fields, undo brings them back: %(names)s")
        flask.flash(message % {"names": ", ".join(dropped)})
    return go("drafts.item", public_id=draft.public_id, address=node.address)


def look(draft: InstrumentDraft, node: Node) -> ResponseReturnValue:
    """The preview of what is typed, unsaved: a fragment for the script of the page, else the page again."""
    posted = area.posted()
    if flask.request.headers.get("X-Fragment") != "look":
        return form_page(draft, node, posted=posted, anchor="look")
    raw = node_form.read(node.specs, posted, node.raw, area.ground(draft.document)).onto(node.raw)
    look = looking.look(screens.session(), draft.document, node.path, raw)
    return screens.page("designer/draft/look.html", look=look, field_of=field_of, draft=draft)
