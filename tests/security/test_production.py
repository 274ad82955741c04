"""What a production server refuses to start with: a database that forgets, or one that writes answers to its log."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from survey.app import refuse_unfit_database
from survey.config import BadSettings, Settings
from survey.db import make_engine
from wsgi import create_app


@pytest.fixture
def start(any_settings: Settings) -> Callable[[], None]:
    """Starts a production server as far as the question whether its database is fit."""
    strict = dataclasses.replace(
        any_settings, production=True, base_url="https://survey.example.org", secret_key="k" * 40
    )

    def check() -> None:
        app = create_app("public", strict)
        try:
            refuse_unfit_database(app)
        finally:
            with app.app_context():
                app.extensions["sqlalchemy"].engine.dispose()

    return check


def test_a_fit_database_is_taken(start: Callable[[], None]) -> None:
    start()


@pytest.mark.parametrize(
    "any_settings", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
def test_an_unfit_database_is_refused(start: Callable[[], None], any_settings: Settings) -> None:
    url = make_url(any_settings.database_url)
    for setting in ("synchronous_commit = off", "log_statement = 'mod'", "log_min_duration_statement = 500"):
        _alter(url, f"SET {setting}")
        with pytest.raises(BadSettings):
            start()
        _alter(url, "RESET ALL")
        start()


def _alter(url: URL, change: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(f'ALTER DATABASE "{url.database}" {change}'))
    engine.dispose()
