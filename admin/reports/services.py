"""Home of the verbs on a release: announce, choose the run, write the method statement, approve, publish."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.reports import build, files, gather, methods, queries, rules
from admin.reports.facts import Facts
from survey import audit, clock, ids, text
from survey.errors import Conflict, Invalid
from survey.identity.actors import Actor
from survey.identity.permissions import Permission, Role
from survey.ledger import checkpoint, cosigning
from survey.ledger.canonical import canonical_bytes, digest_of
from survey.ledger.checkpoint import Auditor
from survey.ledger.cosigning import AuditOffice
from survey.models.cycle import Cycle
from survey.models.publication import PublishedFile, Release, ReleaseApproval
from survey.models.scoring import Run
from survey.models.wave import Wave
from survey.ports import CheckpointSink, KeyStore
from survey.publish import results as readable

METHOD_LENGTH = 4000
Document = Mapping[str, Any]  # Any: a JSON document


def announce(
    session: Session, cycle: Cycle, *, title: Mapping[str, str], release_at: datetime, actor: Actor
) -> Release:
    """Say on which day the results will be published. Raises Forbidden, Invalid (too soon, wrong hour), Conflict."""
    _refuse(rules.why_not(actor, Permission.RELEASE_ANNOUNCE))
    now = clock.now(session)
    plan = queries.locked(session, "scoring").document
    _refuse(
        rules.why_not_announce(
            now=now,
            release_at=release_at,
            zone=queries.zone_of(session, cycle),
            publication=plan["publication"],
        )
    )
    if any(each.published_at is None for each in queries.releases(session, cycle)):
        raise Conflict(
            "release_announced",
            zh="这一周期已经公布了一个发布日期，还没有发布。请先发布它。",
            en="A release of this cycle is announced already and not yet published. Publish that one first.",
        )
    names = {language: text.one_line(title.get(language, ""))[:200] for language in ("zh", "en")}
    if not all(names.values()):
        raise Invalid(
            "release_title", zh="请用中文和英文各写一个标题。", en="Give the title in Chinese and in English."
        )
    release = Release(
        public_id=ids.public_id(),
        cycle_id=cycle.id,
        title=names,
        announced_at=now,
        release_at=release_at,
        method_statement={},
    )
    session.add(release)
    session.flush()
    _record(session, release, "release.announce", actor, after={"release_at": release_at.isoformat()})
    return release


def choose_run(session: Session, release: Release, *, run: Run, actor: Actor) -> None:
    """Say which run the release will publish; approvals of another run no longer count.

    Raises Forbidden, or Conflict where the release is out or the run is not done or of another cycle.
    """
    _refuse(rules.why_not(actor, Permission.RELEASE_ANNOUNCE))
    _refuse_published(release)
    if run.cycle_id != release.cycle_id or run.status != "done":
        raise Conflict(
            "run_not_done",
            zh="只能选择本周期已经完成的计算。",
            en="Choose a finished run of the same cycle.",
        )
    before, release.run_id = release.run_id, run.id
    if before != run.id:
        _withdraw_approvals(session, release, actor=actor)
    session.flush()
    _record(session, release, "release.run", actor, after={"run": run.public_id}, run=run)


def fill_method(session: Session, release: Release, *, part_id: str, zh: str, en: str, actor: Actor) -> None:
    """Write a part of the method statement, or add to what the platform says there; approvals start anew.

    Raises Forbidden, Conflict (published), Invalid (no such part, a language empty or too long).
    """
    _refuse(rules.why_not(actor, Permission.RELEASE_APPROVE))
    _refuse_published(release)
    said = {"zh": text.normalise(zh).strip(), "en": text.normalise(en).strip()}
    report = queries.latest(session, "report").document
    _refuse(
        rules.why_not_write(part=part_id, parts=report["method_statement"], texts=said, limit=METHOD_LENGTH)
    )
    before = release.method_statement.get(part_id)
    release.method_statement = {**release.method_statement, part_id: said}
    _withdraw_approvals(session, release, actor=actor)
    session.flush()
    _record(session, release, "release.method", actor, before=before, after={part_id: said})


def approve(session: Session, release: Release, *, role: Role, actor: Actor) -> ReleaseApproval:
    """Approve in one role. Raises Forbidden (no such role, own plan), Conflict (twice, published, no run chosen)."""
    _refuse(rules.why_not(actor, Permission.RELEASE_APPROVE))
    _refuse_published(release)
    if release.run_id is None:
        raise Conflict(
            "run_not_chosen",
            zh="还没有选定要发布的计算。请先选定，再批准。",
            en="No run is chosen for this release. Choose one, then approve.",
        )
    approved = [(approval.role, approval.user_id) for approval, _ in queries.approvals(session, release)]
    _refuse(
        rules.why_not_approve(
            role=role,
            actor=actor,
            approved=approved,
            has_edited_plan=queries.has_edited_plan(session, actor),
        )
    )
    assert actor.user_id is not None  # why_not_approve saw a person
    approval = ReleaseApproval(
        release_id=release.id, user_id=actor.user_id, role=role.value, approved_at=clock.now(session)
    )
    session.add(approval)
    session.flush()
    run = session.get_one(Run, release.run_id)
    _record(session, release, "release.approve", actor, after={"role": role.value}, run=run)
    return approval


def publish(
    session: Session,
    release: Release,
    *,
    run: Run,
    results: Document,
    actor: Actor,
    keys: KeyStore,
    sink: CheckpointSink,
    auditor: Auditor | None = None,
    office: AuditOffice | None = None,
) -> Release:
    """Publish on or after the announced instant: sign both logs of every wave, write document and files.

    With a block gate not passed, what is published holds the gates and the method statement and no result.
    With an ``office`` (in production) its signature under the logs as they were signed last is a condition.
    Raises Forbidden, or Conflict with everything that is still in the way.
    """
    _refuse(rules.why_not(actor, Permission.RELEASE_PUBLISH))
    _refuse_published(release)
    _refuse_other_results(release, run, results)
    now = clock.now(session)
    facts = gather.facts_of(session, release, run, results=results)
    _refuse(
        rules.why_not_publish(
            now=now,
            release_at=release.release_at,
            roles=[approval.role for approval, _ in queries.approvals(session, release)],
            empty_parts=methods.empty_parts(facts),
            warnings=queries.open_warnings(session, run),
        )
    )
    if office is not None:
        for wave in _opened_waves(session, release):
            cosigning.refuse_uncosigned(session, wave.code, office=office)
    _sign_logs(session, release, keys=keys, sink=sink, auditor=auditor)
    facts = gather.facts_of(session, release, run, results=results)
    _refuse_uneven(facts)
    document = build.build_document(facts)
    readable.read(document)
    release.document, release.digest, release.published_at = document, digest_of(document), now
    session.add_all(
        PublishedFile(
            release_id=release.id,
            name=file.name,
            media_type=file.media_type,
            sha256=hashlib.sha256(file.content).hexdigest(),
            content=file.content,
        )
        for file in files.open_files(document, facts)
    )
    session.flush()
    _record(
        session,
        release,
        "release.publish",
        actor,
        after={"digest": release.digest, "blocked": [gate["id"] for gate in facts.blocked]},
        run=run,
    )
    return release


def results_of(run: Run, *, data_dir: Path) -> dict[str, Any]:  # Any: a JSON document
    """The results document of a run, as its file holds it; ``publish`` checks it against the recorded digest."""
    found: dict[str, Any] = json.loads((data_dir / run.folder / "results.json").read_bytes())
    return found


def _sign_logs(
    session: Session, release: Release, *, keys: KeyStore, sink: CheckpointSink, auditor: Auditor | None
) -> None:
    for wave in _opened_waves(session, release):
        checkpoint.sign_wave(session, wave, occasion="publication", keys=keys, sink=sink, auditor=auditor)


def _opened_waves(session: Session, release: Release) -> Sequence[Wave]:
    return session.scalars(
        sa.select(Wave)
        .where(Wave.cycle_id == release.cycle_id, Wave.opened_at.is_not(None))
        .order_by(Wave.code)
    ).all()


def _withdraw_approvals(session: Session, release: Release, *, actor: Actor) -> None:
    """What was approved has changed: who approved must look again."""
    for approval, user in queries.approvals(session, release):
        session.delete(approval)
        _record(
            session,
            release,
            "release.approval_void",
            actor,
            before={"role": approval.role, "by": user.username},
        )
    session.flush()


def _refuse(error: Exception | None) -> None:
    if error is not None:
        raise error


def _refuse_published(release: Release) -> None:
    if release.published_at is not None:
        raise Conflict(
            "release_published",
            zh="已经发布，发布的内容不再改变。更正须另行发布。",
            en="This release is out and never changes. A correction is a release of its own.",
        )


def _refuse_other_results(release: Release, run: Run, results: Document) -> None:
    """The run is the one that was approved, and the results are the ones that it recorded."""
    if release.run_id != run.id:
        raise Conflict(
            "run_not_chosen",
            zh="要发布的计算不是已批准的那一次。",
            en="This run is not the one that was chosen and approved.",
        )
    recorded = run.outputs.get("results.json")
    if hashlib.sha256(canonical_bytes(dict(results))).hexdigest() != recorded:
        raise Conflict(
            "results_changed",
            zh="结果文件与登记的摘要值不符，不能发布。",
            en="The results do not match the digest that was recorded; they cannot be published.",
        )


def _refuse_uneven(facts: Facts) -> None:
    """Accepted = participation log = content log, wave by wave and channel by channel."""
    for wave in facts.waves:
        sizes = {wave.accepted, wave.participation_log, wave.content_log, sum(wave.channels.values())}
        if len(sizes) > 1:
            raise Conflict(
                "counts_differ",
                zh=f"调查轮次“{wave.code}”的答卷数与登记簿不符，不能发布。请先核查登记簿。",
                en=f"The answers of wave “{wave.code}” and its logs differ in number; nothing can be published. Check "
                "the logs first.",
            )


def _record(
    session: Session,
    release: Release,
    act: str,
    actor: Actor,
    *,
    before: Any = None,  # Any: whatever the act changed
    after: Any = None,
    run: Run | None = None,
) -> None:
    audit.record(
        session,
        actor.ref,
        act=act,
        on=f"release:{release.public_id}",
        before=before,
        after=after,
        run=None if run is None else run.public_id,
    )
