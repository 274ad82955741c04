"""What a committed row rests on: pragmas, immediate write transactions, read-only ones that never block."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.db import durability, is_durable, make_engine, read_only, single_reading_engine
from survey.jobs import queue
from survey.models.job import Job


def test_a_commit_that_returned_survives_a_power_cut(any_engine: sa.Engine) -> None:
    with any_engine.connect() as connection:
        assert is_durable(connection), durability(connection)


def test_a_weakened_connection_is_noticed(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.commit()
        connection.connection.driver_connection.execute("PRAGMA synchronous=NORMAL")
        assert not is_durable(connection)
        assert durability(connection) == {"journal_mode": "wal", "synchronous": "1"}


def test_instants_come_back_aware_in_utc_and_naive_ones_are_refused(any_engine: sa.Engine) -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=8)))
    with Session(any_engine) as session, session.begin():
        queue.enqueue(session, "count", run_at=noon)
    with Session(any_engine) as session:
        (found,) = session.scalars(sa.select(Job.run_at))
        assert (found, found.tzinfo) == (noon, UTC)
        with pytest.raises(sa.exc.StatementError, match="time zone"):
            queue.enqueue(session, "count", run_at=datetime(2026, 5, 1))  # noqa: DTZ001


def test_who_reads_first_and_writes_later_waits_instead_of_failing(engine: sa.Engine) -> None:
    """With deferred transactions SQLite fails the second writer at once, whatever the time-out."""
    order: list[str] = []
    inside = threading.Event()

    def first() -> None:
        with Session(engine) as session, session.begin():
            session.scalars(sa.select(Job)).all()
            inside.set()
            time.sleep(0.3)
            queue.enqueue(session, "count")
            order.append("first")

    def second() -> None:
        inside.wait()
        with Session(engine) as session, session.begin():
            session.scalars(sa.select(Job)).all()
            queue.enqueue(session, "count")
            order.append("second")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert order == ["first", "second"]


def test_readers_do_not_wait_for_a_writer(engine: sa.Engine) -> None:
    with Session(engine) as writing, writing.begin():
        queue.enqueue(writing, "count")
        with Session(engine) as reading:
            read_only(reading)
            started = time.monotonic()
            assert reading.scalars(sa.select(Job)).all() == []
            assert time.monotonic() - started < 1.0


def test_errors_do_not_quote_values(any_engine: sa.Engine) -> None:
    with any_engine.connect() as connection, pytest.raises(sa.exc.DBAPIError) as error:
        connection.execute(sa.text("INSERT INTO audit_head (id, size) VALUES (7, :size)"), {"size": 987654})
    assert "987654" not in str(error.value).partition("DETAIL")[0]


@pytest.mark.postgres
def test_connections_that_the_server_hung_up_are_not_handed_out(postgres_template: str) -> None:
    engine, other = make_engine(postgres_template), make_engine(postgres_template)
    ask = "SELECT pg_backend_pid()"
    with engine.connect() as first, engine.connect() as second:
        pids = [each.exec_driver_sql(ask).scalar_one() for each in (first, second)]
    with other.connect() as keeper:
        for pid in pids:
            keeper.exec_driver_sql("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    with engine.connect() as first, engine.connect() as second:
        assert {each.exec_driver_sql(ask).scalar_one() for each in (first, second)}.isdisjoint(pids)
    engine.dispose()
    other.dispose()


@pytest.mark.postgres
def test_single_reads_of_postgresql_begin_no_transaction(postgres_template: str) -> None:
    engine = make_engine(postgres_template)
    status = "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'virtualxid'"
    sent: list[str] = []
    with single_reading_engine(engine).connect() as connection:
        connection.exec_driver_sql(status)
        driver = connection.connection.driver_connection
        assert driver is not None
        sent.append(driver.info.transaction_status.name)
    with engine.connect() as connection:
        connection.exec_driver_sql(status)
        driver = connection.connection.driver_connection
        assert driver is not None
        sent.append(driver.info.transaction_status.name)
    assert sent == ["IDLE", "INTRANS"]
    engine.dispose()
