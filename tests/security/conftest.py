"""Worlds to attack: the small public installation, the staffed one, and both filled with hostile strings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle as endless
from typing import Any

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.db import db
from survey.models.cycle import Cycle
from survey.models.people import User
from survey.models.publication import PublishedFile, Release
from survey.models.quality import QualityFlag
from survey.models.wave import Wave
from tests import hostile
from tests.admin.conftest import books, browser, desk, staffed, staffed_template
from tests.survey.site.conftest import town
from tests.survey.site.town import Town
from wsgi import create_app

__all__ = ["books", "browser", "desk", "staffed", "staffed_template", "town"]


def poisoned(value: Any, texts: Sequence[str] = hostile.MARKUP) -> Any:  # Any: a JSON document
    """A document whose every text for people is hostile; codes, numbers and states stay."""
    strings = endless(texts)

    def poison(node: Any) -> Any:
        if isinstance(node, dict):
            if set(node) == {"zh", "en"} and isinstance(node["zh"], str):
                return {language: f"{next(strings)} {text}" for language, text in node.items()}
            return {key: poison(each) for key, each in node.items()}
        return [poison(each) for each in node] if isinstance(node, list) else node

    return poison(value)


@pytest.fixture
def poisoned_town(app: flask.Flask, town: Town) -> Town:
    """The public installation with hostile titles, findings, answers to gates and file names."""
    with app.app_context():
        for release in db.session.scalars(sa.select(Release)):
            release.title = poisoned(release.title)
            if release.document is not None:
                release.document = poisoned(release.document)
        for wave in db.session.scalars(sa.select(Wave)):
            wave.title = poisoned(wave.title)
        for file in db.session.scalars(sa.select(PublishedFile)):
            file.name = f"{hostile.TAG}<b>.csv"
        db.session.commit()
    return town


@pytest.fixture
def poisoned_desk(desk: flask.Flask, books: Session) -> flask.Flask:
    """The staffed platform whose people, cycles, waves and flags carry hostile texts."""
    strings = endless(hostile.MARKUP)
    for user in books.scalars(sa.select(User)):
        user.display_name, user.organisation = next(strings)[:100], next(strings)[:100]
    for each in (*books.scalars(sa.select(Cycle)), *books.scalars(sa.select(Wave))):
        each.title = poisoned(each.title)
    for flag in books.scalars(sa.select(QualityFlag)):
        flag.subject = next(strings)[:60]
        flag.evidence = {next(strings)[:40]: next(strings)}
    books.commit()
    return desk


@pytest.fixture
def guarded(staffed: Settings) -> Iterator[flask.Flask]:
    """The staffed platform with form tokens in force."""
    app = create_app("all", staffed)
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def stranger(app: flask.Flask) -> FlaskClient:
    """Anybody, in front of the application as in production: crashes are answered, not raised."""
    app.testing = False
    return app.test_client()
