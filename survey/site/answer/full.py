"""For whom the quota is full: told as soon as it is certain, with the words of the questionnaire, and again at the end."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from survey.collect import dispositions, quotas
from survey.collect.drafts import OpenDraft
from survey.collect.pages import is_done
from survey.db import db
from survey.errors import Gone
from survey.instrument.path import PageRef, find_path
from survey.instrument.program import Program, Words
from survey.kit import guard
from survey.kit.own_transaction import own_transaction, reading
from survey.site import cookies
from survey.site.answer import going_on, respondent
from survey.site.answer.respondent import Mine
from survey.site.here import platform

_GONE = 410


def advice(mine: Mine, ref: PageRef | None = None) -> ResponseReturnValue | None:
    """The way to the page that says so, before somebody fills in the rest; None while there is a place.

    A look, which holds nothing. Pages that were sent already stay open, so that a slip can be mended.
    """
    if ref is not None and is_done(mine.program, mine.draft.document, ref):
        return None
    if _cell(mine) is None:
        return None
    return flask.redirect(flask.url_for("answer.full", wave=mine.wave.public_id), code=303)


def page(wave: str) -> ResponseReturnValue:
    """There are enough answers of people like this one; one tap ends it, another one corrects a slip."""
    mine = respondent.mine(wave)
    cell = _cell(mine)
    if cell is None:
        return flask.redirect(flask.url_for("answer.on", wave=wave), code=303)
    return _page(mine, quotas.own_message(cell, mine.program))


def end(wave: str) -> ResponseReturnValue:
    """Keep nothing but a count."""
    with reading() as session:
        mine = respondent.find_mine(wave, session)
        cell = quotas.why_full(
            quotas.full_cells(session, mine.draft.wave_id), mine.draft.document.state, mine.program
        )
    if cell is None:
        return flask.redirect(flask.url_for("answer.on", wave=wave), code=303)
    dispositions.turn_away(db.session(), mine.draft)
    response = flask.make_response(flask.render_template("site/answer/ended.html", wave=mine.wave))
    cookies.drop(response, cookies.draft_name(wave))
    return response


def refused(wave: str, draft: OpenDraft, program: Program, error: Gone) -> ResponseReturnValue:
    """What somebody reads whose submission found no place; the draft stays, in case one comes free."""
    db.session.rollback()
    with own_transaction() as session:
        dispositions.count_turned_away(session, draft, keys=platform().keys)
    cells = error.context.get("cells")
    message = quotas.message_of(db.session(), cells if isinstance(cells, tuple) else (), program)
    return _page(respondent.mine(wave), message), _GONE


def _cell(mine: Mine) -> quotas.Cell | None:
    if (
        mine.share is not None or not mine.may_be_full
    ):  # whoever fills in a part for others does not hand it in
        return None
    full = quotas.full_cells(db.session(), mine.draft.wave_id)
    return quotas.why_full(full, mine.draft.document.state, mine.program)


def _page(mine: Mine, own: Words | None) -> str:
    document = mine.draft.document
    path = find_path(mine.program, document.state).pages
    sent = [ref for ref in path if is_done(mine.program, document, ref)]
    back = going_on.url(mine.wave.public_id, sent[-1].key) if sent else None
    return flask.render_template("site/answer/full.html", wave=mine.wave, own=own, back=back)


def register(blueprint: flask.Blueprint) -> None:
    """The addresses of this module."""
    blueprint.get("/answer/<wave>/full", endpoint="full")(guard.granted(page))
    blueprint.post("/answer/<wave>/full", endpoint="end_full")(guard.granted(end))
