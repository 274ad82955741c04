"""Home of what the screens of cases read: an interviewer's own, a manager's counts, the drawn back-checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from admin.interviews import rules
from survey.errors import NotFound
from survey.identity.actors import Actor
from survey.models.access import Token
from survey.models.interviews import BackCheckDraw, InterviewCase
from survey.models.wave import Wave


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCase:
    """A case as its interviewer sees it in the list."""

    case: InterviewCase
    wave: Wave
    is_held: bool

    @property
    def outcome(self) -> str | None:
        """How it ended; None while it is under way."""
        return rules.INTERVIEW if self.is_held else self.case.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ByInterviewer:
    """How far one interviewer has come, in counts."""

    pseudonym: str
    n_cases: int
    n_held: int
    n_over: int
    n_attempts: int


def wave(session: Session, public_id: str) -> Wave:
    """One wave. Raises NotFound."""
    found = session.scalars(sa.select(Wave).where(Wave.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound("wave_unknown", zh="没有这个调查轮次。", en="There is no such wave.")
    return found


def own_cases(session: Session, actor: Actor) -> list[OwnCase]:
    """The cases of one interviewer, those under way first; none of a wave that is over."""
    rows = session.execute(
        sa.select(InterviewCase, Wave, Token.used)
        .join(Wave, Wave.id == InterviewCase.wave_id)
        .join(Token, Token.hash == InterviewCase.token_hash)
        .where(InterviewCase.interviewer_id == actor.user_id, Wave.status.in_(("planned", "open")))
        .options(selectinload(InterviewCase.attempts))
    )
    found = [OwnCase(case=case, wave=wave, is_held=bool(used)) for case, wave, used in rows]
    return sorted(found, key=lambda own: (own.outcome is not None, own.wave.code, own.case.public_id))


def by_interviewer(session: Session, wave: Wave) -> list[ByInterviewer]:
    """How far the interviewers of a wave have come."""
    cases = session.execute(
        sa.select(InterviewCase, Token.used)
        .join(Token, Token.hash == InterviewCase.token_hash)
        .where(InterviewCase.wave_id == wave.id)
        .options(selectinload(InterviewCase.attempts))
    ).all()
    names = sorted({case.pseudonym for case, _ in cases})
    return [_counted(name, [(c, bool(used)) for c, used in cases if c.pseudonym == name]) for name in names]


def outcomes(session: Session, wave: Wave) -> dict[str, dict[str, int]]:
    """How the assigned cases of a wave ended, by mode; those under way stand under an empty code."""
    rows = session.execute(
        sa.select(InterviewCase.mode, InterviewCase.outcome, Token.used)
        .join(Token, Token.hash == InterviewCase.token_hash)
        .where(InterviewCase.wave_id == wave.id)
    )
    found: dict[str, dict[str, int]] = {}
    for mode, outcome, used in rows:
        code = rules.INTERVIEW if used else outcome or ""
        counts = found.setdefault(mode, {})
        counts[code] = counts.get(code, 0) + 1
    return found


def drawn(session: Session, wave: Wave) -> Sequence[InterviewCase]:
    """The cases that were drawn to be checked."""
    return session.scalars(
        sa.select(InterviewCase)
        .where(InterviewCase.wave_id == wave.id, InterviewCase.checked.is_not(None))
        .order_by(InterviewCase.public_id)
    ).all()


def draw_of(session: Session, wave: Wave) -> BackCheckDraw | None:
    """What was promised and drawn."""
    return session.get(BackCheckDraw, wave.id)


def _counted(name: str, cases: Sequence[tuple[InterviewCase, bool]]) -> ByInterviewer:
    return ByInterviewer(
        pseudonym=name,
        n_cases=len(cases),
        n_held=sum(is_held for _, is_held in cases),
        n_over=sum(not is_held and case.outcome is not None for case, is_held in cases),
        n_attempts=sum(len(case.attempts) for case, _ in cases),
    )
