"""Verb at the end of a wave: how the assigned cases ended, as counts beside those that files bring."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from admin.interviews import rules
from survey.models.access import Token
from survey.models.interviews import InterviewCase
from survey.models.response import DispositionCount
from survey.models.wave import Wave

SOURCE = "collected"
INVITED = "invited"


def count_outcomes(session: Session, wave: Wave) -> int:
    """Count the assigned cases of a wave that is over by mode and final code; the number of cases.

    A second call counts anew. Codes of interviews that the site counted itself (a full quota) stay as they are.
    """
    rows = session.execute(
        sa.select(InterviewCase, Token.used)
        .join(Token, Token.hash == InterviewCase.token_hash)
        .where(InterviewCase.wave_id == wave.id)
        .options(selectinload(InterviewCase.attempts))
    ).all()
    counts: dict[str, Counter[str]] = {}
    for case, used in rows:
        codes = [attempt.code for attempt in case.attempts]
        final = rules.final_code(is_held=bool(used), outcome=case.outcome, attempts=codes)
        counts.setdefault(case.mode, Counter()).update((INVITED, final))
    for mode, found in counts.items():
        session.execute(
            sa.delete(DispositionCount)
            .where(
                DispositionCount.wave_id == wave.id,
                DispositionCount.mode == mode,
                DispositionCount.source == SOURCE,
                DispositionCount.code.in_((INVITED, rules.INTERVIEW, *sorted(rules.FINAL))),
            )
            .execution_options(synchronize_session=False)
        )
        session.add_all(
            DispositionCount(wave_id=wave.id, mode=mode, code=code, source=SOURCE, n=n)
            for code, n in sorted(found.items())
        )
    session.flush()
    return len(rows)


def count_what_is_over(session: Session) -> None:
    """The same for every wave that takes no more answers and whose cases are not counted yet."""
    is_counted = (
        sa.select(DispositionCount.id)
        .where(
            DispositionCount.wave_id == Wave.id,
            DispositionCount.source == SOURCE,
            DispositionCount.code == INVITED,
        )
        .exists()
    )
    has_cases = sa.select(InterviewCase.id).where(InterviewCase.wave_id == Wave.id).exists()
    over = sa.select(Wave).where(Wave.status == "sealed", has_cases, ~is_counted)
    for wave in session.scalars(over).all():
        count_outcomes(session, wave)
