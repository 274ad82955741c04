"""Home of what the screens of datasets read: the frozen ones, what stands in the way, and work under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from admin.datasets.columns import OPEN_STREAM
from admin.datasets.jobs import JOB
from admin.quality.queries import settled
from survey.errors import NotFound
from survey.models.cycle import Cycle
from survey.models.dataset import Dataset
from survey.models.job import Job
from survey.models.quality import QualityFlag
from survey.models.wave import Wave, WaveStatus


def cycle(session: Session) -> Cycle | None:
    """The newest cycle."""
    return session.scalars(
        sa.select(Cycle).order_by(Cycle.year.desc(), Cycle.id.desc()).limit(1)
    ).one_or_none()


def datasets(session: Session) -> Sequence[Dataset]:
    """All frozen datasets, the newest first."""
    return session.scalars(sa.select(Dataset).order_by(Dataset.id.desc())).all()


def dataset(session: Session, public_id: str) -> Dataset:
    """One dataset. Raises NotFound."""
    found = session.scalars(sa.select(Dataset).where(Dataset.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound("dataset_unknown", zh="没有这个数据集。", en="There is no such dataset.")
    return found


def job(session: Session) -> Job | None:
    """The freezing that was asked for last."""
    return session.scalars(
        sa.select(Job).where(Job.kind == JOB).order_by(Job.id.desc()).limit(1)
    ).one_or_none()


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What a freezing would meet."""

    unsealed: tuple[str, ...]
    """Codes of waves that score and are not sealed: they stand in the way."""
    undecided: int
    """Flags that wait for two persons: a dataset frozen now keeps their responses, and gates may block."""


def readiness(session: Session, cycle: Cycle) -> Readiness:
    """How ready a cycle is to be frozen."""
    waiting = session.scalars(
        sa.select(Wave.code)
        .where(
            Wave.cycle_id == cycle.id,
            Wave.evaluator_group != OPEN_STREAM,
            Wave.status != WaveStatus.SEALED.value,
        )
        .order_by(Wave.code)
    )
    flags = session.scalars(
        sa.select(QualityFlag)
        .where(QualityFlag.cycle_id == cycle.id, QualityFlag.needs_decision)
        .options(selectinload(QualityFlag.decisions))
    )
    return Readiness(unsealed=tuple(waiting), undecided=sum(settled(flag) is None for flag in flags))
