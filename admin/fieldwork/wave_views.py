"""Waves: plan, open, close, seal; their entries, tokens and answers from elsewhere."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.fieldwork import queries, rules
from admin.fieldwork.forms import CsvForm, EntryForm, WaveForm
from admin.fieldwork.ledger_ports import auditor, office, sink
from admin.fieldwork.services import samples, sealing, waves
from admin.fieldwork.services.files import Source
from admin.screens import StaffForm, go, page
from admin.words import word
from survey import clock
from survey.collect import programs, retention
from survey.collect.importing import import_answers
from survey.errors import HouseError, Invalid
from survey.identity.permissions import Permission
from survey.kit import guard, language
from survey.kit.own_transaction import own_transaction
from survey.models.wave import Anonymity, Wave, WaveStatus

bp = flask.Blueprint("waves", __name__, url_prefix="/admin/waves")
UPLOAD_LIMIT = 17 * 1024 * 1024


@bp.get("")
@guard.permitted(Permission.WAVE_VIEW)
def index() -> ResponseReturnValue:
    session = screens.session()
    found = queries.waves(session)
    counts = {each.id: queries.counts(session, each) for each in found}
    return page("fieldwork/waves.html", waves=found, counts=counts)


@bp.get("/new")
@guard.permitted(Permission.WAVE_EDIT)
def show_new() -> ResponseReturnValue:
    return page("fieldwork/wave_new.html", form=_wave_form(formdata=None), zone=screens.settings().time_zone)


@bp.post("/new")
@guard.permitted(Permission.WAVE_EDIT)
def create() -> ResponseReturnValue:
    form, zone = _wave_form(), screens.settings().time_zone
    if form.validate():
        try:
            wave = waves.create_wave(
                screens.session(),
                _plan(form, zone),
                cycle_id=form.cycle.data,
                instrument_version_id=form.version.data,
                actor=guard.actor(),
            )
        except HouseError as error:
            form.absorb(error)
        else:
            return go("waves.show", _("The wave is planned."), public_id=wave.public_id)
    return page("fieldwork/wave_new.html", form=form, zone=zone, status=422)


@bp.get("/<public_id>")
@guard.permitted(Permission.WAVE_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    return _wave(public_id, StaffForm(formdata=None))


@bp.post("/<public_id>/entries")
@guard.permitted(Permission.WAVE_EDIT)
def add_entry(public_id: str) -> ResponseReturnValue:
    form = EntryForm()
    if form.validate():
        wave = queries.wave(screens.session(), public_id)
        try:
            waves.add_open_entry(screens.session(), wave, code=form.code.data, actor=guard.actor())
        except HouseError as error:
            form.absorb(error)
        else:
            return go("waves.show", _("The entry is open to all while the wave is."), public_id=public_id)
    return _wave(public_id, form, status=422)


@bp.post("/<public_id>/open")
@guard.permitted(Permission.WAVE_OPEN, needs_fresh=True)
def open_wave(public_id: str) -> ResponseReturnValue:
    wave = queries.wave(screens.session(), public_id)
    try:
        waves.open_wave(
            screens.session(),
            wave,
            actor=guard.actor(),
            keys=screens.keys(),
            sink=sink(),
            retention_years=screens.settings().retention_years,
            auditor=auditor(),
            office=office(),
        )
    except HouseError as error:
        return _refused(public_id, error)
    return go("waves.show", _("The wave is open."), public_id=public_id)


@bp.post("/<public_id>/empty-logs")
@guard.permitted(Permission.WAVE_OPEN, needs_fresh=True)
def sign_empty_logs(public_id: str) -> ResponseReturnValue:
    wave = queries.wave(screens.session(), public_id)
    try:
        waves.sign_empty_logs(screens.session(), wave, keys=screens.keys(), sink=sink())
    except HouseError as error:
        return _refused(public_id, error)
    return go(
        "waves.show",
        _("The empty logs are signed. The auditor hands them to the audit office."),
        public_id=public_id,
    )


@bp.post("/<public_id>/close")
@guard.permitted(Permission.WAVE_CLOSE, needs_fresh=True)
def close_wave(public_id: str) -> ResponseReturnValue:
    try:
        waves.close_wave(screens.session(), queries.wave(screens.session(), public_id), actor=guard.actor())
    except HouseError as error:
        return _refused(public_id, error)
    return go(
        "waves.show",
        _("The wave is closed. Answers begun before may still be sent for 30 minutes."),
        public_id=public_id,
    )


@bp.post("/<public_id>/seal")
@guard.permitted(Permission.WAVE_SEAL, needs_fresh=True)
def seal(public_id: str) -> ResponseReturnValue:
    actor, keys = guard.actor(), screens.keys()
    try:
        with own_transaction() as session:  # the logs are signed after the commit of what they hold
            report = sealing.seal_batch(session, queries.wave(session, public_id), keys=keys)
        with own_transaction() as session:
            sealing.sign(
                session,
                queries.wave(session, public_id),
                is_last=not report.more,
                actor=actor,
                keys=keys,
                sink=sink(),
                auditor=auditor(),
            )
    except HouseError as error:
        return _refused(public_id, error)
    message = (
        _("%(n)s answers are sealed, %(m)s wait. Seal the next batch.", n=report.n_sealed, m=report.n_waiting)
        if report.more
        else _("The wave is sealed.")
    )
    return go("waves.show", message, public_id=public_id)


@bp.post("/<public_id>/tokens")
@guard.permitted(Permission.TOKEN_ISSUE, needs_fresh=True, upload_limit=UPLOAD_LIMIT)
def issue_tokens(public_id: str) -> ResponseReturnValue:
    form, session = CsvForm(), screens.session()
    wave = queries.wave(session, public_id)
    if form.validate():
        content, filename = screens.uploaded(form.file.data)
        program = programs.load(session, wave.version.digest)
        try:
            issued = samples.issue_from_file(
                session,
                wave,
                Source(content=content, filename=filename),
                context_fields=[field.name for field in program.context_fields],
                keys=screens.keys(),
                actor=guard.actor(),
            )
        except HouseError as error:
            form.absorb(error)
        else:
            return _download(
                samples.as_csv(issued, base_url=screens.settings().base_url), f"{wave.code}-links.csv"
            )
    return _wave(public_id, form, status=422)


@bp.post("/<public_id>/answers")
@guard.permitted(Permission.IMPORT_RUN, upload_limit=UPLOAD_LIMIT)
def add_answers(public_id: str) -> ResponseReturnValue:
    form, session = CsvForm(), screens.session()
    wave = queries.wave(session, public_id)
    if form.validate():
        content, filename = screens.uploaded(form.file.data)
        try:
            report = import_answers(
                session, wave, content, filename=filename, actor=guard.actor().ref, keys=screens.keys()
            )
        except HouseError as error:
            form.absorb(error)
        else:
            if report.is_accepted:
                message = _("%(n)s answers are taken.", n=report.n_accepted)
                return go("waves.show", message, public_id=public_id)
            form.form_errors.append(
                _("%(n)s rows cannot be taken, so nothing of the file was.", n=report.n_refused)
            )
            form.refusals = [_placed(each.row, each.message(language.current())) for each in report.refusals]
    return _wave(public_id, form, status=422)


def _placed(row: int | None, message: str) -> str:
    return _("Row %(row)s: %(message)s", row=row + 1, message=message) if row else message


def _wave(public_id: str, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    session = screens.session()
    wave = queries.wave(session, public_id)
    readiness = queries.readiness(session, wave)
    return page(
        "fieldwork/wave.html",
        wave=wave,
        form=form,
        entry_form=form if isinstance(form, EntryForm) else EntryForm(formdata=None),
        csv_form=CsvForm(formdata=None),
        reasons=rules.why_not_open(readiness, now=clock.now(session)),
        counts=queries.counts(session, wave),
        entries=queries.entries(session, wave),
        quotas=queries.quotas(session, wave),
        dispositions=queries.dispositions(session, wave),
        frames=queries.frames(session, wave),
        call_backs=queries.call_backs(session, wave),
        office=_office_of(wave),
        keeping=retention.plan(session, wave, years=screens.settings().retention_years),
        base_url=screens.settings().base_url,
        status=status,
    )


def _office_of(wave: Wave) -> queries.OfficeState | None:
    """How far the audit office is with a planned wave; None where none is announced."""
    settings = screens.settings()
    if settings.auditor_key is None or wave.status != WaveStatus.PLANNED.value:
        return None
    return queries.office_state(screens.session(), wave, announced=settings.auditor_key)


def _refused(public_id: str, error: HouseError) -> ResponseReturnValue:
    form = StaffForm(formdata=None)
    form.absorb(error)
    return _wave(public_id, form, status=error.status)


def _wave_form(**given: object) -> WaveForm:
    form, session = WaveForm(**given), screens.session()
    form.cycle.choices = screens.choices((c.id, language.say(c.title)) for c in queries.cycles(session))
    form.version.choices = screens.choices(
        (v.id, f"{language.say(v.instrument.title)} · {v.version}") for v in queries.versions(session)
    )
    form.evaluator_group.choices = screens.choices(
        (g, word("group", g)) for g in queries.evaluator_groups(session)
    )
    return form


def _plan(form: WaveForm, zone: str) -> waves.WavePlan:
    if form.opens_at.data is None or form.closes_at.data is None:
        raise Invalid("wave_dates", zh="请填写开放和截止时间。", en="Enter the times of opening and closing.")
    return waves.WavePlan(
        code=form.code.data,
        title={"zh": form.title_zh.data, "en": form.title_en.data},
        evaluator_group=form.evaluator_group.data,
        opens_at=rules.instant(form.opens_at.data, zone=zone),
        closes_at=rules.instant(form.closes_at.data, zone=zone),
        period=form.period.data,
        anonymity=Anonymity(form.anonymity.data),
        time_zone=zone,
    )


def _download(content: bytes, filename: str) -> flask.Response:
    answer = flask.Response(content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
