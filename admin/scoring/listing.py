"""Home of what the screens of runs and hand-overs read beside the services' own queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from survey.models.content import AssessedUnit
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


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceTable:
    """What a gate looked at, as a table: rows at fault first."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]  # Any: JSON scalars
    n_rows: int
    n_at_fault: int


def evidence_table(rows: Sequence[Mapping[str, Any]], *, limit: int = 200) -> EvidenceTable:
    """The evidence of a gate, at most ``limit`` rows of it."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
    ordered = sorted(rows, key=lambda row: bool(row.get("ok", True)))
    return EvidenceTable(
        columns=tuple(name for name in names if name != "ok"),
        rows=tuple(ordered[:limit]),
        n_rows=len(rows),
        n_at_fault=sum(not row.get("ok", True) for row in rows),
    )
