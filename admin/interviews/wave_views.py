"""The cases of a wave: handed out and counted by the manager; back-checks drawn and noted by whoever checks."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.interviews import queries, rules
from admin.interviews.forms import AssignForm
from admin.interviews.services import assigning, checking, contacts
from admin.screens import StaffForm, go, page
from survey.collect import case_file, programs
from survey.errors import HouseError, Invalid
from survey.identity.permissions import Permission
from survey.kit import guard
from survey.models.wave import Channel, Wave

bp = flask.Blueprint("cases", __name__, url_prefix="/admin/waves/<public_id>/cases")
checks = flask.Blueprint("checks", __name__, url_prefix="/admin/waves/<public_id>/checks")
UPLOAD_LIMIT = 17 * 1024 * 1024


@bp.get("")
@guard.permitted(Permission.CASE_ASSIGN)
def show(public_id: str) -> ResponseReturnValue:
    return _cases(public_id, AssignForm(formdata=None))


@bp.post("")
@guard.permitted(Permission.CASE_ASSIGN, needs_fresh=True, upload_limit=UPLOAD_LIMIT)
def assign(public_id: str) -> ResponseReturnValue:
    form = AssignForm()
    if not form.validate():
        return _cases(public_id, form, status=422)
    wave = queries.wave(screens.session(), public_id)
    try:
        n_cases, n_people = _assign(wave, form)
    except HouseError as error:
        form.absorb(error)
        return _cases(public_id, form, status=error.status)
    message = _("%(n)s cases are assigned to %(m)s interviewers.", n=n_cases, m=n_people)
    return go("cases.show", message, public_id=public_id)


@checks.get("")
@guard.permitted(Permission.CASE_CHECK)
def show_checks(public_id: str) -> ResponseReturnValue:
    return _checks(public_id, StaffForm(formdata=None))


@checks.post("/draw")
@guard.permitted(Permission.CASE_CHECK, needs_fresh=True)
def draw(public_id: str) -> ResponseReturnValue:
    wave = queries.wave(screens.session(), public_id)
    try:
        n = checking.draw(screens.session(), wave, actor=guard.actor(), keys=screens.keys())
    except HouseError as error:
        return _refused(public_id, error)
    return go("checks.show_checks", _("%(n)s interviews are drawn.", n=n), public_id=public_id)


@checks.post("/<case_id>")
@guard.permitted(Permission.CASE_CHECK)
def note(public_id: str, case_id: str) -> ResponseReturnValue:
    wave = queries.wave(screens.session(), public_id)
    outcome = flask.request.form.get("outcome", "")
    try:
        checking.note(screens.session(), wave, case_id, outcome, actor=guard.actor())
    except HouseError as error:
        return _refused(public_id, error)
    return go("checks.show_checks", _("The check is noted."), public_id=public_id)


def _assign(wave: Wave, form: AssignForm) -> tuple[int, int]:
    session, keys = screens.session(), screens.keys()
    content, _filename = screens.uploaded(form.file.data)
    known = programs.load(session, wave.version.digest).modes
    if form.mode.data not in known:
        raise Invalid(
            "bad_mode",
            zh=f"这份问卷没有这种方式，可用的有：{', '.join(known)}。",
            en=f"The instrument has no such mode; it has {', '.join(known)}.",
        )
    cases = case_file.read_for(
        session, wave, content, mode=form.mode.data, channel=Channel.ASSISTED, own=assigning.OWN_COLUMNS
    )
    return len(cases), assigning.assign(session, wave, cases, keys=keys, actor=guard.actor())


def _cases(public_id: str, form: AssignForm, *, status: int = 200) -> ResponseReturnValue:
    session = screens.session()
    wave = queries.wave(session, public_id)
    found = queries.outcomes(session, wave)
    codes = [code for code in ("", "I", *rules.CODES) if any(code in counts for counts in found.values())]
    return page(
        "interviews/wave.html",
        wave=wave,
        form=form,
        people=queries.by_interviewer(session, wave),
        outcomes=found,
        codes=codes,
        n_available=len(assigning.interviewers(session)),
        status=status,
    )


def _checks(public_id: str, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    session, keys = screens.session(), screens.keys()
    wave = queries.wave(session, public_id)
    found = queries.drawn(session, wave)
    return page(
        "interviews/checks.html",
        wave=wave,
        form=form,
        draw=queries.draw_of(session, wave),
        cases=found,
        contacts={case.public_id: contacts.open_contact(case, keys=keys) for case in found},
        outcomes=rules.CHECKED,
        status=status,
    )


def _refused(public_id: str, error: HouseError) -> ResponseReturnValue:
    form = StaffForm(formdata=None)
    form.absorb(error)
    return _checks(public_id, form, status=error.status)
