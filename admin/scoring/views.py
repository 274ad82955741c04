"""Runs: start, progress, results of every unit, gates with their evidence, written answers to warnings."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.scoring import evidence, listing, queries, rules, services
from admin.scoring.forms import AnswerForm, RunForm
from admin.screens import StaffForm, go, page
from survey.errors import HouseError, NotFound
from survey.identity.permissions import Permission
from survey.kit import guard, language
from survey.models.cycle import Cycle
from survey.models.scoring import GateOutcome, Run

bp = flask.Blueprint("runs", __name__, url_prefix="/admin/runs")
BEFORE_DISCLOSURE_CONTROL = frozenset({"cells_audit.csv"})


@bp.get("")
@guard.permitted(Permission.RUN_VIEW)
def index() -> ResponseReturnValue:
    return _list(_run_form(formdata=None))


@bp.post("")
@guard.permitted(Permission.RUN_START, needs_fresh=True)
def start() -> ResponseReturnValue:
    form, session = _run_form(), screens.session()
    if form.validate():
        dataset = listing.dataset(session, form.dataset.data)
        if dataset is None:
            raise NotFound("dataset_unknown", zh="没有这个数据集。", en="There is no such dataset.")
        try:
            cycle = session.get_one(Cycle, dataset.cycle_id)
            run = services.queue_run(session, cycle, dataset, seed=form.seed.data, actor=guard.actor())
        except HouseError as error:
            form.absorb(error)
        else:
            message = _("The run is waiting for a worker. It goes on when you leave this page.")
            return go("runs.show", message, public_id=run.public_id)
    return _list(form, status=422)


@bp.get("/<public_id>")
@guard.permitted(Permission.RUN_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    return _run(queries.run_by_id(screens.session(), public_id), StaffForm(formdata=None))


@bp.get("/<public_id>/files/<name>")
@guard.permitted(Permission.RUN_VIEW)
def download(public_id: str, name: str) -> ResponseReturnValue:
    run = queries.run_by_id(screens.session(), public_id)
    is_hidden = name in BEFORE_DISCLOSURE_CONTROL and not guard.may(Permission.DATASET_DOWNLOAD)
    if name not in run.outputs or is_hidden:
        raise NotFound("file_unknown", zh="没有这个文件。", en="There is no such file.")
    return screens.stored_file(run.folder, name)


@bp.get("/<public_id>/gates/<gate>")
@guard.permitted(Permission.RUN_VIEW)
def show_gate(public_id: str, gate: str) -> ResponseReturnValue:
    run = queries.run_by_id(screens.session(), public_id)
    return _gate(run, gate, AnswerForm(formdata=None))


@bp.post("/<public_id>/gates/<gate>/answer")
@guard.permitted(Permission.GATE_ANSWER, needs_fresh=True)
def answer(public_id: str, gate: str) -> ResponseReturnValue:
    session, form = screens.session(), AnswerForm()
    run = queries.run_by_id(session, public_id)
    if form.validate():
        try:
            services.answer_warning(
                session,
                run,
                gate=gate,
                text_zh=form.text_zh.data,
                text_en=form.text_en.data,
                actor=guard.actor(),
            )
        except HouseError as error:
            form.absorb(error)
        else:
            return go("runs.show", _("The answer is filed and will be published."), public_id=public_id)
    return _gate(queries.run_by_id(session, public_id), gate, form, status=422)


def _run(run: Run, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    session = screens.session()
    answers = queries.gate_answers(session, run)
    results = (
        services.read_results(run, data_dir=screens.settings().data_dir) if run.status == "done" else None
    )
    return page(
        "scoring/run.html",
        run=run,
        form=form,
        dataset=listing.dataset(session, run.dataset_id),
        job=listing.job_of(session, run, kind=services.JOB),
        answers=answers,
        blocking=rules.blocking_gates(run),
        waiting=rules.open_warnings(run, answers),
        results=results,
        names=listing.unit_names(session),
        hand_over=queries.hand_over_of(session, run),
        hidden=frozenset() if guard.may(Permission.DATASET_DOWNLOAD) else BEFORE_DISCLOSURE_CONTROL,
        status=status,
    )


def _gate(run: Run, gate: str, form: AnswerForm, *, status: int = 200) -> ResponseReturnValue:
    outcome = next((each for each in run.gates if each.gate == gate), None)
    if outcome is None:
        raise NotFound("gate_unknown", zh="没有这道关卡。", en="There is no such gate.")
    filed = queries.gate_answers(screens.session(), run).get(gate)
    return page(
        "scoring/gate.html",
        run=run,
        gate=outcome,
        table=evidence.table_of(outcome.outcome.get("evidence") or ()),
        column_word=evidence.column_word,
        threshold_word=evidence.threshold_word,
        cell=evidence.cell,
        places=listing.place_names(screens.session(), language.current()),
        answer=filed,
        needs_answer=_is_open_warning(outcome) and filed is None,
        form=form,
        status=status,
    )


def _is_open_warning(outcome: GateOutcome) -> bool:
    return outcome.level == "warn" and outcome.status != "pass"


def _list(form: RunForm, *, status: int = 200) -> ResponseReturnValue:
    return page("scoring/runs.html", runs=listing.runs(screens.session()), form=form, status=status)


def _run_form(**given: object) -> RunForm:
    form = RunForm(**given)
    form.dataset.choices = screens.choices(
        (each.id, f"{each.digest[:12]} · {each.n_responses}") for each in listing.datasets(screens.session())
    )
    return form
