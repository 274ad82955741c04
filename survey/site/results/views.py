"""What was found: announced, published on the day, with everything needed to doubt it."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from survey.db import db
from survey.kit import compressed, guard
from survey.kit.language import language_for
from survey.kit.marked import questions_in
from survey.publish import measures, releases
from survey.site.here import platform
from survey.site.results import figures

results = flask.Blueprint("results", __name__, url_prefix="/results")
compressed.register(results)
_HELD = "public, max-age=31536000, immutable"


@results.get("")
@guard.public
def overview() -> ResponseReturnValue:
    """All releases: announced, overdue, published."""
    return flask.render_template("site/results.html", days=releases.release_days(db.session()))


@results.get("/<public_id>")
@guard.public
def show(public_id: str) -> ResponseReturnValue:
    """One release; before its day, when it comes."""
    found = releases.release(db.session(), public_id)
    if found is None:
        raise NotFound()
    if found.results is None:
        return flask.render_template("site/announced.html", day=found.day)
    questions_in(language_for(found.day.title))  # names along the axes say in which language they are
    zone = platform().settings.time_zone
    return flask.render_template(
        "site/result.html",
        release=found,
        found=found.results,
        figures=figures,
        measures=measures.of_release(db.session(), public_id, zone=zone),
    )


@results.get("/<public_id>/files/<name>")
@guard.public
def file(public_id: str, name: str) -> ResponseReturnValue:
    """A file of a release, always as a download; the bytes never change."""
    found = releases.published_file(db.session(), public_id, name)
    if found is None:
        raise NotFound()
    response = flask.Response(found.content, mimetype=found.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    response.headers["Cache-Control"] = _HELD
    response.set_etag(found.sha256)
    return response
