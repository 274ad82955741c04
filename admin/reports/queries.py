"""Home of reads on releases: one by its name, those of a cycle, who approved, what is still open."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.errors import Conflict, NotFound
from survey.identity.actors import Actor
from survey.models.content import ContentDocument
from survey.models.cycle import Cycle
from survey.models.people import User
from survey.models.publication import Release, ReleaseApproval
from survey.models.scoring import GateAnswer, Run
from survey.models.wave import Wave


def releases(session: Session, cycle: Cycle | None = None) -> Sequence[Release]:
    """Releases, of a cycle or of all, the latest first."""
    found = sa.select(Release).order_by(Release.release_at.desc(), Release.id.desc())
    return session.scalars(found if cycle is None else found.where(Release.cycle_id == cycle.id)).all()


def release_by_id(session: Session, public_id: str) -> Release:
    """One release. Raises NotFound."""
    found = session.scalar(sa.select(Release).where(Release.public_id == public_id))
    if found is None:
        raise NotFound("release_missing", zh="没有这次发布。", en="There is no such release.")
    return found


def approvals(session: Session, release: Release) -> list[tuple[ReleaseApproval, User]]:
    """Who approved, in order."""
    rows = session.execute(
        sa.select(ReleaseApproval, User)
        .join(User, User.id == ReleaseApproval.user_id)
        .where(ReleaseApproval.release_id == release.id)
        .order_by(ReleaseApproval.id)
    )
    return [(approval, user) for approval, user in rows]


def locked(session: Session, kind: str) -> ContentDocument:
    """The latest locked document of ``kind``. Raises Conflict where none is locked."""
    found = _latest(session, kind, ContentDocument.locked_at.is_not(None))
    if found is None:
        raise Conflict(
            "document_not_locked",
            zh=f"还没有锁定的“{kind}”文件。请先锁定并公布。",
            en=f"No “{kind}” document is locked yet. Lock and publish it first.",
        )
    return found


def latest(session: Session, kind: str) -> ContentDocument:
    """The latest document of ``kind``, locked or not. Raises NotFound."""
    found = _latest(session, kind)
    if found is None:
        raise NotFound(
            "document_missing", zh=f"尚未载入“{kind}”文件。", en=f"No “{kind}” document has been loaded."
        )
    return found


def by_digest(session: Session, kind: str, digest: str) -> ContentDocument:
    """The document of ``kind`` that a run was computed with. Raises NotFound."""
    found = _latest(session, kind, ContentDocument.digest == digest)
    if found is None:
        raise NotFound(
            "document_missing",
            zh=f"没有摘要值为{digest[:12]}的“{kind}”文件。",
            en=f"No “{kind}” document has the digest {digest[:12]}.",
        )
    return found


def zone_of(session: Session, cycle: Cycle) -> str:
    """The time zone of a cycle's waves; UTC where there are none."""
    found = session.scalar(
        sa.select(Wave.time_zone).where(Wave.cycle_id == cycle.id).order_by(Wave.id).limit(1)
    )
    return found or "UTC"


def gate_answers(session: Session, run: Run) -> dict[str, GateAnswer]:
    """Written answers to a run's warnings, by gate."""
    return {a.gate: a for a in session.scalars(sa.select(GateAnswer).where(GateAnswer.run_id == run.id))}


def open_warnings(session: Session, run: Run) -> list[str]:
    """Warnings of a run without a written answer."""
    answered = gate_answers(session, run)
    return [g.gate for g in run.gates if g.level == "warn" and g.status != "pass" and g.gate not in answered]


def has_edited_plan(session: Session, actor: Actor) -> bool:
    """Whether this person loaded any version of the scoring plan."""
    edited = sa.select(ContentDocument.id).where(
        ContentDocument.kind == "scoring", ContentDocument.edited_by == actor.ref
    )
    return session.scalar(edited.limit(1)) is not None


def _latest(session: Session, kind: str, *conditions: sa.ColumnElement[bool]) -> ContentDocument | None:
    return session.scalar(
        sa.select(ContentDocument)
        .where(ContentDocument.kind == kind, *conditions)
        .order_by(ContentDocument.id.desc())
        .limit(1)
    )
