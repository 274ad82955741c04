"""Forms of a draft: its settings, a section, an item of any type, a shared list; saved, or asked about where two differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.designer import area, beginning, checking, drafts, fields, looking, node_form, offers, saving
from admin.designer.area import bp, draft_page
from admin.designer.checking import field_of
from admin.designer.field_kinds import KINDS, member_of
from admin.designer.fields import FieldSpec
from admin.screens import go
from survey.identity.permissions import Permission
from survey.instrument import editing
from survey.instrument.changes import Document, NoSuchPlace, Path, value_at
from survey.instrument.problems import Problem
from survey.kit import guard
from survey.models.design import InstrumentDraft

# Any: values of a JSON document
_BODY_LIMIT = 4 * 1024 * 1024
_ONLY = "_only"
_ROW_COMMANDS = ("add:", "up:", "down:", "drop:")


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
        return f"{self.kind}.change"


@bp.get("/<public_id>/settings")
@guard.permitted(Permission.CONTENT_VIEW)
def settings(public_id: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    return _form(draft, _settings(draft.document))


@bp.post("/<public_id>/settings")
@guard.permitted(Permission.INSTRUMENT_EDIT, upload_limit=_BODY_LIMIT)
def save_settings(public_id: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    return _take(draft, _settings(draft.document))


@bp.get("/<public_id>/sections/<address>")
@guard.permitted(Permission.CONTENT_VIEW)
def section(public_id: str, address: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    return _form(draft, _section(draft.document, address))


@bp.post("/<public_id>/sections/<address>")
@guard.permitted(Permission.INSTRUMENT_EDIT, upload_limit=_BODY_LIMIT)
def save_section(public_id: str, address: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    if flask.request.form.get("do") == "putback":
        return _put_back(draft, _section(_when_sent(draft, "section", address), address))
    node = _section(_when_sent(draft, "section", address), address)
    return _take(draft, _with_fields(node, flask.request.form.getlist(_ONLY)))


@bp.get("/<public_id>/items/<address>")
@guard.permitted(Permission.CONTENT_VIEW)
def item(public_id: str, address: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    return _form(draft, _item(draft.document, address))


@bp.post("/<public_id>/items/<address>")
@guard.permitted(Permission.INSTRUMENT_EDIT, upload_limit=_BODY_LIMIT)
def save_item(public_id: str, address: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    node = _item(_when_sent(draft, "item", address), address)
    command = flask.request.form.get("do", "save")
    if command == "look":
        return _look(draft, node)
    if command == "putback":
        return _put_back(draft, node)
    if command == "retype":
        return _retype(draft, node)
    return _take(draft, _with_fields(node, flask.request.form.getlist(_ONLY)))


def find(draft: InstrumentDraft, kind: str, address: str) -> Node:
    """The node of a form by its kind and address. Raises NotFound."""
    if kind == "item":
        return _item(draft.document, address)
    if kind == "section":
        return _section(draft.document, address)
    raise area.place_gone()


def save_fields(
    draft: InstrumentDraft, node: Node, posted: Mapping[str, Sequence[str]], *, only: Sequence[str]
) -> ResponseReturnValue:
    """Save some fields of a node that were filled in elsewhere; the others stay untouched."""
    return _save(draft, _with_fields(node, only), {**posted, _ONLY: list(only)})


# --- the nodes --------------------------------------------------------------------------------------------


def _settings(document: Document) -> Node:
    return Node(
        kind="settings",
        address="",
        path=(),
        raw=document,
        specs=fields.settings_specs(document),
        label="",
    )


def _section(document: Document, address: str) -> Node:
    place = area.find_section(document, address)
    return Node(
        kind="section",
        address=place.address,
        path=place.path,
        raw=place.raw,
        specs=fields.section_specs(place.raw),
        label=place.code,
    )


def _item(document: Document, address: str) -> Node:
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


def _with_fields(node: Node, only: Sequence[str]) -> Node:
    """The node with these fields alone, or all of them where none is named."""
    return replace(node, specs=[spec for spec in node.specs if spec.name in only]) if only else node


def _when_sent(draft: InstrumentDraft, kind: str, address: str) -> Document:
    """The document that the form was made from, where the place is not in the present one any more."""
    find = editing.find_item if kind == "item" else editing.find_section
    try:
        find(draft.document, address)
    except NoSuchPlace:
        return drafts.at_revision(screens.session(), draft, area.seen())
    return draft.document


def _path_in(document: Document, node: Node) -> Path:
    """Where the node stands in any state of the draft: by its code, or by its position where that is all."""
    if node.kind == "settings":
        return ()
    find = editing.find_item if node.kind == "item" else editing.find_section
    return find(document, node.address).path


# --- showing ----------------------------------------------------------------------------------------------


def _form(
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
    look = looking.look(session, draft.document, node.path, raw) if node.kind == "item" else None
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
        types=fields.TYPES,
        type_label=fields.type_label,
        look=look,
        node_problems=_problems_of(draft, node),
        neighbours=_neighbours(draft.document, node),
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
        for part, heading in fields.PARTS.items()
        if (own := [each for each in shown if each.spec.part == part])
    ]


def _neighbours(document: Document, node: Node) -> tuple[str, str]:
    """The addresses of the items before and after this one."""
    if node.kind != "item":
        return "", ""
    addresses = ["", *(place.address for place in editing.items(document)), ""]
    if node.address not in addresses[1:-1]:
        return "", ""
    at = addresses.index(node.address, 1)
    return addresses[at - 1], addresses[at + 1]


# --- taking -----------------------------------------------------------------------------------------------


def _take(draft: InstrumentDraft, node: Node) -> ResponseReturnValue:
    """A form that was sent: a row command shows it again, anything else saves it."""
    posted = area.posted()
    command = flask.request.form.get("do", "save")
    ground = area.ground(draft.document)
    if command.startswith(_ROW_COMMANDS):
        table = command.split(":")[1]
        return _form(draft, node, posted=node_form.rearranged(posted, command), anchor=f"f-{table}")
    if command.startswith("paste:"):
        table = command.partition(":")[2]
        lines = [line.strip() for line in posted.pop(f"paste.{table}", [""])[0].splitlines() if line.strip()]
        first = len(posted.get(node_form.PREFIX + table, ())) + 1
        members = [member_of(line, n, ground) for n, line in enumerate(lines, first)]
        return _form(
            draft, node, posted=node_form.with_pasted(posted, table, members, ground), anchor=f"f-{table}"
        )
    errors = node_form.read(node.specs, posted, node.raw, ground).errors
    if errors:
        return _form(draft, node, posted=posted, errors=errors, status=422)
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
            lambda document: _path_in(document, node),
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
        address = _neighbours(draft.document, node)[1] or address
    return go(f"drafts.{node.kind}", public_id=draft.public_id, address=address)


def _path_after(document: Document, node: Node) -> Path:
    try:
        return _path_in(document, node)
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


def _put_back(draft: InstrumentDraft, node: Node) -> ResponseReturnValue:
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
        act=f"{node.kind}.add",
        place=label,
    )
    return go(f"drafts.{node.kind}", _("Saved."), public_id=draft.public_id, address=raw["id"])


def _is_kept(name: str) -> bool:
    return name.startswith(node_form.PREFIX) or name == _ONLY


def _retype(draft: InstrumentDraft, node: Node) -> ResponseReturnValue:
    """Another type: what was typed is taken along, fields that the new type does not know stand aside as data."""
    kind = flask.request.form.get("type", "")
    read = node_form.read(node.specs, area.posted(), node.raw, area.ground(draft.document))
    mine = read.onto(node.raw)
    fresh = beginning.new_item(kind, "")
    raw = {**{name: value for name, value in fresh.items() if name not in mine}, **mine, "type": kind}
    known = {spec.name for spec in fields.item_specs(kind)} | {"type", "foreign"}
    dropped = sorted(name for name in raw if name not in known)
    path = _path_in(draft.document, node)
    kept = {name: value for name, value in raw.items() if name in known}
    edited = editing.replace_at(draft.document, path, kept)
    drafts.apply_edit(
        screens.session(),
        draft,
        edited,
        expected_revision=area.seen(),
        actor=guard.actor(),
        act="item.retype",
        place=node.label,
    )
    if dropped:
        message = _("The new type does not know these fields, undo brings them back: %(names)s")
        flask.flash(message % {"names": ", ".join(dropped)})
    return go("drafts.item", public_id=draft.public_id, address=node.address)


def _look(draft: InstrumentDraft, node: Node) -> ResponseReturnValue:
    """The preview of what is typed, unsaved: a fragment for the script of the page, else the page again."""
    posted = area.posted()
    if flask.request.headers.get("X-Fragment") != "look":
        return _form(draft, node, posted=posted, anchor="look")
    raw = node_form.read(node.specs, posted, node.raw, area.ground(draft.document)).onto(node.raw)
    look = looking.look(screens.session(), draft.document, node.path, raw)
    return screens.page("designer/draft/look.html", look=look, field_of=field_of, draft=draft)
