"""How many statements a submission takes, and that their number does not grow with what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.collect import handing_in, submit
from survey.models.wave import QuotaCell, Wave
from tests.survey.interviews import NORTH, World, answer, begin, fill, small_program

MOST = 8
ORDER = (
    "SELECT draft",
    "SELECT wave",
    "DELETE FROM draft",
    "UPDATE token",
    "UPDATE quota_cell",
    "INSERT INTO participation",
    "INSERT INTO urn",
    "INSERT INTO submission",
)


@contextmanager
def listening(engine: sa.Engine) -> Iterator[list[str]]:
    """Every statement that goes to the database meanwhile."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        heard.append(" ".join(statement.split()))

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


def submission(world: World, token: str) -> list[str]:
    """The statements of one submission, as the page makes it, the reading of the draft included."""
    with world.session() as session:
        started = begin(world, session, token)
        fill(world, session, started.draft)
        public_id = session.get_one(Wave, world.wave_id).public_id
    with listening(world.engine) as heard:
        with Session(world.engine) as session:
            found = handing_in.find(session, started.secret, public_id=public_id, keys=world.keys)
        assert found is not None
        prepared = submit.prepare(
            found.draft, program=small_program(), wave=found.wave, keys=world.keys, now=found.now
        )
        with Session(world.engine) as session, session.begin():
            submit.commit(session, prepared, keys=world.keys)
    return [
        statement for statement in heard if not statement.startswith(("BEGIN", "SHOW", "SELECT pg_catalog"))
    ]


def test_a_submission_takes_eight_statements_in_the_order_of_the_rule(any_world: World) -> None:
    world = any_world
    with world.session() as session:
        for code, cap in (("all", 90), ("north", 50), ("bus", 70)):
            definition = {"A1": ["north"]} if code == "north" else {"A2": ["bus"]}
            session.add(QuotaCell(wave_id=world.wave_id, code=code, definition=definition, cap=cap, n=0))
    answer(world, world.issue(1)[0])  # the first one of a wave also makes its urn
    first = submission(world, *world.issue(1))
    assert len(first) <= MOST, first
    heard = [s[s.index("UPDATE quota_cell") :] if "UPDATE quota_cell" in s else s for s in first]
    assert [s.startswith(begins) for s, begins in zip(heard, ORDER, strict=True)] == [True] * len(ORDER)
    for token in world.issue(25):
        answer(world, token, NORTH)
    assert submission(world, *world.issue(1)) == first


def test_every_statement_finds_its_rows_by_a_key(any_world: World) -> None:
    """None of them walks through a table that grows: SQLite says so of each."""
    world = any_world
    if world.engine.dialect.name != "sqlite":
        pytest.skip("the plan of a tiny table says nothing on PostgreSQL")
    answer(world, world.issue(1)[0])
    heard = submission(world, *world.issue(1))
    with world.session() as session:
        for statement in heard:
            plan = session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", tuple([None] * statement.count("?"))
            )
            steps = [row.detail for row in plan]
            grown = [
                s
                for s in steps
                if s.startswith("SCAN")
                and s.split()[1] in {"draft", "token", "participation", "urn", "submission", "response"}
            ]
            assert grown == [], (statement, steps)
