"""Home of what carries a grant: the cookie from a link to the clean address, and the pass from a staff screen."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from survey import clock
from survey.access import grants, looking, refusals
from survey.access.grant import Grant
from survey.ledger import boxes
from survey.ledger.canonical import BadJsonError, canonical_bytes, parse_json
from survey.ledger.keyed import derived_key
from survey.models.wave import Channel
from survey.ports import KeyStore

COOKIE_LIFE = timedelta(minutes=30)
PASS_LIFE = timedelta(minutes=2)
"""How long a pass from a staff screen to the questionnaire is good for."""
_COOKIE_LABEL, _PASS_LABEL = b"grant", b"pass"


def seal_cookie(session: Session, grant: Grant, *, keys: KeyStore) -> str:
    """The value of the cookie that carries a grant from its link to the clean address."""
    token = None if grant.token_hash is None else grant.token_hash.hex()
    content = {"w": grant.wave_id, "c": grant.channel, "t": token, "n": grant.counter_id}
    return _sealed(session, content, life=COOKIE_LIFE, label=_COOKIE_LABEL, keys=keys)


def open_cookie(session: Session, value: str, *, keys: KeyStore) -> Grant:
    """The grant in a cookie, with the token looked at again.

    Raises Gone("grant_expired") for any other or older value, else what `redeem` raises.
    """
    return open_cookie_aged(session, value, keys=keys)[0]


def open_cookie_aged(session: Session, value: str, *, keys: KeyStore) -> tuple[Grant, int]:
    """The same, and how many seconds ago its link was opened."""
    content = _content(value, label=_COOKIE_LABEL, keys=keys)
    if content is None:
        raise refusals.grant_expired()
    # The token's statement brings the time along.
    hashed = None if content["t"] is None else bytes.fromhex(content["t"])
    row = None if hashed is None else looking.look_up(session, hashed)
    now = clock.now(session) if row is None else clock.beside(session, row)
    if now.timestamp() >= content["x"]:
        raise refusals.grant_expired()
    age = int(now.timestamp() - content["x"] + COOKIE_LIFE.total_seconds())
    if hashed is not None and row is not None:
        return looking.judged(row, hashed, now, is_well_formed=True, wave_id=content["w"]), age
    if content.get("n") is not None:
        counter = session.execute(looking.FIND_COUNTER, {"counter_id": content["n"]}).one_or_none()
        if counter is None:
            raise refusals.grant_expired()
        looking.refuse_closed(counter, now)
        return looking.of_counter(counter), age
    wave = session.execute(looking.FIND_WAVE, {"wave_id": content["w"]}).one()
    looking.refuse_closed(wave, now)
    return looking.unnamed(content["w"], Channel(content["c"])), age


def seal_pass(session: Session, token_hash: bytes, *, wave_id: int, keys: KeyStore) -> str:
    """What an address carries that leads staff from an assigned case into its interview, for two minutes."""
    content = {"w": wave_id, "t": token_hash.hex()}
    return _sealed(session, content, life=PASS_LIFE, label=_PASS_LABEL, keys=keys)


def open_pass(session: Session, value: str, *, keys: KeyStore) -> Grant:
    """The grant that a pass leads to. Raises Gone("grant_expired"), else what `redeem` raises."""
    content = _content(value, label=_PASS_LABEL, keys=keys)
    if content is None or clock.now(session).timestamp() >= content["x"]:
        raise refusals.grant_expired()
    return grants.of_case(session, bytes.fromhex(content["t"]), wave_id=content["w"])


def _sealed(
    session: Session, content: Mapping[str, object], *, life: timedelta, label: bytes, keys: KeyStore
) -> str:
    until = int((clock.now(session) + life).timestamp())
    sealed = boxes.seal_short(canonical_bytes({**content, "x": until}), under=_key(label, keys), label=label)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _content(value: str, *, label: bytes, keys: KeyStore) -> dict[str, Any] | None:  # Any: a JSON document
    if len(value) > 1000:
        return None
    try:
        sealed = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
        content: dict[str, Any] = parse_json(boxes.open_short(sealed, under=_key(label, keys), label=label))
    except (binascii.Error, ValueError, boxes.BoxError, BadJsonError):
        return None
    return content


def _key(label: bytes, keys: KeyStore) -> bytes:
    return derived_key(b"", label=label, keys=keys)
