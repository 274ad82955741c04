"""Verbs of the end of a sheet: one submission like any other, and nothing keyed remains."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.keying import keeping
from admin.keying.fields import CONSENT, SLIP
from admin.keying.reading import unmarked
from admin.keying.serials import Serial
from admin.keying.services import sheets
from admin.keying.services.sheets import Work
from survey import clock
from survey.access import rules
from survey.collect import dispositions, submit
from survey.collect.submit import PreparedSubmission
from survey.errors import Gone, HouseError, Invalid
from survey.instrument.problems import Problem
from survey.instrument.state import AnswerState
from survey.ledger.receipts import Receipt
from survey.models.access import Token
from survey.models.keying import KeyedEntry, KeyingRun, KeyingSheet
from survey.models.wave import Wave
from survey.ports import KeyStore

SENT = "sent"
NO_CONSENT, SCREENED_OUT, QUOTA_FULL = "no_consent", "screened_out", "quota_full"
ANSWERED_ELSEWHERE, TOO_LATE, NOT_ACCEPTABLE = "answered_elsewhere", "too_late", "not_acceptable"
MOST_AT_ONCE = 200
_ATTEMPTS = 5
_BY_REFUSAL = {
    rules.Refusal.USED.value: ANSWERED_ELSEWHERE,
    rules.Refusal.EXPIRED.value: TOO_LATE,
    dispositions.QUOTA_FULL: QUOTA_FULL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of one sheet: ``reason`` says why it was not sent; ``receipt`` is there if it is wanted."""

    serial: Serial
    reason: str | None = None
    receipt: Receipt | None = None


def ready(session: Session, wave: Wave) -> list[Serial]:
    """The settled sheets of a wave in random order, at most so many as are sent at a time."""
    numbers = session.scalars(
        sa.select(KeyingSheet.number).where(KeyingSheet.wave_id == wave.id, KeyingSheet.state == "ready")
    ).all()
    dealt = secrets.SystemRandom().sample(numbers, len(numbers))[:MOST_AT_ONCE]
    return [Serial(wave_id=wave.id, number=number) for number in dealt]


def send(session: Session, serial: Serial, *, keys: KeyStore) -> Sent | None:
    """Submit one settled sheet and forget what was keyed; None where somebody else was faster.

    Raises Gone or Conflict where the wave takes no answers; the sheet then stays as it is.
    """
    sheet, run = sheets.hold(session, serial)
    if sheet.state != "ready" or sheet.box is None:
        return None
    entry = keeping.open_entry(sheet.box, serial=serial, run_id=run.id, holder=keeping.SETTLED, keys=keys)
    if unmarked(entry.get(CONSENT, "")) != "1":
        return _not_sent(session, sheet, serial, NO_CONSENT)
    try:
        work = sheets.work_on(session, serial, sheet, run, keys=keys)
        checked = work.check(entry)
        if checked.screened_out is not None:
            return _screened_out(session, work)
        prepared = _prepared(work, checked.state, keys=keys)
        if prepared is None:
            return _not_sent(session, sheet, serial, NOT_ACCEPTABLE)
        with session.begin_nested():
            receipt = submit.commit(session, prepared, keys=keys)
    except Gone as refused:
        if (reason := _BY_REFUSAL.get(refused.code)) is None:
            raise
        if reason == QUOTA_FULL:
            dispositions.count_one(session, serial.wave_id, mode=run.mode, code=dispositions.QUOTA_FULL)
        return _not_sent(session, sheet, serial, reason)
    sheets.end(session, sheet, state=SENT)
    return Sent(serial=serial, receipt=receipt if unmarked(entry.get(SLIP, "")) == "1" else None)


def give_up_late(session: Session, wave: Wave) -> int:
    """Once a wave is over for good: what was not sent never will be, and what was keyed of it is destroyed."""
    late = session.scalars(
        sa.select(KeyingSheet).where(
            KeyingSheet.wave_id == wave.id, KeyingSheet.state.not_in(sorted(sheets.OVER))
        )
    ).all()
    for sheet in late:
        sheets.end(session, sheet, state="not_sent", reason=TOO_LATE)
    return len(late)


def destroy_keys(session: Session, *, keys: KeyStore) -> int:
    """Destroy the keys of runs of which every sheet is over, as stored; the number destroyed.

    Runs apart from the transactions that end sheets: a key must not go while its boxes could come back.
    """
    held = set(keys.names())
    is_going_on = (
        sa.select(KeyingSheet.number)
        .where(KeyingSheet.run_id == KeyingRun.id, KeyingSheet.state.not_in(sorted(sheets.OVER)))
        .exists()
    )
    names = [
        keeping.key_name(run_id) for run_id in session.scalars(sa.select(KeyingRun.id).where(~is_going_on))
    ]
    gone = [name for name in names if name in held]
    for name in gone:
        keys.destroy(name)
    return len(gone)


def count_kept(session: Session, wave: Wave) -> int:
    """How many boxes of keyed answers a wave still holds."""
    in_work = session.scalar(
        sa.select(sa.func.count()).select_from(KeyedEntry).where(KeyedEntry.wave_id == wave.id)
    )
    settled = session.scalar(
        sa.select(sa.func.count())
        .select_from(KeyingSheet)
        .where(KeyingSheet.wave_id == wave.id, KeyingSheet.box.is_not(None))
    )
    return (in_work or 0) + (settled or 0)


def _prepared(work: Work, state: AnswerState, *, keys: KeyStore) -> PreparedSubmission | None:
    """The submission with the answers that the engine takes; None where what is left is no interview.

    What the paper lacks stays unanswered. What it holds against the rules was counted, and is left out.
    """
    for _ in range(_ATTEMPTS):
        try:
            return submit.prepare_document(
                replace(work.document, state=state),
                program=work.program,
                wave=work.wave,
                keys=keys,
                now=work.document.opened_at,
                key_hash=secrets.token_bytes(32),
                may_lack_answers=True,
            )
        except Invalid as refused:
            at_fault = {
                problem.where.item
                for problem in refused.problems
                if isinstance(problem, Problem) and problem.where.item in state.answers
            }
            if not at_fault:
                return None
            state = state.without(key for key in at_fault if key is not None)
    return None


def _screened_out(session: Session, work: Work) -> Sent:
    """The survey is not meant for this respondent: a count, and the right to answer is used up."""
    if work.sheet.token_hash is not None:
        session.execute(
            sa.update(Token)
            .where(Token.hash == work.sheet.token_hash, Token.used == 0)
            .values(used=1, used_on=clock.today(session, work.wave.time_zone), facts={})
            .execution_options(synchronize_session=False)
        )
    dispositions.count_one(session, work.wave.id, mode=work.run.mode, code=dispositions.SCREENED_OUT)
    return _not_sent(session, work.sheet, work.serial, SCREENED_OUT)


def _not_sent(session: Session, sheet: KeyingSheet, serial: Serial, reason: str) -> Sent:
    sheets.end(session, sheet, state="not_sent", reason=reason)
    return Sent(serial=serial, reason=reason)


def is_refusal_of_all(error: HouseError) -> bool:
    """Whether a wave as a whole takes no answers, so that trying the next sheet is of no use."""
    return error.code in {rules.Refusal.CLOSED.value, rules.Refusal.NOT_YET.value}
