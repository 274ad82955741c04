"""The one clock: the database's, plus the demo's offset where a demo province is loaded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

_demo_clock = sa.table("demo_clock", sa.column("offset_seconds", sa.Integer))
IN_REQUEST = "minyi_clock"
"""In ``info`` of the session of one request: the time, once it was asked for."""
STAMP, OFFSET = "clock_stamp", "clock_offset"
COLUMNS: tuple[sa.Label[Any], ...] = (  # Any: SQLite answers text, PostgreSQL an instant
    sa.literal_column("CURRENT_TIMESTAMP").label(STAMP),
    sa.select(_demo_clock.c.offset_seconds).limit(1).scalar_subquery().label(OFFSET),
)
"""For statements that ask for the time together with something else; ``instant`` reads them."""
_NOW = sa.select(*COLUMNS)


def now(session: Session | sa.Connection) -> datetime:
    """The present instant as aware UTC, by the database's clock and the demo offset, to the second."""
    return _read(session)[0]


def today(session: Session | sa.Connection, zone: str) -> date:
    """The calendar day in ``zone`` (an IANA name)."""
    return now(session).astimezone(ZoneInfo(zone)).date()


def demo_now(session: Session | sa.Connection) -> datetime | None:
    """The same where a demo clock runs; None where none does."""
    present, offset = _read(session)
    return None if offset is None else present


def demo_offset(session: Session | sa.Connection) -> int | None:
    """Seconds by which the demo clock differs from the real one; None where no demo clock runs."""
    return session.execute(sa.select(_demo_clock.c.offset_seconds).limit(1)).scalar_one_or_none()


def _read(session: Session | sa.Connection) -> tuple[datetime, int | None]:
    """The instant and the demo's offset."""
    if isinstance(session, sa.Connection) or IN_REQUEST not in session.info:
        connection = session if isinstance(session, sa.Connection) else session.connection()
        stamp, offset = connection.execute(_NOW).one()
        return instant(stamp, offset), offset
    found: tuple[datetime, int | None] | None = session.info[IN_REQUEST]
    if found is None:  # within one request no time passes, as within one transaction of PostgreSQL
        found = session.info[IN_REQUEST] = _read(session.connection())
    return found


def beside(session: Session, row: sa.Row[*tuple[Any, ...]]) -> datetime:  # Any: columns of several types
    """The present instant in a row with ``COLUMNS``; the rest of a request then need not ask for it again."""
    found = instant(row.clock_stamp, row.clock_offset)
    if IN_REQUEST in session.info and session.info[IN_REQUEST] is None:
        session.info[IN_REQUEST] = (found, row.clock_offset)
    return found


def instant(stamp: datetime | str, offset: int | None) -> datetime:
    """The present instant from what a statement found in ``COLUMNS``."""
    if isinstance(stamp, str):  # SQLite answers text, in UTC
        stamp = datetime.fromisoformat(stamp).replace(tzinfo=UTC)
    return stamp.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=offset or 0)
