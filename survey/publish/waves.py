"""What the public may know about surveys under way: which are open, until when, and where to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.models.instrument import InstrumentVersion
from survey.models.wave import OpenEntry, Wave, WaveStatus

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSurvey:
    """A wave that takes answers now. ``entry`` is the code of its open entry, None where only invited people answer."""

    code: str
    title: Words
    closes_at: datetime | None
    zone: str
    minutes: int | None
    entry: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveDay:
    """When a wave opens (or opened) and closes, and with which instrument."""

    code: str
    public_id: str
    title: Words
    status: str
    opens_at: datetime | None
    closes_at: datetime | None
    zone: str
    anonymity: str
    instrument_digest: str


def open_surveys(session: Session) -> list[OpenSurvey]:
    """The waves that take answers now, those that anyone can answer first."""
    now = clock.now(session)
    rows = session.execute(
        sa.select(Wave, InstrumentVersion.document, OpenEntry.code)
        .join(InstrumentVersion, InstrumentVersion.id == Wave.instrument_version_id)
        .outerjoin(OpenEntry, sa.and_(OpenEntry.wave_id == Wave.id, OpenEntry.channel == "open"))
        .where(Wave.status == WaveStatus.OPEN.value)
        .order_by(OpenEntry.code.is_(None), Wave.id)
    ).all()
    return [
        OpenSurvey(
            code=wave.code,
            title=wave.title,
            closes_at=wave.closes_at,
            zone=wave.time_zone,
            minutes=document.get("estimated_minutes"),
            entry=entry,
        )
        for wave, document, entry in rows
        if (wave.opens_at is None or wave.opens_at <= now)
        and (wave.closes_at is None or now < wave.closes_at)
    ]


def wave_by_id(session: Session, wave_id: int) -> WaveDay | None:
    """Dates of one wave, by its key."""
    return _first(session, Wave.id == wave_id)


def wave_by_public_id(session: Session, public_id: str) -> tuple[int, WaveDay] | None:
    """A wave's key and dates, by its name in addresses."""
    key = session.execute(sa.select(Wave.id).where(Wave.public_id == public_id)).scalar_one_or_none()
    found = None if key is None else wave_by_id(session, key)
    return None if key is None or found is None else (key, found)


def wave_days(session: Session) -> list[WaveDay]:
    """All waves in the order of their opening."""
    rows = session.execute(_select().order_by(Wave.opens_at, Wave.id)).all()
    return [_day(wave, digest) for wave, digest in rows]


def _select() -> sa.Select[Wave, str]:
    return sa.select(Wave, InstrumentVersion.digest).join(
        InstrumentVersion, InstrumentVersion.id == Wave.instrument_version_id
    )


def _first(session: Session, condition: sa.ColumnElement[bool]) -> WaveDay | None:
    row = session.execute(_select().where(condition)).one_or_none()
    return None if row is None else _day(row[0], row[1])


def _day(wave: Wave, digest: str) -> WaveDay:
    return WaveDay(
        code=wave.code,
        public_id=wave.public_id,
        title=wave.title,
        status=wave.status,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        zone=wave.time_zone,
        anonymity=wave.anonymity,
        instrument_digest=digest,
    )
