"""What a colleague with a link sees: what it is about, their own sections, and the button that hands them back."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from survey import clock
from survey.access import limits
from survey.collect import returns
from survey.collect.returns import Share
from survey.collect.sections import sections_of
from survey.db import db
from survey.errors import NotFound
from survey.kit import guard
from survey.kit.own_transaction import reading
from survey.publish import waves
from survey.site import cookies
from survey.site.answer import respondent
from survey.site.answer.respondent import Mine
from survey.site.here import address, platform


def enter(secret: str) -> ResponseReturnValue:
    """From the link to a clean address; looking at it changes nothing."""
    session, here = db.session(), platform()
    try:
        part = returns.find(session, secret, keys=here.keys)
    except NotFound:
        today = clock.today(session, here.settings.time_zone)
        limits.count(limits.FAILED_CODES, address(), today=today, cache=here.cache, keys=here.keys)
        raise
    day = waves.wave_by_id(session, part.draft.wave_id)
    assert day is not None  # the draft names it
    returns.check_in_time(part, day.zone)
    response = flask.make_response(
        flask.redirect(flask.url_for("returns.part", wave=day.public_id), code=303)
    )
    cookies.put(response, cookies.share_name(day.public_id), secret, seconds=cookies.DRAFT_SECONDS)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def part(wave: str) -> ResponseReturnValue:
    """Before the first answer what it is about and what is stored; then the sections, and how far they are."""
    with reading() as session:
        held = respondent.find_draft(wave, session)
        mine = respondent.find_part(wave, session)
    if mine is None:
        if held is not None:
            return flask.redirect(flask.url_for("returns.hub", wave=wave), code=303)
        raise respondent.no_part()
    if held is not None:
        return flask.render_template(
            "site/returns/holder_here.html", wave=mine.wave, is_same=held.id == mine.draft.id
        )
    return _page(mine, missing=())


def agree(wave: str) -> ResponseReturnValue:
    """Note that the colleague is of age and takes part; no answer is taken before."""
    mine = _mine(wave)
    needed = ("age", "consent") if mine.program.min_age else ("consent",)
    missing = tuple(name for name in needed if flask.request.form.get(name) != "yes")
    if missing:
        return _page(mine, missing=missing)
    returns.agree(db.session(), mine.draft, _share_of(mine))
    return flask.redirect(flask.url_for("returns.next_page", wave=wave), code=303)


def hand_back(wave: str) -> ResponseReturnValue:
    """Hand the part back to the colleague who holds the return, or take it up once more."""
    mine = _mine(wave)
    share = _share_of(mine)
    if share.has_agreed:
        is_done = flask.request.form.get("again") != "yes"
        returns.hand_back(db.session(), mine.draft, share, is_done=is_done)
    return flask.redirect(flask.url_for("returns.part", wave=wave), code=303)


def _mine(wave: str) -> Mine:
    """The part of this browser. Raises NotFound where there is none."""
    with reading() as session:
        mine = None if respondent.find_draft(wave, session) else respondent.find_part(wave, session)
    if mine is None:
        raise respondent.no_part()
    return mine


def _share_of(mine: Mine) -> Share:
    assert mine.share is not None  # only a part is asked for here
    return mine.share


def _page(mine: Mine, *, missing: tuple[str, ...]) -> ResponseReturnValue:
    share = _share_of(mine)
    return flask.render_template(
        "site/returns/part.html",
        wave=mine.wave,
        program=mine.program,
        share=share,
        sections=[s for s in sections_of(mine.program, mine.draft.document) if s.code in share.sections],
        missing=missing,
    )


def register(blueprint: flask.Blueprint) -> None:
    """The addresses of this module."""
    blueprint.get("/part/<secret>", endpoint="enter")(guard.public(enter))
    blueprint.get("/answer/<wave>/part", endpoint="part")(guard.granted(part))
    blueprint.post("/answer/<wave>/part/agree", endpoint="agree")(guard.granted(agree))
    blueprint.post("/answer/<wave>/part/done", endpoint="hand_back")(guard.granted(hand_back))
