"""Home of what the audit log says about answers that were deleted on the day that everybody was told.

Whoever verifies believes neither the table of deletions nor the wave's own row, but what was signed: the announcement
made before the first answer, and the acts of the deletion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger.finding import Finding
from survey.models.audit import AuditEvent
from survey.models.wave import Wave

OPENED, ANNOUNCED = "wave.open", "retention.announce"
BEGUN, FINISHED, DATASET = "retention.begin", "retention.finish", "retention.dataset"
DAY = "kept_until"
"""Under which name an act of announcing or beginning states the last day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """The deletion of the answers of one wave."""

    wave: str
    kept_until: date | None
    """The last day on which they were to be kept, as announced; None where nothing was."""
    begun_on: date
    finished_on: date | None
    n_answers: int
    """How many sealed answers there were when it began."""


def of_wave(session: Session, wave: Wave) -> Forgotten | None:
    """The deletion of the answers of a wave; None where none has begun."""
    begun = _act(session, BEGUN, _ref(wave))
    if begun is None:
        return None
    finished = _act(session, FINISHED, _ref(wave))
    return Forgotten(
        wave=wave.code,
        kept_until=announced(session, wave),
        begun_on=_day(begun.at, wave),
        finished_on=None if finished is None else _day(finished.at, wave),
        n_answers=begun.after["answers"],
    )


def all_of(session: Session) -> list[Forgotten]:
    """Every deletion that has begun, in the order of the waves."""
    waves = session.scalars(sa.select(Wave).order_by(Wave.id)).all()
    return [found for wave in waves if (found := of_wave(session, wave)) is not None]


def announced(session: Session, wave: Wave) -> date | None:
    """The last day on which the answers of a wave are kept, as the first act that names one says."""
    acts = session.scalars(
        sa.select(AuditEvent)
        .where(AuditEvent.act.in_((OPENED, ANNOUNCED)), AuditEvent.object_ref == _ref(wave))
        .order_by(AuditEvent.n)
    )
    days = (act.after.get(DAY) for act in acts if isinstance(act.after, dict))
    return next((date.fromisoformat(day) for day in days if isinstance(day, str)), None)


def dataset_day(session: Session, public_id: str) -> date | None:
    """The day on which the single answers in a frozen dataset were deleted; None where they are kept."""
    found = _act(session, DATASET, f"dataset:{public_id}")
    return None if found is None else found.at.date()


def faults(wave: Wave, gone: Forgotten | None, *, said: date | None) -> Iterator[Finding]:
    """What speaks against a deletion, or against the day that stands in the row of a wave."""
    if wave.kept_until != said:
        yield Finding(
            object=f"wave {wave.code}",
            zh="答卷保存期限与公告不符",
            en="keeps its answers until another day than was announced",
        )
    if gone is None:
        return
    if gone.kept_until is None or gone.begun_on <= gone.kept_until:
        yield Finding(
            object=f"wave {wave.code}",
            zh="答卷在公告的日期之前被删除",
            en="lost its answers before the day that was announced",
        )


def _act(session: Session, act: str, ref: str) -> AuditEvent | None:
    return session.scalars(
        sa.select(AuditEvent)
        .where(AuditEvent.act == act, AuditEvent.object_ref == ref)
        .order_by(AuditEvent.n)
        .limit(1)
    ).first()


def _ref(wave: Wave) -> str:
    return f"wave:{wave.code}"


def _day(at: datetime, wave: Wave) -> date:
    return at.astimezone(ZoneInfo(wave.time_zone)).date()
