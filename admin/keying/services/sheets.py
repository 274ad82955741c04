"""Verbs on single sheets that others build on: finding one, holding it, and what the instrument knows of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.keying import keeping
from admin.keying.reading import Checked, Entry, check
from admin.keying.serials import Serial, parse
from survey import clock
from survey.access import grants
from survey.access.grant import Grant
from survey.collect import programs, start
from survey.collect import waves as wave_facts
from survey.collect.documents import DraftDocument
from survey.collect.waves import WaveFacts
from survey.errors import Conflict, NotFound
from survey.instrument.program import Program
from survey.models.keying import KeyedEntry, KeyingRun, KeyingSheet
from survey.models.wave import Channel
from survey.ports import KeyStore

OVER = frozenset({"sent", "not_sent", "spoiled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One sheet with everything that reading it takes; ``document`` is an interview without answers."""

    serial: Serial
    sheet: KeyingSheet
    run: KeyingRun
    wave: WaveFacts
    program: Program
    document: DraftDocument

    def check(self, entry: Entry) -> Checked:
        """What the engine says of an entry."""
        return check(self.program, entry, self.document.state)


def read_serial(typed: str) -> Serial:
    """The serial that was typed or stands in an address. Raises NotFound."""
    serial = parse(typed)
    if serial is None:
        raise NotFound(
            "serial_wrong",
            zh="编号不对：请核对表上的11位数字，最后两位是校验码。",
            en="This is no serial number: compare the 11 digits on the sheet; the last two check the others.",
        )
    return serial


def hold(session: Session, serial: Serial) -> tuple[KeyingSheet, KeyingRun]:
    """The sheet and its run, nobody else changing the sheet until the transaction ends. Raises NotFound."""
    session.execute(
        sa.update(KeyingSheet)
        .where(KeyingSheet.wave_id == serial.wave_id, KeyingSheet.number == serial.number)
        .values(ver=KeyingSheet.ver + 1)
        .execution_options(synchronize_session=False)
    )
    return find(session, serial)


def find(session: Session, serial: Serial) -> tuple[KeyingSheet, KeyingRun]:
    """The sheet and its run. Raises NotFound."""
    sheet = session.get(KeyingSheet, (serial.wave_id, serial.number), populate_existing=True)
    if sheet is None:
        raise NotFound(
            "sheet_unknown",
            zh="没有发放过这个编号的问卷表。",
            en="No sheet with this number was issued.",
        )
    return sheet, session.get_one(KeyingRun, sheet.run_id)


def work_on(session: Session, serial: Serial, sheet: KeyingSheet, run: KeyingRun, *, keys: KeyStore) -> Work:
    """Everything that reading a sheet takes. Raises Conflict (it is over), Gone (wave closed, already answered)."""
    if sheet.state in OVER or sheet.seed is None:
        raise Conflict(
            "sheet_over",
            zh="这份问卷表已经处理完毕。",
            en="This sheet is dealt with already.",
        )
    facts = wave_facts.load(session, sheet.wave_id)
    program = programs.load(session, facts.digest)
    document = start.new_document(
        grant_of(session, sheet, run),
        wave=facts,
        program=program,
        language=run.language,
        consent=True,
        at=clock.now(session),
        keys=keys,
        seed=keeping.open_seed(sheet.seed, run_id=run.id, serial=serial, keys=keys),
    )
    return Work(serial=serial, sheet=sheet, run=run, wave=facts, program=program, document=document)


def grant_of(session: Session, sheet: KeyingSheet, run: KeyingRun) -> Grant:
    """The right to answer that came with a sheet. Raises Gone (used, expired, closed), Conflict (not open yet)."""
    if sheet.token_hash is not None:
        grant = grants.of_case(session, sheet.token_hash, wave_id=sheet.wave_id)
        return replace(grant, mode=run.mode)
    open_to_all = Channel.OPEN.value
    return Grant(wave_id=sheet.wave_id, channel=open_to_all, seal_group=open_to_all, mode=run.mode)


def entries(session: Session, serial: Serial) -> list[KeyedEntry]:
    """The keyings of a sheet, in the order of their random ids."""
    return list(
        session.scalars(
            sa.select(KeyedEntry)
            .where(KeyedEntry.wave_id == serial.wave_id, KeyedEntry.number == serial.number)
            .order_by(KeyedEntry.id)
            .execution_options(populate_existing=True)
        )
    )


def forget_entries(session: Session, serial: Serial) -> None:
    """Destroy what was keyed from a sheet."""
    session.flush()
    session.execute(
        sa.delete(KeyedEntry)
        .where(KeyedEntry.wave_id == serial.wave_id, KeyedEntry.number == serial.number)
        .execution_options(synchronize_session=False)
    )


def end(session: Session, sheet: KeyingSheet, *, state: str, reason: str | None = None) -> None:
    """The sheet is over: nothing of it is kept but that, and the reason."""
    forget_entries(session, Serial(wave_id=sheet.wave_id, number=sheet.number))
    sheet.state, sheet.reason = state, reason
    sheet.box = sheet.seed = sheet.token_hash = None
    session.flush()
