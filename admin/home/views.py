"""The dashboard of the cycle's six stages."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.home import queries, rules, services
from admin.home.forms import EvidenceForm
from admin.screens import go, page
from survey import clock
from survey.errors import HouseError
from survey.identity.permissions import Permission
from survey.kit import guard

bp = flask.Blueprint("overview", __name__, url_prefix="/admin")


@bp.get("/")
@guard.permitted(Permission.HOME_VIEW)
def index() -> ResponseReturnValue:
    session = screens.session()
    today = clock.today(session, screens.settings().time_zone)
    cycles = queries.cycles(session)
    progress = queries.progress(session)
    return page(
        "home/index.html",
        cycle=cycles[0] if cycles else None,
        stages=queries.stage_views(cycles[0], today=today) if cycles else [],
        progress=progress,
        step=rules.next_step(progress),
        sees_chain=guard.may(Permission.WAVE_VIEW),
    )


@bp.get("/stages/<int:stage_id>")
@guard.permitted(Permission.STAGE_SIGN)
def show_stage(stage_id: int) -> ResponseReturnValue:
    stage = queries.stage(screens.session(), stage_id)
    return page("home/stage.html", stage=stage, form=EvidenceForm(formdata=None))


@bp.post("/stages/<int:stage_id>/evidence")
@guard.permitted(Permission.STAGE_SIGN)
def add_evidence(stage_id: int) -> ResponseReturnValue:
    stage, form = queries.stage(screens.session(), stage_id), EvidenceForm()
    if form.validate():
        try:
            services.add_evidence(screens.session(), stage, note=form.note.data, actor=guard.actor())
        except HouseError as error:
            form.absorb(error)
        else:
            return go("overview.show_stage", _("The evidence is noted."), stage_id=stage_id)
    return page("home/stage.html", stage=stage, form=form, status=422)


@bp.post("/stages/<int:stage_id>/sign")
@guard.permitted(Permission.STAGE_SIGN, needs_fresh=True)
def sign_stage(stage_id: int) -> ResponseReturnValue:
    stage, form = queries.stage(screens.session(), stage_id), EvidenceForm(formdata=None)
    try:
        services.sign_stage(screens.session(), stage, actor=guard.actor())
    except HouseError as error:
        form.absorb(error)
        return page("home/stage.html", stage=stage, form=form, status=error.status)
    return go("overview.index", _("The stage is signed off."))
