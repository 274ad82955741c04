"""Fixtures shared by all tests: a migrated database on each dialect, an application, a client.

The schema is built by the migrations, once a run for each dialect; each test then gets a copy of its own.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa
from flask_migrate import upgrade
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.db import make_engine
from tests import postgres
from wsgi import create_app

pytest_plugins = ["tests.chromium", "tests.together"]


def make_settings(folder: Path, database_url: str | None = None) -> Settings:
    """Settings of an installation in ``folder``."""
    environ = {
        "SURVEY_DATA_DIR": str(folder),
        "SURVEY_KEY_DIR": str(folder / "keys"),
        "SURVEY_LOG_LEVEL": "ERROR",
    }
    if database_url:
        environ["SURVEY_DATABASE_URL"] = database_url
    return Settings.from_env(environ)


def migrate_to_head(settings: Settings) -> None:
    """Run every migration on the database of ``settings``."""
    app = create_app("worker", settings)
    with app.app_context():
        upgrade()
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy."""
    folder = tmp_path_factory.mktemp("template")
    settings = make_settings(folder)
    migrate_to_head(settings)
    path = Path(make_url(settings.database_url).database or "")
    # the last connection to close folds the write-ahead log into the file
    assert not path.with_name(path.name + "-wal").exists()
    return path


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name of a migrated, empty PostgreSQL database to copy; see tests/postgres.py for where it runs."""
    with postgres.server() as server_url:
        name = f"template_{uuid.uuid4().hex[:12]}"
        postgres.create_database(server_url, name)
        url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
        migrate_to_head(make_settings(tmp_path_factory.mktemp("pg"), url))
        yield url
        postgres.drop_database(server_url, name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty installation, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield _sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    template = make_url(request.getfixturevalue("postgres_template"))
    name = f"test_{uuid.uuid4().hex[:12]}"
    postgres.create_database(template, name, template=template.database)
    yield make_settings(tmp_path, template.set(database=name).render_as_string(hide_password=False))
    postgres.drop_database(template, name)


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """Settings of an empty installation on SQLite."""
    return _sqlite_copy(sqlite_template, tmp_path)


def _sqlite_copy(template: Path, folder: Path) -> Settings:
    settings = make_settings(folder)
    target = Path(make_url(settings.database_url).database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, target)
    return settings


@pytest.fixture
def engine(settings: Settings) -> Iterator[sa.Engine]:
    """An engine on a migrated SQLite file."""
    engine = make_engine(settings.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def any_engine(any_settings: Settings) -> Iterator[sa.Engine]:
    """An engine on a migrated database, once on SQLite and once on PostgreSQL."""
    engine = make_engine(any_settings.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    """A session on a migrated SQLite file; the test is the edge and commits."""
    with Session(engine) as session:
        yield session


@pytest.fixture
def app(settings: Settings) -> Iterator[flask.Flask]:
    """The whole application on an empty SQLite installation."""
    app = create_app("all", settings)
    app.testing = True
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def client(app: flask.Flask) -> flask.testing.FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


def in_ci() -> bool:
    """True where a missing tool is a failure and not a reason to skip."""
    return os.environ.get("CI") == "true"
