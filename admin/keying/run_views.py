"""The runs of a wave: sheets are issued and counted, sent once they are settled, spoiled with a reason, reported on."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.keying import queries
from admin.keying.forms import RunForm, SerialForm, SpoilForm
from admin.keying.report import report_of
from admin.keying.services import entering, issuing, sending, sheets
from admin.keying.services.issuing import Issued, RunPlan
from admin.screens import StaffForm, go, page
from survey import audit
from survey.collect import case_file, programs
from survey.errors import HouseError
from survey.identity.permissions import Permission
from survey.kit import guard
from survey.kit.own_transaction import own_transaction
from survey.models.wave import Channel, Wave

bp = flask.Blueprint("sheets", __name__, url_prefix="/admin/waves/<public_id>/sheets")
UPLOAD_LIMIT = 17 * 1024 * 1024


@bp.get("")
@guard.permitted(Permission.SHEET_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    return _wave(public_id, StaffForm(formdata=None))


@bp.post("")
@guard.permitted(Permission.SHEET_ISSUE, needs_fresh=True, upload_limit=UPLOAD_LIMIT)
def issue(public_id: str) -> ResponseReturnValue:
    wave = queries.wave(screens.session(), public_id)
    form = _run_form(wave)
    if not form.validate():
        return _wave(public_id, form, status=422)
    try:
        issued = _issue(wave, form)
    except HouseError as error:
        form.absorb(error)
        return _wave(public_id, form, status=error.status)
    return _download(issued.as_csv(), f"{wave.code}-sheets-{issued.run.number}.csv")


@bp.post("/send")
@guard.permitted(Permission.SHEET_ISSUE, needs_fresh=True)
def send(public_id: str) -> ResponseReturnValue:
    """Each settled sheet by itself, in a transaction of its own; the slips of those who want one are shown once."""
    keys, done = screens.keys(), []
    with own_transaction(reads_only=True) as session:
        found = sending.ready(session, queries.wave(session, public_id))
    for serial in found:
        try:
            with own_transaction() as session:
                sent = sending.send(session, serial, keys=keys)
        except HouseError as error:
            if not sending.is_refusal_of_all(error):
                raise
            return _refused(public_id, error)
        if sent is not None:
            done.append(sent)
    wave = queries.wave(screens.session(), public_id)
    n_sent = sum(each.reason is None for each in done)
    counts = {"sent": n_sent, "not_sent": len(done) - n_sent}
    audit.record(screens.session(), guard.actor().ref, act="sheet.send", on=f"wave:{wave.code}", after=counts)
    slips = sorted((each for each in done if each.receipt is not None), key=lambda each: each.serial.number)
    left = [each for each in done if each.reason is not None]
    return page("keying/sent.html", wave=wave, n_sent=n_sent, slips=slips, left=left)


@bp.post("/spoil")
@guard.permitted(Permission.SHEET_ISSUE, needs_fresh=True)
def spoil(public_id: str) -> ResponseReturnValue:
    return _on_sheet(public_id, SpoilForm())


@bp.post("/give-back")
@guard.permitted(Permission.SHEET_ISSUE, needs_fresh=True)
def give_back(public_id: str) -> ResponseReturnValue:
    return _on_sheet(public_id, SerialForm(prefix="give-"))


@bp.get("/report")
@guard.permitted(Permission.SHEET_VIEW)
def report(public_id: str) -> ResponseReturnValue:
    wave = queries.wave(screens.session(), public_id)
    return page("keying/report.html", wave=wave, report=report_of(screens.session(), wave))


@bp.get("/report.csv")
@guard.permitted(Permission.SHEET_VIEW)
def report_csv(public_id: str) -> ResponseReturnValue:
    wave = queries.wave(screens.session(), public_id)
    return _download(report_of(screens.session(), wave).as_csv(), f"{wave.code}-keying.csv")


def _on_sheet(public_id: str, form: SerialForm) -> ResponseReturnValue:
    if not form.validate():
        return _wave(public_id, form, status=422)
    session = screens.session()
    try:
        serial = sheets.read_serial(form.serial.data)
        if isinstance(form, SpoilForm):
            issuing.spoil(session, serial, reason=form.reason.data, actor=guard.actor())
            message = _("Sheet %(serial)s is taken out.", serial=serial.printed)
        else:
            entering.give_back(session, serial, actor=guard.actor())
            message = _("Somebody else can key sheet %(serial)s now.", serial=serial.printed)
    except HouseError as error:
        form.absorb(error)
        return _wave(public_id, form, status=error.status)
    return go("sheets.show", message, public_id=public_id)


def _issue(wave: Wave, form: RunForm) -> Issued:
    session, keys, actor = screens.session(), screens.keys(), guard.actor()
    plan = RunPlan(mode=form.mode.data, language=form.language.data, decides=form.decides.data)
    if not form.file.data:
        return issuing.issue_open(session, wave, form.n.data or 0, plan, keys=keys, actor=actor)
    content, _filename = screens.uploaded(form.file.data)
    channel = Channel.SAMPLE if plan.mode == "paper" else Channel.ASSISTED
    cases = case_file.read_for(session, wave, content, mode=plan.mode, channel=channel)
    return issuing.issue_for_cases(
        session,
        wave,
        [each.case for each in cases],
        plan,
        base_url=screens.settings().base_url,
        keys=keys,
        actor=actor,
    )


def _run_form(wave: Wave, **given: object) -> RunForm:
    form = RunForm(**given)
    program = programs.load(screens.session(), wave.version.digest)
    form.language.choices = screens.choices((code, code) for code in program.languages)
    return form


def _refused(public_id: str, error: HouseError) -> ResponseReturnValue:
    form = StaffForm(formdata=None)
    form.absorb(error)
    return _wave(public_id, form, status=error.status)


def _wave(public_id: str, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    session = screens.session()
    wave = queries.wave(session, public_id)
    by_run = queries.progress(session, wave)
    return page(
        "keying/wave.html",
        wave=wave,
        form=form,
        runs=queries.runs(session, wave),
        progress=by_run,
        total=queries.total(list(by_run.values())),
        reasons=queries.reasons(session, wave),
        run_form=form if isinstance(form, RunForm) else _run_form(wave, formdata=None),
        serial_form=SerialForm(formdata=None, prefix="give-"),
        spoil_form=SpoilForm(formdata=None),
        n_kept=sending.count_kept(session, wave),
        status=status,
    )


def _download(content: bytes, filename: str) -> flask.Response:
    answer = flask.Response(content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
