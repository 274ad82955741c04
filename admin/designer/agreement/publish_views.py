"""Publishing a draft: each condition with its remedy, the difference to the version before, approval, publication."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.designer import area
from admin.designer.agreement import approvals, gate, publishing, signing
from admin.designer.agreement.forms import ApprovalForm
from admin.screens import StaffForm, go
from survey.errors import HouseError
from survey.identity.permissions import Permission
from survey.kit import guard, language
from survey.models.design import InstrumentDraft

bp = flask.Blueprint("publishing", __name__, url_prefix="/admin/drafts/<public_id>/publish")


@bp.get("")
@guard.permitted(Permission.CONTENT_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    return _page(area.load(public_id), ApprovalForm(formdata=None))


@bp.post("/approval")
@guard.permitted(Permission.INSTRUMENT_LOCK, needs_fresh=True)
def approve(public_id: str) -> ResponseReturnValue:
    draft, form, status = area.load(public_id), ApprovalForm(), 422
    if form.validate():
        try:
            publishing.approve(
                screens.session(),
                draft,
                seen=flask.request.form.get("digest", ""),
                compared_with=flask.request.form.get("compared_with") or None,
                time_zone=screens.settings().time_zone,
                actor=guard.actor(),
            )
        except HouseError as error:
            form.absorb(error)
            status = error.status
        else:
            return go("publishing.show", _("The text is approved."), public_id=public_id)
    return _page(area.load(public_id), form, status=status)


@bp.post("")
@guard.permitted(Permission.INSTRUMENT_EDIT, needs_fresh=True)
def publish(public_id: str) -> ResponseReturnValue:
    draft, form, status = area.load(public_id), StaffForm(), 422
    if form.validate():
        try:
            version = publishing.publish(
                screens.session(),
                draft,
                expected_revision=area.seen(),
                time_zone=screens.settings().time_zone,
                actor=guard.actor(),
            )
        except HouseError as error:
            form.absorb(error)
            status = error.status
        else:
            return go("instruments.show", _("The version is published and locked."), version_id=version.id)
    return _page(area.load(public_id), form, status=status)


def _page(draft: InstrumentDraft, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    session, here = screens.session(), language.current()
    found = gate.conditions(session, draft, time_zone=screens.settings().time_zone)
    known = flask.current_app.view_functions
    return area.draft_page(
        "publish",
        draft,
        status=status,
        form=form,
        approval_form=form if isinstance(form, ApprovalForm) else ApprovalForm(formdata=None),
        conditions=[(each, _address(each, draft) if each.endpoint in known else "") for each in found],
        may_approve_now=all(each.is_met for each in found[:-1]),
        is_author=guard.actor().ref in approvals.authors(session, draft),
        approval=approvals.standing(session, draft),
        before=approvals.version_before(session, draft),
        difference=publishing.difference(session, draft),
        digest=signing.digest(draft),
        here=here,
    )


def _address(condition: gate.Condition, draft: InstrumentDraft) -> str:
    return flask.url_for(condition.endpoint, public_id=draft.public_id, **condition.values)
