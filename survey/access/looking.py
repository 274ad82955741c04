"""Home of what a look at the door finds: the token, the open entry or the counter, its wave, and whether that is enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.access import counters, refusals, rules
from survey.access.grant import Grant
from survey.db import table_of
from survey.models.access import Token
from survey.models.counter import Counter
from survey.models.wave import Channel, OpenEntry, Wave, WaveStatus

_token, _wave, _entry, _counter = table_of(Token), table_of(Wave), table_of(OpenEntry), table_of(Counter)
WAVE_COLUMNS = (
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
    *WAVE_COLUMNS,
    *clock.COLUMNS,
).select_from(
    _always.outerjoin(_token, _token.c.hash == sa.bindparam("token_hash")).outerjoin(
        _wave, _wave.c.id == _token.c.wave_id
    )
)
FIND_ENTRY = (
    sa.select(_entry.c.code, *WAVE_COLUMNS)
    .join(_wave, _wave.c.id == _entry.c.wave_id)
    .where(_entry.c.code == sa.bindparam("code"))
)
FIND_COUNTERS = (
    sa.select(_counter.c.id, _counter.c.screen_hash, _counter.c.context, *WAVE_COLUMNS)
    .join(_wave, _wave.c.id == _counter.c.wave_id)
    .where(_counter.c.ended_on.is_(None), _wave.c.status == WaveStatus.OPEN.value)
    .limit(counters.MOST)
)
FIND_COUNTER = (
    sa.select(_counter.c.id, _counter.c.screen_hash, _counter.c.context, *WAVE_COLUMNS)
    .join(_wave, _wave.c.id == _counter.c.wave_id)
    .where(_counter.c.ended_on.is_(None), _counter.c.id == sa.bindparam("counter_id"))
)
FIND_WAVE = sa.select(*WAVE_COLUMNS).where(_wave.c.id == sa.bindparam("wave_id"))


def look_up(
    session: Session, hashed: bytes
) -> Any:  # Any: a row of several tables, empty where there is no token
    """The token with this hash, its wave and the time, in one statement whether there is one or not."""
    return session.connection().execute(_find_token, {"token_hash": hashed}).one()


def judged(
    row: Any, hashed: bytes, now: datetime, *, is_well_formed: bool, wave_id: int | None
) -> Grant:  # Any: as above
    """The grant that a row of `look_up` gives. Raises NotFound, Gone or Conflict."""
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


def unnamed(wave_id: int, channel: Channel) -> Grant:
    """The grant of somebody about whom nothing is known."""
    return Grant(wave_id=wave_id, channel=channel.value, seal_group=channel.value)


# Any: rows of several queries that share the columns of a counter and of its wave.
def of_counter(counter: Any) -> Grant:
    """The grant of a counter's screen."""
    grant = unnamed(counter.wave_id, Channel.SITE)
    return replace(grant, context=counter.context, counter_id=counter.id)


def _openness(row: Any, now: datetime) -> rules.Openness:
    return rules.openness(status=row.status, opens_at=row.opens_at, closes_at=row.closes_at, now=now)


def refuse_closed(row: Any, now: datetime) -> None:
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
