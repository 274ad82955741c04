"""New sections and items of a draft."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from admin import screens
from admin.designer import area, beginning, drafts
from admin.designer.area import bp, draft_page
from admin.designer.fields.item_words import TYPES
from admin.screens import go
from survey.errors import NotFound
from survey.identity.permissions import Permission
from survey.instrument import editing
from survey.instrument.changes import Document
from survey.instrument.item_types import ITEM_TYPES
from survey.kit import guard


@bp.post("/<public_id>/sections")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def add_section(public_id: str) -> ResponseReturnValue:
    """A section at the end; a save by somebody else meanwhile changes nothing about that."""
    draft = area.load(public_id)
    taken = {place.code for place in editing.sections(draft.document)}
    letters = (chr(letter) for letter in range(ord("A"), ord("Z") + 1))
    code = next((letter for letter in letters if letter not in taken), "") or editing.free_code(
        draft.document, "S"
    )
    edited = editing.add_section(draft.document, {"id": code, "title": {}, "questions": []})
    drafts.apply_edit(
        screens.session(),
        draft,
        edited,
        expected_revision=draft.revision,
        actor=guard.actor(),
        act="section:add",
        place=code,
    )
    return go("drafts.section", public_id=public_id, address=code)


@bp.get("/<public_id>/sections/<address>/new")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def new_item(public_id: str, address: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    place = area.find_section(draft.document, address)
    known = [(name, TYPES.get(name, (name, ""))) for name in _types()]
    return draft_page("new_item", draft, place=place, types=known, here=place.address)


@bp.post("/<public_id>/sections/<address>/new")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def add_item(public_id: str, address: str) -> ResponseReturnValue:
    """An item at the end of the section, with a code that nobody has yet."""
    draft = area.load(public_id)
    place = area.find_section(draft.document, address)
    kind = flask.request.form.get("type", "")
    if kind not in ITEM_TYPES:
        raise NotFound("item_type_unknown", zh="没有这种题型。", en="There is no such type of item.")
    code = editing.free_code(draft.document, _next_code(draft.document, place))
    edited = editing.add_item(draft.document, place.address, beginning.new_item(kind, code))
    drafts.apply_edit(
        screens.session(),
        draft,
        edited,
        expected_revision=draft.revision,
        actor=guard.actor(),
        act="item:add",
        place=f"{place.code}/{code}",
    )
    return go("drafts.item", public_id=public_id, address=code)


def _types() -> list[str]:
    """All types of the engine, those known to the designer in its order."""
    return [name for name in TYPES if name in ITEM_TYPES] + sorted(ITEM_TYPES.keys() - TYPES)


def _next_code(document: Document, section: editing.Place) -> str:
    """The letters of the section's code with the number of its items: B7."""
    stem = section.code if section.code and not section.code[-1].isdigit() else f"{section.code or 'Q'}_"
    return f"{stem}{len(editing.items_of(document, section)) + 1}"
