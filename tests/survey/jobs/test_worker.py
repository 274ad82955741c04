"""Workers: a handler and the word "done" are one transaction; a worker that dies leaves nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.config import Settings
from survey.db import make_engine
from survey.jobs import queue
from survey.jobs.worker import Handler, Periodic, Worker
from survey.models.audit import AuditEvent
from survey.models.job import Job
from tests.survey.jobs.test_queue import move_clock

DONE = "work.done"


def note(session: Session, argument: Mapping[str, Any]) -> None:
    audit.record(session, "job:count", act=DONE, on="job", after=dict(argument))


def worker_of(engine: sa.Engine, handler: Handler = note, **more: Any) -> Worker:
    return Worker(partial(Session, engine), handlers={"count": handler}, **more)


def enqueue(engine: sa.Engine, n: int = 1) -> None:
    with Session(engine) as session, session.begin():
        for number in range(n):
            queue.enqueue(session, "count", argument={"n": number})


def notes(engine: sa.Engine) -> list[int]:
    with Session(engine) as session:
        return [
            event.after["n"] for event in session.scalars(sa.select(AuditEvent).where(AuditEvent.act == DONE))
        ]


def states(engine: sa.Engine) -> list[str]:
    with Session(engine) as session:
        return list(session.scalars(sa.select(Job.state).order_by(Job.id)))


def test_many_workers_do_every_job_once(any_engine: sa.Engine) -> None:
    enqueue(any_engine, 9)
    workers = [worker_of(any_engine) for _ in range(3)]
    threads = [
        threading.Thread(target=worker.run_forever, kwargs={"pause_seconds": 0.05}) for worker in workers
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 20
    while states(any_engine) != ["done"] * 9 and time.monotonic() < until:
        time.sleep(0.05)
    for worker in workers:
        worker.stop()
    for thread in threads:
        thread.join(timeout=10)
    assert sorted(notes(any_engine)) == list(range(9))
    assert states(any_engine) == ["done"] * 9


def test_a_failure_takes_back_what_the_handler_wrote_and_keeps_the_reason(engine: sa.Engine) -> None:
    def fail(session: Session, argument: Mapping[str, Any]) -> None:
        note(session, argument)
        raise ValueError("the file is gone")

    enqueue(engine)
    assert worker_of(engine, fail).run_one()
    with Session(engine) as session:
        job = session.scalars(sa.select(Job)).one()
        assert (job.state, job.failure) == ("queued", "ValueError: the file is gone")
    assert notes(engine) == []
    assert not worker_of(engine).run_one(), "it waits before the next attempt"
    with Session(engine) as session, session.begin():
        move_clock(session, timedelta(minutes=1))
    assert worker_of(engine).run_one()
    assert (states(engine), notes(engine)) == (["done"], [0])


def test_a_database_error_in_a_handler_does_not_spell_out_its_values(engine: sa.Engine) -> None:
    def clash(session: Session, _argument: Mapping[str, Any]) -> None:
        session.execute(
            sa.text("INSERT INTO audit_head (id, size, chain) VALUES (7, :size, 'x')"), {"size": 987654}
        )

    enqueue(engine)
    worker_of(engine, clash).run_one()
    with Session(engine) as session:
        failure = session.scalars(sa.select(Job.failure)).one()
    assert failure.startswith("IntegrityError")
    assert "987654" not in failure


def test_a_worker_that_lost_its_lease_keeps_working_and_its_result_is_dropped(engine: sa.Engine) -> None:
    enqueue(engine)
    with Session(engine) as session:
        job_id = session.scalars(sa.select(Job.id)).one()

    def overtaken(session: Session, argument: Mapping[str, Any]) -> None:
        note(session, argument)
        session.execute(sa.update(Job).where(Job.id == job_id).values(fence=Job.fence + 1))

    worker = worker_of(engine, overtaken)
    assert worker.run_one(), "the worker lives on"
    assert notes(engine) == []


@pytest.mark.parametrize("error", [ValueError("x"), queue.LeaseLost("x")])
def test_neither_its_own_failure_matters_once_the_lease_is_lost(engine: sa.Engine, error: Exception) -> None:
    enqueue(engine)

    def overtaken(session: Session, _argument: Mapping[str, Any]) -> None:
        session.rollback()
        with Session(engine) as other, other.begin():
            move_clock(other, timedelta(minutes=2))
            assert queue.claim(other, kinds=("count",)) is not None
        raise error

    assert worker_of(engine, overtaken).run_one()
    with Session(engine) as session:
        job = session.scalars(sa.select(Job)).one()
        assert (job.state, job.fence, job.failure) == ("running", 2, "")


_KILLED = """
import sys, time
from functools import partial
from sqlalchemy.orm import Session
from survey.db import make_engine
from survey.jobs.worker import Worker
from tests.survey.jobs.test_worker import note

engine = make_engine(sys.argv[1])

def slow(session, argument):
    note(session, argument)
    session.flush()
    print("in the middle", flush=True)
    time.sleep(60)

Worker(partial(Session, engine), handlers={"count": slow}).run_one()
"""


def test_a_worker_killed_in_the_middle_leaves_nothing_and_is_replaced(
    any_settings: Settings, any_engine: sa.Engine
) -> None:
    enqueue(any_engine)
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, any_settings.database_url], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in the middle\n"
        os.kill(process.pid, signal.SIGKILL)
    assert (states(any_engine), notes(any_engine)) == (["running"], [])
    assert not worker_of(any_engine).run_one(), "its lease still runs"
    with Session(any_engine) as session, session.begin():
        move_clock(session, timedelta(minutes=2))
    assert worker_of(any_engine).run_one()
    assert (states(any_engine), notes(any_engine)) == (["done"], [0])


def test_periodic_jobs_come_again_after_their_time_also_after_one_failed(engine: sa.Engine) -> None:
    every = timedelta(minutes=15)
    worker = worker_of(engine, periodic=(Periodic(kind="count", every=every),))
    for _ in range(2):
        worker.schedule()
    assert states(engine) == ["queued"]
    with Session(engine) as session, session.begin():
        session.execute(sa.update(Job).values(state="failed"))
    worker.schedule()
    assert states(engine) == ["failed"]
    with Session(engine) as session, session.begin():
        move_clock(session, every + timedelta(seconds=5))
    worker.schedule()
    assert states(engine) == ["failed", "queued"]


def test_a_database_that_is_away_for_a_moment_does_not_end_the_worker(settings: Settings) -> None:
    engine = make_engine(settings.database_url)
    enqueue(engine)
    calls = []

    def sessions() -> Session:
        calls.append(1)
        if len(calls) == 1:
            raise sa.exc.OperationalError("SELECT 1", {}, OSError("away"))
        return Session(engine)

    worker = Worker(sessions, handlers={"count": note})
    thread = threading.Thread(target=worker.run_forever, kwargs={"pause_seconds": 0.02})
    thread.start()
    until = time.monotonic() + 10
    while states(engine) != ["done"] and time.monotonic() < until:
        time.sleep(0.02)
    worker.stop()
    thread.join(timeout=10)
    assert notes(engine) == [0]
    engine.dispose()
