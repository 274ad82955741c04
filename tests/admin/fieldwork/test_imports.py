"""What fieldwork hands in is taken whole, once, and against what the platform knows; or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from admin.fieldwork import queries
from admin.fieldwork.csv_cells import RowProblem
from admin.fieldwork.services import imports
from admin.fieldwork.services.files import Source
from survey import audit
from survey.errors import Conflict, HouseError, Invalid
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.models.audit import AuditEvent
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

ME = Actor.command("test")
DISPOSITIONS = "group,mode,invited,I,P,R,NC,O,UH,UO,e,e_origin\n"
CALL_BACKS = "group,interviewer,cases,checked,confirmed\n"
FRAMES = "group,frame,source,supplied_by_unit,records\n"
SCORES = "unit_id,year,internal_score,additions,deductions,evidence\n"
APPEALS = "record,opens_on,closes_on,status,unit_id,ground,received_on,decided_on,outcome\n"
TABLES = (DispositionCount, EligibilityEstimate, CallBack, SamplingFrame, InternalScore, Appeal, ImportedFile)

Verb = Callable[..., ImportedFile]


def take(session: Session, cycle: Cycle, verb: Verb, text: str, name: str = "file.csv") -> ImportedFile:
    return verb(session, cycle, Source(content=text.encode(), filename=name), actor=ME)


def counts(session: Session) -> list[int]:
    return [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in TABLES]


def test_dispositions_are_kept_by_wave_mode_and_code(books: Session, cycle: Cycle) -> None:
    rows = "residents,cati,1000,120,4,300,200,6,300,70,0.35,stated\nresidents,web,600,100,0,0,500,0,0,0,1,stated\n"
    file = take(books, cycle, imports.import_dispositions, DISPOSITIONS + rows, "C:\\files\\行 动.csv")
    assert (file.n_rows, file.filename, file.scope) == (2, "行 动.csv", "lanchuan-2026")
    wave = queries.wave_by_code(books, "residents-2026")
    table = queries.dispositions(books, wave)
    found = {mode: counts for mode, _source, counts in table.rows}
    assert table.codes == ("invited", "I", "P", "R", "NC", "O", "UH", "UO")
    assert (found["cati"]["invited"], found["cati"]["UH"], found["web"]["I"]) == (1000, 300, 100)
    estimate = books.scalars(sa.select(EligibilityEstimate).where(EligibilityEstimate.mode == "cati")).one()
    assert (estimate.e, estimate.origin) == ("0.35", "stated")
    last = books.scalars(sa.select(AuditEvent).order_by(AuditEvent.n.desc())).first()
    assert last is not None
    assert (last.act, last.after["sha256"]) == ("import.dispositions", file.sha256)
    assert audit.check(books) == []


def test_the_same_file_is_not_taken_twice(books: Session, cycle: Cycle) -> None:
    text = CALL_BACKS + "residents,17,160,20,20\n"
    take(books, cycle, imports.import_call_backs, text)
    with pytest.raises(Conflict) as refused:
        take(books, cycle, imports.import_call_backs, text, "renamed.csv")
    assert refused.value.code == "file_seen"
    with pytest.raises(Invalid) as again:
        take(books, cycle, imports.import_call_backs, text + "residents,18,10,2,2\n")
    assert [p.code for p in again.value.problems] == ["already_there"]


@pytest.mark.parametrize(
    ("verb", "text", "code", "row"),
    [
        (imports.import_dispositions, DISPOSITIONS + "martians,web,1,1,0,0,0,0,0,0,1,stated\n", "group_unknown", 2),
        (imports.import_dispositions, DISPOSITIONS + "residents,fax,1,1,0,0,0,0,0,0,1,stated\n", "not_a_choice", 2),
        (imports.import_dispositions, DISPOSITIONS + "residents,web,1,9,0,0,0,0,0,0,1,stated\n", "more_than_invited", 2),
        (imports.import_dispositions, DISPOSITIONS + "residents,web,1,1,0,0,0,0,0,0,1.2,stated\n", "out_of_range", 2),
        (imports.import_call_backs, CALL_BACKS + "residents,1,10,2,2\nresidents,2,10,20,2\n", "not_in_order", 3),
        (imports.import_call_backs, CALL_BACKS + "residents,1,10,2,2\nresidents,1,10,2,2\n", "doubled", 3),
        (imports.import_frames, FRAMES + "residents,rdd,assessed_unit,,9\n", "supplier_missing", 2),
        (imports.import_frames, FRAMES + "residents,rdd,statistics_office,commerce,9\n", "supplier_contradicts", 2),
        (imports.import_frames, FRAMES + "residents,list,assessed_unit,nobody,9\n", "unit_unknown", 2),
        (imports.import_internal_scores, SCORES + "edu,2026,101,0,0,\n", "out_of_range", 2),
        (imports.import_internal_scores, SCORES + "edu,2026,90,1.6,0,\n", "out_of_range", 2),
        (imports.import_internal_scores, SCORES + "edu,2026,90,0,3.1,\n", "out_of_range", 2),
        (imports.import_internal_scores, SCORES + "edu,2025,90,0,0,\n", "wrong_year", 2),
        (imports.import_internal_scores, SCORES + "mars,2026,90,0,0,\n", "unit_unknown", 2),
        (imports.import_appeals, APPEALS + "appeal,,,decided,edu,calculation_error,2026-11-20,2026-12-01,granted\n", "no_window", 2),
        (imports.import_appeals, APPEALS + "window,2026-11-18,2026-12-09,closed,,,,,\nappeal,,,decided,edu,calculation_error,2026-11-20,,\n", "cell_empty", 3),
        (imports.import_appeals, APPEALS + "window,2026-11-18,2026-02-30,closed,,,,,\n", "not_a_day", 2),
    ],
)  # fmt: skip
def test_one_faulty_row_refuses_the_whole_file(
    books: Session, cycle: Cycle, verb: Verb, text: str, code: str, row: int
) -> None:
    before = counts(books)
    with pytest.raises(Invalid) as refused:
        take(books, cycle, verb, text)
    problems = [p for p in refused.value.problems if isinstance(p, RowProblem)]
    assert (code, row) in [(p.code, p.row) for p in problems]
    assert counts(books) == before


def test_the_limits_of_internal_scores_are_those_of_the_plan_and_the_text_is_kept(
    books: Session, cycle: Cycle
) -> None:
    take(books, cycle, imports.import_internal_scores, SCORES + "edu,2026,86.50,1.5,3.0,=evil()\n")
    kept = books.scalars(sa.select(InternalScore)).one()
    assert (kept.internal_score, kept.additions, kept.evidence) == ("86.50", "1.5", "=evil()")


def test_an_open_register_gives_way_to_a_later_one_and_a_closed_one_stands(
    books: Session, cycle: Cycle
) -> None:
    window = "window,2026-11-18,2026-12-09,{},,,,,\n"
    appeal = "appeal,,,decided,edu,calculation_error,2026-11-20,2026-12-01,rejected\n"
    take(books, cycle, imports.import_appeals, APPEALS + window.format("open"))
    take(books, cycle, imports.import_appeals, APPEALS + window.format("closed") + appeal)
    register = queries.appeals(books, cycle.id)
    assert [(a.unit_code, a.status) for a in register] == [(None, "closed"), ("edu", "decided")]
    assert register[1].facts["outcome"] == "rejected"
    with pytest.raises(Conflict):
        take(books, cycle, imports.import_appeals, APPEALS + window.format("closed"))


def test_a_refused_import_over_http_names_the_rows_and_leaves_nothing(
    books: Session, browser: Callable[[Role | None], FlaskClient]
) -> None:
    before = counts(books)
    books.rollback()
    client = browser(Role.FIELDWORK)
    hostile = (
        SCORES + "edu,2026,101,0,0,<img src=x onerror=alert(1)>\n<script>alert(1)</script>,2026,1,0,0,\n"
    )
    answer = client.post(
        "/admin/imports?lang=en",
        data={"kind": "internal_scores", "cycle": "1", "file": (io.BytesIO(hostile.encode()), "<b>.csv")},
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Row 2, column internal_score: 101 lies outside 0 to 100." in text
    assert "Row 3, column unit_id" in text
    assert "<script>" not in text
    assert "<img" not in text
    assert counts(books) == before


def test_a_wave_that_is_not_there_and_a_group_without_wave(books: Session, cycle: Cycle) -> None:
    with pytest.raises(HouseError):
        queries.wave_by_code(books, "nothing")
    assert set(queries.waves_by_group(books, cycle.id)) == {"residents", "enterprises"}
    wave = books.scalars(sa.select(Wave).where(Wave.evaluator_group == "enterprises")).one()
    wave.period = "peacetime_Q2"
    books.flush()
    assert "enterprises_peacetime" in queries.waves_by_group(books, cycle.id)
