"""Home of what the dashboard reads: the cycle in hand, its stages, and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from survey.errors import NotFound
from survey.models.content import ContentDocument
from survey.models.cycle import Cycle, CycleStage
from survey.models.dataset import Dataset
from survey.models.instrument import InstrumentVersion
from survey.models.publication import Release
from survey.models.quality import QualityFlag
from survey.models.response import Participation
from survey.models.scoring import HandOver, Run
from survey.models.wave import Wave

NEVER_SCORED = "open_participants"


def cycles(session: Session) -> Sequence[Cycle]:
    """All cycles, the newest first."""
    return session.scalars(
        sa.select(Cycle).options(selectinload(Cycle.stages)).order_by(Cycle.year.desc(), Cycle.id.desc())
    ).all()


def stage(session: Session, stage_id: int) -> CycleStage:
    """One stage. Raises NotFound."""
    found = session.get(CycleStage, stage_id)
    if found is None:
        raise NotFound("stage_unknown", zh="没有这个阶段。", en="There is no such stage.")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """A stage as the dashboard shows it."""

    stage: CycleStage
    state: str
    """done | now | late | later"""
    days_left: int


def stage_views(cycle: Cycle, *, today: date) -> list[StageView]:
    """The stages in order; the first one that is not signed off is the one in hand."""
    views = []
    is_first_open = True
    for each in cycle.stages:
        days_left = (each.due_on - today).days
        if each.signed_at is not None:
            state = "done"
        elif days_left < 0:
            state = "late"
        else:
            state = "now" if is_first_open else "later"
        is_first_open = is_first_open and each.signed_at is not None
        views.append(StageView(stage=each, state=state, days_left=days_left))
    return views


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where the chain stands, in counts."""

    versions: int
    versions_locked: int
    plans_locked: int
    waves: int
    waves_open: int
    waves_sealed: int
    answers: int
    flags: int
    datasets: int
    runs_done: int
    hand_overs_signed: int
    releases_announced: int
    releases_published: int


def progress(session: Session) -> Progress:
    """The counts of the chain."""

    def count(query: sa.Select[int]) -> int:
        return session.scalar(query) or 0

    def of(model: type, *conditions: sa.ColumnElement[bool]) -> sa.Select[int]:
        return sa.select(sa.func.count()).select_from(model).where(*conditions)

    plans = ContentDocument.kind.in_(("framework", "scoring"))
    return Progress(
        versions=count(of(InstrumentVersion)),
        versions_locked=count(of(InstrumentVersion, InstrumentVersion.locked_at.is_not(None))),
        plans_locked=count(of(ContentDocument, plans, ContentDocument.locked_at.is_not(None))),
        waves=count(of(Wave)),
        waves_open=count(of(Wave, Wave.status == "open", Wave.evaluator_group != NEVER_SCORED)),
        waves_sealed=count(of(Wave, Wave.status == "sealed")),
        answers=count(of(Participation)),
        flags=count(of(QualityFlag)),
        datasets=count(of(Dataset)),
        runs_done=count(of(Run, Run.status == "done")),
        hand_overs_signed=count(of(HandOver, HandOver.status == "signed")),
        releases_announced=count(of(Release)),
        releases_published=count(of(Release, Release.published_at.is_not(None))),
    )
