"""Imported answers of every kind: rankings, texts of "other", turns of a loop, amounts, dates, reasons for no answer."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from survey.collect.importing import answer_columns, import_answers
from survey.ledger import seal
from survey.models.response import Response
from survey.models.wave import Wave
from tests.survey.instrument.every_type import made, section
from tests.survey.interviews import make_world

OPTIONS = "options: [{code: tax, zh: 税, en: Tax}, {code: bus, zh: 公交, en: Bus}, {code: o, zh: 其他, en: Other, other: true}]"
PROGRAM = made(
    "{id: used, type: multi, " + OPTIONS + "}",
    "{id: best, type: ranking, " + OPTIONS + "}",
    "{id: age, type: number, form: integer, options: [{code: 88, zh: 不知道, en: Unsure}]}",
    '{id: born, type: date, max: "today()"}',
    "{id: shares, type: allocation, total: 100, rows: [{code: a, zh: 甲, en: A}, {code: b, zh: 乙, en: B}]}",
    sections=[section("L", "{id: ok, type: scale, scale: sat5}", loop={"over": "used"})],
    modes=["web", "cati"],
    evaluator_group="residents",
    version="1",
)
HEADER = "meta.token,meta.mode,meta.consent,used,used_o_text,best,age,born,shares_a,shares_b,ok@tax,ok@o"


def test_a_file_may_hold_every_kind_of_answer(engine: sa.Engine, tmp_path: Path) -> None:
    world = make_world(engine, tmp_path, program=PROGRAM)
    rows = (
        HEADER,
        ",cati,1,tax;o,Park,bus;tax,#88,1980/2/3,40,60,5,88",
        ",cati,1,,,,42,,,,,",
    )
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        report = import_answers(
            session, wave, "\r\n".join(rows).encode(), filename="x.csv", actor="user:lin", keys=world.keys
        )
        assert (report.n_accepted, report.refusals) == (2, ())
        session.commit()
    with world.session() as session:
        seal.seal_wave(session, session.get_one(Wave, world.wave_id), keys=world.keys, closing=True)
        states = [row.document["state"] for row in session.scalars(sa.select(Response))]
    answers = {state["answers"]["age"]: state["answers"] for state in states}
    assert answers["42"] == {"age": "42"}
    assert answers["#88"] == {
        "used": ["tax", "o"],
        "used_o_text": "Park",
        "best": ["bus", "tax"],
        "age": "#88",
        "born": "1980-02-03",
        "shares_a": "40",
        "shares_b": "60",
        "ok@tax": "5",
        "ok@o": "88",
    }
    # An expression looks at the day, so the interview knows it.
    assert all(len(state["context"]["today"]) == 10 for state in states)


def test_a_file_has_a_column_for_every_turn() -> None:
    columns = answer_columns(PROGRAM)
    assert {"ok@tax", "ok@bus", "ok@o", "used_o_text", "shares_b"} <= columns.keys()
    assert "ok" not in columns
