"""What respondents made of the facts of the frame, for those who keep the frame."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from admin import screens
from admin.fieldwork import frame_facts, queries
from admin.screens import page
from survey.collect import programs
from survey.identity.permissions import Permission
from survey.instrument.frame_facts import Mark
from survey.kit import guard

bp = flask.Blueprint("frame_facts", __name__, url_prefix="/admin/waves/<public_id>/frame-facts")


@bp.get("")
@guard.permitted(Permission.WAVE_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    session = screens.session()
    wave = queries.wave(session, public_id)
    program = programs.load(session, wave.version.digest)
    return page(
        "fieldwork/frame_facts.html",
        wave=wave,
        reports=frame_facts.report(session, wave, program),
        marks=tuple(Mark),
        least=frame_facts.LEAST,
    )
