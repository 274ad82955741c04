"""Comments of colleagues on a draft, and the sign-off of each organising department."""

from __future__ import annotations

from collections.abc import Callable

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.designer import area
from admin.designer.agreement import comments as agreement
from admin.designer.agreement import signing
from admin.designer.agreement.forms import CommentForm
from admin.screens import StaffForm, go
from survey.errors import HouseError
from survey.identity.permissions import Permission
from survey.instrument import editing
from survey.kit import guard
from survey.models.design import InstrumentDraft

bp = flask.Blueprint("agreement", __name__, url_prefix="/admin/drafts/<public_id>")


@bp.get("/comments")
@guard.permitted(Permission.CONTENT_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    return _page(area.load(public_id), CommentForm(formdata=None))


@bp.post("/comments")
@guard.permitted(Permission.INSTRUMENT_COMMENT)
def comment(public_id: str) -> ResponseReturnValue:
    draft, form = area.load(public_id), CommentForm()
    kind, _colon, code = flask.request.form.get("about", "").partition(":")

    def keep() -> None:
        agreement.comment(
            screens.session(),
            draft,
            form.text.data,
            section=code if kind == "section" else None,
            item=code if kind == "item" else None,
            actor=guard.actor(),
        )

    return _done(public_id, form, keep, _("The comment is kept."))


@bp.post("/comments/<int:comment_id>/replies")
@guard.permitted(Permission.INSTRUMENT_COMMENT)
def reply(public_id: str, comment_id: int) -> ResponseReturnValue:
    draft, form = area.load(public_id), CommentForm()

    def keep() -> None:
        agreement.reply(screens.session(), draft, comment_id, form.text.data, actor=guard.actor())

    return _done(public_id, form, keep, _("The reply is kept."))


@bp.post("/comments/<int:comment_id>/resolve")
@guard.permitted(Permission.INSTRUMENT_COMMENT)
def resolve(public_id: str, comment_id: int) -> ResponseReturnValue:
    return _settle(public_id, comment_id, is_resolved=True)


@bp.post("/comments/<int:comment_id>/reopen")
@guard.permitted(Permission.INSTRUMENT_COMMENT)
def reopen(public_id: str, comment_id: int) -> ResponseReturnValue:
    return _settle(public_id, comment_id, is_resolved=False)


@bp.post("/sign-off")
@guard.permitted(Permission.INSTRUMENT_SIGN, needs_fresh=True)
def sign(public_id: str) -> ResponseReturnValue:
    draft, form = area.load(public_id), StaffForm()
    seen = flask.request.form.get("digest", "")

    def keep() -> None:
        signing.sign(screens.session(), draft, seen=seen, actor=guard.actor())

    return _done(public_id, form, keep, _("Your department has signed this text."))


def _settle(public_id: str, comment_id: int, *, is_resolved: bool) -> ResponseReturnValue:
    draft, form = area.load(public_id), StaffForm()

    def keep() -> None:
        agreement.resolve(screens.session(), draft, comment_id, is_resolved=is_resolved, actor=guard.actor())

    words = _("The comment is marked as dealt with.") if is_resolved else _("The comment is open again.")
    return _done(public_id, form, keep, words)


def _done(public_id: str, form: StaffForm, keep: Callable[[], None], words: str) -> ResponseReturnValue:
    """Do it and go back to the comments, or show them with what was refused."""
    status = 422
    if form.validate():
        try:
            keep()
        except HouseError as error:
            form.absorb(error)
            status = error.status
        else:
            return go("agreement.show", words, public_id=public_id)
    return _page(area.load(public_id), form, status=status)


def _page(draft: InstrumentDraft, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    session = screens.session()
    places = [(f"section:{place.code}", place.code) for place in editing.sections(draft.document)]
    places += [(f"item:{place.code}", place.code) for place in editing.items(draft.document)]
    return area.draft_page(
        "comments",
        draft,
        status=status,
        form=form,
        threads=agreement.threads(session, draft),
        departments=signing.departments(session, draft),
        own_department=signing.department_of(session, draft, guard.actor()),
        digest=signing.digest(draft),
        places=[(value, code) for value, code in places if code],
        about=flask.request.values.get("about", ""),
        typed=flask.request.form.get("text", ""),
    )
