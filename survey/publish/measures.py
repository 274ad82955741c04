"""What followed a published result: whether what was to be done about it is due, overdue or signed off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.models.cycle import Cycle, CycleStage
from survey.models.publication import Release

Words = Mapping[str, str]
MEASURES = "countermeasures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The stage of a cycle in which what was found is acted on."""

    owner: Words
    due_on: date
    signed_on: date | None
    is_overdue: bool


def of_release(session: Session, public_id: str, *, zone: str) -> Measures | None:
    """What followed a release; None where its cycle has no such stage."""
    row = session.execute(
        sa.select(CycleStage.owner, CycleStage.due_on, CycleStage.signed_at)
        .join(Cycle, Cycle.id == CycleStage.cycle_id)
        .join(Release, Release.cycle_id == Cycle.id)
        .where(Release.public_id == public_id, CycleStage.stage == MEASURES)
    ).one_or_none()
    if row is None:
        return None
    return Measures(
        owner=row.owner,
        due_on=row.due_on,
        signed_on=None if row.signed_at is None else row.signed_at.date(),
        is_overdue=row.signed_at is None and clock.today(session, zone) > row.due_on,
    )
