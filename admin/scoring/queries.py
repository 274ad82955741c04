"""Reads for scoring: the locked documents, a cycle's waves, runs and their gates."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.errors import Conflict, NotFound
from survey.models.content import ContentDocument
from survey.models.cycle import Cycle
from survey.models.scoring import GateAnswer, HandOver, Run
from survey.models.wave import Wave


def document_in_force(session: Session, kind: str) -> ContentDocument:
    """The latest locked document of ``kind``. Raises Conflict where none is locked."""
    found = session.scalar(
        sa.select(ContentDocument)
        .where(ContentDocument.kind == kind, ContentDocument.locked_at.is_not(None))
        .order_by(ContentDocument.locked_at.desc(), ContentDocument.id.desc())
        .limit(1)
    )
    if found is None:
        raise Conflict(
            "document_not_locked",
            zh=f"还没有锁定的“{kind}”文件。请先锁定并公布。",
            en=f"No “{kind}” document is locked yet. Lock and publish it first.",
        )
    return found


def latest_document(session: Session, kind: str) -> ContentDocument:
    """The latest document of ``kind``, locked or not. Raises NotFound."""
    found = session.scalar(
        sa.select(ContentDocument)
        .where(ContentDocument.kind == kind)
        .order_by(ContentDocument.id.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound(
            "document_missing", zh=f"尚未载入“{kind}”文件。", en=f"No “{kind}” document has been loaded."
        )
    return found


def document_of_run(session: Session, run: Run, kind: str) -> ContentDocument:
    """The version of a document that the manifest of ``run`` names. Raises NotFound."""
    name = {"scoring": "plan"}.get(kind, kind)
    found = session.scalar(
        sa.select(ContentDocument).where(
            ContentDocument.kind == kind, ContentDocument.digest == run.manifest[f"{name}_digest"]
        )
    )
    if found is None:
        raise NotFound(
            "document_of_run_missing",
            zh=f"本次计算所用的“{kind}”文件已不在库中。",
            en=f"The “{kind}” document that this run names is not in the database any more.",
        )
    return found


def waves_of(session: Session, cycle: Cycle) -> list[Wave]:
    """All waves of a cycle, by code."""
    return list(session.scalars(sa.select(Wave).where(Wave.cycle_id == cycle.id).order_by(Wave.code)))


def run_by_id(session: Session, public_id: str) -> Run:
    """One run. Raises NotFound."""
    found = session.scalar(sa.select(Run).where(Run.public_id == public_id))
    if found is None:
        raise NotFound("run_missing", zh="没有这次计算。", en="There is no such run.")
    return found


def runs_of(session: Session, cycle: Cycle) -> list[Run]:
    """All runs of a cycle, the newest first."""
    return list(session.scalars(sa.select(Run).where(Run.cycle_id == cycle.id).order_by(Run.number.desc())))


def gate_answers(session: Session, run: Run) -> dict[str, GateAnswer]:
    """Written answers to warnings, by gate."""
    found = session.scalars(sa.select(GateAnswer).where(GateAnswer.run_id == run.id))
    return {answer.gate: answer for answer in found}


def hand_over_of(session: Session, run: Run) -> HandOver | None:
    """The hand-over record of a run, if it was prepared."""
    return session.scalar(sa.select(HandOver).where(HandOver.run_id == run.id))


def hand_over_by_id(session: Session, public_id: str) -> HandOver:
    """One hand-over record. Raises NotFound."""
    found = session.scalar(sa.select(HandOver).where(HandOver.public_id == public_id))
    if found is None:
        raise NotFound("hand_over_missing", zh="没有这份移交记录。", en="There is no such hand-over record.")
    return found
