"""Home of the only writer of the demo clock: one row, one offset, and never in production."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from survey import audit, clock
from survey.config import Settings
from survey.errors import Forbidden
from survey.models.clock import DemoClock


def set_demo_clock(session: Session, instant: datetime, *, settings: Settings) -> None:
    """Let the platform's clock stand at ``instant`` (aware) from now on. Raises Forbidden in production."""
    if settings.production:
        raise Forbidden(
            "demo_clock_in_production",
            zh="生产环境没有演示时钟。",
            en="There is no demo clock in production.",
        )
    before = clock.now(session)
    real = before.timestamp() - (clock.demo_offset(session) or 0)
    offset = round(instant.timestamp() - real)
    row = session.get(DemoClock, 1)
    if row is None:
        session.add(DemoClock(id=1, offset_seconds=offset))
    else:
        row.offset_seconds = offset
    session.flush()
    audit.record(
        session,
        "command:demo",
        act="clock.set",
        on="demo_clock",
        before={"at": before.isoformat()},
        after={"at": instant.isoformat()},
    )
