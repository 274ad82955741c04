"""Documents, runs and hand-overs looked at again: every file, row and signature against what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.scoring import handover, inputs, manifest, queries, services
from admin.scoring.verify import verify_file
from survey.errors import HouseError
from survey.instrument.program import Program
from survey.ledger import notes
from survey.ledger.canonical import NotCanonicalError, canonical_bytes, digest_of
from survey.ledger.checkpoint import platform_signer
from survey.ledger.finding import Finding
from survey.models.audit import AuditEvent
from survey.models.content import ContentDocument
from survey.models.cycle import Cycle
from survey.models.instrument import InstrumentVersion
from survey.models.people import User
from survey.models.scoring import HandOver, Run
from survey.models.wave import Wave
from survey.ports import KeyStore

#: Registers that do not change by themselves once a run was computed from them.
_LASTING = ("internal_scores", "modes", "locking")


def faults(session: Session, *, data_dir: Path, keys: KeyStore) -> Iterator[Finding]:
    """What does not fit, by object."""
    yield from _document_faults(session)
    newest: dict[int, int] = dict(
        session.execute(
            sa.select(Run.cycle_id, sa.func.max(Run.number))
            .where(Run.status == "done")
            .group_by(Run.cycle_id)
        ).all()
    )
    for run in session.scalars(sa.select(Run).where(Run.status == "done").order_by(Run.id)):
        yield from _run_faults(session, run, data_dir=data_dir)
        if newest[run.cycle_id] == run.number:
            yield from _register_faults(session, run)
    for record in session.scalars(sa.select(HandOver).order_by(HandOver.id)):
        yield from _hand_over_faults(session, record, data_dir=data_dir, keys=keys)


def _document_faults(session: Session) -> Iterator[Finding]:
    logged = _logged(session, "document.load") | _logged(session, "instrument.load")
    for document in session.scalars(sa.select(ContentDocument).order_by(ContentDocument.id)):
        name = f"{document.kind}:{document.version}"
        if digest_of(document.document) != document.digest or logged.get(name) != {"digest": document.digest}:
            yield _finding(name, zh="与载入时登记的不符", en="is not what was loaded")
    for version in session.scalars(sa.select(InstrumentVersion).order_by(InstrumentVersion.id)):
        name = f"instrument:{version.instrument.code}/{version.version}"
        program = Program.from_json(version.program)
        if program.digest != version.digest or logged.get(name, {"digest": version.digest}) != {
            "digest": version.digest
        }:
            yield _finding(name, zh="与载入时登记的不符", en="is not what was loaded")
    opened = _logged(session, "wave.open")
    for wave in session.scalars(sa.select(Wave).where(Wave.opened_at.is_not(None)).order_by(Wave.id)):
        said = opened.get(f"wave:{wave.code}")
        if said is not None and (said["instrument"], said["plan"]) != (wave.version.digest, wave.plan_digest):
            yield _finding(
                f"wave:{wave.code}",
                zh="问卷或方案与开放时不同",
                en="its instrument or plan is not that of its opening",
            )


def _run_faults(session: Session, run: Run, *, data_dir: Path) -> Iterator[Finding]:
    name = f"run {run.number}"
    requested = _logged(session, "run.request").get(f"run:{run.public_id}", {})
    finished = _logged(session, "run.finish").get(f"run:{run.public_id}", {})
    if requested.get("manifest") != digest_of(run.manifest) or run.manifest["plan_digest"] != run.plan_digest:
        yield _finding(name, zh="清单与申请时不同", en="its manifest is not the one that was requested")
    outputs = {file: digest for file, digest in run.outputs.items() if file != handover.GATES_FILE}
    if not finished.get("result") == run.result_digest == digest_of(outputs):
        yield _finding(
            name, zh="结果摘要值与登记的不符", en="its result digest is not the one that was recorded"
        )
    for file, digest in sorted(run.outputs.items()):
        if _sha256(data_dir / run.folder / file) != digest:
            yield _finding(f"{name}/{file}", zh="被改动或缺失", en="was changed or is missing")
    stated = finished.get("gates", {})
    for gate in run.gates:
        facts = (gate.outcome["id"], gate.outcome["level"], gate.outcome["status"])
        if (gate.gate, gate.level, gate.status) != facts or stated.get(gate.gate) != gate.status:
            yield _finding(
                f"{name}/{gate.gate}", zh="关卡结果被改动", en="the outcome of the gate was changed"
            )
    for missing in sorted(stated.keys() - {gate.gate for gate in run.gates}):
        yield _finding(f"{name}/{missing}", zh="关卡结果被删除", en="the outcome of the gate is gone")
    answered = _logged(session, "gate.answer")
    answers = queries.gate_answers(session, run)
    prefix = f"run:{run.public_id}/"
    for gate_id in sorted(
        {*answers, *(ref.removeprefix(prefix) for ref in answered if ref.startswith(prefix))}
    ):
        answer = answers.get(gate_id)
        said = answer and {"zh": answer.text_zh, "en": answer.text_en}
        if answered.get(prefix + gate_id) != said:
            yield _finding(
                f"{name}/{gate_id}",
                zh="书面答复与审计日志不符",
                en="its written answer is not the one that was filed",
            )


def _register_faults(session: Session, run: Run) -> Iterator[Finding]:
    try:
        documents = [queries.document_of_run(session, run, kind) for kind in ("framework", "scoring")]
    except HouseError as error:
        yield _finding(f"run {run.number}", zh=error.message("zh"), en=error.message("en"))
        return
    cycle = session.get_one(Cycle, run.cycle_id)
    found = manifest.fieldwork_digests(inputs.fieldwork_inputs(session, cycle, documents=documents))
    for part in _LASTING:
        if found[part] != run.manifest["fieldwork"][part]:
            yield _finding(
                f"register {part}",
                zh=f"与第{run.number}次计算所用的不同",
                en=f"is not what run {run.number} was computed from",
            )


def _hand_over_faults(
    session: Session, record: HandOver, *, data_dir: Path, keys: KeyStore
) -> Iterator[Finding]:
    name = f"hand-over {record.public_id}"
    prepared = _logged(session, "handover.prepare").get(f"handover:{record.public_id}", {})
    if not digest_of(record.document) == record.digest == prepared.get("digest"):
        yield _finding(name, zh="记录与登记的摘要值不符", en="its record does not match its digest")
    run = session.get_one(Run, record.run_id)
    try:
        results = services.read_results(run, data_dir=data_dir)
        if handover.record_of(session, run, results=results) != record.document:
            yield _finding(name, zh="与其计算结果不符", en="does not follow from its run")
    except (HouseError, OSError):
        yield _finding(
            name, zh="无法与结果核对", en="cannot be compared with its run, whose results are damaged"
        )
    people = dict(session.execute(sa.select(User.id, User.username)).all())
    signed = [(people.get(s.user_id), s.role, s.digest) for s in record.signatures]
    events = session.execute(
        sa.select(AuditEvent.actor, AuditEvent.after)
        .where(AuditEvent.act == "handover.sign", AuditEvent.object_ref == f"handover:{record.public_id}")
        .order_by(AuditEvent.n)
    )
    if signed != [(actor.removeprefix("user:"), after["role"], after["digest"]) for actor, after in events]:
        yield _finding(name, zh="会签与审计日志不符", en="its signatures are not those of the audit log")
    if record.signed_file is None:
        return
    key = notes.verifier_key(handover.signing_name(record.document["cycle"]), platform_signer(keys))
    try:
        content = canonical_bytes(record.signed_file)
    except NotCanonicalError:
        content = b""
    bad = [check for check in verify_file(content, fingerprint=key.fingerprint) if not check.is_good]
    if record.signed_file.get("record") != record.document:
        yield _finding(
            f"{name}/signed file", zh="不是所签的记录", en="does not hold the record that was signed"
        )
    for check in bad:
        yield _finding(
            f"{name}/signed file", zh=f"未通过：{check.name}", en=f"fails “{check.name}”: {check.detail}"
        )


def _logged(
    session: Session, act: str
) -> dict[str, dict[str, Any]]:  # Any: JSON, as each act says what came out
    """What the audit log says came out of the last act of a kind on each object."""
    rows = session.execute(
        sa.select(AuditEvent.object_ref, AuditEvent.after).where(AuditEvent.act == act).order_by(AuditEvent.n)
    )
    return dict(rows.all())


def _sha256(path: Path) -> str | None:
    try:
        return services.sha256_of(path.read_bytes())
    except OSError:
        return None


def _finding(name: str, *, zh: str, en: str) -> Finding:
    return Finding(object=name, zh=zh, en=en)
