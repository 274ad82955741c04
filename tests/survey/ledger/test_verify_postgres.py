"""The same mutations on PostgreSQL, by a superuser who has the triggers and foreign keys looked away from (T08)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from survey.backends.checkpoints import FolderCheckpoints
from survey.db import make_engine
from survey.ledger import verify
from tests import postgres
from tests.survey.interviews import World, make_world
from tests.survey.ledger.test_verify import EDITS, STATEMENTS, SWAP, seal_two_batches

pytestmark = pytest.mark.postgres

Sealed = tuple[World, FolderCheckpoints]


@pytest.fixture(scope="module")
def sealed(postgres_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    """A wave with two batches, signed after each; each mutation is undone by rolling it back."""
    template, folder = make_url(postgres_template), tmp_path_factory.mktemp("sealed")
    name = f"test_{uuid.uuid4().hex[:12]}"
    postgres.create_database(template, name, template=template.database)
    engine = make_engine(template.set(database=name))
    try:
        world, sink = make_world(engine, folder), FolderCheckpoints(folder / "sink")
        seal_two_batches(world, sink)
        yield world, sink
    finally:
        engine.dispose()
        postgres.drop_database(template, name)


@pytest.fixture
def session(sealed: Sealed) -> Iterator[Session]:
    """A transaction of somebody with all rights, which comes to nothing."""
    with Session(sealed[0].engine) as session:
        session.execute(sa.text("SET LOCAL session_replication_role = replica"))
        yield session
        session.rollback()


def found(sealed: Sealed, session: Session) -> list[str]:
    world, sink = sealed
    return [finding.object for finding in verify.verify_all(session, keys=world.keys, sink=sink)]


def run(session: Session, statement: str) -> None:
    for ours, theirs in (
        ("zeroblob(32)", "decode(repeat('00', 32), 'hex')"),
        ("zeroblob(16)", "decode(repeat('00', 16), 'hex')"),
    ):
        statement = statement.replace(ours, theirs)
    done = session.execute(sa.text(statement))
    assert done.rowcount > 0, statement  # type: ignore[attr-defined]  # a statement that changes rows has it


def test_nothing_is_wrong_with_a_clean_wave(sealed: Sealed, session: Session) -> None:
    assert found(sealed, session) == []


def test_the_database_refuses_while_its_guards_are_on(sealed: Sealed) -> None:
    with Session(sealed[0].engine) as session, pytest.raises(sa.exc.DBAPIError):
        session.execute(sa.text("UPDATE response SET day = '2020-01-01' WHERE leaf_index = 4"))


@pytest.mark.parametrize(("change", "named"), EDITS)
def test_an_edited_document(
    sealed: Sealed, session: Session, change: Callable[[dict[str, Any]], object], named: str
) -> None:
    key, document = session.execute(sa.text("SELECT id, document FROM response WHERE leaf_index = 4")).one()
    change(document)
    session.execute(
        sa.text("UPDATE response SET document = :d WHERE id = :i"), {"d": json.dumps(document), "i": key}
    )
    assert found(sealed, session) == [named]


@pytest.mark.parametrize(("statement", "named"), STATEMENTS)
def test_raw_sql_is_noticed_and_named(sealed: Sealed, session: Session, statement: str, named: str) -> None:
    run(session, statement)
    assert [name for name in found(sealed, session) if name.startswith(named)]


def test_swapped_answers_name_both(sealed: Sealed, session: Session) -> None:
    run(session, SWAP)
    assert found(sealed, session) == ["response residents-2026#1", "response residents-2026#2"]
