"""The trail: gapless, chained, in the transaction of the act, and every raw change of it is named."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.models.audit import AuditEvent


def record(session: Session, n: int = 1) -> None:
    for number in range(n):
        audit.record(
            session, "user:a", act="thing.change", on=f"thing:{number}", before=None, after={"n": number}
        )


def test_events_are_numbered_and_whole(any_engine: sa.Engine) -> None:
    with Session(any_engine) as session, session.begin():
        record(session, 3)
    with Session(any_engine) as session:
        assert list(session.scalars(sa.select(AuditEvent.n).order_by(AuditEvent.n))) == [1, 2, 3]
        assert audit.check(session) == []


def test_what_is_rolled_back_leaves_no_gap(any_engine: sa.Engine) -> None:
    with Session(any_engine) as session:
        record(session)
        session.commit()
        record(session)
        session.rollback()
        record(session)
        session.commit()
        assert list(session.scalars(sa.select(AuditEvent.n).order_by(AuditEvent.n))) == [1, 2]
        assert audit.check(session) == []


def test_writers_at_once_queue_and_nobody_is_lost(any_engine: sa.Engine) -> None:
    start = threading.Barrier(4)

    def write() -> None:
        start.wait()
        for _ in range(5):
            with Session(any_engine) as session, session.begin():
                record(session)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(any_engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == 20
        assert audit.check(session) == []


def test_the_database_itself_refuses_to_change_or_delete(any_engine: sa.Engine) -> None:
    with Session(any_engine) as session, session.begin():
        record(session)
    for statement in ("UPDATE audit_event SET actor = 'user:b'", "DELETE FROM audit_event"):
        with any_engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="append-only"):
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE audit_event SET actor = 'user:b' WHERE n = 2", "audit event 2 was changed"),
        ("UPDATE audit_event SET after = '{\"n\": 9}' WHERE n = 2", "audit event 2 was changed"),
        ("UPDATE audit_event SET at = '2020-01-01 00:00:00.000000' WHERE n = 3", "audit event 3 was changed"),
        ("DELETE FROM audit_event WHERE n = 2", "audit event 2 is missing"),
        ("DELETE FROM audit_event WHERE n = 4", "the log ends at event 3, its head says 4"),
        ("UPDATE audit_head SET size = 3", "the log ends at event 4, its head says 3"),
        ("UPDATE audit_event SET chain = leaf_hash WHERE n = 3", "the chain breaks at audit event 3"),
    ],
)
def test_raw_changes_are_named(
    session: Session,
    engine: sa.Engine,
    statement: str,
    named: str,
    without_triggers: Callable[[sa.Engine], None],
) -> None:
    record(session, 4)
    session.commit()
    without_triggers(engine)
    with engine.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount == 1
    assert named in audit.check(session)


def test_the_act_fails_with_its_record(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    with Session(engine) as session:
        session.execute(sa.text("INSERT INTO demo_clock (id, offset_seconds) VALUES (1, 5)"))
        with pytest.raises(sa.exc.IntegrityError, match="disk full"):
            record(session)
        session.rollback()
        assert session.execute(sa.text("SELECT count(*) FROM demo_clock")).scalar_one() == 0
