"""Home of what the screens of runs and hand-overs read beside the services' own queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from survey.models.content import Area, AssessedUnit
from survey.models.cycle import Cycle
from survey.models.dataset import Dataset
from survey.models.job import Job
from survey.models.people import User
from survey.models.scoring import CounterSignature, HandOver, Run


def cycles(session: Session) -> Sequence[Cycle]:
    """All cycles, the newest first."""
    return session.scalars(sa.select(Cycle).order_by(Cycle.year.desc(), Cycle.id.desc())).all()


def datasets(session: Session) -> Sequence[Dataset]:
    """All frozen datasets, the newest first."""
    return session.scalars(sa.select(Dataset).order_by(Dataset.id.desc())).all()


def dataset(session: Session, dataset_id: int) -> Dataset | None:
    """One dataset, or None."""
    return session.get(Dataset, dataset_id)


def runs(session: Session) -> Sequence[Run]:
    """All runs, the newest first, with their gates."""
    return session.scalars(
        sa.select(Run).options(selectinload(Run.gates)).order_by(Run.cycle_id.desc(), Run.number.desc())
    ).all()


def job_of(session: Session, run: Run, *, kind: str) -> Job | None:
    """The job that computes a run."""
    for job in session.scalars(sa.select(Job).where(Job.kind == kind).order_by(Job.id.desc())):
        if job.argument.get("run_id") == run.id:
            return job
    return None


def hand_overs(session: Session) -> Sequence[HandOver]:
    """All hand-over records, the newest first."""
    return session.scalars(
        sa.select(HandOver).options(selectinload(HandOver.signatures)).order_by(HandOver.id.desc())
    ).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSignature:
    """A signature with the name of the person behind it."""

    person: str
    organisation: str
    signature: CounterSignature


def signatures(session: Session, hand_over: HandOver) -> list[NamedSignature]:
    """The signatures under a record, in their order."""
    people = {s.user_id for s in hand_over.signatures}
    found = {user.id: user for user in session.scalars(sa.select(User).where(User.id.in_(people)))}
    return [
        NamedSignature(
            person=found[s.user_id].display_name, organisation=found[s.user_id].organisation, signature=s
        )
        for s in hand_over.signatures
    ]


def unit_names(session: Session) -> dict[str, dict[str, str]]:
    """Names of the assessed units by their code."""
    return {unit.code: {"zh": unit.zh, "en": unit.en} for unit in session.scalars(sa.select(AssessedUnit))}


def place_names(session: Session, language: str) -> dict[str, str]:
    """Names of units and areas by code and by short name, in one language."""
    found: dict[str, str] = {}
    for area in session.scalars(sa.select(Area)):
        name = area.zh if language == "zh" else area.en
        found[area.code] = found[area.slug] = name
    for unit in session.scalars(sa.select(AssessedUnit)):
        found[unit.code] = unit.zh if language == "zh" else unit.en
    return found
