"""Home of publishing a draft: with every condition met and a second person's approval it becomes a locked version."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.designer import checking, drafts, services
from admin.designer.agreement import approvals, gate
from admin.designer.bank import verbs as bank
from survey import audit, clock
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.instrument.program import Program
from survey.instrument.versions.diff import Diff, compare
from survey.models.agreement import DraftApproval
from survey.models.design import InstrumentDraft
from survey.models.instrument import Instrument, InstrumentVersion
from survey.participation import consultations


def difference(session: Session, draft: InstrumentDraft) -> Diff | None:
    """What the draft changes against the version before; None for a first version or a draft with errors."""
    before = approvals.version_before(session, draft)
    program = checking.check(session, draft).program
    if before is None or program is None:
        return None
    return compare(Program.from_json(before.program), program)


def approve(
    session: Session,
    draft: InstrumentDraft,
    *,
    seen: str,
    compared_with: str | None,
    time_zone: str,
    actor: Actor,
) -> DraftApproval:
    """The second person's approval. Raises Conflict while another condition is unmet, and as ``approvals.approve``."""
    _refuse_unmet(gate.before_approval(session, draft, time_zone=time_zone))
    return approvals.approve(session, draft, seen=seen, compared_with=compared_with, actor=actor)


def publish(
    session: Session, draft: InstrumentDraft, *, expected_revision: int, time_zone: str, actor: Actor
) -> InstrumentVersion:
    """Make the draft an immutable, locked version. Raises Conflict (a condition unmet, own approval), StaleDraft."""
    if draft.revision != expected_revision:
        raise drafts.StaleDraft(draft, expected=expected_revision)
    if not drafts.is_editable(draft):
        raise Conflict(
            "draft_closed", zh="这份草稿已经发布或作废。", en="This draft was published or discarded."
        )
    _refuse_unmet(gate.conditions(session, draft, time_zone=time_zone))
    approval, program = approvals.standing(session, draft), checking.check(session, draft).program
    assert approval is not None  # a condition says so
    assert program is not None
    if approval.by == actor.ref:
        raise Conflict(
            "second_person",
            zh="批准的人不能自己发布，须由另一个人发布。",
            en="Whoever approved does not publish; another person does.",
        )
    _refuse_known(session, program)
    change = difference(session, draft)
    version = _version(session, draft, program, approval, actor=actor)
    version.change = None if change is None else change.to_json()
    _close(session, draft, seen=expected_revision)
    draft.updated_at, draft.updated_by = clock.now(session), actor.ref
    session.flush()
    bank.record_uses(session, version)
    consultations.link_version(session, draft, version)
    after = {"digest": version.digest, "draft": draft.public_id, "approved_by": approval.by}
    audit.record(session, actor.ref, act="instrument.publish", on=services.reference(version), after=after)
    return version


def _version(
    session: Session, draft: InstrumentDraft, program: Program, approval: DraftApproval, *, actor: Actor
) -> InstrumentVersion:
    instrument = session.scalars(sa.select(Instrument).where(Instrument.code == program.code)).one_or_none()
    if instrument is None:
        instrument = Instrument(code=program.code, title=dict(program.title))
        session.add(instrument)
        session.flush()
    now = clock.now(session)
    version = InstrumentVersion(
        version=program.version,
        document=dict(draft.document),
        program=program.to_json(),
        digest=program.digest,
        loaded_at=now,
        locked_at=now,
        locked_by=approval.by,
        draft_id=draft.id,
        published_by=actor.ref,
        approved_by=approval.by,
    )
    instrument.versions.append(version)
    session.flush()
    return version


def _close(session: Session, draft: InstrumentDraft, *, seen: int) -> None:
    """Take the draft out of work. Raises StaleDraft where somebody saved it between the check and this moment."""
    closed = session.execute(
        sa.update(InstrumentDraft)
        .where(
            InstrumentDraft.id == draft.id,
            InstrumentDraft.revision == seen,
            InstrumentDraft.state.in_((drafts.OPEN, drafts.IN_CONSULTATION)),
        )
        .values(state=drafts.PUBLISHED)
        .execution_options(synchronize_session=False)
        .returning(InstrumentDraft.id)
    ).one_or_none()
    session.refresh(draft, ["state", "revision"])
    if closed is None:
        raise drafts.StaleDraft(draft, expected=seen)


def _refuse_unmet(conditions: list[gate.Condition]) -> None:
    unmet = [condition for condition in conditions if not condition.is_met]
    if unmet:
        raise Conflict(
            "gate_unmet",
            zh=f"还有{len(unmet)}项条件没有满足，不能发布。",
            en=f"{len(unmet)} condition(s) for publishing are not met yet.",
            problems=unmet,
        )


def _refuse_known(session: Session, program: Program) -> None:
    if session.scalar(sa.select(InstrumentVersion.id).where(InstrumentVersion.digest == program.digest)):
        raise Conflict(
            "version_known",
            zh="已有完全相同的版本。",
            en="A version with exactly this content exists already.",
        )
