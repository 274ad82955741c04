"""The named lists of a draft: options that several items share, one a line."""

from __future__ import annotations

from typing import Any

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.designer import area, drafts
from admin.designer.area import bp, draft_page
from admin.designer.fields.kinds import KINDS
from admin.screens import go
from survey.errors import Invalid, NotFound
from survey.identity.permissions import Permission
from survey.instrument.changes import ABSENT, put
from survey.instrument.editing import find_item, items
from survey.kit import guard
from survey.models.design import InstrumentDraft

_BODY_LIMIT = 4 * 1024 * 1024
_LINES = KINDS["lines"]


@bp.get("/<public_id>/lists")
@guard.permitted(Permission.CONTENT_VIEW)
def lists(public_id: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    return draft_page("lists", draft, lists=_known(draft), users=_users(draft))


@bp.get("/<public_id>/lists/<name>")
@guard.permitted(Permission.CONTENT_VIEW)
def show_list(public_id: str, name: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    if name not in _known(draft):
        raise NotFound("list_unknown", zh="草稿里没有这个选项表。", en="The draft has no such list.")
    return _form(draft, name, _lines(draft, name))


@bp.post("/<public_id>/lists")
@guard.permitted(Permission.INSTRUMENT_EDIT, upload_limit=_BODY_LIMIT)
def save_list(public_id: str) -> ResponseReturnValue:
    """A list kept under its name; without lines it goes. An older form is shown again with both versions."""
    draft = area.load(public_id)
    form = flask.request.form
    name = form.get("name", "").strip()
    if not name:
        raise Invalid("list_unnamed", zh="选项表需要一个名称。", en="A list needs a name.")
    typed = form.get("lines", "")
    if area.seen() != draft.revision:
        before = drafts.at_revision(screens.session(), draft, area.seen())
        if _value(before, name) != _value(draft.document, name):
            return _form(draft, name, typed, theirs=_lines(draft, name), status=409)
    value = _LINES.read({"": [typed]}, _value(draft.document, name), area.ground(draft.document))
    lists = {each: members for each, members in _known(draft).items() if each != name}
    kept: Any = lists if value is ABSENT else {**_known(draft), name: value}  # Any: a JSON document
    edited = put(draft.document, ("lists",), kept) if kept or _known(draft) else None
    if edited is not None:
        drafts.apply_edit(
            screens.session(),
            draft,
            edited,
            expected_revision=draft.revision,
            actor=guard.actor(),
            act="list:remove" if value is ABSENT else "list:change",
            place=name,
        )
    return go("drafts.lists", _("Saved."), public_id=public_id)


def _form(
    draft: InstrumentDraft, name: str, lines: str, *, theirs: str = "", status: int = 200
) -> ResponseReturnValue:
    return draft_page("list", draft, status=status, name=name, lines=lines, theirs=theirs)


def _known(draft: InstrumentDraft) -> dict[str, Any]:
    found = draft.document.get("lists")
    return dict(found) if isinstance(found, dict) else {}


def _value(document: dict[str, Any], name: str) -> Any:
    found = document.get("lists")
    return found.get(name, ABSENT) if isinstance(found, dict) else ABSENT


def _lines(draft: InstrumentDraft, name: str) -> str:
    return _LINES.show(_value(draft.document, name), area.ground(draft.document))[""][0]


def _users(draft: InstrumentDraft) -> dict[str, list[str]]:
    """By list the addresses of the items that offer it."""
    found: dict[str, list[str]] = {}
    for place in items(draft.document):
        if isinstance(name := place.raw.get("list"), str):
            found.setdefault(name, []).append(find_item(draft.document, place.address).address)
    return found
