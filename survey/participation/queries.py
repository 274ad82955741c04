"""Home of what pages read of consultations; a public page gets only what is open or answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from survey.errors import NotFound
from survey.instrument.program import Program
from survey.models.consultation import CommentState, Consultation, ConsultationComment
from survey.models.design import InstrumentDraft
from survey.models.instrument import InstrumentVersion
from survey.participation.phases import PUBLIC, Phase, phase_of
from survey.participation.wording import Change, changes

DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A consultation in a list: how it stands and how many comments it has."""

    consultation: Consultation
    phase: Phase
    comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a consultation: its comments with replies, and how the locked version differs."""

    comments: Sequence[ConsultationComment]
    hidden: int
    decisions: Counter[str]
    version: InstrumentVersion | None
    changes: Sequence[Change]

    def groups(self, program: Program) -> list[tuple[str, list[ConsultationComment]]]:
        """The shown comments by item in the order of the draft; at the end, under no item, those on more than one."""
        found = [(code, self.on(code)) for code in program.places]
        found.append(("", [comment for comment in self.comments if comment.item is None]))
        return [(code, comments) for code, comments in found if comments]

    def on(self, item: str) -> list[ConsultationComment]:
        """The shown comments on one item."""
        return [comment for comment in self.comments if comment.item == item]


def public_list(session: Session, *, now: datetime) -> list[Listed]:
    """Open consultations by the day on which they close, then the answered ones, the newest first."""
    found = [each for each in _listed(session, _undiscarded(), now=now) if each.phase in PUBLIC]
    still = [each for each in found if each.phase is Phase.OPEN]
    over = [each for each in found if each.phase is not Phase.OPEN]
    return [*sorted(still, key=lambda each: each.consultation.closes_at), *over]


def staff_list(session: Session, *, now: datetime) -> list[Listed]:
    """All consultations, the newest first."""
    return _listed(session, sa.select(Consultation), now=now)


def find_public(session: Session, public_id: str, *, now: datetime) -> tuple[Consultation, Phase]:
    """A consultation that has a public page. Raises NotFound for any other as for one that never was."""
    found = session.scalars(_undiscarded().where(Consultation.public_id == public_id)).one_or_none()
    if found is None or (phase := phase_of(found, now=now)) not in PUBLIC:
        raise _unknown()
    return found, phase


def phase_for_writer(session: Session, consultation: Consultation, *, now: datetime) -> Phase:
    """Where a consultation stands for whoever holds a reference: one on a discarded draft was taken back."""
    draft = session.get_one(InstrumentDraft, consultation.draft_id)
    return Phase.WITHDRAWN if draft.state == DISCARDED else phase_of(consultation, now=now)


def find(session: Session, public_id: str) -> Consultation:
    """A consultation in any phase, for staff. Raises NotFound."""
    found = session.scalars(sa.select(Consultation).where(Consultation.public_id == public_id)).one_or_none()
    if found is None:
        raise _unknown()
    return found


def comment(session: Session, consultation: Consultation, comment_id: int) -> ConsultationComment:
    """One comment of a consultation, for staff. Raises NotFound."""
    found = session.get(ConsultationComment, comment_id)
    if found is None or found.consultation_id != consultation.id:
        raise NotFound("comment_unknown", zh="没有这条意见。", en="There is no such comment.")
    return found


def program_of(consultation: Consultation) -> Program:
    """The wording that was put to the public."""
    return Program.from_json(consultation.program)


def comments(session: Session, consultation: Consultation, *, shown: bool) -> list[ConsultationComment]:
    """The comments in the order in which they came; with ``shown`` only those that the public may read."""
    query = sa.select(ConsultationComment).where(ConsultationComment.consultation_id == consultation.id)
    if shown:
        query = query.where(ConsultationComment.state == CommentState.SHOWN.value)
    return list(session.scalars(query.order_by(ConsultationComment.id)))


def outcome(session: Session, consultation: Consultation) -> Outcome:
    """What came of an answered consultation."""
    everything = comments(session, consultation, shown=False)
    shown = [each for each in everything if each.state == CommentState.SHOWN.value]
    version = None
    if consultation.version_id is not None:
        version = session.get_one(
            InstrumentVersion, consultation.version_id, options=[joinedload(InstrumentVersion.instrument)]
        )
    if version is not None and version.locked_at is None:
        version = None  # what is not locked is not public
    after = Program.from_json(version.program) if version else None
    return Outcome(
        comments=shown,
        hidden=len(everything) - len(shown),
        decisions=Counter(each.decision for each in everything if each.decision),
        version=version,
        changes=changes(program_of(consultation), after) if after else [],
    )


def of_version(session: Session, version_digest: str) -> list[Consultation]:
    """The answered consultations out of which a version came, for its public page."""
    query = (
        sa.select(Consultation)
        .join(InstrumentVersion, InstrumentVersion.id == Consultation.version_id)
        .where(InstrumentVersion.digest == version_digest, Consultation.answered_at.is_not(None))
        .order_by(Consultation.id)
    )
    return list(session.scalars(query))


def _listed(session: Session, query: sa.Select[Consultation], *, now: datetime) -> list[Listed]:
    counted = session.execute(
        sa.select(ConsultationComment.consultation_id, sa.func.count()).group_by(
            ConsultationComment.consultation_id
        )
    )
    numbers = {consultation_id: n for consultation_id, n in counted}  # noqa: C416 -- rows are no pairs to mypy
    return [
        Listed(consultation=each, phase=phase_of(each, now=now), comments=numbers.get(each.id, 0))
        for each in session.scalars(query.order_by(Consultation.id.desc()))
    ]


def _undiscarded() -> sa.Select[Consultation]:
    return (
        sa.select(Consultation)
        .join(InstrumentDraft, InstrumentDraft.id == Consultation.draft_id)
        .where(InstrumentDraft.state != DISCARDED)
    )


def _unknown() -> NotFound:
    return NotFound(
        "consultation_unknown", zh="这里没有征求意见的页面。", en="There is no consultation here."
    )
