"""The ways into a questionnaire: a personal link, an open address. Opening either changes nothing."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from survey import clock
from survey.access import grants, limits
from survey.access.grants import Grant
from survey.db import db
from survey.errors import NotFound
from survey.kit import guard
from survey.publish import waves
from survey.site import cookies
from survey.site.here import address, platform, time_zone

access = flask.Blueprint("access", __name__)


@access.get("/i/<token>")
@guard.public
def personal_link(token: str) -> ResponseReturnValue:
    """From a personal link to a clean address; the token stays out of every later address and referrer."""
    session, here = db.session(), platform()
    try:
        grant = grants.redeem(session, token, keys=here.keys)
    except NotFound:
        # Whoever holds a valid link gets in, whatever others on the same network have tried.
        today = clock.today(session, time_zone())
        limits.count(limits.FAILED_CODES, address(), today=today, cache=here.cache, keys=here.keys)
        raise
    response = _enter(grant)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@access.get("/s/<code>")
@guard.public
def open_address(code: str) -> ResponseReturnValue:
    """The address that anyone may use; what is answered there is shown apart and never scored."""
    return _enter(grants.open_entry(db.session(), code))


def _enter(grant: Grant) -> flask.Response:
    session = db.session()
    wave = waves.wave_by_id(session, grant.wave_id)
    assert wave is not None  # the grant names it
    target = flask.url_for("answer.welcome", wave=wave.public_id)
    if flask.request.args.get("lang"):
        target += "?lang=" + ("en" if flask.request.args["lang"] == "en" else "zh")
    response = flask.make_response(flask.redirect(target, code=303))
    cookies.put(
        response,
        cookies.grant_name(wave.public_id),
        grants.seal_cookie(session, grant, keys=platform().keys),
        seconds=int(grants.COOKIE_LIFE.total_seconds()),
    )
    return response
