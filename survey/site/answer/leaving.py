"""Leaving the questionnaire for later: how long it is kept, and a code or a link to carry on somewhere else."""

from __future__ import annotations

from urllib.parse import quote

import flask
import segno
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey import clock
from survey.access import limits
from survey.collect import resuming
from survey.db import db
from survey.errors import NotFound
from survey.kit import guard, in_words
from survey.site import cookies
from survey.site.answer import respondent
from survey.site.here import address, platform

_SECRET_SECONDS = 30 * 60


def leave(wave: str) -> ResponseReturnValue:
    """What is saved stays, until the day that is named; a code or a link for another device can be asked for here."""
    return _page(wave)


def resume_code(wave: str) -> ResponseReturnValue:
    """A code to carry on elsewhere; it is shown once and an earlier one stops working."""
    mine = respondent.mine(wave)
    _draft, code = resuming.make_resume_code(db.session(), mine.draft, keys=platform().keys)
    return _page(wave, code=code, address=f"{platform().settings.base_url}/continue")


def resume_link(wave: str) -> ResponseReturnValue:
    """A link to carry on elsewhere, as text, QR, and a message that the person's own phone sends. We send nothing."""
    mine = respondent.mine(wave)
    _draft, secret = resuming.make_resume_link(db.session(), mine.draft, keys=platform().keys)
    link = f"{platform().settings.base_url}/continue/{secret}"
    text = _("Carry on with the questionnaire: %(link)s", link=link)
    code = segno.make(link, error="l", micro=False)
    return _page(
        wave,
        link=link,
        qr=code.svg_data_uri(scale=4, border=2, omitsize=True, dark="#000", light="#fff"),
        sms=f"sms:?&body={quote(text)}",
        mail=f"mailto:?subject={quote(_('Carry on with the questionnaire'))}&body={quote(text)}",
    )


def enter(secret: str) -> ResponseReturnValue:
    """From the link to a clean address. Looking at it changes nothing: only the button there moves the questionnaire."""
    if not secret.isalnum():  # nothing that a link could be, and no name of a file either
        flask.abort(404)
    response = flask.make_response(flask.redirect(flask.url_for("answer.arrived"), code=303))
    cookies.put(response, cookies.RESUME, secret[: resuming.LINK_CHARS + 1], seconds=_SECRET_SECONDS)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def arrived() -> ResponseReturnValue:
    """The clean address behind a link: one button carries on here."""
    return flask.render_template(
        "site/answer/arrived.html", has_link=bool(cookies.get(cookies.RESUME)), problem=None
    )


def carry_on_here() -> ResponseReturnValue:
    """Carry on here with the link that led here; the device it came from hands over."""
    session, here = db.session(), platform()
    today = clock.today(session, here.settings.time_zone)
    try:
        draft, secret = resuming.resume_by_link(session, cookies.get(cookies.RESUME) or "", keys=here.keys)
    except NotFound as refused:
        limits.count(limits.FAILED_CODES, address(), today=today, cache=here.cache, keys=here.keys)
        text = in_words.refusal(refused)
        return flask.render_template("site/answer/arrived.html", has_link=False, problem=text), 404
    day = respondent.day_of(draft.wave_id)
    response = flask.make_response(flask.redirect(flask.url_for("answer.on", wave=day.public_id), code=303))
    cookies.put(response, cookies.draft_name(day.public_id), secret, seconds=cookies.DRAFT_SECONDS)
    cookies.drop(response, cookies.RESUME)
    return response


def _page(wave: str, **shown: object) -> str:
    mine = respondent.mine(wave)
    found = {"code": None, "link": None, **shown}
    return flask.render_template("site/answer/leave.html", wave=mine.wave, until=mine.until, **found)


def register(blueprint: flask.Blueprint) -> None:
    """The addresses of this module."""
    blueprint.get("/answer/<wave>/leave")(guard.granted(leave))
    blueprint.post("/answer/<wave>/code", endpoint="code")(guard.granted(resume_code))
    blueprint.post("/answer/<wave>/link", endpoint="link")(guard.granted(resume_link))
    blueprint.get("/continue/here", endpoint="arrived")(guard.public(arrived))
    blueprint.post("/continue/here", endpoint="carry_on_here")(guard.public(carry_on_here))
    blueprint.get("/continue/<secret>", endpoint="continue_by_link")(guard.public(enter))
