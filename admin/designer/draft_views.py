"""Drafts: the list, new ones, the outline with its commands, undo and redo, the history of edits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.designer import area, beginning, checking, draft_queries, drafts, importing, queries
from admin.designer.area import bp, draft_page
from admin.designer.arranging import arrange
from admin.designer.forms import EmptyDraftForm, FileDraftForm, VersionDraftForm
from admin.designer.nodes import saving
from admin.designer.trying import walking
from admin.screens import StaffForm, go
from survey.errors import HouseError, Invalid
from survey.identity.actors import Actor
from survey.identity.permissions import Permission
from survey.instrument.changes import NoSuchPlace
from survey.kit import guard
from survey.models.design import DraftEdit, InstrumentDraft

UPLOAD_LIMIT = 12 * 1024 * 1024
_EDITS_SHOWN = 200


@bp.get("")
@guard.permitted(Permission.CONTENT_VIEW)
def index() -> ResponseReturnValue:
    return _list()


@bp.post("")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def create() -> ResponseReturnValue:
    """An empty draft."""
    form = EmptyDraftForm()
    if not form.validate():
        return _list(empty=form, status=422)
    title = {"zh": form.title_zh.data or "", "en": form.title_en.data or ""}
    document = beginning.empty_document(code=form.code.data, title=title)
    draft = drafts.create_draft(screens.session(), document, actor=guard.actor())
    return _begun(draft)


@bp.post("/from-version")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def create_from_version() -> ResponseReturnValue:
    session = screens.session()
    form = VersionDraftForm.offering(queries.instruments(session))
    if not form.validate():
        return _list(version=form, status=422)
    version = queries.version(session, int(form.version.data))
    document = beginning.from_version(version.document)
    draft = drafts.create_draft(session, document, actor=guard.actor(), based_on=version, origin="version")
    return _begun(draft)


@bp.post("/from-file")
@guard.permitted(Permission.INSTRUMENT_EDIT, upload_limit=UPLOAD_LIMIT)
def create_from_file() -> ResponseReturnValue:
    form = FileDraftForm()
    if not form.validate():
        return _list(file=form, status=422)
    raw, filename = screens.uploaded(form.file.data)
    try:
        imported = importing.read(raw, filename)
        draft = drafts.create_draft(
            screens.session(), imported.document or {}, actor=guard.actor(), origin="file"
        )
    except HouseError as error:
        form.absorb(error)
        return _list(file=form, status=422)
    return draft_page("imported", draft, imported=imported)


@bp.get("/<public_id>")
@guard.permitted(Permission.CONTENT_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    return draft_page("outline", area.load(public_id))


@bp.post("/<public_id>/arrange")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def arrange_outline(public_id: str) -> ResponseReturnValue:
    """Move, copy or remove what the outline shows; found by code, so that an older outline still means the same."""
    session, draft = screens.session(), area.load(public_id)
    form = flask.request.form
    try:
        arranged = arrange(
            draft.document, form.get("do", ""), ticked=form.getlist("item"), into=form.get("into", "")
        )
    except NoSuchPlace:
        raise area.place_gone() from None
    except ValueError:
        raise Invalid(
            "nothing_ticked",
            zh="请先勾选题目，再选择要做的事。",
            en="Tick the items first, then choose what to do with them.",
        ) from None
    if _is_shifted(draft, form):
        return _as_it_stands(draft)
    edit = drafts.apply_edit(
        session,
        draft,
        arranged.edited,
        expected_revision=draft.revision,
        actor=guard.actor(),
        act=arranged.act,
        place=arranged.place,
    )
    said = "" if edit is None else f"{area.act_label(arranged.act)} {arranged.place}"
    return go("drafts.show", said, public_id=public_id, _anchor=_anchor(form.get("do", "")))


@bp.post("/<public_id>/undo")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def undo(public_id: str) -> ResponseReturnValue:
    return _step(public_id, drafts.undo)


@bp.post("/<public_id>/redo")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def redo(public_id: str) -> ResponseReturnValue:
    return _step(public_id, drafts.redo)


@bp.post("/<public_id>/discard")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def discard(public_id: str) -> ResponseReturnValue:
    drafts.discard(screens.session(), area.load(public_id), actor=guard.actor())
    return go("drafts.show", _("The draft is put away. It can be taken up again."), public_id=public_id)


@bp.post("/<public_id>/restore")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def restore(public_id: str) -> ResponseReturnValue:
    drafts.restore(screens.session(), area.load(public_id), actor=guard.actor())
    return go("drafts.show", _("The draft is open again."), public_id=public_id)


@bp.get("/<public_id>/history")
@guard.permitted(Permission.CONTENT_VIEW)
def history(public_id: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    edits = draft_queries.edits(screens.session(), draft, limit=_EDITS_SHOWN)
    return draft_page("history", draft, edits=edits)


@bp.get("/<public_id>/problems")
@guard.permitted(Permission.CONTENT_VIEW)
def problems(public_id: str) -> ResponseReturnValue:
    """What the compiler and the linter say, each with the way to its place."""
    draft = area.load(public_id)
    report = walking.report(screens.session(), draft, walks=0)
    findings = () if report is None else report.findings
    return draft_page(
        "problems",
        draft,
        findings=checking.spots(draft.document, findings),
        proof=None if report is None else report.proof,
    )


def _step(public_id: str, verb: Callable[..., DraftEdit]) -> ResponseReturnValue:
    """Undo or redo, from the screen that shows it; with an older screen nothing is taken back unseen."""
    session, draft = screens.session(), area.load(public_id)
    actor: Actor = guard.actor()
    try:
        edit = verb(session, draft, expected_revision=area.seen(), actor=actor)
    except drafts.StaleDraft:
        return _as_it_stands(draft)
    back = guard.local_target(flask.request.form.get("back"))
    flask.flash(f"{area.act_label(edit.act)} {edit.place}")
    return flask.redirect(back or flask.url_for("drafts.show", public_id=public_id), code=303)


def _is_shifted(draft: InstrumentDraft, form: Any) -> bool:
    """An address by position means something else after another save; one by code does not."""
    named = [form.get("do", ""), form.get("into", ""), *form.getlist("item")]
    return area.seen() != draft.revision and any("~" in text for text in named)


def _as_it_stands(draft: InstrumentDraft) -> ResponseReturnValue:
    """Somebody saved meanwhile, and what was asked for could mean something else now: nothing is done, all is shown."""
    others = saving.others_since(screens.session(), draft, area.seen())
    return draft_page("outline", draft, status=409, others=others)


def _anchor(command: str) -> str | None:
    parts = command.split(":")
    return f"{parts[1]}-{parts[2]}" if len(parts) > 2 and parts[0] != "remove" else None


def _begun(draft: InstrumentDraft) -> ResponseReturnValue:
    return go("drafts.show", _("The draft is begun."), public_id=draft.public_id)


def _list(
    *,
    empty: EmptyDraftForm | None = None,
    version: VersionDraftForm | None = None,
    file: FileDraftForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    session = screens.session()
    forms: list[StaffForm] = [form for form in (empty, version, file) if form is not None]
    return screens.page(
        "designer/drafts.html",
        status=status,
        drafts=draft_queries.newest_drafts(session),
        wrong=forms[0] if forms else None,
        empty=empty or EmptyDraftForm(formdata=None),
        version=version or VersionDraftForm.offering(queries.instruments(session), formdata=None),
        file=file or FileDraftForm(formdata=None),
        title_of=area.title_of,
    )
