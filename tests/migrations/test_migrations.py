"""Migrations go up, down and up again on SQLite and PostgreSQL, and end where the models are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa
from flask_migrate import check, downgrade, upgrade
from sqlalchemy.orm import Session

from survey import audit
from survey.config import Settings
from survey.db import db
from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle, CycleStage
from survey.models.ledger import LogLeaf
from wsgi import create_app

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


@pytest.fixture
def migrated(any_settings: Settings) -> flask.Flask:
    return create_app("worker", any_settings)


def test_down_and_up_again_leaves_the_schema_of_the_models(migrated: flask.Flask) -> None:
    with migrated.app_context():
        downgrade(revision="base")
        left = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
        assert left == set()
        upgrade()
        check()  # exits where the models say something else
        db.engine.dispose()


def test_a_step_down_and_up_keeps_child_rows(migrated: flask.Flask) -> None:
    with migrated.app_context():
        with Session(db.engine) as session:
            cycle = Cycle(code="c", year=2026, title={"zh": "一", "en": "one"})
            stage = CycleStage(position=1, stage="fieldwork", owner={}, due_on=date(2026, 1, 1))
            cycle.stages.append(stage)
            session.add(cycle)
            session.commit()
        downgrade(revision="-1")
        upgrade()
        with Session(db.engine) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(CycleStage)) == 1
        db.engine.dispose()


def test_names_are_numbered_and_the_head_is_written_down() -> None:
    names = sorted(path.stem for path in VERSIONS.glob("*.py"))
    assert [name[:4] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]
    assert (VERSIONS.parent / "HEAD").read_text().strip() == names[-1]


@pytest.mark.parametrize("table", ["audit_event", "log_leaf", "response", "checkpoint"])
def test_what_may_only_grow_refuses_change(any_engine: sa.Engine, table: str) -> None:
    with any_engine.begin() as connection:
        triggers = (
            sa.text("SELECT count(*) FROM sqlite_master WHERE type='trigger' AND tbl_name=:t")
            if connection.dialect.name == "sqlite"
            else sa.text(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = CAST(:t AS regclass) AND NOT tgisinternal"
            )
        )
        assert connection.execute(triggers, {"t": table}).scalar_one() == 2


def test_a_leaf_cannot_be_changed_or_deleted(any_engine: sa.Engine) -> None:
    with any_engine.begin() as connection:
        connection.execute(sa.insert(LogLeaf).values(origin="o", position=0, leaf_hash=b"x" * 32, data={}))
    for statement in (sa.update(LogLeaf).values(data={"a": 1}), sa.delete(LogLeaf)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), any_engine.begin() as connection:
            connection.execute(statement)
    with any_engine.begin() as connection:
        assert connection.execute(sa.select(LogLeaf.data)).scalar_one() == {}


def test_an_audit_event_cannot_be_deleted(any_engine: sa.Engine) -> None:
    with Session(any_engine) as session:
        audit.record(session, "command:test", act="test.act", on="thing")
        audit.record(session, "command:test", act="test.act", on="thing", after={"b": 1})
        session.commit()
        assert audit.check(session) == []
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), any_engine.begin() as connection:
        connection.execute(sa.delete(AuditEvent).where(AuditEvent.n == 2))
