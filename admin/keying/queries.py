"""Home of what the keying screens read: how far a run has come, whose work is whose, in counts that name no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from admin.keying.serials import Serial
from survey.errors import NotFound
from survey.identity.actors import Actor
from survey.models.keying import KeyedEntry, KeyingRun, KeyingSheet
from survey.models.wave import Wave

MOST_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the sheets of one run, or of a whole wave, have come; each sheet is in one of these."""

    issued: int = 0
    in_work: int = 0
    keyed_once: int = 0
    to_decide: int = 0
    ready: int = 0
    sent: int = 0
    not_sent: int = 0
    spoiled: int = 0

    @property
    def sheets(self) -> int:
        """All of them."""
        return self.waiting + self.keyed_twice + self.sent + self.not_sent + self.spoiled

    @property
    def waiting(self) -> int:
        """Not keyed by two yet."""
        return self.issued + self.in_work + self.keyed_once

    @property
    def keyed_twice(self) -> int:
        """Keyed by two, and still here."""
        return self.to_decide + self.ready


def wave(session: Session, public_id: str) -> Wave:
    """One wave. Raises NotFound."""
    found = session.scalars(sa.select(Wave).where(Wave.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound("wave_unknown", zh="没有这个调查轮次。", en="There is no such wave.")
    return found


def runs(session: Session, wave: Wave) -> Sequence[KeyingRun]:
    """The printed runs of a wave."""
    return session.scalars(
        sa.select(KeyingRun).where(KeyingRun.wave_id == wave.id).order_by(KeyingRun.number)
    ).all()


def progress(session: Session, wave: Wave) -> dict[int, Progress]:
    """How far each run of a wave has come, by the id of the run."""
    n_done = (
        sa.select(sa.func.count())
        .where(
            KeyedEntry.wave_id == KeyingSheet.wave_id,
            KeyedEntry.number == KeyingSheet.number,
            KeyedEntry.is_done,
        )
        .scalar_subquery()
    )
    stage = sa.case(
        (sa.and_(KeyingSheet.state == "keying", n_done == 0), "in_work"),
        (KeyingSheet.state == "keying", "keyed_once"),
        else_=KeyingSheet.state,
    )
    staged = (
        sa.select(KeyingSheet.run_id, stage.label("stage")).where(KeyingSheet.wave_id == wave.id).subquery()
    )
    rows = session.execute(
        sa.select(staged.c.run_id, staged.c.stage, sa.func.count()).group_by(staged.c.run_id, staged.c.stage)
    )
    found: dict[int, dict[str, int]] = {}
    for run_id, name, n in rows:
        found.setdefault(run_id, {})[name] = n
    return {run_id: Progress(**counts) for run_id, counts in found.items()}


def total(parts: Sequence[Progress]) -> Progress:
    """Several runs together."""
    names = Progress.__dataclass_fields__
    return Progress(**{name: sum(getattr(part, name) for part in parts) for name in names})


def reasons(session: Session, wave: Wave) -> list[tuple[str, str, int]]:
    """Why sheets were spoiled or not sent: state, reason, how many."""
    rows = session.execute(
        sa.select(KeyingSheet.state, KeyingSheet.reason, sa.func.count())
        .where(KeyingSheet.wave_id == wave.id, KeyingSheet.reason.is_not(None))
        .group_by(KeyingSheet.state, KeyingSheet.reason)
        .order_by(KeyingSheet.state, KeyingSheet.reason)
    )
    return [(state, reason or "", n) for state, reason, n in rows]


def mine(session: Session, actor: Actor) -> list[Serial]:
    """The sheets that this person has begun and not finished."""
    rows = session.execute(
        sa.select(KeyedEntry.wave_id, KeyedEntry.number)
        .where(KeyedEntry.operator_id == actor.user_id, KeyedEntry.is_done.is_(False))
        .order_by(KeyedEntry.wave_id, KeyedEntry.number)
        .limit(MOST_LISTED)
    )
    return [Serial(wave_id=wave_id, number=number) for wave_id, number in rows]


def n_finished(session: Session, actor: Actor) -> int:
    """How many finished keyings of this person still wait for the second one or for a decision."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(KeyedEntry)
            .where(KeyedEntry.operator_id == actor.user_id, KeyedEntry.is_done)
        )
        or 0
    )


def disputes(session: Session, actor: Actor) -> list[Serial]:
    """The sheets whose differences this person may settle."""
    own = aliased(KeyedEntry)
    has_keyed = (
        sa.select(own.id)
        .where(
            own.wave_id == KeyingSheet.wave_id,
            own.number == KeyingSheet.number,
            own.operator_id == actor.user_id,
        )
        .exists()
    )
    rows = session.execute(
        sa.select(KeyingSheet.wave_id, KeyingSheet.number)
        .join(KeyingRun, KeyingRun.id == KeyingSheet.run_id)
        .where(KeyingSheet.state == "to_decide", sa.or_(KeyingRun.decides == "either", ~has_keyed))
        .order_by(KeyingSheet.wave_id, KeyingSheet.number)
        .limit(MOST_LISTED)
    )
    return [Serial(wave_id=wave_id, number=number) for wave_id, number in rows]


def open_waves(session: Session) -> dict[int, Wave]:
    """Waves that have sheets, by their number in the serials."""
    found = session.scalars(
        sa.select(Wave).where(sa.select(KeyingRun.id).where(KeyingRun.wave_id == Wave.id).exists())
    )
    return {each.id: each for each in found}
