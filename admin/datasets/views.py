"""Datasets: what is frozen, with manifest, codebook and files, and the order to freeze."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.datasets import jobs, queries
from admin.screens import StaffForm, go, page
from survey.errors import Conflict, HouseError, NotFound
from survey.identity.permissions import Permission
from survey.kit import guard
from survey.ledger.canonical import canonical_bytes

bp = flask.Blueprint("datasets", __name__, url_prefix="/admin/datasets")


@bp.get("")
@guard.permitted(Permission.DATASET_VIEW)
def index() -> ResponseReturnValue:
    return _list(StaffForm(formdata=None))


@bp.post("")
@guard.permitted(Permission.DATASET_FREEZE)
def freeze() -> ResponseReturnValue:
    session = screens.session()
    try:
        cycle = queries.cycle(session)
        if cycle is None or queries.readiness(session, cycle).unsealed:
            raise Conflict(
                "waves_not_sealed",
                zh="还有计分的轮次没有封存，不能冻结数据集。",
                en="Waves that score are not sealed yet; the dataset cannot be frozen.",
            )
        jobs.request_freeze(session, cycle, actor=guard.actor())
    except HouseError as error:
        form = StaffForm(formdata=None)
        form.absorb(error)
        return _list(form, status=error.status)
    return go("datasets.index", _("The freezing is under way. It goes on when you leave this page."))


@bp.get("/<public_id>")
@guard.permitted(Permission.DATASET_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    dataset = queries.dataset(screens.session(), public_id)
    return page("datasets/show.html", dataset=dataset, manifest=dataset.manifest)


@bp.get("/<public_id>/manifest.json")
@guard.permitted(Permission.DATASET_VIEW)
def manifest(public_id: str) -> ResponseReturnValue:
    dataset = queries.dataset(screens.session(), public_id)
    return flask.Response(canonical_bytes(dataset.manifest), mimetype="application/json")


@bp.get("/<public_id>/files/<path:name>")
@guard.permitted(Permission.DATASET_DOWNLOAD, needs_fresh=True)
def download(public_id: str, name: str) -> ResponseReturnValue:
    dataset = queries.dataset(screens.session(), public_id)
    known = {*dataset.manifest["files"], "codebook.json"}
    if name not in known:
        raise NotFound("file_unknown", zh="没有这个文件。", en="There is no such file.")
    return screens.stored_file(dataset.folder, name)


def _list(form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    session = screens.session()
    cycle = queries.cycle(session)
    return page(
        "datasets/index.html",
        datasets=queries.datasets(session),
        ready=queries.readiness(session, cycle) if cycle else None,
        job=queries.job(session),
        form=form,
        status=status,
    )
