"""The tablet changes hands: the respondent answers a part alone, and what was answered so stays closed."""

from __future__ import annotations

from dataclasses import replace

import flask
from flask.typing import ResponseReturnValue

from survey.collect import drafts
from survey.db import db
from survey.errors import NotFound
from survey.kit import guard
from survey.site.answer import respondent
from survey.site.answer.respondent import Mine
from survey.site.here import platform

OFFER, ALONE = "offer", "alone"


def place_of(mine: Mine) -> str | None:
    """Whether handing over is offered on a page, or the respondent is alone with it; None where neither."""
    if mine.draft.document.private.is_with_respondent:
        return ALONE
    return OFFER if _is_face_to_face(mine) else None


def show(wave: str) -> ResponseReturnValue:
    """What handing over means, in the words of whoever reads it."""
    mine = _mine(wave)
    return flask.render_template("site/answer/handing.html", wave=mine.wave, handing=place_of(mine))


def hand(wave: str) -> ResponseReturnValue:
    """Over or back, whichever it is not now."""
    mine = _mine(wave)
    document = mine.draft.document
    now = document.private
    then = now.handed_back(document.sent) if now.is_with_respondent else now.handed_over(document.sent)
    drafts.save(
        db.session(),
        mine.draft,
        replace(document, private=then),
        keys=platform().keys,
        until=mine.until,
    )
    return flask.redirect(flask.url_for("answer.on", wave=wave), code=303)


def _mine(wave: str) -> Mine:
    mine = respondent.mine(wave)
    if not _is_face_to_face(mine):
        raise NotFound("no_page", zh="这里没有页面。", en="There is no page here.")
    return mine


def _is_face_to_face(mine: Mine) -> bool:
    grant = mine.draft.document.grant
    return (grant.channel, grant.mode) == ("assisted", "capi")


def register(blueprint: flask.Blueprint) -> None:
    """The addresses of this module."""
    blueprint.get("/answer/<wave>/hand-over", endpoint="show_handing")(guard.granted(show))
    blueprint.post("/answer/<wave>/hand-over", endpoint="hand")(guard.granted(hand))
