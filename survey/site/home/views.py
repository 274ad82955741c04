"""The front page: what this is, what can be answered now, and when results come."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from survey import clock
from survey.db import db
from survey.kit import guard
from survey.participation import queries
from survey.participation.phases import Phase
from survey.publish import plans, releases, waves

home = flask.Blueprint("home", __name__)


@home.get("/")
@guard.public
def front() -> ResponseReturnValue:
    """What this is, open surveys and drafts, releases."""
    session = db.session()
    listed = queries.public_list(session, now=clock.now(session))
    return flask.render_template(
        "site/home.html",
        surveys=waves.open_surveys(session),
        consultations=[each.consultation for each in listed if each.phase is Phase.OPEN],
        days=releases.release_days(session),
        plan=next(iter(plans.locked_documents(session)), None),
    )
