"""Answers to whoever watches the process: alive, and ready to keep an answer."""

from __future__ import annotations

import flask
import sqlalchemy as sa
from flask.typing import ResponseReturnValue

from survey.db import db, is_durable
from survey.kit import guard

health = flask.Blueprint("health", __name__)


@health.get("/healthz")
@guard.public
def alive() -> ResponseReturnValue:
    """The process answers; nothing else is asked."""
    return {"alive": True}


@health.get("/readyz")
@guard.public
def ready() -> ResponseReturnValue:
    """The database answers and keeps what it acknowledges; 503 where it does not."""
    try:
        kept = is_durable(db.session.connection())
    except sa.exc.DBAPIError:
        kept = False
    return {"ready": kept}, 200 if kept else 503
