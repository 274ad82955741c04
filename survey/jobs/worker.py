"""A worker: claims jobs, runs their handlers, and starts the periodic ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from survey import clock
from survey.jobs import queue
from survey.models.job import Job

logger = structlog.get_logger()
Handler = Callable[[Session, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Periodic:
    """A job that the worker puts in by itself, ``every`` so often."""

    kind: str
    every: timedelta


class Worker:
    """Runs one job at a time; as many workers as one likes may run beside each other."""

    def __init__(
        self,
        sessions: Callable[[], AbstractContextManager[Session]],
        *,
        handlers: Mapping[str, Handler],
        periodic: tuple[Periodic, ...] = (),
        heartbeat_seconds: float = queue.LEASE.total_seconds() / 4,
    ) -> None:
        self._sessions = sessions
        self._handlers = dict(handlers)
        self._periodic = periodic
        self._heartbeat_seconds = heartbeat_seconds
        self._stopped = threading.Event()

    def run_one(self) -> bool:
        """Claim and run one job; False where none was due."""
        with self._sessions() as session:
            job = queue.claim(session, kinds=tuple(self._handlers))
            if job is None:
                session.rollback()
                return False
            job_id, kind, fence, argument = job.id, job.kind, job.fence, dict(job.argument)
            session.commit()
        try:
            with self._lease_kept(job_id, fence), self._sessions() as session:
                self._handlers[kind](session, argument)
                queue.finish(session, job_id, fence=fence)
                session.commit()
        except queue.LeaseLost:  # another worker has the job; what this one did was rolled back
            logger.warning("job.lost", kind=kind, job_id=job_id)
        except Exception as error:  # the last line of defence: whatever it was, the row says so
            logger.exception("job.failed", kind=kind, job_id=job_id)
            self._fail(job_id, fence, reason=f"{type(error).__name__}: {error}"[:2000])
        return True

    @contextmanager
    def _lease_kept(self, job_id: int, fence: int) -> Iterator[None]:
        """Renew the lease beside a handler that takes long: only a worker that is dead falls silent."""
        is_over = threading.Event()

        def renew() -> None:
            while not is_over.wait(self._heartbeat_seconds):
                try:
                    with self._sessions() as session:
                        queue.renew(session, job_id, fence=fence)
                        session.commit()
                except queue.LeaseLost:
                    return
                except sa.exc.OperationalError:  # busy, often with the handler's own transaction
                    logger.info("job.lease_not_renewed", job_id=job_id)

        beat = threading.Thread(target=renew, name=f"lease-{job_id}", daemon=True)
        beat.start()
        try:
            yield
        finally:
            is_over.set()
            beat.join()

    def _fail(self, job_id: int, fence: int, *, reason: str) -> None:
        with self._sessions() as session:
            try:
                queue.fail(session, job_id, fence=fence, reason=reason)
            except queue.LeaseLost:
                logger.warning("job.lost", job_id=job_id)
            else:
                session.commit()

    def schedule(self) -> None:
        """Put in every periodic job whose time has come and that is not waiting already."""
        with self._sessions() as session:
            now = clock.now(session)
            for task in self._periodic:
                recent = sa.select(Job.id).where(
                    Job.kind == task.kind,
                    sa.or_(Job.state.in_(("queued", "running")), Job.created_at > now - task.every),
                )
                if session.scalar(recent.limit(1)) is None:
                    queue.enqueue(session, task.kind)
            session.commit()

    def run_forever(self, *, pause_seconds: float = 1.0) -> None:
        """Work until ``stop`` is called."""
        while not self._stopped.is_set():
            try:
                self.schedule()
                while not self._stopped.is_set() and self.run_one():
                    pass
            except sa.exc.OperationalError:  # the database is away or busy: it comes back, and so do we
                logger.exception("worker.database")
            self._stopped.wait(pause_seconds)

    def stop(self) -> None:
        """Let ``run_forever`` return after the job in hand."""
        self._stopped.set()
