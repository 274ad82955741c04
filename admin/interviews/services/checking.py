"""Verbs of the back-checks: drawn by the promised seed, noted by whoever checks, blind for everybody else."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.interviews import rules
from survey import audit
from survey.collect import back_checks
from survey.errors import Conflict, Invalid, NotFound
from survey.identity.actors import Actor
from survey.models.access import Token
from survey.models.fieldwork import CallBack
from survey.models.interviews import BackCheckDraw, InterviewCase
from survey.models.wave import Wave
from survey.ports import KeyStore


def draw(session: Session, wave: Wave, *, actor: Actor, keys: KeyStore) -> int:
    """Draw the back-checks of a wave that takes no more answers; how many. Raises Conflict (not closed, no seed, drawn).

    The seed goes into the audit log beside the digest of the list, so that anybody can draw it again.
    """
    record = session.get(BackCheckDraw, wave.id, with_for_update=True)
    if wave.status not in ("closed", "sealed"):
        raise Conflict(
            "wave_not_closed",
            zh="轮次截止后才抽取回访样本：在此之前谁也不应知道。",
            en="Back-checks are drawn once the wave has closed: before that nobody is to know.",
        )
    if record is None:
        raise Conflict(
            "no_seed",
            zh="这一轮次开放前没有承诺抽样种子。",
            en="No seed was promised before this wave opened.",
        )
    if record.list_hash is not None:
        raise Conflict("drawn_already", zh="回访样本已经抽取。", en="The back-checks are drawn already.")
    cases = held_cases(session, wave)
    seed = keys.get(back_checks.seed_name(wave.id))
    chosen = back_checks.drawn(seed, cases)
    session.execute(
        sa.update(InterviewCase)
        .where(InterviewCase.public_id.in_(chosen))
        .values(checked="drawn")
        .execution_options(synchronize_session=False)
    )
    record.list_hash = back_checks.list_hash(chosen)
    record.n_cases, record.n_drawn = sum(len(own) for own in cases.values()), len(chosen)
    session.flush()
    after = {"seed": seed.hex(), "list": record.list_hash, "drawn": len(chosen), "of": record.n_cases}
    audit.record(session, actor.ref, act="check.draw", on=f"wave:{wave.code}", after=after)
    return len(chosen)


def held_cases(session: Session, wave: Wave) -> dict[str, list[str]]:
    """By interviewer: the cases whose interview was handed in."""
    rows = session.execute(
        sa.select(InterviewCase.pseudonym, InterviewCase.public_id)
        .join(Token, Token.hash == InterviewCase.token_hash)
        .where(InterviewCase.wave_id == wave.id, Token.used == 1)
        .order_by(InterviewCase.pseudonym, InterviewCase.public_id)
    )
    found: dict[str, list[str]] = {}
    for name, public_id in rows:
        found.setdefault(name, []).append(public_id)
    return found


def note(session: Session, wave: Wave, case_id: str, outcome: str, *, actor: Actor) -> None:
    """Note what a back-check found; the counts by interviewer follow. Raises NotFound, Invalid."""
    if outcome not in rules.CHECKED:
        raise Invalid("check_outcome", zh="请选择回访结果。", en="Choose what the check found.")
    case = session.scalars(
        sa.select(InterviewCase).where(
            InterviewCase.public_id == case_id,
            InterviewCase.wave_id == wave.id,
            InterviewCase.checked.is_not(None),
        )
    ).one_or_none()
    if case is None:
        raise NotFound("check_unknown", zh="这个样本没有被抽中回访。", en="This case was not drawn.")
    before, case.checked = case.checked, outcome
    session.flush()
    _count(session, wave, case.pseudonym)
    audit.record(
        session,
        actor.ref,
        act="check.note",
        on=f"case:{case.public_id}",
        before={"checked": before},
        after={"checked": outcome},
    )


def _count(session: Session, wave: Wave, pseudonym: str) -> None:
    """The row of one interviewer that gates and reports read."""
    outcomes = session.scalars(
        sa.select(InterviewCase.checked).where(
            InterviewCase.wave_id == wave.id,
            InterviewCase.pseudonym == pseudonym,
            InterviewCase.checked.is_not(None),
        )
    ).all()
    row = session.scalars(
        sa.select(CallBack).where(CallBack.wave_id == wave.id, CallBack.interviewer == pseudonym)
    ).one_or_none()
    if row is None:
        row = CallBack(wave_id=wave.id, interviewer=pseudonym, n_cases=0, n_checked=0, n_confirmed=0)
        session.add(row)
    row.n_cases = len(held_cases(session, wave).get(pseudonym, ()))
    row.n_checked = sum(outcome in ("confirmed", "not_confirmed") for outcome in outcomes)
    row.n_confirmed = sum(outcome == "confirmed" for outcome in outcomes)
    session.flush()
