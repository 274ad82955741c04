"""The verbs of scoring: request a run, execute it, answer its warnings."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.scoring import compute, inputs, manifest, queries
from survey import audit, clock, ids, text
from survey.errors import Conflict, Forbidden, Invalid
from survey.identity.actors import Actor
from survey.identity.permissions import Permission, permissions_of
from survey.instrument.program import Program
from survey.jobs import queue
from survey.ledger import forgotten
from survey.ledger.canonical import canonical_bytes, digest_of
from survey.models.cycle import Cycle
from survey.models.dataset import Dataset
from survey.models.instrument import InstrumentVersion
from survey.models.scoring import GateAnswer, GateOutcome, Run
from survey.models.wave import Wave

ANSWER_LENGTH = 2000
JOB = "scoring.run"


def request_run(session: Session, cycle: Cycle, dataset: Dataset, *, seed: int, actor: Actor) -> Run:
    """Note that ``dataset`` is to be scored by the locked plan.

    Raises Conflict where nothing is locked, or where the answers in it were deleted as announced.
    """
    if (day := forgotten.dataset_day(session, dataset.public_id)) is not None:
        raise Conflict(
            "answers_deleted",
            zh=f"这个数据集中的答卷已按公告于{day.isoformat()}删除，不能再计算。此前的结果仍在。",
            en=f"The answers in this dataset were deleted on {day.isoformat()}, as announced; it cannot be scored any "
            "more. Earlier results stay.",
        )
    plan, framework = (queries.document_in_force(session, kind) for kind in ("scoring", "framework"))
    found = manifest.build(
        dataset,
        plan=plan,
        framework=framework,
        province=queries.latest_document(session, "province"),
        fieldwork=inputs.fieldwork_inputs(session, cycle, documents=(framework, plan)),
        seed=seed,
    )
    earlier = queries.runs_of(session, cycle)
    run = Run(
        public_id=ids.public_id(),
        cycle_id=cycle.id,
        number=len(earlier) + 1,
        dataset_id=dataset.id,
        plan_digest=plan.digest,
        seed=seed,
        status="queued",
        manifest=found,
        supersedes_id=earlier[0].id if earlier else None,
        requested_by=actor.ref,
        requested_at=clock.now(session),
    )
    session.add(run)
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="run.request",
        on=f"run:{run.public_id}",
        after={"number": run.number, "manifest": digest_of(found)},
        run=run.public_id,
    )
    return run


def queue_run(session: Session, cycle: Cycle, dataset: Dataset, *, seed: int, actor: Actor) -> Run:
    """Request a run and leave it to a worker. Raises Conflict where nothing is locked."""
    run = request_run(session, cycle, dataset, seed=seed, actor=actor)
    queue.enqueue(session, JOB, argument={"run_id": run.id})
    return run


def task_of(session: Session, run: Run, *, data_dir: Path) -> compute.Task:
    """Everything that the computation of ``run`` needs: the documents that its manifest names, no later ones.

    Raises Conflict where the registers beside the answers are not those of the manifest any more.
    """
    cycle = session.get_one(Cycle, run.cycle_id)
    dataset = session.get_one(Dataset, run.dataset_id)
    digest = digest_of(run.manifest)
    plan, framework = (queries.document_of_run(session, run, kind) for kind in ("scoring", "framework"))
    fieldwork = inputs.fieldwork_inputs(session, cycle, documents=(framework, plan), manifest_digest=digest)
    if manifest.fieldwork_digests(fieldwork) != run.manifest["fieldwork"]:
        raise Conflict(
            "registers_changed",
            zh="申请计算之后，现场记录、标记或登记有了变动。请重新申请计算。",
            en="Records of fieldwork, flags or registers changed after the run was requested. Request it again.",
        )
    return compute.Task(
        plan=plan.document,
        framework={**framework.document, "modules": _item_weights(session, cycle)},
        province=queries.document_of_run(session, run, "province").document,
        dataset_dir=data_dir / dataset.folder,
        dataset_files=dataset.manifest["files"],
        fieldwork=fieldwork,
        seed=run.seed,
        manifest_digest=digest,
        out_dir=data_dir / folder_of(run),
    )


def folder_of(run: Run) -> str:
    """Where a run's files are kept, below the data folder."""
    return f"runs/{run.public_id}"


def start(session: Session, run: Run) -> None:
    """The computation begins."""
    run.status = "running"
    session.flush()


