"""Home of the verbs on a consultation: put a draft to the public, take it back, publish the replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock, ids
from survey.errors import Conflict, Invalid
from survey.identity.actors import Actor
from survey.instrument.program import Program
from survey.models.consultation import CommentState, Consultation, ConsultationComment
from survey.models.design import InstrumentDraft
from survey.models.instrument import InstrumentVersion
from survey.participation.phases import Phase, phase_of

Words = Mapping[str, str]
SHORTEST = timedelta(days=3)
LONGEST = timedelta(days=180)
OPEN_DRAFT, IN_CONSULTATION = "open", "in_consultation"
_CLOSED_DRAFTS = frozenset({"published", "discarded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the public is told before it comments."""

    what_can_change: Words
    what_cannot_change: Words
    reply_rule: Words


def plan(
    session: Session,
    draft: InstrumentDraft,
    program: Program,
    *,
    terms: Terms,
    opens_at: datetime,
    closes_at: datetime,
    actor: Actor,
) -> Consultation:
    """Put the wording of a draft, as ``program`` holds it, to the public from ``opens_at`` to ``closes_at``.

    Raises Conflict where the draft is closed or has a running consultation, Invalid where the days do not fit.
    """
    _refuse_unfit(session, draft)
    now = clock.now(session)
    _check_days(opens_at, closes_at, now=now)
    consultation = Consultation(
        public_id=ids.public_id(),
        draft_id=draft.id,
        title=dict(program.title),
        terms={
            "what_can_change": dict(terms.what_can_change),
            "what_cannot_change": dict(terms.what_cannot_change),
            "reply_rule": dict(terms.reply_rule),
        },
        program=program.to_json(),
        digest=program.digest,
        opens_at=opens_at,
        closes_at=closes_at,
        planned_at=now,
        planned_by=actor.ref,
    )
    session.add(consultation)
    draft.state = IN_CONSULTATION
    session.flush()
    after = {
        "digest": consultation.digest,
        "opens": opens_at.isoformat(),
        "closes": closes_at.isoformat(),
    }
    audit.record(session, actor.ref, act="consultation.plan", on=reference(consultation), after=after)
    return consultation


def withdraw(session: Session, consultation: Consultation, *, actor: Actor) -> None:
    """Take a consultation off the public site for good. Raises Conflict once its replies are published."""
    phase = phase_of(consultation, now=clock.now(session))
    if phase in {Phase.ANSWERED, Phase.WITHDRAWN}:
        raise Conflict(
            "consultation_over",
            zh="征求意见已经结束，不能再撤回。",
            en="This consultation is over and cannot be taken back any more.",
        )
    consultation.withdrawn_at, consultation.withdrawn_by = clock.now(session), actor.ref
    _free_draft(session, consultation)
    session.flush()
    audit.record(session, actor.ref, act="consultation.withdraw", on=reference(consultation))


def publish_replies(session: Session, consultation: Consultation, *, actor: Actor) -> None:
    """Publish every comment that may be shown with its reply. Raises Conflict while one of them lacks its reply."""
    phase = phase_of(consultation, now=clock.now(session))
    if phase is not Phase.ANSWERING:
        raise Conflict(
            "consultation_not_over",
            zh="征求意见的时间还没有结束（或已经撤回、已经答复），现在不能公布答复。",
            en="The replies are published once, after the time for comments is over.",
        )
    waiting = open_comments(session, consultation)
    if waiting:
        raise Conflict(
            "comments_without_reply",
            zh=f"还有{waiting}条意见没有处理完：每条都须由两人决定是否公开，并附理由答复。",
            en=f"{waiting} comment(s) are not dealt with: two persons decide whether each is shown, and each gets a "
            "reply with a reason.",
        )
    consultation.answered_at, consultation.answered_by = clock.now(session), actor.ref
    _free_draft(session, consultation)
    session.flush()
    counted = session.scalar(
        sa.select(sa.func.count()).where(ConsultationComment.consultation_id == consultation.id)
    )
    audit.record(
        session, actor.ref, act="consultation.answer", on=reference(consultation), after={"comments": counted}
    )


def link_version(session: Session, draft: InstrumentDraft, version: InstrumentVersion) -> None:
    """Say of every answered consultation on the draft which version came of it."""
    for consultation in of_draft(session, draft):
        if consultation.answered_at is not None:
            consultation.version_id = version.id
    session.flush()


def of_draft(session: Session, draft: InstrumentDraft) -> list[Consultation]:
    """All consultations on a draft, the newest first."""
    query = sa.select(Consultation).where(Consultation.draft_id == draft.id).order_by(Consultation.id.desc())
    return list(session.scalars(query))


def running(session: Session, draft: InstrumentDraft) -> Consultation | None:
    """The consultation on a draft that is neither answered nor withdrawn."""
    return next(
        (each for each in of_draft(session, draft) if each.withdrawn_at is None and each.answered_at is None),
        None,
    )


def open_comments(session: Session, consultation: Consultation) -> int:
    """How many comments still need a decision on showing them, or a reply."""
    unfinished = sa.or_(
        ConsultationComment.state == CommentState.WAITING.value, ConsultationComment.decision.is_(None)
    )
    query = sa.select(sa.func.count()).where(
        ConsultationComment.consultation_id == consultation.id, unfinished
    )
    return session.scalar(query) or 0


def reference(consultation: Consultation) -> str:
    """How the audit log names a consultation."""
    return f"consultation:{consultation.public_id}"


def _refuse_unfit(session: Session, draft: InstrumentDraft) -> None:
    if draft.state in _CLOSED_DRAFTS:
        raise Conflict(
            "draft_closed",
            zh="这份草稿已经发布或作废，不能再征求意见。",
            en="This draft was published or discarded; there is nothing left to consult on.",
        )
    if running(session, draft) is not None:
        raise Conflict(
            "consultation_running",
            zh="这份草稿正在征求意见。请先公布答复或撤回，再开始新的一轮。",
            en="A consultation on this draft is under way. Publish its replies or take it back before another one.",
        )


def _check_days(opens_at: datetime, closes_at: datetime, *, now: datetime) -> None:
    length = closes_at - opens_at
    if opens_at < now - timedelta(days=1) or not SHORTEST <= length <= LONGEST:
        raise Invalid(
            "consultation_days",
            zh=f"开始时间不能早于今天，征求意见须持续 {SHORTEST.days} 至 {LONGEST.days} 天。",
            en=f"It opens today or later and stays open for {SHORTEST.days} to {LONGEST.days} days.",
        )


def _free_draft(session: Session, consultation: Consultation) -> None:
    draft = session.get_one(InstrumentDraft, consultation.draft_id)
    if draft.state == IN_CONSULTATION:
        draft.state = OPEN_DRAFT
