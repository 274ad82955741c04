"""A client in front of the small installation."""

from __future__ import annotations

import flask
import pytest

from survey.db import db
from tests.survey.site.town import Town, build


@pytest.fixture
def town(app: flask.Flask) -> Town:
    """The small installation, committed."""
    with app.app_context():
        found = build(db.session(), app.extensions["minyi"].keys)
        db.session.commit()
    return found
