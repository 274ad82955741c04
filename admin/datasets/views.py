"""Datasets: what is frozen, with manifest, codebook and files, and the order to freeze."""

from __future__ import annotations

from pathlib import Path

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.datasets import export, figures, jobs, queries
from admin.screens import StaffForm, go, page
from survey.errors import Conflict, Gone, HouseError, NotFound
from survey.identity.permissions import Permission
from survey.kit import guard
from survey.ledger import forgotten
from survey.ledger.canonical import canonical_bytes
from survey.models.dataset import Dataset

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
    return page(
        "datasets/show.html",
        dataset=dataset,
        manifest=dataset.manifest,
        forgotten_on=forgotten.dataset_day(screens.session(), dataset.public_id),
    )


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
    if name != "codebook.json":
        _refuse_forgotten(dataset)
    return screens.stored_file(dataset.folder, name)


@bp.get("/<public_id>/csv/<path:name>", endpoint="as_csv")
@guard.permitted(Permission.DATASET_DOWNLOAD, needs_fresh=True)
def as_csv(public_id: str, name: str) -> ResponseReturnValue:
    """A table for a spreadsheet, sent while it is written."""
    rows = export.csv_of(_table(public_id, name))
    response = flask.Response(rows, mimetype="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=_download_name(name, ".csv"))
    return response


@bp.get("/<public_id>/figures/<path:name>", endpoint="figures")
@guard.permitted(Permission.DATASET_DOWNLOAD, needs_fresh=True)
def show_figures(public_id: str, name: str) -> ResponseReturnValue:
    """Unweighted frequencies and means, to look at the data."""
    found = figures.figures_of(_table(public_id, name))
    dataset = queries.dataset(screens.session(), public_id)
    return page("datasets/figures.html", dataset=dataset, name=name, figures=found)


def _table(public_id: str, name: str) -> Path:
    """A table of a dataset by the name that its manifest gives it. Raises NotFound."""
    dataset = queries.dataset(screens.session(), public_id)
    if name not in dataset.manifest["files"]:
        raise NotFound("file_unknown", zh="没有这个文件。", en="There is no such file.")
    _refuse_forgotten(dataset)
    table: Path = screens.settings().data_dir / dataset.folder / name
    export.refuse_unreadable(table)
    return table


def _refuse_forgotten(dataset: Dataset) -> None:
    if (day := forgotten.dataset_day(screens.session(), dataset.public_id)) is not None:
        raise Gone(
            "answers_deleted",
            zh=f"其中的答卷已按公告于{day.isoformat()}删除。清单、代码本和结果仍在。",
            en=f"The answers in it were deleted on {day.isoformat()}, as announced. Manifest, codebook and results stay.",
        )


def _download_name(name: str, suffix: str) -> str:
    return name.replace("/", "-").removesuffix(".parquet") + suffix


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
