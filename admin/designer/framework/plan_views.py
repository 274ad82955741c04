"""Framework and scoring plan: versions, digests, the lock; and the province with its areas and units."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.designer import queries, services
from admin.designer.forms import PlanFileForm
from admin.screens import StaffForm, go, page
from survey.errors import HouseError, NotFound
from survey.identity.permissions import Permission
from survey.kit import guard

UPLOAD_LIMIT = 3 * 1024 * 1024
bp = flask.Blueprint("plans", __name__, url_prefix="/admin/plans")
province = flask.Blueprint("province", __name__, url_prefix="/admin/province")


@bp.get("")
@guard.permitted(Permission.CONTENT_VIEW)
def index() -> ResponseReturnValue:
    return _list(PlanFileForm(formdata=None))


@bp.post("")
@guard.permitted(Permission.PLAN_EDIT, upload_limit=UPLOAD_LIMIT)
def upload() -> ResponseReturnValue:
    form = PlanFileForm()
    if form.validate():
        raw, filename = screens.uploaded(form.file.data)
        try:
            kept = services.load_plan_file(
                screens.session(), form.kind.data, raw, filename=filename, actor=guard.actor()
            )
        except HouseError as error:
            form.absorb(error)
        else:
            return go("plans.show", _("The document has no problems and is kept."), document_id=kept.id)
    return _list(form, status=422)


@bp.get("/<int:document_id>")
@guard.permitted(Permission.CONTENT_VIEW)
def show(document_id: int) -> ResponseReturnValue:
    return _document(document_id, StaffForm(formdata=None))


@bp.post("/<int:document_id>/lock")
@guard.permitted(Permission.PLAN_LOCK, needs_fresh=True)
def lock(document_id: int) -> ResponseReturnValue:
    session = screens.session()
    try:
        document = queries.document(session, document_id)
        if document.kind not in services.PLAN_KINDS:
            raise NotFound(
                "document_unknown", zh="没有这个文件版本。", en="There is no such document version."
            )
        services.lock_document(session, document, actor=guard.actor())
    except HouseError as error:
        form = StaffForm(formdata=None)
        form.absorb(error)
        return _document(document_id, form, status=error.status)
    return go("plans.show", _("The version is locked; its digest is public."), document_id=document_id)


@province.get("")
@guard.permitted(Permission.CONTENT_VIEW)
def index_province() -> ResponseReturnValue:
    session = screens.session()
    found = queries.newest(session, "province")
    return page(
        "designer/province.html",
        province=found,
        areas=queries.areas(session),
        units=queries.units(session),
    )


def _list(form: PlanFileForm, *, status: int = 200) -> ResponseReturnValue:
    found = queries.documents(screens.session(), *services.PLAN_KINDS)
    return page("designer/plans.html", documents=found, form=form, status=status)


def _document(document_id: int, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    document = queries.document(screens.session(), document_id)
    return page("designer/plan.html", document=document, form=form, status=status)
