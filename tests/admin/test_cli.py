"""The first account, the content and the check of the log are commands, and they refuse in words."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import UTC, datetime
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.content.load import DEMO_FOLDER
from admin.demo.clock import set_demo_clock
from survey import audit, clock
from survey.config import Settings
from survey.errors import Forbidden
from survey.identity import passwords
from survey.models.clock import DemoClock
from survey.models.content import ContentDocument
from survey.models.people import User
from tests.conftest import make_settings

ADD = ["user", "add", "an.shouqian", "--name", "安守谦", "--organisation", "省大数据中心", "--password-stdin"]


def test_the_first_account_is_made_on_the_command_line(app: flask.Flask, session: Session) -> None:
    made = app.test_cli_runner().invoke(args=[*ADD, "--role", "role_admin"], input="calm river stones\n")
    assert made.exit_code == 0, made.output
    user = session.scalars(sa.select(User)).one()
    assert [held.role for held in user.roles] == ["role_admin"]
    assert passwords.matches(user.password_hash, "calm river stones")
    assert audit.check(session) == []


@pytest.mark.parametrize(
    ("roles", "password", "said"),
    [
        (["role_admin", "auditor"], "calm river stones", "No account may hold both"),
        (["role_admin"], "short", "A password has 12 to 128 characters"),
        (["king"], "calm river stones", "king"),
    ],
)
def test_what_is_refused_leaves_no_account(
    app: flask.Flask, session: Session, roles: list[str], password: str, said: str
) -> None:
    options = [option for role in roles for option in ("--role", role)]
    refused = app.test_cli_runner().invoke(args=[*ADD, *options], input=f"{password}\n")
    assert refused.exit_code != 0
    assert said in refused.output
    assert session.scalars(sa.select(User)).all() == []


def test_a_broken_folder_is_told_with_file_and_line_and_nothing_is_loaded(
    app: flask.Flask, session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(DEMO_FOLDER, folder)
    plan = folder / "scoring.yaml"
    plan.write_text(
        plan.read_text(encoding="utf-8").replace("residents: 0.40", "residents: 0.90", 1), encoding="utf-8"
    )
    refused = app.test_cli_runner().invoke(args=["content", "load", str(folder)])
    assert refused.exit_code == 1
    assert "scoring.yaml:" in refused.output
    assert session.scalars(sa.select(ContentDocument)).all() == []


def test_a_sound_folder_is_loaded_once(app: flask.Flask, session: Session) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["content", "check"]).output == "no problems\n"
    for _ in range(2):
        assert runner.invoke(args=["content", "load"]).exit_code == 0
    kinds = session.scalars(sa.select(ContentDocument.kind)).all()
    assert sorted(kinds) == sorted(set(kinds))
    assert {"province", "framework", "scoring"} <= set(kinds)


def test_the_check_of_the_log_names_the_event_that_was_changed(app: flask.Flask, engine: sa.Engine) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=[*ADD, "--role", "role_admin"], input="calm river stones\n")
    assert runner.invoke(args=["audit", "check"]).exit_code == 0
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_event_refuses_update")
        connection.exec_driver_sql("UPDATE audit_event SET actor='user:somebody' WHERE n=1")
    checked = runner.invoke(args=["audit", "check"])
    assert checked.exit_code == 1
    assert "audit event 1 was changed" in checked.output


def test_the_demo_clock_is_one_row_and_never_runs_in_production(session: Session, tmp_path: Path) -> None:
    settings: Settings = make_settings(tmp_path / "other")
    for moment in (datetime(2026, 4, 20, 1, tzinfo=UTC), datetime(2027, 1, 15, 1, 30, tzinfo=UTC)):
        set_demo_clock(session, moment, settings=settings)
        assert 0 <= (clock.now(session) - moment).total_seconds() < 60
    assert session.scalar(sa.select(sa.func.count()).select_from(DemoClock)) == 1
    production = dataclasses.replace(
        settings, production=True, base_url="https://minyi.example", secret_key="k" * 40
    )
    with pytest.raises(Forbidden):
        set_demo_clock(session, datetime(2028, 1, 1, tzinfo=UTC), settings=production)
