"""Home of grants: what a token, an open entry or a counter's code gives somebody the right to do."""

from __future__ import annotations

from sqlalchemy.orm import Session

from survey import clock
from survey.access import counters, looking, refusals, tokens
from survey.access.grant import Grant
from survey.models.wave import Channel
from survey.ports import KeyStore


def redeem(session: Session, token: str, *, keys: KeyStore, wave_id: int | None = None) -> Grant:
    """The grant behind a token. Changes nothing: a link preview uses nothing up.

    Raises NotFound (malformed, unknown), Gone (used, expired, wave closed) or Conflict (not open yet).
    All of them after the same statements, so that time does not tell them apart.
    """
    hashed = tokens.token_hash(token, keys=keys)
    return _grant(session, hashed, is_well_formed=tokens.is_well_formed(token), wave_id=wave_id)


def of_case(session: Session, token_hash: bytes, *, wave_id: int) -> Grant:
    """The grant of a case whose token the platform keeps as a hash: for interviews that staff begin.

    Raises what `redeem` raises.
    """
    return _grant(session, token_hash, is_well_formed=True, wave_id=wave_id)


def open_entry(session: Session, code: str) -> Grant:
    """The grant of an address that anybody may use, printed or passed on. Raises NotFound, Gone or Conflict.

    Whatever the entry was made for: an address that does not change gives no other right than an open one.
    """
    row = session.execute(looking.FIND_ENTRY, {"code": code}).one_or_none()
    now = clock.now(session)
    if row is None:
        raise refusals.no_such_entry()
    looking.refuse_closed(row, now)
    return looking.unnamed(row.wave_id, Channel.OPEN)


def at_counter(session: Session, typed: str, *, keys: KeyStore) -> Grant:
    """The grant of a code read from a counter's screen. Raises NotFound (also when it is too old), Gone, Conflict."""
    row = session.execute(looking.FIND_COUNTERS).all()
    now = clock.now(session)
    counter = counters.showing(typed, row, now=now, keys=keys)
    if counter is None:
        raise refusals.no_such_counter_code()
    looking.refuse_closed(counter, now)
    return looking.of_counter(counter)


def _grant(session: Session, hashed: bytes, *, is_well_formed: bool, wave_id: int | None) -> Grant:
    row = looking.look_up(session, hashed)
    now = clock.beside(session, row)
    return looking.judged(row, hashed, now, is_well_formed=is_well_formed, wave_id=wave_id)
