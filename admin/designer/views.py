"""Instruments: their versions with digests, the outline, the lock. New ones begin as drafts, or by command."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.designer import draft_queries, queries, services
from admin.screens import StaffForm, go, page
from survey.collect import programs
from survey.errors import HouseError
from survey.identity.permissions import Permission
from survey.instrument.outline import outline
from survey.instrument.versions.diff import compare
from survey.kit import guard, language

bp = flask.Blueprint("instruments", __name__, url_prefix="/admin/instruments")


@bp.get("")
@guard.permitted(Permission.CONTENT_VIEW)
def index() -> ResponseReturnValue:
    return page("designer/instruments.html", instruments=queries.instruments(screens.session()))


@bp.get("/versions/<int:version_id>")
@guard.permitted(Permission.CONTENT_VIEW)
def show(version_id: int) -> ResponseReturnValue:
    return _version(version_id, StaffForm(formdata=None))


@bp.post("/versions/<int:version_id>/lock")
@guard.permitted(Permission.INSTRUMENT_LOCK, needs_fresh=True)
def lock(version_id: int) -> ResponseReturnValue:
    try:
        services.lock_instrument(
            screens.session(), queries.version(screens.session(), version_id), actor=guard.actor()
        )
    except HouseError as error:
        form = StaffForm(formdata=None)
        form.absorb(error)
        return _version(version_id, form, status=error.status)
    return go("instruments.show", _("The version is locked; its digest is public."), version_id=version_id)


def _version(version_id: int, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    version = queries.version(screens.session(), version_id)
    program = programs.load(screens.session(), version.digest)
    before = draft_queries.version_before(screens.session(), version)
    return page(
        "designer/version.html",
        version=version,
        program=program,
        outline=outline(program, language.current()),
        loaded_by=queries.loaded_by(screens.session(), services.reference(version)),
        before=before,
        difference=None
        if before is None
        else compare(programs.load(screens.session(), before.digest), program),
        form=form,
        status=status,
    )
