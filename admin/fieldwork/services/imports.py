"""Home of taking in what fieldwork recorded beside the answers of a cycle: whole files or nothing, each once.

One file covers the cycle; its rows name the evaluator group, and thereby the wave, that they belong to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.fieldwork import columns, csv_files, queries
from admin.fieldwork.csv_cells import RowProblem
from admin.fieldwork.csv_files import Row
from admin.fieldwork.services import files
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.models.content import AssessedUnit
from survey.models.cycle import Cycle
from survey.models.fieldwork import (
    Appeal,
    CallBack,
    EligibilityEstimate,
    ImportedFile,
    InternalScore,
    SamplingFrame,
)
from survey.models.response import DispositionCount
from survey.models.wave import Wave

INVITED = "invited"
"""The code under which the number of drawn cases is kept beside the final dispositions."""


def import_dispositions(
    session: Session, cycle: Cycle, source: files.Source, *, actor: Actor
) -> ImportedFile:
    """Take in how the cases ended, by group and mode. Raises Invalid with the rows at fault, Conflict (seen)."""
    file = files.begin(session, source, kind="dispositions", scope=cycle.code, actor=actor)
    rows = csv_files.read(source.content, columns.DISPOSITIONS, key=("group", "mode"))
    waves = queries.waves_by_group(session, cycle.id)
    problems = _unknown_groups(rows, waves)
    known = set(session.execute(sa.select(EligibilityEstimate.wave_id, EligibilityEstimate.mode)).all())
    for row in _of_known_groups(rows, waves):
        if (waves[row.cells["group"]].id, row.cells["mode"]) in known:
            problems.append(row.problem("already_there"))
        elif sum(row.cells[code] for code in columns.AAPOR_CODES) > row.cells["invited"]:
            problems.append(row.problem("more_than_invited", "invited"))
    csv_files.refuse(problems)
    for row in rows:
        _keep_dispositions(session, waves[row.cells["group"]], row)
    return files.finish(session, file, n_rows=len(rows))


def import_call_backs(session: Session, cycle: Cycle, source: files.Source, *, actor: Actor) -> ImportedFile:
    """Take in the checks of interviewers' cases. Raises Invalid with the rows at fault, Conflict (seen)."""
    file = files.begin(session, source, kind="call_backs", scope=cycle.code, actor=actor)
    rows = csv_files.read(source.content, columns.CALL_BACKS, key=("group", "interviewer"))
    waves = queries.waves_by_group(session, cycle.id)
    problems = _unknown_groups(rows, waves)
    known = set(session.execute(sa.select(CallBack.wave_id, CallBack.interviewer)).all())
    for row in _of_known_groups(rows, waves):
        if (waves[row.cells["group"]].id, row.cells["interviewer"]) in known:
            problems.append(row.problem("already_there"))
    problems += [
        row.problem("not_in_order")
        for row in rows
        if not row.cells["confirmed"] <= row.cells["checked"] <= row.cells["cases"]
    ]
    csv_files.refuse(problems)
    session.add_all(
        CallBack(
            wave_id=waves[row.cells["group"]].id,
            interviewer=row.cells["interviewer"],
            n_cases=row.cells["cases"],
            n_checked=row.cells["checked"],
            n_confirmed=row.cells["confirmed"],
        )
        for row in rows
    )
    return files.finish(session, file, n_rows=len(rows))


def import_frames(session: Session, cycle: Cycle, source: files.Source, *, actor: Actor) -> ImportedFile:
    """Take in where the frames came from. Raises Invalid with the rows at fault, Conflict (seen)."""
    file = files.begin(session, source, kind="frames", scope=cycle.code, actor=actor)
    rows = csv_files.read(source.content, columns.FRAMES, key=("group", "source", "supplied_by_unit"))
    waves = queries.waves_by_group(session, cycle.id)
    problems = _unknown_groups(rows, waves) + _unknown_units(session, rows, "supplied_by_unit")
    for row in rows:
        has_supplier = row.cells["supplied_by_unit"] is not None
        if row.cells["source"] == columns.FROM_UNIT and not has_supplier:
            problems.append(row.problem("supplier_missing", "supplied_by_unit"))
        elif row.cells["source"] != columns.FROM_UNIT and has_supplier:
            problems.append(row.problem("supplier_contradicts", "source"))
    csv_files.refuse(problems)
    session.add_all(
        SamplingFrame(
            wave_id=waves[row.cells["group"]].id,
            source=row.cells["source"],
            supplied_by_unit=row.cells["supplied_by_unit"],
            n_records=row.cells["records"],
            facts={"frame": row.cells["frame"]},
        )
        for row in rows
    )
    return files.finish(session, file, n_rows=len(rows))


