"""Before the first answer: welcome, consent, and the draft that only then exists."""

from __future__ import annotations

import secrets

import flask
from flask.typing import ResponseReturnValue

from survey import clock
from survey.access import grants, limits, refusals
from survey.access.grants import Grant
from survey.collect import drafts, programs, start
from survey.collect import waves as collect_waves
from survey.db import db
from survey.errors import HouseError, NotFound
from survey.kit import guard, in_words
from survey.models.wave import Channel
from survey.publish.waves import WaveDay
from survey.site import cookies
from survey.site.answer import respondent
from survey.site.here import address, platform

_DEVICE_BYTES = 16


def welcome(wave: str) -> ResponseReturnValue:
    """Purpose, length, storage and consent; whoever has begun is offered to carry on."""
    key, day = respondent.wave_of(wave)
    begun = respondent.find_draft(wave, db.session())
    if begun is None and cookies.get(cookies.grant_name(wave)) is None and respondent.find_receipt(wave):
        return flask.redirect(flask.url_for("answer.receipt", wave=wave), code=303)
    if begun is None:
        _granted(wave, key)
    return _page(key, day, has_begun=begun is not None, missing=())


def begin(wave: str) -> ResponseReturnValue:
    """Create the draft of somebody who is of age and has agreed; nothing is stored before."""
    key, day = respondent.wave_of(wave)
    session, here = db.session(), platform()
    grant = _granted(wave, key)
    facts = collect_waves.load(session, key)
    program = programs.load(session, facts.digest)
    needed = ("age", "consent") if program.min_age else ("consent",)
    missing = tuple(name for name in needed if flask.request.form.get(name) != "yes")
    if missing:
        return _page(key, day, has_begun=False, missing=missing)
    if grant.channel == Channel.OPEN.value:
        today = clock.today(session, day.zone)
        limits.count(limits.OPEN_STARTS, address(), today=today, cache=here.cache, keys=here.keys)
    device = cookies.get(cookies.DEVICE) or secrets.token_urlsafe(_DEVICE_BYTES)
    started = start.open_draft(
        session,
        grant,
        language=respondent.tongue(program),
        consent=True,
        keys=here.keys,
        wave=facts,
        device=device,
    )
    first = respondent.where_next(program, started.draft.document)
    response = flask.make_response(flask.redirect(respondent.url(wave, first), code=303))
    cookies.put(response, cookies.draft_name(wave), started.secret, seconds=cookies.DRAFT_SECONDS)
    cookies.put(response, cookies.DEVICE, device, seconds=cookies.DEVICE_SECONDS)
    cookies.drop(response, cookies.grant_name(wave))
    return response


def _granted(wave: str, key: int) -> Grant:
    """The grant in this browser's cookie. Raises Gone, also for a grant that was given for another wave."""
    grant = grants.open_cookie(
        db.session(), cookies.get(cookies.grant_name(wave)) or "", keys=platform().keys
    )
    if grant.wave_id != key:
        raise refusals.grant_expired()
    return grant


def carry_on(wave: str) -> ResponseReturnValue:
    """To the first page that has not been sent."""
    mine = respondent.mine(wave)
    return flask.redirect(
        respondent.url(wave, respondent.where_next(mine.program, mine.draft.document)), code=303
    )


def resume_form() -> ResponseReturnValue:
    """Where a code from another device is typed in."""
    return flask.render_template("site/answer/resume.html", code="", problem=None)


def resume() -> ResponseReturnValue:
    """Carry on here what was begun on another device."""
    session, here = db.session(), platform()
    today = clock.today(session, here.settings.time_zone)
    limits.check(limits.FAILED_CODES, address(), today=today, cache=here.cache, keys=here.keys)
    code = flask.request.form.get("code", "")[:100]
    try:
        draft, secret = drafts.resume(session, code, keys=here.keys)
    except NotFound as refused:
        limits.count(limits.FAILED_CODES, address(), today=today, cache=here.cache, keys=here.keys)
        return _resume_refused(code, refused)
    day = respondent.day_of(draft.wave_id)
    response = flask.make_response(flask.redirect(flask.url_for("answer.on", wave=day.public_id), code=303))
    cookies.put(response, cookies.draft_name(day.public_id), secret, seconds=cookies.DRAFT_SECONDS)
    return response


def _resume_refused(code: str, refused: HouseError) -> ResponseReturnValue:
    text = in_words.refusal(refused)
    return flask.render_template("site/answer/resume.html", code=code, problem=text)


def _page(key: int, day: WaveDay, *, has_begun: bool, missing: tuple[str, ...]) -> ResponseReturnValue:
    session = db.session()
    return flask.render_template(
        "site/answer/welcome.html",
        wave=day,
        program=programs.load(session, collect_waves.load(session, key).digest),
        has_begun=has_begun,
        missing=missing,
    )


def register(pages: flask.Blueprint) -> None:
    """The addresses of this module."""
    pages.get("/answer/<wave>/")(guard.granted(welcome))
    pages.post("/answer/<wave>/start", endpoint="start")(guard.granted(begin))
    pages.get("/answer/<wave>/on", endpoint="on")(guard.granted(carry_on))
    pages.get("/continue", endpoint="resume_form")(guard.public(resume_form))
    pages.post("/continue", endpoint="resume")(guard.public(resume))
