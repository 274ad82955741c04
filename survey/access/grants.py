"""Home of grants: what a token or an open entry gives somebody the right to do."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.access import refusals, rules, tokens
from survey.db import table_of
from survey.ledger import boxes
from survey.ledger.canonical import BadJsonError, canonical_bytes, parse_json
from survey.ledger.keyed import derived_key
from survey.models.access import Token
from survey.models.wave import OpenEntry, Wave
from survey.ports import KeyStore

COOKIE_LIFE = timedelta(minutes=30)
_COOKIE_LABEL = b"grant"
_token, _wave, _entry = table_of(Token), table_of(Wave), table_of(OpenEntry)
_WAVE_COLUMNS = (
    _wave.c.id.label("wave_id"),
    _wave.c.status,
    _wave.c.opens_at,
    _wave.c.closes_at,
    _wave.c.time_zone,
)
_find_token = (
    sa.select(_token.c.channel, _token.c.facts, _token.c.used, _token.c.valid_until, *_WAVE_COLUMNS)
    .join(_wave, _wave.c.id == _token.c.wave_id)
    .where(_token.c.hash == sa.bindparam("token_hash"))
)
_find_entry = (
    sa.select(_entry.c.channel, *_WAVE_COLUMNS)
    .join(_wave, _wave.c.id == _entry.c.wave_id)
    .where(_entry.c.code == sa.bindparam("code"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The right to answer one wave once, with the facts about the case that go into the box.

    An open entry has no token, no stratum and no probability: its answers never score.
    """

    wave_id: int
    channel: str
    seal_group: str
    mode: str = "web"
    token_hash: bytes | None = None
    stratum: str | None = None
    probability: str | None = None
    part: str = "main"
    frame_source: str | None = None
    interviewer: str | None = None
    context: Mapping[str, str | list[str]] = field(default_factory=dict)
    link: str | None = None

    def facts(self) -> dict[str, Any]:  # Any: a JSON document
        """The facts as they stood beside the token."""
        return {
            "stratum": self.stratum,
            "probability": self.probability,
            "seal_group": self.seal_group,
            "mode": self.mode,
            "part": self.part,
            "frame_source": self.frame_source,
            "interviewer": self.interviewer,
            "context": dict(self.context),
            "link": self.link,
        }

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Plain data for the box of a draft."""
        token = None if self.token_hash is None else self.token_hash.hex()
        return {"wave": self.wave_id, "channel": self.channel, "token": token, **self.facts()}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Grant:
        """The inverse of `to_json`."""
        facts = dict(document)
        wave_id, channel, token = facts.pop("wave"), facts.pop("channel"), facts.pop("token")
        return cls(
            wave_id=wave_id,
            channel=channel,
            token_hash=None if token is None else bytes.fromhex(token),
            **facts,
        )


def redeem(session: Session, token: str, *, keys: KeyStore, wave_id: int | None = None) -> Grant:
    """The grant behind a token. Changes nothing: a link preview uses nothing up.

    Raises NotFound (malformed, unknown), Gone (used, expired, wave closed) or Conflict (not open yet).
    All of them after the same statements, so that time does not tell them apart.
    """
    hashed = tokens.token_hash(token, keys=keys)
    return _grant(session, hashed, is_well_formed=tokens.is_well_formed(token), wave_id=wave_id)


def open_entry(session: Session, code: str) -> Grant:
    """The grant of an address that anybody may use. Raises NotFound, Gone or Conflict."""
    row = session.execute(_find_entry, {"code": code}).one_or_none()
    now = clock.now(session)
    if row is None:
        raise refusals.no_such_entry()
    reason = _wave_refusal(row, now)
    if reason is not None:
        raise refusals.refusal(reason)
    return Grant(wave_id=row.wave_id, channel=row.channel, seal_group=row.channel)


def seal_cookie(session: Session, grant: Grant, *, keys: KeyStore) -> str:
    """The value of the cookie that carries a grant from its link to the clean address."""
    until = int((clock.now(session) + COOKIE_LIFE).timestamp())
    token = None if grant.token_hash is None else grant.token_hash.hex()
    content = {"w": grant.wave_id, "c": grant.channel, "t": token, "x": until}
    sealed = boxes.seal_short(canonical_bytes(content), under=_cookie_key(keys), label=_COOKIE_LABEL)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def open_cookie(session: Session, value: str, *, keys: KeyStore) -> Grant:
    """The grant in a cookie, with the token looked at again.

    Raises Gone("grant_expired") for any other or older value, else what `redeem` raises.
    """
    content = _cookie_content(value, keys)
    if content is None or clock.now(session).timestamp() >= content["x"]:
        raise refusals.grant_expired()
    if content["t"] is not None:
        return _grant(session, bytes.fromhex(content["t"]), is_well_formed=True, wave_id=content["w"])
    wave = session.execute(sa.select(*_WAVE_COLUMNS).where(_wave.c.id == content["w"])).one()
    reason = _wave_refusal(wave, clock.now(session))
    if reason is not None:
        raise refusals.refusal(reason)
    return Grant(wave_id=content["w"], channel=content["c"], seal_group=content["c"])


def _grant(session: Session, hashed: bytes, *, is_well_formed: bool, wave_id: int | None) -> Grant:
    row = session.execute(_find_token, {"token_hash": hashed}).one_or_none()
    now = clock.now(session)
    is_known = row is not None and wave_id in (None, row.wave_id)
    zone = row.time_zone if row is not None else "UTC"
    reason = rules.why_not_enter(
        is_well_formed=is_well_formed,
        is_known=is_known,
        used=row is not None and bool(row.used),
        valid_until=None if row is None else row.valid_until,
        today=now.astimezone(ZoneInfo(zone)).date(),
        wave=rules.Openness.OPEN if row is None else _openness(row, now),
    )
    if reason is not None or row is None:
        raise refusals.refusal(reason or rules.Refusal.UNKNOWN)
    return Grant(wave_id=row.wave_id, channel=row.channel, token_hash=hashed, **row.facts)


# Any: rows of several queries that share the columns of a wave.
def _openness(row: Any, now: datetime) -> rules.Openness:
    return rules.openness(status=row.status, opens_at=row.opens_at, closes_at=row.closes_at, now=now)


def _wave_refusal(row: Any, now: datetime) -> rules.Refusal | None:
    return rules.why_not_enter(
        is_well_formed=True,
        is_known=True,
        used=False,
        valid_until=None,
        today=now.date(),
        wave=_openness(row, now),
    )


def _cookie_key(keys: KeyStore) -> bytes:
    return derived_key(b"", label=_COOKIE_LABEL, keys=keys)


def _cookie_content(value: str, keys: KeyStore) -> dict[str, Any] | None:  # Any: a JSON document
    if len(value) > 1000:
        return None
    try:
        sealed = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
        content: dict[str, Any] = parse_json(
            boxes.open_short(sealed, under=_cookie_key(keys), label=_COOKIE_LABEL)
        )
    except (binascii.Error, ValueError, boxes.BoxError, BadJsonError):
        return None
    return content
