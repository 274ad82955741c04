"""The ways into a questionnaire: a link, a code from paper, a counter's screen, an open address. None changes anything."""

from __future__ import annotations

import re

import flask
from flask.typing import ResponseReturnValue

from survey import clock
from survey.access import carried, counters, grants, limits, printed, refusals, tokens
from survey.access.grant import Grant
from survey.access.rules import Refusal
from survey.db import db, read_only
from survey.errors import Conflict, Gone, HouseError, NotFound
from survey.kit import guard, in_words
from survey.kit.tongues import is_tag
from survey.publish import waves
from survey.site import cookies, tablet
from survey.site.here import address, platform, time_zone

access = flask.Blueprint("access", __name__)
_MOST_TYPED = 200
_PASTED = re.compile(r"/(?:i|c)/([0-9A-Za-z_-]{15,64})")


@access.get("/i/<token>")
@guard.doorway
def personal_link(token: str) -> ResponseReturnValue:
    """From a personal link, or the QR code of a letter, to a clean address."""
    return _enter(_redeemed(token))


@access.get("/c/<code>")
@guard.doorway
def counter_code(code: str) -> ResponseReturnValue:
    """From the QR code on a counter's screen."""
    return _enter(_redeemed(code))


@access.get("/s/<code>")
@guard.doorway
def open_address(code: str) -> ResponseReturnValue:
    """The address that anyone may use; what is answered there is shown apart and never scored."""
    return _enter(grants.open_entry(db.session(), code))


@access.get("/a/<value>")
@guard.doorway
def staff_pass(value: str) -> ResponseReturnValue:
    """From a staff screen into the interview of an assigned case."""
    grant = carried.open_pass(db.session(), value, keys=platform().keys)
    response = _enter(grant)
    tablet.arrive(db.session(), response, grant)
    return response


@access.get("/enter")
@guard.public
def enter_form() -> ResponseReturnValue:
    """Where a code is typed in from a letter, a card or a screen."""
    return flask.render_template("site/enter.html", code="", problem=None)


@access.post("/enter")
@guard.public
def enter() -> ResponseReturnValue:
    """In with a code as it was typed; a slip is shown where it is."""
    read_only(db.session())  # guesses must not wait for writers, nor writers for guesses
    typed = flask.request.form.get("code", "")[:_MOST_TYPED].strip()
    pasted = _PASTED.search(typed)
    try:
        return _enter(_redeemed(pasted.group(1) if pasted else typed))
    except NotFound as refused:
        if refused.code != Refusal.MALFORMED.value:
            raise
        problem = in_words.refusal(_slip(typed))
        return flask.render_template("site/enter.html", code=typed, problem=problem), 422


def _redeemed(typed: str) -> Grant:
    """The grant behind a token or a counter's code; every refusal is counted, one kind of them against a limit.

    Whoever holds what is valid gets in, whatever others on the same network have tried.
    """
    session, here = db.session(), platform()
    try:
        if counters.is_code(typed):
            return grants.at_counter(session, typed, keys=here.keys)
        return grants.redeem(session, typed, keys=here.keys)
    except (NotFound, Gone, Conflict) as refused:
        # A slip of the pen is no guess: what cannot be right is not held against a network that many share.
        is_guess = isinstance(refused, NotFound) and refused.code != Refusal.MALFORMED.value
        limit = limits.FAILED_CODES if is_guess else limits.REFUSED_CODES
        today = clock.today(session, time_zone())
        limits.count(limit, address(), today=today, cache=here.cache, keys=here.keys)
        raise


def _slip(typed: str) -> HouseError:
    """What is wrong with a code that cannot be one."""
    as_counter = printed.read(typed, groups=counters.GROUPS)
    as_printed = printed.read(typed, groups=tokens.CODE_GROUPS)
    length = counters.GROUPS * printed.GROUP
    return refusals.mistyped(as_counter if as_counter.n_typed <= length else as_printed)


def _address_of(wave_id: int) -> str:
    wave = waves.wave_by_id(db.session(), wave_id)
    assert wave is not None  # the grant names it
    return wave.public_id


def _enter(grant: Grant) -> flask.Response:
    """On to the clean address: the secret stays out of every later address, of the history and of referrers."""
    session = db.session()
    wave = grant.address or _address_of(grant.wave_id)
    asked = flask.request.args.get("lang")
    lang = asked if asked and is_tag(asked) else None
    target = flask.url_for("answer.welcome", wave=wave, lang=lang)
    response = flask.make_response(flask.redirect(target, code=303))
    response.headers["Referrer-Policy"] = "no-referrer"
    cookies.put(
        response,
        cookies.grant_name(wave),
        carried.seal_cookie(session, grant, keys=platform().keys),
        seconds=int(carried.COOKIE_LIFE.total_seconds()),
    )
    return response
