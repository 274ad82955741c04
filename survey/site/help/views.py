"""Help and contact: who runs a survey and how to reach them, and what people ask most; the same link on every page."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from survey.db import db
from survey.kit import guard
from survey.publish import notice
from survey.site.answer import respondent

help_pages = flask.Blueprint("help", __name__, url_prefix="/help")


@help_pages.get("")
@guard.public
def index() -> ResponseReturnValue:
    """Help with no survey in particular."""
    return flask.render_template(
        "site/help.html", wave=None, organisers=notice.organisers(db.session()), back="/"
    )


@help_pages.get("/<wave>")
@guard.public
def of_wave(wave: str) -> ResponseReturnValue:
    """Help with one survey; it leads back to where the reader was."""
    _, day = respondent.wave_of(wave)
    return flask.render_template(
        "site/help.html",
        wave=day,
        organisers=notice.organisers(db.session()),
        back=flask.url_for("answer.welcome", wave=wave),
    )
