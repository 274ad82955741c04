"""Job rows: one worker a job, taken over when it falls silent, never written by one that lost it."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.jobs import queue
from survey.jobs.queue import LEASE, MAX_ATTEMPTS, LeaseLost
from survey.models.job import Job

KINDS = ("count",)


def move_clock(session: Session, delta: timedelta) -> None:
    session.execute(sa.text("DELETE FROM demo_clock"))
    session.execute(
        sa.text("INSERT INTO demo_clock (id, offset_seconds) VALUES (1, :s)"),
        {"s": int(delta.total_seconds())},
    )


def claim(session: Session) -> tuple[int, int] | None:
    job = queue.claim(session, kinds=KINDS)
    return None if job is None else (job.id, job.fence)


def job_of(session: Session, job_id: int) -> Job:
    return session.get_one(Job, job_id, populate_existing=True)


def test_a_job_of_a_transaction_that_failed_never_was(any_engine: sa.Engine) -> None:
    with Session(any_engine) as session:
        queue.enqueue(session, "count")
        session.rollback()
        assert claim(session) is None


def test_the_oldest_due_job_of_a_known_kind_comes_first(session: Session) -> None:
    now = clock.now(session)
    later = queue.enqueue(session, "count", run_at=now - timedelta(seconds=5))
    first = queue.enqueue(session, "count", run_at=now - timedelta(seconds=9), argument={"n": 1})
    queue.enqueue(session, "count", run_at=now + timedelta(minutes=1))
    queue.enqueue(session, "other")
    assert claim(session) == (first.id, 1)
    assert claim(session) == (later.id, 1)
    assert claim(session) is None


def test_every_job_is_claimed_by_exactly_one_of_many_workers(any_engine: sa.Engine) -> None:
    with Session(any_engine) as session, session.begin():
        wanted = {queue.enqueue(session, "count", argument={"n": n}).id for n in range(12)}
    claimed: list[int] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        while True:
            with Session(any_engine) as session, session.begin():
                found = claim(session)
            if found is None:
                return
            claimed.append(found[0])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(claimed) == Counter(wanted)


def test_a_silent_worker_is_replaced_and_can_write_nothing_more(any_engine: sa.Engine) -> None:
    with Session(any_engine) as session, session.begin():
        job_id = queue.enqueue(session, "count").id
        assert claim(session) == (job_id, 1)
    with Session(any_engine) as session, session.begin():
        move_clock(session, LEASE - timedelta(seconds=5))
        assert claim(session) is None, "its lease still runs"
        queue.progress(session, job_id, fence=1, stage="half", done=1, total=2)
    with Session(any_engine) as session, session.begin():
        move_clock(session, LEASE + timedelta(seconds=5))
        assert claim(session) is None, "progress renewed the lease"
        move_clock(session, 2 * LEASE + timedelta(seconds=5))
        assert claim(session) == (job_id, 2)
    for act in (
        lambda session: queue.progress(session, job_id, fence=1, stage="late", done=2, total=2),
        lambda session: queue.finish(session, job_id, fence=1),
        lambda session: queue.fail(session, job_id, fence=1, reason="late"),
    ):
        with Session(any_engine) as session:
            with pytest.raises(LeaseLost):
                act(session)
            session.rollback()
    with Session(any_engine) as session, session.begin():
        queue.finish(session, job_id, fence=2)
        job = job_of(session, job_id)
        assert (job.state, job.stage, job.failure) == ("done", "half", "")
        with pytest.raises(LeaseLost):
            queue.finish(session, job_id, fence=2)


def test_a_failing_job_is_tried_again_later_and_given_up_with_its_reason(session: Session) -> None:
    job_id = queue.enqueue(session, "count").id
    away = timedelta(0)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert claim(session) == (job_id, attempt)
        queue.fail(session, job_id, fence=attempt, reason=f"reason {attempt}")
        if attempt < MAX_ATTEMPTS:
            job = job_of(session, job_id)
            assert (job.state, job.failure) == ("queued", f"reason {attempt}")
            assert claim(session) is None, "not at once"
            away += timedelta(seconds=10 * 2**attempt + 1)
            move_clock(session, away)
    job = job_of(session, job_id)
    assert (job.state, job.failure, job.attempts) == ("failed", "reason 5", MAX_ATTEMPTS)
    assert job.finished_at is not None
    move_clock(session, timedelta(days=1))
    assert claim(session) is None


def test_a_job_that_kills_its_workers_is_given_up_too(session: Session) -> None:
    job_id = queue.enqueue(session, "count").id
    for attempt in range(1, MAX_ATTEMPTS + 1):
        move_clock(session, attempt * (LEASE + timedelta(seconds=1)))
        assert claim(session) == (job_id, attempt)  # and nobody hears of that worker again
    move_clock(session, (MAX_ATTEMPTS + 1) * (LEASE + timedelta(seconds=1)))
    assert claim(session) is None
    job = job_of(session, job_id)
    assert (job.state, job.lease_until) == ("failed", None)
    assert "no worker came back" in job.failure
