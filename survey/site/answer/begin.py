"""Before the first answer: welcome, consent, and the draft that only then exists."""

from __future__ import annotations

import secrets

import flask
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey import clock
from survey.access import carried, limits, refusals
from survey.access.grant import Grant
from survey.collect import contacts, drafts, programs, resuming, start
from survey.collect import waves as collect_waves
from survey.db import db
from survey.errors import HouseError, NotFound
from survey.instrument.program import Program
from survey.kit import guard, in_words, set_pages
from survey.kit.own_transaction import one_statement, reading
from survey.models.wave import Anonymity
from survey.publish.notice import Notice
from survey.site import cookies
from survey.site.answer import door, going_on, respondent
from survey.site.here import address, platform

_DEVICE_BYTES = 16


def welcome(wave: str) -> ResponseReturnValue:
    """Purpose, length, storage and consent; whoever has begun is offered to carry on."""
    told = respondent.told(wave)
    begun = respondent.find_draft(wave, db.session())
    if begun is None and cookies.get(cookies.share_name(wave)) and not cookies.get(cookies.grant_name(wave)):
        return flask.redirect(flask.url_for("returns.part", wave=wave), code=303)
    if begun is None and cookies.get(cookies.grant_name(wave)) is None and respondent.find_receipt(wave):
        return flask.redirect(flask.url_for("answer.receipt", wave=wave), code=303)
    grant = _granted(wave, told.key, db.session())[0] if begun is None else begun.document.grant
    return _page(told, grant, has_begun=begun is not None, missing=())


def begin(wave: str) -> ResponseReturnValue:
    """Create the draft of somebody who is of age and has agreed; nothing is stored before."""
    here = platform()
    with reading() as session:  # before the write lock is taken, which on SQLite everybody waits for
        facts = collect_waves.find_at(session, wave)
        if facts is None:
            raise respondent.no_such_wave()
        grant, age = _granted(wave, facts.id, session)
        now = clock.now(session)
        program = programs.load(session, facts.digest)
    needed = ("age", "consent") if program.min_age else ("consent",)
    missing = tuple(name for name in needed if flask.request.form.get(name) != "yes")
    if missing:
        return _page(respondent.told(wave), grant, has_begun=False, missing=missing)
    ticket = door.queue(grant, now=now, zone=facts.time_zone)
    if ticket is not None:
        return door.wait(ticket)
    device = cookies.get(cookies.DEVICE) or secrets.token_urlsafe(_DEVICE_BYTES)
    with one_statement() as session:
        started = start.open_draft(
            session,
            grant.marked(*door.marks(grant, age=age)),
            language=respondent.tongue(program),
            consent=True,
            keys=here.keys,
            wave=facts,
            at=now,
            device=device,
            is_named=flask.request.form.get("named") == "yes",
        )
    first = going_on.where_next(program, started.draft.document)
    response = flask.make_response(flask.redirect(going_on.url(wave, first), code=303))
    cookies.put(response, cookies.draft_name(wave), started.secret, seconds=cookies.DRAFT_SECONDS)
    cookies.put(response, cookies.DEVICE, device, seconds=cookies.DEVICE_SECONDS)
    cookies.drop(response, cookies.grant_name(wave))
    return response


def has_begun() -> str | None:
    """Where the interview goes on for whoever sends the form to begin once more, back from its first page."""
    wave = (flask.request.view_args or {}).get("wave", "")
    if flask.request.endpoint != "answer.start" or cookies.get(cookies.draft_name(wave)) is None:
        return None
    return flask.url_for("answer.on", wave=wave)


def _granted(wave: str, key: int, session: Session) -> tuple[Grant, int]:
    """The grant in this browser's cookie, and its age in seconds.

    Raises Gone, also for a grant that was given for another wave.
    """
    value = cookies.get(cookies.grant_name(wave))
    if value is None:
        raise refusals.no_link_here()
    grant, age = carried.open_cookie_aged(session, value, keys=platform().keys)
    if grant.wave_id != key:
        raise refusals.grant_expired()
    return grant, age


def carry_on(wave: str) -> ResponseReturnValue:
    """To the first page that has not been sent."""
    mine = respondent.mine(wave)
    return flask.redirect(
        going_on.url(wave, going_on.where_next(mine.program, mine.draft.document)), code=303
    )


def resume_form() -> ResponseReturnValue:
    """Where a code from another device is typed in."""
    return flask.render_template("site/answer/resume.html", code="", problem=None)


def resume() -> ResponseReturnValue:
    """Carry on here what was begun on another device."""
    session, here = db.session(), platform()
    today = clock.today(session, here.settings.time_zone)
    code = flask.request.form.get("code", "")[:100]
    try:
        draft, secret = resuming.resume(session, code, keys=here.keys)
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


def _page(told: Notice, grant: Grant, *, has_begun: bool, missing: tuple[str, ...]) -> ResponseReturnValue:
    day = told.day
    around = {
        "channel": grant.channel,
        "asks_for_name": day.anonymity == Anonymity.IDENTIFIED and grant.participant is not None,
        # A mark of this browser only, which deters and does not prevent: a household may share a phone.
        "has_sent": not has_begun
        and not grant.token_hash
        and respondent.find_receipt(day.public_id) is not None,
        "has_begun": has_begun,
    }

    def context() -> dict[str, object]:
        program = programs.load(db.session(), told.instrument)
        return {
            **around,
            "wave": day,
            "notice": told,
            "program": program,
            "draft_days": drafts.LIFE.days,
            "contact_days": contacts.KEPT.days if _asks_for_contact(program) else None,
            "trap": door.TRAP,
            "missing": missing,
        }

    if missing:
        return flask.render_template("site/answer/welcome.html", **context())
    rests_on = (repr(told), *around.values())
    return set_pages.page("site/answer/welcome.html", rests_on=rests_on, slots={}, context=context)


def _asks_for_contact(program: Program) -> bool:
    return any(place.item.kind == "contact" for place in program.places.values())


def register(pages: flask.Blueprint) -> None:
    """The addresses of this module."""
    pages.get("/answer/<wave>/")(guard.granted(welcome))
    pages.post("/answer/<wave>/start", endpoint="start")(guard.granted(begin))
    pages.get("/answer/<wave>/on", endpoint="on")(guard.granted(carry_on))
    pages.get("/continue", endpoint="resume_form")(guard.public(resume_form))
    pages.post("/continue", endpoint="resume")(guard.public(resume))
