"""A staffed platform for the staff tests: content loaded and locked, one account a role, a wave of each state."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from admin.content.load import load_content
from admin.demo.clock import set_demo_clock
from admin.designer import services as designer
from admin.fieldwork.services import waves
from admin.home import services as home
from admin.quality import services as quality
from admin.reports import services as reports
from survey.backends.checkpoints import FolderCheckpoints
from survey.backends.keys import FolderKeyStore
from survey.config import Settings
from survey.db import make_engine
from survey.identity import sessions, users
from survey.identity.actors import Actor, find_actor
from survey.identity.permissions import Role
from survey.models.cycle import Cycle
from survey.models.people import User
from survey.models.wave import Wave
from tests.admin.results import add_results
from tests.conftest import make_settings
from wsgi import create_app

PASSWORD = "calm river stones"
COMMAND = Actor.command("test")
OPENING = datetime(2026, 9, 1, tzinfo=UTC)
NOW = OPENING + timedelta(days=2)


def username(role: Role) -> str:
    """The account that holds this one role."""
    return f"the-{role.value.replace('_', '-')}"


@pytest.fixture(scope="session")
def staffed_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the staffed database and its keys, to copy."""
    folder = tmp_path_factory.mktemp("staffed")
    settings = make_settings(folder)
    target = Path(make_url(settings.database_url).database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(sqlite_template, target)
    engine = make_engine(settings.database_url)
    with Session(engine) as session:
        _fill(session, settings)
        session.commit()
    engine.dispose()
    return folder


def _fill(session: Session, settings: Settings) -> None:
    set_demo_clock(session, NOW, settings=settings)
    content = load_content()
    loaded = designer.load_content(session, content, actor=COMMAND)
    for version in loaded.versions.values():
        designer.lock_instrument(session, version, actor=COMMAND)
    designer.lock_plan(session, actor=COMMAND)
    for role in Role:
        users.create_user(
            session,
            username=username(role),
            display_name=f"Person {role.value}",
            organisation="Statistics",
            password=PASSWORD,
            roles=[role],
            unit_code="edu" if role is Role.UNIT_LIAISON else None,
            actor=COMMAND,
        )
    cycle = home.create_cycle(
        session,
        code="lanchuan-2026",
        year=2026,
        title={"zh": "澜川省2026年度", "en": "Lanchuan 2026"},
        stages=home.stages_of(content.province),
        actor=COMMAND,
    )
    for code, group in (("residents-2026", "residents"), ("enterprises-2026", "enterprises")):
        waves.create_wave(
            session,
            waves.WavePlan(
                code=code,
                title={"zh": code, "en": code},
                evaluator_group=group,
                opens_at=OPENING,
                closes_at=OPENING + timedelta(days=50),
            ),
            cycle_id=cycle.id,
            instrument_version_id=loaded.versions[group].id,
            actor=COMMAND,
        )
    wave = session.scalars(sa.select(Wave).where(Wave.code == "residents-2026")).one()
    waves.open_wave(
        session,
        wave,
        actor=COMMAND,
        keys=FolderKeyStore(settings.key_dir),
        sink=FolderCheckpoints(settings.data_dir / "checkpoints"),
        retention_years=2,
    )
    add_results(session, cycle, data_dir=settings.data_dir)
    reports.announce(
        session,
        cycle,
        title={"zh": "2026年结果", "en": "Results of 2026"},
        release_at=datetime(2026, 11, 2, 1, 30, tzinfo=UTC),
        actor=find_actor(session, username(Role.PUBLISHER)),
    )
    quality.record_flags(
        session,
        cycle.id,
        [
            quality.Finding(
                detector="coaching",
                evaluator_group="residents",
                subject_kind="county",
                subject="990108",
                evidence={"share": "0.14", "lower": "0.09"},
            ),
            quality.Finding(
                detector="interviewer_effect",
                evaluator_group="residents",
                subject_kind="interviewer",
                subject="17",
                evidence={"shift": "11.2"},
            ),
        ],
        actor=COMMAND,
    )


@pytest.fixture
def staffed(staffed_template: Path, tmp_path: Path) -> Settings:
    """Settings of a staffed platform of one's own."""
    folder = tmp_path / "data"
    shutil.copytree(staffed_template, folder)
    settings = make_settings(folder)
    engine = make_engine(settings.database_url)
    with Session(engine) as session, session.begin():  # the clock has gone on since the template was made
        set_demo_clock(session, NOW, settings=settings)
    engine.dispose()
    return settings


@pytest.fixture
def books(staffed: Settings) -> Iterator[Session]:
    """A session on the staffed database; the test is the edge and commits."""
    engine = make_engine(staffed.database_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def cycle(books: Session) -> Cycle:
    """The one cycle."""
    return books.scalars(sa.select(Cycle)).one()


@pytest.fixture
def someone(books: Session) -> Callable[[Role], Actor]:
    """The person who holds a role, as an actor."""
    return lambda role: find_actor(books, username(role))


@pytest.fixture
def desk(staffed: Settings) -> Iterator[flask.Flask]:
    """The application on the staffed database; form tokens are tested apart."""
    app = create_app("all", staffed)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def browser(desk: flask.Flask) -> Callable[[Role | None], FlaskClient]:
    """A browser in which the holder of a role is signed in, or nobody."""

    def open_browser(role: Role | None) -> FlaskClient:
        client = desk.test_client()
        if role is not None:
            engine = make_engine(desk.config["SQLALCHEMY_DATABASE_URI"])
            with Session(engine) as session, session.begin():
                user = session.scalars(sa.select(User).where(User.username == username(role))).one()
                client.set_cookie("staff", sessions.open_session(session, user.id))
            engine.dispose()
        return client

    return open_browser
