"""Verbs of an interviewer on one of their own cases: an attempt noted, an interview begun or taken up again."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from admin.interviews import rules
from survey import audit, clock
from survey.access import carried, grants
from survey.errors import Conflict, Invalid, NotFound
from survey.identity.actors import Actor
from survey.models.access import Token
from survey.models.interviews import ContactAttempt, InterviewCase
from survey.models.wave import Wave
from survey.ports import KeyStore

MOST_ATTEMPTS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What an interviewer notes of one attempt."""

    way: str
    code: str
    is_final: bool


def own_case(session: Session, public_id: str, *, actor: Actor) -> InterviewCase:
    """One of this interviewer's own cases. Raises NotFound, for those of others as for none."""
    case = session.scalars(
        sa.select(InterviewCase)
        .where(InterviewCase.public_id == public_id, InterviewCase.interviewer_id == actor.user_id)
        .options(selectinload(InterviewCase.attempts))
    ).one_or_none()
    if case is None:
        raise NotFound("case_unknown", zh="您没有这个样本。", en="You have no such case.")
    return case


def note(session: Session, case: InterviewCase, attempt: Attempt, *, actor: Actor) -> None:
    """Note an attempt, with the day and the part of the day. Raises Invalid, Conflict (over)."""
    if attempt.way not in rules.WAYS or attempt.code not in rules.CODES:
        raise Invalid("attempt", zh="请选择方式和结果。", en="Choose how it was tried and what came of it.")
    if attempt.is_final and attempt.code not in rules.FINAL:
        raise Invalid(
            "not_final", zh="已预约的样本还没有结束。", en="A case with an appointment is not over."
        )
    _check_open(session, case)
    number = len(case.attempts) + 1
    if number > MOST_ATTEMPTS:
        raise Conflict("too_many_attempts", zh="联系次数已满。", en="No more attempts can be noted.")
    wave = session.get_one(Wave, case.wave_id)
    here = clock.now(session).astimezone(ZoneInfo(wave.time_zone))
    case.attempts.append(
        ContactAttempt(
            number=number,
            day=here.date(),
            part_of_day=rules.part_of_day(here.hour),
            way=attempt.way,
            code=attempt.code,
        )
    )
    if attempt.is_final:
        case.outcome = attempt.code
    session.flush()
    after = {"attempt": number, "code": attempt.code, "final": attempt.is_final}
    audit.record(session, actor.ref, act="case.note", on=f"case:{case.public_id}", after=after)


def pass_into(session: Session, case: InterviewCase, *, keys: KeyStore) -> str:
    """What leads into the interview of a case, for two minutes. Raises Gone (held already, wave closed), Conflict.

    It is no act of the log: a row with a time would say when somebody answered.
    """
    _check_open(session, case)
    grants.of_case(session, case.token_hash, wave_id=case.wave_id)
    return carried.seal_pass(session, case.token_hash, wave_id=case.wave_id, keys=keys)


def is_held(session: Session, case: InterviewCase) -> bool:
    """Whether the interview was handed in."""
    return bool(session.scalar(sa.select(Token.used).where(Token.hash == case.token_hash)))


def _check_open(session: Session, case: InterviewCase) -> None:
    if case.outcome is not None or is_held(session, case):
        raise Conflict("case_over", zh="这个样本已经结束。", en="This case is over.")
