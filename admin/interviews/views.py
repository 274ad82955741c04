"""An interviewer's own cases: where they are, what was tried, and the way into the interview."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.interviews import queries
from admin.interviews.forms import AttemptForm
from admin.interviews.services import contacts, visiting
from admin.interviews.services.visiting import Attempt
from admin.screens import StaffForm, go, page
from survey.errors import HouseError
from survey.identity import sessions
from survey.identity.permissions import Permission
from survey.kit import guard
from survey.models.wave import Wave

bp = flask.Blueprint("interviews", __name__, url_prefix="/admin/interviews")


@bp.get("")
@guard.permitted(Permission.CASE_INTERVIEW)
def index() -> ResponseReturnValue:
    keys = screens.keys()
    found = queries.own_cases(screens.session(), guard.actor())
    known = {own.case.public_id: contacts.open_contact(own.case, keys=keys) for own in found}
    return page("interviews/index.html", cases=found, contacts=known)


@bp.get("/<case_id>")
@guard.permitted(Permission.CASE_INTERVIEW)
def show(case_id: str) -> ResponseReturnValue:
    return _case(case_id, AttemptForm(formdata=None))


@bp.post("/<case_id>/attempts")
@guard.permitted(Permission.CASE_INTERVIEW)
def note(case_id: str) -> ResponseReturnValue:
    form, session, actor = AttemptForm(), screens.session(), guard.actor()
    if not form.validate():
        return _case(case_id, form, status=422)
    case = visiting.own_case(session, case_id, actor=actor)
    attempt = Attempt(way=form.way.data, code=form.code.data, is_final=bool(form.is_final.data))
    try:
        visiting.note(session, case, attempt, actor=actor)
    except HouseError as error:
        form.absorb(error)
        return _case(case_id, form, status=error.status)
    return go("interviews.index", _("The attempt is noted."))


@bp.post("/<case_id>/start")
@guard.permitted(Permission.CASE_INTERVIEW)
def start(case_id: str) -> ResponseReturnValue:
    """The way into the interview. Face to face the workbench is left first: the tablet goes from hand to hand."""
    session, form = screens.session(), StaffForm()
    case = visiting.own_case(session, case_id, actor=guard.actor())
    try:
        value = visiting.pass_into(session, case, keys=screens.keys())
    except HouseError as error:
        form.absorb(error)
        return _case(case_id, AttemptForm(formdata=None), refused=form, status=error.status)
    is_leaving = case.mode == "capi"
    address = f"{screens.settings().base_url}/a/{value}"
    answer = page("interviews/start.html", address=address, is_leaving=is_leaving)
    if is_leaving and (found := guard.signed_in()) is not None:
        sessions.end(session, found.id_hash)
        guard.drop_cookie(answer)
    return answer


def _case(
    case_id: str, form: AttemptForm, *, refused: StaffForm | None = None, status: int = 200
) -> ResponseReturnValue:
    session = screens.session()
    case = visiting.own_case(session, case_id, actor=guard.actor())
    return page(
        "interviews/case.html",
        case=case,
        wave=session.get_one(Wave, case.wave_id),
        is_held=visiting.is_held(session, case),
        contact=contacts.open_contact(case, keys=screens.keys()),
        form=form,
        refused=refused or form,
        status=status,
    )
