"""The ways into a wave, as staff prepare them: invitations to send or print, posters, screens at counters."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.fieldwork import queries
from admin.fieldwork.forms import CounterForm, InviteForm
from admin.fieldwork.printed import sheets
from admin.fieldwork.printed.sheets import About
from admin.fieldwork.services import counters, invitations
from admin.fieldwork.services.files import Source
from admin.fieldwork.services.invitations import Way
from admin.screens import StaffForm, go, page
from survey.collect import programs
from survey.errors import HouseError, NotFound
from survey.identity.permissions import Permission
from survey.kit import guard
from survey.models.wave import Wave
from survey.publish import notice

bp = flask.Blueprint("ways", __name__, url_prefix="/admin/waves/<public_id>/ways")
UPLOAD_LIMIT = 17 * 1024 * 1024
_PDF, _HTML, _CSV = "application/pdf", "text/html", "text/csv"


@bp.get("")
@guard.permitted(Permission.WAVE_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    return _page(public_id, StaffForm(formdata=None))


@bp.post("/invitations")
@guard.permitted(Permission.TOKEN_ISSUE, needs_fresh=True, upload_limit=UPLOAD_LIMIT)
def invite(public_id: str) -> ResponseReturnValue:
    form, session = InviteForm(), screens.session()
    wave = queries.wave(session, public_id)
    if not form.validate():
        return _page(public_id, form, status=422)
    content, filename = screens.uploaded(form.file.data)
    way, _dot, suffix = form.way.data.partition(".")
    program = programs.load(session, wave.version.digest)
    try:
        made = invitations.invite(
            session,
            wave,
            Source(content=content, filename=filename),
            way=Way(way),
            about=_about(wave),
            context_fields=[field.name for field in program.context_fields],
            keys=screens.keys(),
            actor=guard.actor(),
        )
        made = sheets.as_pdf(made) if suffix == "pdf" else made
    except HouseError as error:
        form.absorb(error)
        return _page(public_id, form, status=error.status)
    kind = {"pdf": _PDF, "html": _HTML}.get(suffix, _CSV)
    return _download(made, f"{wave.code}-{way}.{suffix}", kind)


@bp.get("/posters/<code>.<any(html, pdf):suffix>")
@guard.permitted(Permission.WAVE_VIEW)
def poster(public_id: str, code: str, suffix: str) -> ResponseReturnValue:
    session = screens.session()
    wave = queries.wave(session, public_id)
    if code not in {entry.code for entry in queries.entries(session, wave)}:
        raise NotFound("entry_unknown", zh="这个轮次没有这个入口。", en="This wave has no such entry.")
    about = _about(wave)
    made = sheets.poster(about, address=f"{about.base_url}/s/{code}")
    content, kind = (sheets.as_pdf(made), _PDF) if suffix == "pdf" else (made, _HTML)
    return _download(content, f"{wave.code}-{code}.{suffix}", kind)


@bp.post("/counters")
@guard.permitted(Permission.WAVE_EDIT, needs_fresh=True)
def make_counter(public_id: str) -> ResponseReturnValue:
    form, session = CounterForm(), screens.session()
    wave = queries.wave(session, public_id)
    if not form.validate():
        return _page(public_id, form, status=422)
    program = programs.load(session, wave.version.digest)
    try:
        secret = counters.make(
            session,
            wave,
            place={"zh": form.place_zh.data, "en": form.place_en.data},
            context=counters.context_of(form.context.data or "", program.context_fields),
            actor=guard.actor(),
            keys=screens.keys(),
        )
    except HouseError as error:
        form.absorb(error)
        return _page(public_id, form, status=error.status)
    return _page(public_id, StaffForm(formdata=None), screen=_screen(secret))


@bp.post("/counters/<int:counter_id>/link")
@guard.permitted(Permission.WAVE_EDIT, needs_fresh=True)
def renew_counter(public_id: str, counter_id: int) -> ResponseReturnValue:
    session = screens.session()
    wave = queries.wave(session, public_id)
    secret = counters.renew(session, wave, counter_id, actor=guard.actor(), keys=screens.keys())
    return _page(public_id, StaffForm(formdata=None), screen=_screen(secret))


@bp.post("/counters/<int:counter_id>/end")
@guard.permitted(Permission.WAVE_EDIT, needs_fresh=True)
def end_counter(public_id: str, counter_id: int) -> ResponseReturnValue:
    session = screens.session()
    counters.end(session, queries.wave(session, public_id), counter_id, actor=guard.actor())
    return go("ways.show", _("The screen shows no more codes."), public_id=public_id)


def _screen(secret: str) -> str:
    return f"{screens.settings().base_url}/screen/{secret}"


def _about(wave: Wave) -> About:
    session, settings = screens.session(), screens.settings()
    program = programs.load(session, wave.version.digest)
    told = notice.notice(session, wave.id, retention_years=settings.retention_years)
    return About(
        title=dict(program.title),
        organisers=told.organisers,
        minutes=program.estimated_minutes,
        closes_at=wave.closes_at,
        zone=wave.time_zone,
        anonymity=wave.anonymity,
        base_url=settings.base_url,
    )


def _page(
    public_id: str, form: StaffForm, *, screen: str | None = None, status: int = 200
) -> ResponseReturnValue:
    session = screens.session()
    wave = queries.wave(session, public_id)
    return page(
        "fieldwork/ways.html",
        wave=wave,
        form=form,
        invite_form=form if isinstance(form, InviteForm) else InviteForm(formdata=None),
        counter_form=form if isinstance(form, CounterForm) else CounterForm(formdata=None),
        context_fields=programs.load(session, wave.version.digest).context_fields,
        entries=queries.entries(session, wave),
        counters=counters.of_wave(session, wave),
        screen=screen,
        base_url=screens.settings().base_url,
        status=status,
    )


def _download(content: bytes, filename: str, kind: str) -> flask.Response:
    """A file and nothing else: no browser opens it in our place."""
    answer = flask.Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
