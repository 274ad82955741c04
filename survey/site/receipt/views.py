"""Checking a receipt: whether it counts, never what it says."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from survey import clock
from survey.access import limits
from survey.db import db
from survey.kit import guard
from survey.ledger import receipts
from survey.ledger.receipts import ReceiptState
from survey.site.here import address, platform, time_zone

receipt = flask.Blueprint("receipt", __name__, url_prefix="/receipt")
_FAILED = {ReceiptState.MALFORMED, ReceiptState.UNKNOWN}
_LONGEST = 200


@receipt.get("")
@guard.public
def form() -> ResponseReturnValue:
    """Where a code is typed in."""
    return flask.render_template("site/receipt_check.html", code="", status=None)


@receipt.post("")
@guard.public
def check() -> ResponseReturnValue:
    """Whether a code counts. By POST, so that codes stay out of addresses, histories and logs."""
    session, here = db.session(), platform()
    code = flask.request.form.get("code", "")[:_LONGEST]
    status = receipts.check(session, code)
    if status.state in _FAILED:
        today = clock.today(session, time_zone())
        limits.count(limits.FAILED_CODES, address(), today=today, cache=here.cache, keys=here.keys)
    return flask.render_template("site/receipt_check.html", code=code, status=status)


@receipt.post("/proof")
@guard.public
def proof() -> ResponseReturnValue:
    """The proof of inclusion as a file that checks offline."""
    text = receipts.proof(db.session(), flask.request.form.get("code", "")[:_LONGEST])
    response = flask.Response(text, mimetype="text/plain")
    response.headers.set("Content-Disposition", "attachment", filename="receipt.tlog-proof")
    return response
