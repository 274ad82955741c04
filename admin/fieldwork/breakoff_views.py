"""Where people stop: how many reached each page of a wave, and how many went no further. Counts only."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from admin import screens
from admin.fieldwork import breakoff, queries
from admin.screens import page
from survey.identity.permissions import Permission
from survey.kit import guard

bp = flask.Blueprint("breakoff", __name__, url_prefix="/admin/waves/<public_id>/breakoff")


@bp.get("")
@guard.permitted(Permission.WAVE_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    session = screens.session()
    wave = queries.wave(session, public_id)
    return page(
        "fieldwork/breakoff.html",
        wave=wave,
        modes=breakoff.by_mode(session, wave),
        smallest=breakoff.SMALLEST,
    )
