"""The worker beside the server: seals what is ready, signs, scores. As many as one likes may run."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.datasets import forgetting
from admin.datasets import jobs as freezing
from admin.designer.trying import walking
from admin.interviews import jobs as cases
from admin.keying import jobs as keying
from admin.scoring import compute, services
from survey.backends.checkpoints import FolderCheckpoints
from survey.collect import jobs as collect_jobs
from survey.config import Settings
from survey.identity.actors import Actor
from survey.jobs.worker import Handler, Worker
from survey.ledger import jobs as ledger_jobs
from survey.ledger.checkpoint import Auditor
from survey.models.scoring import Run
from survey.ports import KeyStore

ACTOR = Actor.job(services.JOB)
Argument = Mapping[str, Any]  # Any: the JSON argument of a job


def build(engine: sa.Engine, *, settings: Settings, keys: KeyStore, auditor: Auditor | None = None) -> Worker:
    """A worker with every handler of this installation."""
    handlers: dict[str, Handler] = ledger_jobs.handlers(
        keys=keys, sink=FolderCheckpoints(settings.data_dir / "checkpoints"), auditor=auditor
    )
    handlers |= collect_jobs.handlers(
        keys=keys, time_zone=settings.time_zone, retention_years=settings.retention_years
    )
    handlers[services.JOB] = partial(score_run, engine=engine, settings=settings)
    handlers[freezing.JOB] = partial(freezing.freeze, data_dir=settings.data_dir)
    handlers[forgetting.FORGET] = partial(forgetting.forget, data_dir=settings.data_dir)
    handlers[walking.JOB] = partial(walking.walk, data_dir=settings.data_dir)
    handlers[keying.FORGET] = partial(keying.forget, keys=keys)
    handlers[cases.FORGET] = partial(cases.forget, keys=keys)
    periodic = (
        *ledger_jobs.PERIODIC,
        *collect_jobs.PERIODIC,
        *forgetting.PERIODIC,
        *keying.PERIODIC,
        *cases.PERIODIC,
    )
    return Worker(partial(Session, engine), handlers=handlers, periodic=periodic)


@contextmanager
def running(worker: Worker) -> Iterator[None]:
    """Let ``worker`` work in a thread for the length of the block."""
    thread = threading.Thread(target=worker.run_forever, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(timeout=30)


def score_run(session: Session, argument: Argument, *, engine: sa.Engine, settings: Settings) -> None:
    """Compute a requested run. A job is an edge: what it reads is read, and committed, before the long part."""
    try:
        with Session(engine) as reading, reading.begin():
            run = reading.get_one(Run, argument["run_id"])
            if run.status == "done":  # an earlier worker got this far and died before it could say so
                return
            services.start(reading, run)
            task = services.task_of(reading, run, data_dir=settings.data_dir)
        finished = compute.compute(task, processes=settings.workers)
    except Exception as error:  # whatever it was, the run says why there is no result
        services.fail(
            session,
            session.get_one(Run, argument["run_id"]),
            reason=f"{type(error).__name__}: {error}"[:2000],
            actor=ACTOR,
        )
        return
    services.finish(session, session.get_one(Run, argument["run_id"]), finished, actor=ACTOR)
