"""Home of what quality screens and others read: flags, who decided what, and what is settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from admin.quality import rules
from survey.errors import NotFound
from survey.models.content import Area
from survey.models.cycle import Cycle
from survey.models.people import User
from survey.models.quality import Exclusion, FlagDecision, QualityFlag


def cycles(session: Session) -> Sequence[Cycle]:
    """All cycles, the newest first."""
    return session.scalars(sa.select(Cycle).order_by(Cycle.year.desc(), Cycle.id.desc())).all()


def flags(session: Session, cycle_id: int) -> Sequence[QualityFlag]:
    """All flags of a cycle, those that wait for a decision first."""
    return session.scalars(
        sa.select(QualityFlag)
        .where(QualityFlag.cycle_id == cycle_id)
        .options(selectinload(QualityFlag.decisions))
        .order_by(QualityFlag.needs_decision.desc(), QualityFlag.detector, QualityFlag.id)
    ).all()


def places(session: Session, language: str) -> dict[str, str]:
    """Names of areas by code and by short name, in one language."""
    found: dict[str, str] = {}
    for area in session.scalars(sa.select(Area)):
        found[area.code] = found[area.slug] = area.zh if language == "zh" else area.en
    return found


def flag(session: Session, flag_id: int) -> QualityFlag:
    """One flag. Raises NotFound."""
    found = session.get(QualityFlag, flag_id, options=[selectinload(QualityFlag.decisions)])
    if found is None:
        raise NotFound("flag_unknown", zh="没有这个标记。", en="There is no such flag.")
    return found


def votes(flag: QualityFlag) -> tuple[rules.Vote, ...]:
    """The decisions on a flag in their order, as the rules look at them."""
    return tuple(
        rules.Vote(user_id=d.user_id, role=d.role, decision=d.decision, reason_code=d.reason_code)
        for d in flag.decisions
    )


def settled(flag: QualityFlag) -> rules.Settled | None:
    """What two persons agreed on, or None."""
    return rules.settled(votes(flag))


def undecided(session: Session, cycle_id: int) -> list[QualityFlag]:
    """The flags that still wait for two persons."""
    return [f for f in flags(session, cycle_id) if f.needs_decision and settled(f) is None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDecision:
    """A decision with the name of the person behind it."""

    person: str
    decision: FlagDecision


def named_decisions(session: Session, flag: QualityFlag) -> list[NamedDecision]:
    """The decisions on a flag with the names of the persons."""
    people = {d.user_id for d in flag.decisions}
    names = dict(session.execute(sa.select(User.id, User.display_name).where(User.id.in_(people))).all())
    return [NamedDecision(person=names[d.user_id], decision=d) for d in flag.decisions]


def exclusions_by_rule(session: Session, wave_ids: Sequence[int]) -> Counter[str]:
    """How many responses of these waves are excluded, by coded reason."""
    rows = session.execute(
        sa.select(Exclusion.rule, sa.func.count())
        .where(Exclusion.wave_id.in_(wave_ids))
        .group_by(Exclusion.rule)
    ).all()
    return Counter(dict(rows))
