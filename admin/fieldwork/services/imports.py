"""Home of taking in what fieldwork recorded beside the answers: whole files or nothing, each once."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.fieldwork import csv_cells, csv_files
from admin.fieldwork.csv_cells import RowProblem
from admin.fieldwork.csv_files import Column, Row
from admin.fieldwork.services import files
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.models.content import AssessedUnit
from survey.models.cycle import Cycle
from survey.models.fieldwork import Appeal, CallBack, ImportedFile, InternalScore, SamplingFrame
from survey.models.response import DispositionCount
from survey.models.wave import Wave

MODES = ("web", "cati", "capi", "kiosk", "sms_link", "paper")
AAPOR_CODES = ("I", "P", "R", "NC", "O", "UH", "UO", "NE")
"""Interview, partial, refusal, non-contact, other, unknown household, unknown other, not eligible."""
INVITED = "invited"
"""Invitations of a stream with a participation rate and no response rate."""
FROM_UNIT = "assessed_unit"
APPEAL_GROUNDS = (
    "calculation_error",
    "wrong_unit_attribution",
    "frame_or_sample_error",
    "verified_interference_by_others",
    "disclosure_error",
)
APPEAL_STATES = ("received", "granted", "dismissed", "inadmissible", "withdrawn")

DISPOSITION_COLUMNS = (
    Column(name="mode", read=csv_cells.one_of(*MODES)),
    Column(name="code", read=csv_cells.one_of(*AAPOR_CODES, INVITED)),
    Column(name="n", read=csv_cells.whole),
)
CALL_BACK_COLUMNS = (
    Column(name="interviewer", read=csv_cells.code),
    Column(name="n_cases", read=csv_cells.whole),
    Column(name="n_checked", read=csv_cells.whole),
    Column(name="n_confirmed", read=csv_cells.whole),
)
FRAME_COLUMNS = (
    Column(name="source", read=csv_cells.code),
    Column(name="supplied_by_unit", read=csv_cells.code, is_optional=True),
    Column(name="n_records", read=csv_cells.whole),
)
INTERNAL_SCORE_COLUMNS = (
    Column(name="unit_id", read=csv_cells.code),
    Column(name="year", read=csv_cells.whole),
    Column(name="internal_score", read=csv_cells.decimal("0", "100")),
    Column(name="additions", read=csv_cells.decimal("0", "1.5")),
    Column(name="deductions", read=csv_cells.decimal("0", "3")),
    Column(name="evidence", read=csv_cells.words(2000), is_optional=True),
)
APPEAL_COLUMNS = (
    Column(name="unit_id", read=csv_cells.code),
    Column(name="ground", read=csv_cells.one_of(*APPEAL_GROUNDS)),
    Column(name="status", read=csv_cells.one_of(*APPEAL_STATES)),
    Column(name="received_on", read=csv_cells.day),
    Column(name="decided_on", read=csv_cells.day, is_optional=True),
    Column(name="note", read=csv_cells.words(2000), is_optional=True),
)


def import_dispositions(session: Session, wave: Wave, source: files.Source, *, actor: Actor) -> ImportedFile:
    """Take in how the cases of a wave ended, by mode. Raises Invalid with the rows at fault, Conflict (seen)."""
    file = files.begin(session, source, kind="dispositions", scope=wave.code, actor=actor)
    rows = csv_files.read(source.content, DISPOSITION_COLUMNS, key=("mode", "code"))
    known = set(
        session.execute(
            sa.select(DispositionCount.mode, DispositionCount.code).where(
                DispositionCount.wave_id == wave.id, DispositionCount.source == "imported"
            )
        ).tuples()
    )
    csv_files.refuse(
        [row.problem("already_there") for row in rows if (row.cells["mode"], row.cells["code"]) in known]
    )
    session.add_all(DispositionCount(wave_id=wave.id, source="imported", **row.cells) for row in rows)
    return files.finish(session, file, n_rows=len(rows))


def import_call_backs(session: Session, wave: Wave, source: files.Source, *, actor: Actor) -> ImportedFile:
    """Take in the checks of interviewers' cases. Raises Invalid with the rows at fault, Conflict (seen)."""
    file = files.begin(session, source, kind="call_backs", scope=wave.code, actor=actor)
    rows = csv_files.read(source.content, CALL_BACK_COLUMNS, key=("interviewer",))
    known = set(session.scalars(sa.select(CallBack.interviewer).where(CallBack.wave_id == wave.id)))
    problems = [row.problem("already_there") for row in rows if row.cells["interviewer"] in known]
    problems += [
        row.problem("not_in_order")
        for row in rows
        if not row.cells["n_confirmed"] <= row.cells["n_checked"] <= row.cells["n_cases"]
    ]
    csv_files.refuse(problems)
    session.add_all(CallBack(wave_id=wave.id, **row.cells) for row in rows)
    return files.finish(session, file, n_rows=len(rows))


