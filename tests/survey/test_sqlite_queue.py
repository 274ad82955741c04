"""Writers to one SQLite file stand in line: each in turn, nobody for ever, and no turn is lost with its holder."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from survey import sqlite_queue
from survey.db import make_engine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    found = make_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with found.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER)")
        connection.exec_driver_sql("INSERT INTO t VALUES (0)")
    yield found
    found.dispose()


def _n(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        found: int = connection.exec_driver_sql("SELECT n FROM t").scalar_one()
        return found


def _add_one(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE t SET n = n + 1")


def test_many_writers_all_have_their_turn(engine: sa.Engine) -> None:
    def write() -> None:
        for _ in range(20):
            _add_one(engine)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _n(engine) == 120


def test_they_come_in_the_order_in_which_they_stood_in_line(engine: sa.Engine) -> None:
    order: list[int] = []

    def write(number: int) -> None:
        with engine.begin():
            order.append(number)

    with engine.begin():
        threads = []
        for number in range(5):
            threads.append(threading.Thread(target=write, args=(number,)))
            threads[-1].start()
            time.sleep(0.02)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_a_writer_that_fails_or_is_forgotten_gives_its_turn_back(engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.OperationalError, match="no such table"), engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO missing VALUES (1)")
    _add_one(engine)
    forgotten = engine.connect()
    forgotten.begin()
    forgotten.exec_driver_sql("UPDATE t SET n = 99")
    forgotten.close()  # neither committed nor undone
    _add_one(engine)
    assert _n(engine) == 2


def test_nobody_waits_longer_than_the_limit(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_queue, "WAIT_SECONDS", 0.2)
    with engine.begin():
        began = time.monotonic()
        with pytest.raises(sa.exc.OperationalError, match="locked"), engine.begin():
            raise AssertionError("two writers at once")
        assert 0.2 <= time.monotonic() - began < 5
    _add_one(engine)
    assert _n(engine) == 1


def test_whoever_waited_long_for_another_process_has_only_the_rest_of_the_time(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_queue, "WAIT_SECONDS", 1)
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)  # as another process: not in this line
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(sa.exc.OperationalError, match="locked"), engine.begin():
        raise AssertionError("two writers at once")
    assert time.monotonic() - began < 5
    other.rollback()
    other.close()
    _add_one(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 1000
