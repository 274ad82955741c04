"""A tablet that interviewers carry from case to case: each case finds its own interview on it, and no other."""

from __future__ import annotations

import flask
from sqlalchemy.orm import Session

from survey.access.grant import Grant
from survey.collect import drafts
from survey.collect.drafts import OpenDraft
from survey.errors import NotFound
from survey.ledger.keyed import keyed_hash
from survey.publish import waves
from survey.site import cookies
from survey.site.here import platform

_NAME_CHARS = 16


def arrive(session: Session, response: flask.Response, grant: Grant) -> None:
    """Lay aside what another case has under way in this browser, and bring out what this one has.

    Raises Conflict where this case's interview is in the hands of the respondent.
    """
    day = waves.wave_by_id(session, grant.wave_id)
    assert day is not None  # the grant names it
    wave = day.public_id
    here, secret = _here(session, wave), cookies.get(cookies.draft_name(wave))
    if here is not None and here.document.grant.token_hash == grant.token_hash:
        here.document.private.check_resumed()
        return
    if here is not None and secret is not None and here.document.grant.token_hash is not None:
        cookies.put(response, _held(here.document.grant), secret, seconds=cookies.DRAFT_SECONDS)
    # Without a draft behind it the cookie still opens the receipt of whoever sat here before.
    cookies.drop(response, cookies.draft_name(wave))
    kept = cookies.get(_held(grant))
    mine = None if kept is None else _load(session, kept)
    if kept is not None and mine is not None:
        mine.document.private.check_resumed()
        cookies.put(response, cookies.draft_name(wave), kept, seconds=cookies.DRAFT_SECONDS)
        cookies.drop(response, cookies.grant_name(wave))
    cookies.drop(response, _held(grant))


def _here(session: Session, wave: str) -> OpenDraft | None:
    secret = cookies.get(cookies.draft_name(wave))
    return None if secret is None else _load(session, secret)


def _load(session: Session, secret: str) -> OpenDraft | None:
    try:
        return drafts.load(session, secret, keys=platform().keys)
    except NotFound:
        return None


def _held(grant: Grant) -> str:
    """Under which name the interview of a case is kept while another one is under way."""
    return "held-" + keyed_hash(b"held", grant.token_hash or b"", keys=platform().keys).hex()[:_NAME_CHARS]
