"""What the public may know about surveys under way: which are open, until when, and where to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.db import table_of
from survey.models.instrument import InstrumentVersion
from survey.models.wave import OpenEntry, Wave, WaveStatus

Words = Mapping[str, str]
_wave = table_of(Wave)
# Plain columns and ready-made statements: every page of an interview asks for its wave.
_all = sa.select(
    _wave.c.id,
    _wave.c.public_id,
    _wave.c.code,
    _wave.c.title,
    _wave.c.status,
    _wave.c.opens_at,
    _wave.c.closes_at,
    _wave.c.time_zone,
    _wave.c.anonymity,
)
COLUMNS = tuple(column.label(f"of_wave_{column.name}") for column in _all.selected_columns)
"""For statements that ask for a wave together with something of it; ``day_beside`` reads them."""
_by_id = _all.where(_wave.c.id == sa.bindparam("wave_id"))
_by_name = _all.where(_wave.c.public_id == sa.bindparam("public_id"))


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
    """A wave with the days on which it opens and closes."""

    code: str
    public_id: str
    title: Words
    status: str
    opens_at: datetime | None
    closes_at: datetime | None
    zone: str
    anonymity: str


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
    row = session.connection().execute(_by_id, {"wave_id": wave_id}).one_or_none()
    return None if row is None else _day(row)


def wave_by_public_id(session: Session, public_id: str) -> tuple[int, WaveDay] | None:
    """A wave's key and dates, by its name in addresses."""
    row = session.connection().execute(_by_name, {"public_id": public_id}).one_or_none()
    return None if row is None else (row.id, _day(row))


def wave_days(session: Session) -> list[WaveDay]:
    """All waves in the order of their opening."""
    rows = session.connection().execute(_all.order_by(_wave.c.opens_at, _wave.c.id)).all()
    return [_day(row) for row in rows]


def day_beside(row: sa.Row[*tuple[Any, ...]]) -> WaveDay:  # Any: columns of several types
    """The wave in a row with ``COLUMNS``."""
    return WaveDay(
        code=row.of_wave_code,
        public_id=row.of_wave_public_id,
        title=row.of_wave_title,
        status=row.of_wave_status,
        opens_at=row.of_wave_opens_at,
        closes_at=row.of_wave_closes_at,
        zone=row.of_wave_time_zone,
        anonymity=row.of_wave_anonymity,
    )


def _day(row: sa.Row[*tuple[Any, ...]]) -> WaveDay:  # Any: columns of several types
    return WaveDay(
        code=row.code,
        public_id=row.public_id,
        title=row.title,
        status=row.status,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        zone=row.time_zone,
        anonymity=row.anonymity,
    )
