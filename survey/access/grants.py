"""Home of grants: what a token or an open entry gives somebody the right to do."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.access import counters, refusals, rules, tokens
from survey.db import table_of
from survey.ledger import boxes
from survey.ledger.canonical import BadJsonError, canonical_bytes, parse_json
from survey.ledger.keyed import derived_key
from survey.models.access import Token
from survey.models.counter import Counter
from survey.models.wave import Channel, OpenEntry, Wave, WaveStatus
from survey.ports import KeyStore

COOKIE_LIFE = timedelta(minutes=30)
PASS_LIFE = timedelta(minutes=2)
"""How long a pass from a staff screen to the questionnaire is good for."""
_COOKIE_LABEL, _PASS_LABEL = b"grant", b"pass"
_token, _wave, _entry, _counter = table_of(Token), table_of(Wave), table_of(OpenEntry), table_of(Counter)
_WAVE_COLUMNS = (
    _wave.c.id.label("wave_id"),
    _wave.c.status,
    _wave.c.opens_at,
    _wave.c.closes_at,
    _wave.c.time_zone,
)
# One row in any case: a token that does not exist takes the same statement as one that does.
_always = sa.select(sa.literal(1)).subquery()
_find_token = sa.select(
    _token.c.channel,
    _token.c.facts,
    _token.c.used,
    _token.c.valid_until,
    _wave.c.public_id,
    *_WAVE_COLUMNS,
    *clock.COLUMNS,
).select_from(
    _always.outerjoin(_token, _token.c.hash == sa.bindparam("token_hash")).outerjoin(
        _wave, _wave.c.id == _token.c.wave_id
    )
)
_find_entry = (
    sa.select(_entry.c.code, *_WAVE_COLUMNS)
    .join(_wave, _wave.c.id == _entry.c.wave_id)
    .where(_entry.c.code == sa.bindparam("code"))
)
_find_counters = (
    sa.select(_counter.c.id, _counter.c.screen_hash, _counter.c.context, *_WAVE_COLUMNS)
    .join(_wave, _wave.c.id == _counter.c.wave_id)
    .where(_counter.c.ended_on.is_(None), _wave.c.status == WaveStatus.OPEN.value)
    .limit(counters.MOST)
)
_find_counter = (
    sa.select(_counter.c.id, _counter.c.screen_hash, _counter.c.context, *_WAVE_COLUMNS)
    .join(_wave, _wave.c.id == _counter.c.wave_id)
    .where(_counter.c.ended_on.is_(None), _counter.c.id == sa.bindparam("counter_id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The right to answer one wave once, with the facts about the case that go into the box.

    An open entry and the code of a counter have no token, no stratum and no probability; what an open entry
    brings never scores.
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
    participant: str | None = None
    """In an identified wave who was drawn; it goes with the answers of those only who agree to that."""
    marks: tuple[str, ...] = ()
    """What looked unlike a person at the door: it is looked at with the answers and shuts nobody out."""
    address: str | None = field(default=None, compare=False)
    """The wave's name in addresses, where it was found together with the token; it goes into no box."""
    counter_id: int | None = None
    """The counter whose screen showed the code; it stays in the cookie and goes into no box."""

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
            **({} if self.participant is None else {"participant": self.participant}),
        }

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Plain data for the box of a draft."""
        token = None if self.token_hash is None else self.token_hash.hex()
        document = {"wave": self.wave_id, "channel": self.channel, "token": token, **self.facts()}
        return {**document, "marks": list(self.marks)} if self.marks else document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Grant:
        """The inverse of `to_json`."""
        facts = dict(document)
        wave_id, channel, token = facts.pop("wave"), facts.pop("channel"), facts.pop("token")
        return cls(
            wave_id=wave_id,
            channel=channel,
            token_hash=None if token is None else bytes.fromhex(token),
            marks=tuple(facts.pop("marks", ())),
            **facts,
        )

    def marked(self, *marks: str) -> Grant:
        """The same with more marks."""
        return replace(self, marks=(*self.marks, *marks))


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
    row = session.execute(_find_entry, {"code": code}).one_or_none()
    now = clock.now(session)
    if row is None:
        raise refusals.no_such_entry()
    _refuse_closed(row, now)
    return _unnamed(row.wave_id, Channel.OPEN)


def at_counter(session: Session, typed: str, *, keys: KeyStore) -> Grant:
    """The grant of a code read from a counter's screen. Raises NotFound (also when it is too old), Gone, Conflict."""
    row = session.execute(_find_counters).all()
    now = clock.now(session)
    counter = counters.showing(typed, row, now=now, keys=keys)
    if counter is None:
        raise refusals.no_such_counter_code()
    _refuse_closed(counter, now)
    return _of_counter(counter)


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
    row = None if hashed is None else _look_up(session, hashed)
    now = clock.now(session) if row is None else clock.beside(session, row)
    if now.timestamp() >= content["x"]:
        raise refusals.grant_expired()
    age = int(now.timestamp() - content["x"] + COOKIE_LIFE.total_seconds())
    if hashed is not None and row is not None:
        return _judged(row, hashed, now, is_well_formed=True, wave_id=content["w"]), age
    if content.get("n") is not None:
        counter = session.execute(_find_counter, {"counter_id": content["n"]}).one_or_none()
        if counter is None:
            raise refusals.grant_expired()
        _refuse_closed(counter, now)
        return _of_counter(counter), age
    wave = session.execute(sa.select(*_WAVE_COLUMNS).where(_wave.c.id == content["w"])).one()
    _refuse_closed(wave, now)
    return _unnamed(content["w"], Channel(content["c"])), age


