"""Stages 5 and 6: freeze, look for trouble, score twice, answer warnings, hand over with two signatures."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.datasets.freeze import freeze_cycle
from admin.demo.progress import stage
from admin.demo.stages.fieldwork import source
from admin.demo.world import COMMAND, World, actor, cycle
from admin.fieldwork.services import imports
from admin.quality import detect
from admin.quality import services as quality
from admin.scoring import compute, handover, queries, rules, services
from survey.errors import Conflict
from survey.identity.permissions import Role
from survey.models.dataset import Dataset
from survey.models.scoring import Run

ANSWERS = {
    "G06": (
        "各调查方式的应答率、参与率和无应答表随报告一并公布；加权已按人口边际校正已知的无应答差异，其余差异列入局限性说明。",
        "Response and participation rates of every mode and the nonresponse table are published with the report; "
        "weights correct the known differences, and what remains is named among the limitations.",
    ),
    "G07": (
        "信度略低的题组只有三题，区间已公布。这些题组只作为维度的一部分使用，不单独排名；明年将各增加一题。",
        "The sets that fall slightly short have three items each; their intervals are published. They are used only "
        "as parts of a dimension and are never ranked alone; one item each will be added next year.",
    ),
    "G08": (
        "（演示答复）相关系数连同区间一并公布；该群体的指数应结合此项一起阅读。",
        "(Demo answer) The correlation is published with its interval; this group's index should be read with it.",
    ),
    "G09": (
        "不了解率高于三成的题目只报告、不计分。",
        "Items with a don't-know share above 30% are reported and not scored.",
    ),
    "G13": (
        "（演示答复）被标出的县已在关卡证据中列明；是否存在诱导或访问员问题，由 G11 和 G12 认定，不在此处下结论。县级结果只公布分档。",
        "(Demo answer) The counties that stand out are named in the gate's evidence. Whether coaching or an interviewer is "
        "behind one of them is decided under G11 and G12 and not here. Counties are published in bands only.",
    ),
    "G14": (
        "（演示答复）调查方式之间的差异连同标准误保存在本次计算的结果中。",
        "(Demo answer) The differences between modes are kept with their standard errors in the results of this run.",
    ),
}


def freeze_and_flag(world: World) -> None:
    """The dataset is frozen, and the radar says what somebody should look at."""
    world.stand_at(world.moment(world.day("analysis"), "09:00"))
    freeze(world)
    with stage("Radar over the frozen answers", 1) as progress:
        with world.work() as session:
            dataset = latest_dataset(world, session)
            folder = world.settings.data_dir / dataset.folder
            framework = queries.document_in_force(session, "framework").document
            province = queries.latest_document(session, "province").document
        findings = detect.find(folder, framework=framework, province=province)
        with world.work() as session:
            quality.record_flags(session, cycle(session).id, findings, actor=actor(session, "analyst"))
        progress.advance()


def freeze(world: World) -> None:
    """Freeze what is sealed."""
    with stage("Dataset frozen", 1) as progress:
        with world.work() as session:
            freeze_cycle(
                session, cycle(session), data_dir=world.settings.data_dir, actor=actor(session, "analyst")
            )
        progress.advance()


def import_registers(world: World) -> None:
    """After the appeal window: its register, and the internal scores of the performance system."""
    world.stand_at(world.moment(world.day("countersign"), "09:00"))
    with stage("Appeal register and internal scores imported", 2) as progress:
        for name, take in (
            ("internal_scores", imports.import_internal_scores),
            ("appeals", imports.import_appeals),
        ):
            with world.work() as session:
                take(session, cycle(session), source(world, name), actor=actor(session, "fieldwork"))
            progress.advance()


def score(world: World) -> None:
    """Score the dataset by the locked plan, twice, and judge every gate."""
    with stage("Weighted, estimated, scored (twice), gates judged", 1) as progress:
        with world.work() as session:
            run = services.request_run(
                session,
                cycle(session),
                latest_dataset(world, session),
                seed=world.seed,
                actor=actor(session, "statistician"),
            )
            services.start(session, run)
            run_id = run.id
            task = services.task_of(session, run, data_dir=world.settings.data_dir)
        finished = compute.compute(task, processes=world.settings.workers)
        with world.work() as session:
            services.finish(session, session.get_one(Run, run_id), finished, actor=COMMAND)
        progress.advance()


def answer_warnings(world: World) -> None:
    """The statistician answers every warning in writing; the answers are published."""
    with world.work() as session:
        run = queries.runs_of(session, cycle(session))[0]
        for gate in rules.open_warnings(run, queries.gate_answers(session, run)):
            zh, en = ANSWERS[gate]
            services.answer_warning(
                session, run, gate=gate, text_zh=zh, text_en=en, actor=actor(session, "statistician")
            )


def hand_over(world: World) -> Conflict | None:
    """Two people countersign; or the reason why nobody can: a block gate is not passed."""
    with stage("Hand-over countersigned by two people", 1) as progress:
        try:
            with world.work() as session:
                run = queries.runs_of(session, cycle(session))[0]
                results = services.read_results(run, data_dir=world.settings.data_dir)
                record = handover.prepare(session, run, results=results, actor=actor(session, "lead"))
                for username, role in (("statistician", Role.STATISTICIAN), ("lead", Role.PERFORMANCE_LEAD)):
                    handover.countersign(
                        session, record, role=role, actor=actor(session, username), keys=world.keys
                    )
        except Conflict as refused:
            return refused
        progress.advance()
    return None


def latest_dataset(world: World, session: Session) -> Dataset:
    """The dataset frozen last."""
    return session.scalars(
        sa.select(Dataset).where(Dataset.cycle_id == cycle(session).id).order_by(Dataset.id.desc()).limit(1)
    ).one()