def import_frames(session: Session, wave: Wave, source: files.Source, *, actor: Actor) -> ImportedFile:
    """Take in where the frame came from. Raises Invalid with the rows at fault, Conflict (seen)."""
    file = files.begin(session, source, kind="frames", scope=wave.code, actor=actor)
    rows = csv_files.read(source.content, FRAME_COLUMNS, key=("source", "supplied_by_unit"))
    problems = _unknown_units(session, rows, "supplied_by_unit")
    for row in rows:
        has_supplier = row.cells["supplied_by_unit"] is not None
        if row.cells["source"] == FROM_UNIT and not has_supplier:
            problems.append(row.problem("supplier_missing", "supplied_by_unit"))
        elif row.cells["source"] != FROM_UNIT and has_supplier:
            problems.append(row.problem("supplier_contradicts", "source"))
    csv_files.refuse(problems)
    session.add_all(SamplingFrame(wave_id=wave.id, facts={}, **row.cells) for row in rows)
    return files.finish(session, file, n_rows=len(rows))


def import_internal_scores(
    session: Session, cycle: Cycle, source: files.Source, *, actor: Actor
) -> ImportedFile:
    """Take in the internal scores that the performance system delivered. Raises Invalid, Conflict (seen).

    They are kept as the text that arrived; nothing on this platform computes or edits them.
    """
    file = files.begin(session, source, kind="internal_scores", scope=cycle.code, actor=actor)
    rows = csv_files.read(source.content, INTERNAL_SCORE_COLUMNS, key=("unit_id",))
    known = set(session.scalars(sa.select(InternalScore.unit_code).where(InternalScore.cycle_id == cycle.id)))
    problems = _unknown_units(session, rows, "unit_id")
    problems += [row.problem("already_there") for row in rows if row.cells["unit_id"] in known]
    problems += [
        row.problem("wrong_year", "year", expected=cycle.year)
        for row in rows
        if row.cells["year"] != cycle.year
    ]
    csv_files.refuse(problems)
    session.add_all(
        InternalScore(
            cycle_id=cycle.id,
            unit_code=row.cells["unit_id"],
            year=row.cells["year"],
            internal_score=str(row.cells["internal_score"]),
            additions=str(row.cells["additions"]),
            deductions=str(row.cells["deductions"]),
            evidence=row.cells["evidence"] or "",
        )
        for row in rows
    )
    return files.finish(session, file, n_rows=len(rows))


def import_appeals(session: Session, cycle: Cycle, source: files.Source, *, actor: Actor) -> ImportedFile:
    """Take in the appeal register as it stands when the window has closed; an empty one says "no appeals".

    Raises Invalid with the rows at fault, Conflict (seen, or a register is there already).
    """
    file = files.begin(session, source, kind="appeals", scope=cycle.code, actor=actor)
    taken = sa.select(ImportedFile.id).where(ImportedFile.kind == "appeals", ImportedFile.scope == cycle.code)
    if session.scalar(taken.limit(1)) is not None:
        raise Conflict(
            "register_there",
            zh="本周期的申诉登记表已经导入。",
            en="The appeal register of this cycle is already in the system.",
        )
    rows = csv_files.read(source.content, APPEAL_COLUMNS)
    csv_files.refuse(_unknown_units(session, rows, "unit_id"))
    session.add_all(
        Appeal(
            cycle_id=cycle.id,
            unit_code=row.cells["unit_id"],
            ground=row.cells["ground"],
            status=row.cells["status"],
            facts={
                "received_on": row.cells["received_on"].isoformat(),
                "decided_on": row.cells["decided_on"].isoformat() if row.cells["decided_on"] else None,
                "note": row.cells["note"] or "",
            },
        )
        for row in rows
    )
    return files.finish(session, file, n_rows=len(rows))


def _unknown_units(session: Session, rows: Sequence[Row], column: str) -> list[RowProblem]:
    known = set(session.scalars(sa.select(AssessedUnit.code)))
    return [
        row.problem("unit_unknown", column, value=row.cells[column])
        for row in rows
        if row.cells[column] is not None and row.cells[column] not in known
    ]
