"""Job rows: put one in with the change that needs it, claim it under a lease, report how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.models.job import Job

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 5


class LeaseLost(Exception):
    """Another worker has taken the job over; whatever this one still does must not be written."""


def enqueue(
    session: Session, kind: str, *, argument: Mapping[str, Any] | None = None, run_at: datetime | None = None
) -> Job:
    """Leave a job in the present transaction; a worker finds it after the commit."""
    now = clock.now(session)
    job = Job(kind=kind, argument=dict(argument or {}), run_at=run_at or now, created_at=now)
    session.add(job)
    session.flush()
    return job


def live(session: Session, kind: str) -> Sequence[Job]:
    """The jobs of a kind that wait or are under way."""
    return session.scalars(sa.select(Job).where(Job.kind == kind, Job.state.in_(("queued", "running")))).all()


def claim(session: Session, *, kinds: tuple[str, ...]) -> Job | None:
    """Take the oldest job that is due, or whose worker fell silent; None where there is nothing to do."""
    now = clock.now(session)
    _give_up_on_the_silent(session, now)
    is_due = sa.or_(
        sa.and_(Job.state == "queued", Job.run_at <= now),
        sa.and_(Job.state == "running", Job.lease_until < now),
    )
    first = (
        sa.select(Job.id)
        .where(is_due, Job.kind.in_(kinds))
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return session.scalars(
        sa.update(Job)
        .where(Job.id == first)
        .values(state="running", fence=Job.fence + 1, attempts=Job.attempts + 1, lease_until=now + LEASE)
        .returning(Job)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _give_up_on_the_silent(session: Session, now: datetime) -> None:
    """A job whose worker fell silent at every attempt kills workers: it is not handed to another one."""
    session.execute(
        sa.update(Job)
        .where(Job.state == "running", Job.lease_until < now, Job.attempts >= MAX_ATTEMPTS)
        .values(
            state="failed",
            failure=f"no worker came back from it in {MAX_ATTEMPTS} attempts",
            finished_at=now,
            lease_until=None,
        )
    )


def progress(session: Session, job_id: int, *, fence: int, stage: str, done: int, total: int) -> None:
    """Say how far the work is and keep the lease. Raises LeaseLost where another worker took over."""
    _update(
        session,
        job_id,
        fence,
        stage=stage,
        done_steps=done,
        all_steps=total,
        lease_until=clock.now(session) + LEASE,
    )


def renew(session: Session, job_id: int, *, fence: int) -> None:
    """Keep the lease of work that takes long. Raises LeaseLost where another worker took over."""
    _update(session, job_id, fence, lease_until=clock.now(session) + LEASE)


def finish(session: Session, job_id: int, *, fence: int) -> None:
    """The work is done. Raises LeaseLost where another worker took over."""
    _update(session, job_id, fence, state="done", finished_at=clock.now(session), lease_until=None)


def fail(session: Session, job_id: int, *, fence: int, reason: str) -> None:
    """The work failed: tried again a little later, given up after MAX_ATTEMPTS with the reason kept."""
    now = clock.now(session)
    attempts = session.scalar(sa.select(Job.attempts).where(Job.id == job_id)) or 0
    if attempts >= MAX_ATTEMPTS:
        _update(session, job_id, fence, state="failed", failure=reason, finished_at=now, lease_until=None)
    else:
        later = now + timedelta(seconds=10 * 2**attempts)
        _update(session, job_id, fence, state="queued", failure=reason, run_at=later, lease_until=None)


def _update(session: Session, job_id: int, fence: int, **values: Any) -> None:
    result = session.execute(
        sa.update(Job).where(Job.id == job_id, Job.fence == fence, Job.state == "running").values(**values)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]  # every UPDATE has a row count
        raise LeaseLost(f"job {job_id}")