def finish(session: Session, run: Run, finished: compute.Finished, *, actor: Actor) -> None:
    """Record files, digests and gates of a run that was computed."""
    run.status, run.finished_at = "done", clock.now(session)
    run.outputs, run.result_digest, run.folder = finished.outputs, finished.result_digest, folder_of(run)
    session.add_all(
        GateOutcome(run_id=run.id, gate=gate["id"], level=gate["level"], status=gate["status"], outcome=gate)
        for gate in finished.gates
    )
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="run.finish",
        on=f"run:{run.public_id}",
        after={"result": run.result_digest, "gates": {g["id"]: g["status"] for g in finished.gates}},
        run=run.public_id,
    )


def fail(session: Session, run: Run, *, reason: str, actor: Actor) -> None:
    """Record why a run could not be computed; it has no files."""
    run.status, run.failure, run.finished_at = "failed", reason, clock.now(session)
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="run.fail",
        on=f"run:{run.public_id}",
        after={"reason": reason},
        run=run.public_id,
    )


def answer_warning(
    session: Session, run: Run, *, gate: str, text_zh: str, text_en: str, actor: Actor
) -> GateAnswer:
    """File the written answer to a warning; it is published with the results.

    Raises Forbidden without the permission, Conflict where the gate is no open warning (a block gate cannot
    be answered away), Invalid where the answer is empty.
    """
    if actor.user_id is None or Permission.GATE_ANSWER not in permissions_of(actor.roles):
        raise Forbidden(
            "may_not_answer",
            zh="只有统计负责人可以书面答复预警。",
            en="Only a statistician may answer a warning.",
        )
    outcome = session.scalar(
        sa.select(GateOutcome).where(GateOutcome.run_id == run.id, GateOutcome.gate == gate)
    )
    if outcome is None or outcome.level != "warn" or outcome.status == "pass":
        raise Conflict(
            "not_a_warning",
            zh=f"关卡 {gate} 没有需要答复的预警；阻断类关卡不能以答复放行。",
            en=f"Gate {gate} has no warning to answer; a block gate cannot be answered away.",
        )
    words = {"zh": text.normalise(text_zh).strip(), "en": text.normalise(text_en).strip()}
    if not all(words.values()) or max(map(len, words.values())) > ANSWER_LENGTH:
        raise Invalid(
            "answer_length",
            zh=f"请用中文和英文各写一段答复，每段不超过 {ANSWER_LENGTH} 字。",
            en=f"Write the answer in Chinese and in English, at most {ANSWER_LENGTH} characters each.",
        )
    if queries.gate_answers(session, run).get(gate) is not None:
        raise Conflict("answered", zh=f"关卡 {gate} 已经答复。", en=f"Gate {gate} has been answered.")
    answer = GateAnswer(
        run_id=run.id,
        gate=gate,
        level="warn",
        text_zh=words["zh"],
        text_en=words["en"],
        user_id=actor.user_id,
        answered_at=clock.now(session),
    )
    session.add(answer)
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="gate.answer",
        on=f"run:{run.public_id}/{gate}",
        after=words,
        run=run.public_id,
    )
    return answer


def read_results(run: Run, *, data_dir: Path) -> dict[str, Any]:  # Any: a JSON document
    """The results document of a run, refused where the file is not the one that was recorded."""
    path = data_dir / run.folder / "results.json"
    content = path.read_bytes()
    if sha256_of(content) != run.outputs["results.json"]:
        raise Conflict(
            "results_changed",
            zh="结果文件与登记的摘要值不符，不能使用。",
            en="The results file does not match the digest that was recorded; it cannot be used.",
        )
    found: dict[str, Any] = json.loads(content)
    return found


def sha256_of(content: bytes) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _item_weights(session: Session, cycle: Cycle) -> dict[str, dict[str, float]]:
    """Item weights of the repeated parts, as the locked instruments of this cycle carry them."""
    weights: dict[str, dict[str, float]] = {}
    versions = session.scalars(
        sa.select(InstrumentVersion)
        .where(
            InstrumentVersion.id.in_(sa.select(Wave.instrument_version_id).where(Wave.cycle_id == cycle.id))
        )
        .order_by(InstrumentVersion.id)
    )
    names = {"drawn_unit": "unit_module", "assigned_unit": "representatives"}
    for version in versions:
        for page in Program.from_json(version.program).pages:
            if page.repeat in names:
                found = {item.code: float(item.weight) for item in page.items if item.weight is not None}
                weights[names[page.repeat]] = weights.get(names[page.repeat], {}) | found
    return weights


def manifest_bytes(run: Run) -> bytes:
    """The manifest as the bytes that its digest is taken over."""
    return canonical_bytes(run.manifest)
