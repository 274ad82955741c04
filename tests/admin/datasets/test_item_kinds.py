"""Columns of every type of item: written as a frozen table, they are read back as they were answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from admin.datasets import columns
from admin.datasets.table import TableWriter
from analysis.scoring_run.content import content_digest
from survey.instrument.codebook import codebook, dataset_values
from survey.instrument.compiling.naming import DATASET_COLUMNS
from survey.instrument.path import find_path
from survey.instrument.state import AnswerState
from tests.survey.instrument.every_type import EVERY_TYPE, program

ANSWERS: list[dict[str, Any]] = [
    {
        "sex": "m",
        "used": ["tax", "else"],
        "used_else_text": "Park",
        "why": "o",
        "why_o_text": "x",
        "sat": "4",
        "seven": "99",
        "likely": "10",
        "grade": "5",
        "ranks": ["clinic", "tax"],
        "county": "990101",
        "age": "41",
        "income": "12345.67",
        "share": "0.5",
        "heat": "9.5",
        "remark": "secret",
        "born": "1985-02-03",
        "since": "2020-01",
        "built": "1999",
        "opened": "08:30",
        "visit": "2026-11-21T08:30",
        "waited": "95",
        "desk_speed": "5",
        "grid_1_now": "y",
        "names_1": "North",
        "money_a": "100",
        "t_sat@tax": "2",
        "t_sat@else": "88",
        "b_ok@1": "n",
        "place": "990102",
        "agree": "yes",
        "photo": "abcdef",
    },
    {"age": "#88", "income": "-0.1", "used": ["none"]},
    {},
]


def test_every_kind_of_column_is_frozen_and_read_back(tmp_path: Path) -> None:
    compiled = program(EVERY_TYPE)
    wide = columns.response_columns("residents", (), codebook(compiled))
    rows = []
    with TableWriter(tmp_path / "responses.parquet", wide) as table:
        for number, answers in enumerate(ANSWERS):
            state = AnswerState(answers=answers, seed=number)
            assert find_path(compiled, state).stale == ()
            row, _ = dataset_values(compiled, state)
            rows.append({"response_id": str(number), **row})
            table.add(rows[-1])
    assert content_digest(tmp_path / "responses.parquet") == (3, table.digest)
    with duckdb.connect() as connection:
        found = connection.execute("SELECT * FROM read_parquet(?)", [str(tmp_path / "responses.parquet")])
        names = [column[0] for column in found.description]
        types = {column[0]: str(column[1]) for column in found.description}
        back = [dict(zip(names, cells, strict=True)) for cells in found.fetchall()]
    assert [{name: row[name] for name in rows[0]} for row in back] == rows
    first = back[0]
    assert (first["income"], first["income.status"], first["ranks.clinic"], first["t_sat@else"]) == (
        12345.67,
        "0",
        1,
        88,
    )
    assert (first["double"], first["visit"], first["money_b"], first["money_b.status"]) == (
        82.0,
        "2026-11-21T08:30",
        None,
        "97",
    )
    assert (back[1]["age"], back[1]["age.status"], back[1]["used.none"], back[1]["double"]) == (
        None,
        "88",
        1,
        None,
    )
    kinds = {variable.name: variable.kind for variable in codebook(compiled)}
    stored = {kind: {types[name] for name in kinds if kinds[name] == kind} for kind in set(kinds.values())}
    assert stored["number"] == {"DOUBLE"}
    assert stored["rank"] == stored["scale"] == stored["indicator"] == {"SMALLINT"}
    assert all(
        types == {"VARCHAR"} for kind, types in stored.items() if kind in ("date", "time", "status", "single")
    )
    # Nothing that somebody wrote in their own words, nobody's file and nobody's place stands in it.
    assert "secret" not in str(back)
    assert {"remark", "names_1", "photo", "point", "reach", "used_else_text"}.isdisjoint(names)


def test_the_names_that_a_dataset_needs_are_known_to_the_compiler() -> None:
    context = ("channel", "unit", "transaction")
    known = columns.response_columns("power_organs", context, ())
    assert set(known) - {"transaction"} <= DATASET_COLUMNS
    rated = [v for v in codebook(program(EVERY_TYPE)) if v.table == "unit_ratings"]
    assert rated == []