def seal_pass(session: Session, token_hash: bytes, *, wave_id: int, keys: KeyStore) -> str:
    """What an address carries that leads staff from an assigned case into its interview, for two minutes."""
    content = {"w": wave_id, "t": token_hash.hex()}
    return _sealed(session, content, life=PASS_LIFE, label=_PASS_LABEL, keys=keys)


def open_pass(session: Session, value: str, *, keys: KeyStore) -> Grant:
    """The grant that a pass leads to. Raises Gone("grant_expired"), else what `redeem` raises."""
    content = _content(value, label=_PASS_LABEL, keys=keys)
    if content is None or clock.now(session).timestamp() >= content["x"]:
        raise refusals.grant_expired()
    return of_case(session, bytes.fromhex(content["t"]), wave_id=content["w"])


def _grant(session: Session, hashed: bytes, *, is_well_formed: bool, wave_id: int | None) -> Grant:
    row = _look_up(session, hashed)
    now = clock.beside(session, row)
    return _judged(row, hashed, now, is_well_formed=is_well_formed, wave_id=wave_id)


def _look_up(
    session: Session, hashed: bytes
) -> Any:  # Any: a row of several tables, empty where there is no token
    return session.connection().execute(_find_token, {"token_hash": hashed}).one()


def _judged(row: Any, hashed: bytes, now: datetime, *, is_well_formed: bool, wave_id: int | None) -> Grant:
    is_known = row.wave_id is not None
    reason = rules.why_not_enter(
        is_well_formed=is_well_formed,
        is_known=is_known and wave_id in (None, row.wave_id),
        used=bool(row.used),
        valid_until=row.valid_until,
        today=now.astimezone(ZoneInfo(row.time_zone if is_known else "UTC")).date(),
        wave=_openness(row, now) if is_known else rules.Openness.OPEN,
    )
    if reason is not None:
        raise refusals.refusal(reason)
    return Grant(
        wave_id=row.wave_id, channel=row.channel, token_hash=hashed, address=row.public_id, **row.facts
    )


def _unnamed(wave_id: int, channel: Channel) -> Grant:
    return Grant(wave_id=wave_id, channel=channel.value, seal_group=channel.value)


# Any: rows of several queries that share the columns of a counter and of its wave.
def _of_counter(counter: Any) -> Grant:
    grant = _unnamed(counter.wave_id, Channel.SITE)
    return replace(grant, context=counter.context, counter_id=counter.id)


def _openness(row: Any, now: datetime) -> rules.Openness:
    return rules.openness(status=row.status, opens_at=row.opens_at, closes_at=row.closes_at, now=now)


def _refuse_closed(row: Any, now: datetime) -> None:
    """Raise what keeps everybody out of a wave."""
    reason = rules.why_not_enter(
        is_well_formed=True,
        is_known=True,
        used=False,
        valid_until=None,
        today=now.date(),
        wave=_openness(row, now),
    )
    if reason is not None:
        raise refusals.refusal(reason)


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
