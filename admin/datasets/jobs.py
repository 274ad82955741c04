"""Home of freezing in the background: asked for on a screen, done by a worker."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from admin.datasets.freeze import freeze_cycle
from survey import audit
from survey.identity.actors import Actor
from survey.jobs import queue
from survey.models.cycle import Cycle

JOB = "dataset.freeze"


def request_freeze(session: Session, cycle: Cycle, *, actor: Actor) -> None:
    """Leave the freezing of a cycle to a worker."""
    queue.enqueue(session, JOB, argument={"cycle_id": cycle.id, "actor": actor.ref})
    audit.record(session, actor.ref, act="dataset.request", on=f"cycle:{cycle.code}")


def freeze(session: Session, argument: Mapping[str, Any], *, data_dir: Path) -> None:
    """Freeze what is sealed; the audit log names the person who asked. Any: the JSON argument of a job."""
    cycle = session.get_one(Cycle, argument["cycle_id"])
    freeze_cycle(session, cycle, data_dir=data_dir, actor=Actor(ref=argument["actor"]))
