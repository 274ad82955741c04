"""What was fixed beforehand, for everybody to read and to compare."""

from __future__ import annotations

from typing import Any

import flask
import rfc8785
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from survey.db import db
from survey.kit import compressed, guard
from survey.participation import queries
from survey.publish import plans, waves

plan = flask.Blueprint("plan", __name__, url_prefix="/plan")
compressed.register(plan)


@plan.get("")
@guard.public
def overview() -> ResponseReturnValue:
    """Locked plans and instruments with their digests, beside the days on which waves open."""
    session = db.session()
    documents = plans.locked_documents(session)
    return flask.render_template(
        "site/plan.html",
        documents=documents,
        scoring=next((each.document for each in documents if each.kind == "scoring"), None),
        instruments=plans.locked_instruments(session),
        waves=waves.wave_days(session),
    )


@plan.get("/documents/<digest>.json")
@guard.public
def document(digest: str) -> ResponseReturnValue:
    """The very bytes that the digest was taken of (RFC 8785)."""
    found = plans.locked_document(db.session(), digest)
    if found is None:
        raise NotFound()
    return _canonical(dict(found.document), f"{found.kind}-{found.version}.json")


@plan.get("/instruments/<code>")
@guard.public
def instrument(code: str) -> ResponseReturnValue:
    """The full wording of an instrument in the reader's language."""
    found = plans.instrument_program(db.session(), code, flask.request.args.get("version"))
    if found is None:
        raise NotFound()
    locked, program = found
    session = db.session()
    return flask.render_template(
        "site/instrument.html",
        locked=locked,
        program=program,
        change=plans.change_of(session, locked.digest),
        consultations=queries.of_version(session, locked.digest),
    )


@plan.get("/instruments/<code>.json")
@guard.public
def instrument_document(code: str) -> ResponseReturnValue:
    """The program whose digest was published, as canonical JSON."""
    found = plans.instrument_program(db.session(), code, flask.request.args.get("version"))
    if found is None:
        raise NotFound()
    locked, program = found
    return _canonical(program.to_json(), f"{locked.code}-{locked.version}.json")


def _canonical(content: dict[str, Any], name: str) -> flask.Response:  # Any: a JSON document
    response = flask.Response(rfc8785.dumps(content), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
