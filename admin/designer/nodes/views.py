"""Forms of a draft: its settings, a section, an item of any type."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from admin.designer import area
from admin.designer.area import bp
from admin.designer.nodes import finding as nodes
from admin.designer.nodes import taking as node_taking
from admin.designer.nodes.pages import form_page
from admin.designer.nodes.taking import ONLY
from survey.identity.permissions import Permission
from survey.kit import guard

_BODY_LIMIT = 4 * 1024 * 1024


@bp.get("/<public_id>/settings")
@guard.permitted(Permission.CONTENT_VIEW)
def settings(public_id: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    return form_page(draft, nodes.settings(draft.document))


@bp.post("/<public_id>/settings")
@guard.permitted(Permission.INSTRUMENT_EDIT, upload_limit=_BODY_LIMIT)
def save_settings(public_id: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    return node_taking.take(draft, nodes.settings(draft.document))


@bp.get("/<public_id>/sections/<address>")
@guard.permitted(Permission.CONTENT_VIEW)
def section(public_id: str, address: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    return form_page(draft, nodes.section(draft.document, address))


@bp.post("/<public_id>/sections/<address>")
@guard.permitted(Permission.INSTRUMENT_EDIT, upload_limit=_BODY_LIMIT)
def save_section(public_id: str, address: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    if flask.request.form.get("do") == "putback":
        return node_taking.put_back(draft, nodes.section(nodes.when_sent(draft, "section", address), address))
    node = nodes.section(nodes.when_sent(draft, "section", address), address)
    return node_taking.take(draft, nodes.with_fields(node, flask.request.form.getlist(ONLY)))


@bp.get("/<public_id>/items/<address>")
@guard.permitted(Permission.CONTENT_VIEW)
def item(public_id: str, address: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    return form_page(draft, nodes.item(draft.document, address))


@bp.post("/<public_id>/items/<address>")
@guard.permitted(Permission.INSTRUMENT_EDIT, upload_limit=_BODY_LIMIT)
def save_item(public_id: str, address: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    node = nodes.item(nodes.when_sent(draft, "item", address), address)
    command = flask.request.form.get("do", "save")
    if command == "look":
        return node_taking.look(draft, node)
    if command == "putback":
        return node_taking.put_back(draft, node)
    if command == "retype":
        return node_taking.retype(draft, node)
    return node_taking.take(draft, nodes.with_fields(node, flask.request.form.getlist(ONLY)))
