"""What a wave keeps beside its answers: contacts for call-backs, and files. Counts for all, contents for few."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from admin import screens
from admin.fieldwork import queries
from admin.fieldwork.services import beside
from admin.screens import StaffForm, page
from survey.collect.contacts import KEPT
from survey.identity.permissions import Permission
from survey.kit import guard

bp = flask.Blueprint("beside", __name__, url_prefix="/admin/waves/<public_id>/beside")


@bp.get("")
@guard.permitted(Permission.WAVE_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    session = screens.session()
    wave = queries.wave(session, public_id)
    return page(
        "fieldwork/beside.html",
        wave=wave,
        form=StaffForm(formdata=None),
        contacts=queries.contact_counts(session, wave),
        files=queries.file_ids(session, wave),
        kept_until=wave.closes_at + KEPT if wave.closes_at else None,
    )


@bp.post("/contacts")
@guard.permitted(Permission.CONTACT_READ, needs_fresh=True)
def contacts(public_id: str) -> ResponseReturnValue:
    wave = queries.wave(screens.session(), public_id)
    content = beside.contacts_as_csv(screens.session(), wave, actor=guard.actor(), keys=screens.keys())
    return _download(content, f"{wave.code}-contacts.csv", "text/csv")


@bp.post("/files/<file_id>")
@guard.permitted(Permission.FILE_READ, needs_fresh=True)
def file(public_id: str, file_id: str) -> ResponseReturnValue:
    wave = queries.wave(screens.session(), public_id)
    found = beside.file_of(screens.session(), wave, file_id, actor=guard.actor(), keys=screens.keys())
    return _download(found.content, beside.filename(file_id, found), found.media_type)


def _download(content: bytes, filename: str, media_type: str) -> flask.Response:
    """A download and nothing else: no browser opens it in our place."""
    answer = flask.Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
