"""Home of forgetting answers: after the last day that everybody was told, what was said is deleted, batch by batch.

What stays proves that it was there: marks of participation, leaves, checkpoints, counts, everything published.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock
from survey.collect import closing
from survey.db import overwrite_what_is_deleted, table_of
from survey.ledger import apart, forgotten
from survey.ledger.batching import GRACE
from survey.models.access import Token
from survey.models.apart import Attachment, ContactEntry, WaitingFile
from survey.models.cycle import Cycle
from survey.models.interviews import ContactAttempt, InterviewCase
from survey.models.keying import KeyedEntry
from survey.models.response import Draft, Response, Submission, UrnBox, WithdrawalTag
from survey.models.retention import Retention
from survey.models.wave import Wave, WaveStatus
from survey.ports import KeyStore

JOB = "job:retention"
BATCH = 1000
"""About a tenth of a second of work: phones hardly wait for the write lock of the embedded database."""
_SETTLING = timedelta(days=1)
"""How long after its end a wave may still have answers waiting to be sealed before they go unsealed."""
KEYS_KEPT = timedelta(days=30)
"""How long after the close of a wave the keys are kept that lead from an answer to a case or to a device."""
_LINKING = ("link", "radar")
_ALL_KEYS = (
    *_LINKING,
    apart.CONTACT_KEY,
    apart.FILE_KEY,
    "visits",
    "interviewers",
    "operators",
)
DELETED = (
    Draft,
    WaitingFile,
    Submission,
    UrnBox,
    WithdrawalTag,
    KeyedEntry,
    ContactEntry,
    Token,
    InterviewCase,
)
"""What goes whole and first, so that nothing leads to an answer while the answers go."""
_LAST = (Attachment, Response)
_FEW = {table_of(Attachment).name: 50}
"""Rows that are large go in smaller numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a wave holds of the people who answered, and when it goes."""

    kept_until: date | None
    """The last day on which the answers are kept; None while nobody has been told one."""
    goes_on: date | None
    """The day on which the answers go."""
    contacts_go_on: date | None
    """The day on which contact entries, addresses of cases and the linking keys go: thirty days after the close."""
    answers: int
    files: int
    contacts: int
    unfinished: int
    """Each of them goes by itself: two weeks after it was last touched, or half an hour after the close."""
    begun_on: date | None
    finished_on: date | None
    deleted: int
    """How many answers are gone."""


def last_day(year: int, *, years: int) -> date:
    """The last day on which answers of a cycle are kept: the end of the year that lies so many years after it."""
    return date(year + years, 12, 31)


def announce(session: Session, wave: Wave, *, years: int) -> date:
    """Fix the last day on which the answers of a wave are kept; it is told to everybody from then on."""
    if wave.kept_until is None:
        wave.kept_until = last_day(session.get_one(Cycle, wave.cycle_id).year, years=years)
        session.flush()
    return wave.kept_until


def plan(session: Session, wave: Wave, *, years: int) -> Plan:
    """What is deleted of a wave, and when. Reads only."""
    kept_until = wave.kept_until or last_day(session.get_one(Cycle, wave.cycle_id).year, years=years)
    row = session.get(Retention, wave.id)
    return Plan(
        kept_until=kept_until,
        goes_on=kept_until + timedelta(days=1),
        contacts_go_on=None if wave.closes_at is None else (wave.closes_at + KEYS_KEPT).date(),
        answers=_count(session, Response, wave),
        files=_count(session, Attachment, wave),
        contacts=_count(session, ContactEntry, wave),
        unfinished=_count(session, Draft, wave),
        begun_on=None if row is None else row.begun_on,
        finished_on=None if row is None else row.finished_on,
        deleted=0 if row is None else row.deleted.get(table_of(Response).name, 0),
    )


def announce_old(session: Session, *, years: int) -> None:
    """Fix the day of waves that opened before it was fixed at opening; the day is the one that people were shown."""
    old = sa.select(Wave).where(Wave.opened_at.is_not(None), Wave.kept_until.is_(None)).order_by(Wave.id)
    for wave in session.scalars(old).all():
        day = announce(session, wave, years=years)
        _record(session, "retention.announce", wave, {forgotten.DAY: day.isoformat()})


def begin_due(session: Session) -> None:
    """Begin the deletion of every wave whose last day is over; one that is still open is closed first."""
    known = sa.select(Retention.wave_id)
    told = sa.select(Wave).where(Wave.kept_until.is_not(None), Wave.id.not_in(known)).order_by(Wave.id)
    for wave in session.scalars(told).all():
        assert wave.kept_until is not None  # asked for above
        if clock.today(session, wave.time_zone) <= wave.kept_until:
            continue
        if wave.status == WaveStatus.OPEN.value:  # nobody may be asked under a promise that is over
            closing.close(session, wave, actor=JOB)
        if _is_settled(session, wave):
            _begin(session, wave)


def going_on(session: Session) -> Sequence[int]:
    """The waves whose deletion has begun and is not over."""
    return session.scalars(
        sa.select(Retention.wave_id).where(Retention.state == "deleting").order_by(Retention.wave_id)
    ).all()


def delete_batch(session: Session, wave_id: int, *, limit: int = BATCH) -> bool:
    """Delete the next rows of a wave; False where nothing is left. Killed and run again it does what is left to do."""
    row = session.get(Retention, wave_id, with_for_update=True)
    if row is None or row.state != "deleting":
        return False
    overwrite_what_is_deleted(session)
    for model in (*DELETED, *_LAST):
        table = table_of(model)
        gone = _delete(session, table, wave_id, limit=_FEW.get(table.name, limit))
        if gone:
            row.deleted = {**row.deleted, table.name: row.deleted.get(table.name, 0) + gone}
            session.flush()
            return True
    return False


def finish(session: Session, wave_id: int, *, keys: KeyStore) -> None:
    """Destroy what would open copies of it in old backups, and say in the audit log that it is done.

    Everything that the keys open was deleted, and committed, before.
    """
    row = session.get(Retention, wave_id, with_for_update=True)
    if row is None or row.state != "deleting":
        return
    wave = session.get_one(Wave, wave_id)
    for name in _ALL_KEYS:
        keys.destroy(f"{name}.{wave.id}")
    row.state, row.finished_on = "deleted", clock.today(session, wave.time_zone)
    session.flush()
    _record(session, "retention.finish", wave, dict(row.deleted))


def destroy_linking_keys(session: Session, *, keys: KeyStore) -> None:
    """Thirty days after its close nothing leads from an answer of a wave to a case or a device any more."""
    held = set(keys.names())
    due = clock.now(session) - KEYS_KEPT
    over = sa.select(Wave).where(Wave.closes_at < due, Wave.status != WaveStatus.PLANNED.value)
    for wave in session.scalars(over.order_by(Wave.id)).all():
        names = [name for name in _LINKING if f"{name}.{wave.id}" in held]
        if names:
            _record(session, "retention.keys", wave, {"keys": names})
        for name in names:
            keys.destroy(f"{name}.{wave.id}")


def _is_settled(session: Session, wave: Wave) -> bool:
    """Whether the last answers of a wave are sealed, or had a whole day for it."""
    if wave.status not in (WaveStatus.CLOSED.value, WaveStatus.SEALED.value) or wave.closes_at is None:
        return False
    since = clock.now(session) - wave.closes_at
    return since >= _SETTLING or (since >= GRACE and not _count(session, UrnBox, wave))


def _begin(session: Session, wave: Wave) -> None:
    assert wave.kept_until is not None
    session.add(
        Retention(
            wave_id=wave.id,
            state="deleting",
            begun_on=clock.today(session, wave.time_zone),
            deleted={},
        )
    )
    session.flush()
    told = {forgotten.DAY: wave.kept_until.isoformat(), "answers": _count(session, Response, wave)}
    _record(session, "retention.begin", wave, told)


def _delete(session: Session, table: sa.Table, wave_id: int, *, limit: int) -> int:
    keys = list(table.primary_key.columns)
    assert len(keys) == 1
    chosen = sa.select(keys[0]).where(table.c.wave_id == wave_id).limit(limit)
    if table.name == table_of(InterviewCase).name:
        attempts = table_of(ContactAttempt)
        session.connection().execute(sa.delete(attempts).where(attempts.c.case_id.in_(chosen)))
    return session.connection().execute(sa.delete(table).where(keys[0].in_(chosen))).rowcount


def _count(session: Session, model: type, wave: Wave) -> int:
    table = table_of(model)
    return session.execute(
        sa.select(sa.func.count()).select_from(table).where(table.c.wave_id == wave.id)
    ).scalar_one()


def _record(session: Session, act: str, wave: Wave, after: dict[str, object]) -> None:
    audit.record(session, JOB, act=act, on=f"wave:{wave.code}", after=after)
