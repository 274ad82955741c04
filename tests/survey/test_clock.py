"""The one clock: the database's, moved by the demo's one row, and by nothing else."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.demo.clock import set_demo_clock
from survey import audit, clock
from survey.config import Settings
from survey.errors import Forbidden
from survey.jobs import queue
from survey.models.audit import AuditEvent

AUGUST = datetime(2026, 8, 31, 16, 30, tzinfo=UTC)


def test_without_a_demo_the_clock_is_the_databases(any_engine: sa.Engine) -> None:
    with Session(any_engine) as session:
        now = clock.now(session)
        assert clock.demo_offset(session) is None
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_demo_offset_is_in_everything_that_asks_for_the_time(
    any_settings: Settings, any_engine: sa.Engine
) -> None:
    with Session(any_engine) as session, session.begin():
        set_demo_clock(session, AUGUST, settings=any_settings)
    with Session(any_engine) as session, session.begin():
        assert timedelta(0) <= clock.now(session) - AUGUST < timedelta(seconds=5)
        assert clock.today(session, "UTC").isoformat() == "2026-08-31"
        assert clock.today(session, "Asia/Shanghai").isoformat() == "2026-09-01"
        assert queue.enqueue(session, "kind").created_at - AUGUST < timedelta(seconds=5)
        audit.record(session, "command:test", act="a.b", on="c")
        at = session.scalars(sa.select(AuditEvent.at).where(AuditEvent.act == "a.b")).one()
        assert at - AUGUST < timedelta(seconds=5)


def test_moving_it_again_counts_from_the_real_clock_and_is_on_record(
    settings: Settings, session: Session
) -> None:
    for day in (1, 2):
        set_demo_clock(session, AUGUST + timedelta(days=day), settings=settings)
    assert timedelta(days=2) <= clock.now(session) - AUGUST < timedelta(days=2, seconds=5)
    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.act == "clock.set")).all()
    assert [event.after["at"] for event in events] == [
        "2026-09-01T16:30:00+00:00",
        "2026-09-02T16:30:00+00:00",
    ]
    assert audit.check(session) == []


def test_production_has_no_demo_clock(settings: Settings, session: Session) -> None:
    production = dataclasses.replace(settings, production=True)
    with pytest.raises(Forbidden) as refused:
        set_demo_clock(session, AUGUST, settings=production)
    assert refused.value.code == "demo_clock_in_production"
    assert clock.demo_offset(session) is None


def test_the_table_holds_one_row_at_most(session: Session) -> None:
    session.execute(sa.text("INSERT INTO demo_clock (id, offset_seconds) VALUES (1, 5)"))
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.text("INSERT INTO demo_clock (id, offset_seconds) VALUES (2, 5)"))