def import_internal_scores(
    session: Session, cycle: Cycle, source: files.Source, *, actor: Actor
) -> ImportedFile:
    """Take in the internal scores that the performance system delivered. Raises Invalid, Conflict (seen, no plan).

    They are kept as the numbers that arrived; nothing on this platform computes or edits them. The limits
    are those of the scoring plan.
    """
    file = files.begin(session, source, kind="internal_scores", scope=cycle.code, actor=actor)
    rows = csv_files.read(source.content, columns.internal_scores(**_score_limits(session)), key=("unit_id",))
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
    """Take in the appeal register: a row for its window, then one per appeal. Raises Invalid, Conflict.

    A later register takes the place of one whose window was still open; a closed register stands.
    """
    file = files.begin(session, source, kind="appeals", scope=cycle.code, actor=actor)
    if any(entry.ground is None and entry.status == "closed" for entry in queries.appeals(session, cycle.id)):
        raise Conflict(
            "register_closed",
            zh="本周期的申诉登记表已经结束，不能再导入。",
            en="The appeal register of this cycle is closed; no other one is taken.",
        )
    rows = csv_files.read(source.content, columns.APPEALS)
    csv_files.refuse(_register_problems(rows) + _unknown_units(session, rows, "unit_id"))
    session.execute(sa.delete(Appeal).where(Appeal.cycle_id == cycle.id))
    session.add_all(_register_entry(cycle, row) for row in rows)
    return files.finish(session, file, n_rows=len(rows))


def _keep_dispositions(session: Session, wave: Wave, row: Row) -> None:
    mode = row.cells["mode"]
    session.add_all(
        DispositionCount(wave_id=wave.id, mode=mode, code=code, source="imported", n=row.cells[code])
        for code in (INVITED, *columns.AAPOR_CODES)
    )
    e = str(row.cells["e"])
    session.add(EligibilityEstimate(wave_id=wave.id, mode=mode, e=e[:12], origin=row.cells["e_origin"]))


def _score_limits(session: Session) -> dict[str, Any]:
    plan = queries.newest_document(session, "scoring")
    if plan is None:
        raise Conflict(
            "no_plan",
            zh="尚未载入评分方案，无法核对内部得分的范围。",
            en="No scoring plan is loaded, so the limits of internal scores are not known.",
        )
    low, high = plan.document["external_component"]["internal_score"]["range"]
    adjustments = plan.document["adjustments"]
    return {
        "score": (str(low), str(high)),
        "additions": str(adjustments["total_additions_max"]),
        "deductions": str(adjustments["total_deductions_max"]),
    }


def _register_problems(rows: Sequence[Row]) -> list[RowProblem]:
    windows = [row for row in rows if row.cells["record"] == "window"]
    problems = [row.problem("second_window") for row in windows[1:]]
    if not windows:
        problems.append(RowProblem(code="no_window", row=2, column="record", context={}))
    for row in rows:
        is_window = row.cells["record"] == "window"
        needed = ("opens_on", "closes_on") if is_window else ("unit_id", "ground", "received_on")
        if row.cells["status"] == "decided":
            needed = (*needed, "decided_on", "outcome")
        problems += [row.problem("cell_empty", name) for name in needed if row.cells[name] is None]
        allowed = {"open", "closed"} if is_window else {"received", "decided"}
        if row.cells["status"] not in allowed:
            known = ", ".join(sorted(allowed))
            problems.append(row.problem("not_a_choice", "status", value=row.cells["status"], known=known))
    return problems


def _register_entry(cycle: Cycle, row: Row) -> Appeal:
    days = ("opens_on", "closes_on", "received_on", "decided_on")
    facts = {name: row.cells[name].isoformat() for name in days if row.cells[name] is not None}
    if row.cells["outcome"]:
        facts["outcome"] = row.cells["outcome"]
    is_window = row.cells["record"] == "window"
    return Appeal(
        cycle_id=cycle.id,
        unit_code=None if is_window else row.cells["unit_id"],
        ground=None if is_window else row.cells["ground"],
        status=row.cells["status"],
        facts=facts,
    )


def _unknown_groups(rows: Sequence[Row], waves: dict[str, Wave]) -> list[RowProblem]:
    known = ", ".join(sorted(waves))
    return [
        row.problem("group_unknown", "group", value=row.cells["group"], known=known)
        for row in rows
        if row.cells["group"] not in waves
    ]


def _of_known_groups(rows: Sequence[Row], waves: dict[str, Wave]) -> list[Row]:
    return [row for row in rows if row.cells["group"] in waves]


def _unknown_units(session: Session, rows: Sequence[Row], column: str) -> list[RowProblem]:
    known = set(session.scalars(sa.select(AssessedUnit.code)))
    return [
        row.problem("unit_unknown", column, value=row.cells[column])
        for row in rows
        if row.cells[column] is not None and row.cells[column] not in known
    ]
