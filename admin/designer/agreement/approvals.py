"""Home of the second person's approval: who may give it, of which text, against which version."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.designer import draft_queries, drafts
from admin.designer.agreement import signing
from survey import audit, clock
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.models.agreement import DraftApproval
from survey.models.design import DraftEdit, InstrumentDraft
from survey.models.instrument import InstrumentVersion


def version_before(session: Session, draft: InstrumentDraft) -> InstrumentVersion | None:
    """The newest version of the instrument, with which the draft is compared; None for a first one."""
    return next(iter(draft_queries.versions_of(session, draft.code)), None)


def standing(session: Session, draft: InstrumentDraft) -> DraftApproval | None:
    """The approval of exactly the present text against exactly the present version before it."""
    before = version_before(session, draft)
    query = sa.select(DraftApproval).where(
        DraftApproval.draft_id == draft.id, DraftApproval.digest == signing.digest(draft)
    )
    found = session.scalars(query).one_or_none()
    if found is None or found.compared_with != (before.digest if before else None):
        return None
    return found


def authors(session: Session, draft: InstrumentDraft) -> frozenset[str]:
    """Everybody who wrote any of the draft."""
    edits = session.scalars(sa.select(DraftEdit.by).where(DraftEdit.draft_id == draft.id).distinct())
    return frozenset({draft.created_by, *edits})


def approve(
    session: Session, draft: InstrumentDraft, *, seen: str, compared_with: str | None, actor: Actor
) -> DraftApproval:
    """Approve the text whose digest was shown, and accept its difference to the version that was shown.

    Raises Conflict where the person wrote some of it, or the text or that version changed meanwhile.
    The caller has made sure that every other condition is met.
    """
    if not drafts.is_editable(draft):
        raise Conflict(
            "draft_closed", zh="这份草稿已经发布或作废。", en="This draft was published or discarded."
        )
    if actor.user_id is None or actor.ref in authors(session, draft):
        raise Conflict(
            "own_work",
            zh="写过这份草稿的人不能批准它，须由另一个人批准。",
            en="Whoever wrote any of this draft does not approve it; another person does.",
        )
    before = version_before(session, draft)
    if seen != signing.digest(draft) or compared_with != (before.digest if before else None):
        raise Conflict(
            "draft_changed",
            zh="您查看之后草稿或上一版本又有变化。请看过现在的差异再批准。",
            en="The draft or the version before it changed after you looked. Read the difference again, then approve.",
        )
    found = session.scalars(
        sa.select(DraftApproval).where(DraftApproval.draft_id == draft.id, DraftApproval.digest == seen)
    ).one_or_none()
    if found is None:
        found = DraftApproval(draft_id=draft.id, digest=seen, by=actor.ref, at=clock.now(session))
        session.add(found)
    found.compared_with, found.by, found.at = compared_with, actor.ref, clock.now(session)
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="draft.approve",
        on=drafts.reference(draft),
        after={"digest": seen, "compared_with": compared_with},
    )
    return found
