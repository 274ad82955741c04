"""Home of the comments of colleagues on a draft: on an item, a section or the whole, with replies, until dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.designer import drafts
from survey import audit, clock, text
from survey.errors import Conflict, Invalid, NotFound
from survey.identity.actors import Actor
from survey.instrument import editing
from survey.instrument.changes import Document
from survey.models.design import DraftComment, InstrumentDraft

LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A comment with its replies. ``is_orphan`` where the section or item is gone."""

    comment: DraftComment
    replies: Sequence[DraftComment]
    is_orphan: bool


def comment(
    session: Session,
    draft: InstrumentDraft,
    words: str,
    *,
    section: str | None = None,
    item: str | None = None,
    actor: Actor,
) -> DraftComment:
    """Remark on an item, a section, or the whole. Raises NotFound (no such place), Invalid, Conflict (closed)."""
    _refuse_closed(draft)
    if not _is_there(draft.document, section=section, item=item):
        raise NotFound(
            "draft_place_unknown",
            zh="草稿里没有这一部分或题目。",
            en="The draft has no such section or item.",
        )
    kept = _kept(session, draft, words, section=section, item=item, reply_to=None, actor=actor)
    _record(session, draft, "draft.comment", kept, actor)
    return kept


def reply(
    session: Session, draft: InstrumentDraft, comment_id: int, words: str, *, actor: Actor
) -> DraftComment:
    """Answer a comment. Raises NotFound, Invalid, Conflict (closed)."""
    _refuse_closed(draft)
    above = find(session, draft, comment_id)
    first = above.reply_to or above.id
    kept = _kept(session, draft, words, section=above.section, item=above.item, reply_to=first, actor=actor)
    _record(session, draft, "draft.comment", kept, actor)
    return kept


def resolve(
    session: Session, draft: InstrumentDraft, comment_id: int, *, is_resolved: bool, actor: Actor
) -> None:
    """Say that a comment is dealt with, or open it again. Raises NotFound, Conflict (closed)."""
    _refuse_closed(draft)
    found = find(session, draft, comment_id)
    if found.reply_to is not None:
        found = find(session, draft, found.reply_to)
    if (found.resolved_at is not None) == is_resolved:
        return
    found.resolved_at = clock.now(session) if is_resolved else None
    found.resolved_by = actor.ref if is_resolved else None
    session.flush()
    _record(session, draft, "draft.resolve" if is_resolved else "draft.reopen", found, actor)


def find(session: Session, draft: InstrumentDraft, comment_id: int) -> DraftComment:
    """A comment of this draft. Raises NotFound."""
    found = session.get(DraftComment, comment_id)
    if found is None or found.draft_id != draft.id:
        raise NotFound("comment_unknown", zh="没有这条意见。", en="There is no such comment.")
    return found


def threads(session: Session, draft: InstrumentDraft) -> list[Thread]:
    """All comments with their replies: open ones first, each group in the order in which they came."""
    everything = session.scalars(
        sa.select(DraftComment).where(DraftComment.draft_id == draft.id).order_by(DraftComment.id)
    ).all()
    replies: dict[int, list[DraftComment]] = {}
    for each in everything:
        if each.reply_to is not None:
            replies.setdefault(each.reply_to, []).append(each)
    found = [
        Thread(
            comment=each,
            replies=replies.get(each.id, []),
            is_orphan=not _is_there(draft.document, section=each.section, item=each.item),
        )
        for each in everything
        if each.reply_to is None
    ]
    return sorted(found, key=lambda thread: thread.comment.resolved_at is not None)


def unresolved(session: Session, draft: InstrumentDraft) -> int:
    """How many comments are not dealt with."""
    query = sa.select(sa.func.count()).where(
        DraftComment.draft_id == draft.id,
        DraftComment.reply_to.is_(None),
        DraftComment.resolved_at.is_(None),
    )
    return session.scalar(query) or 0


def _kept(
    session: Session,
    draft: InstrumentDraft,
    words: str,
    *,
    section: str | None,
    item: str | None,
    reply_to: int | None,
    actor: Actor,
) -> DraftComment:
    kept = DraftComment(
        draft_id=draft.id,
        section=section,
        item=item,
        text=_fit(words),
        by=actor.ref,
        at=clock.now(session),
        reply_to=reply_to,
    )
    session.add(kept)
    session.flush()
    return kept


def _fit(words: str) -> str:
    try:
        said = "\n".join(text.one_line(line) for line in text.normalise(words).split("\n")).strip()
    except text.UnfitText:
        said = ""
    if not 2 <= len(said) <= LONGEST:
        raise Invalid(
            "comment_length",
            zh=f"意见须有 2 至 {LONGEST} 个字。",
            en=f"A comment has 2 to {LONGEST} characters.",
        )
    return said


def _is_there(document: Document, *, section: str | None, item: str | None) -> bool:
    if item is not None:
        return any(place.code == item for place in editing.items(document))
    return section is None or any(place.code == section for place in editing.sections(document))


def _refuse_closed(draft: InstrumentDraft) -> None:
    if not drafts.is_editable(draft):
        raise Conflict(
            "draft_closed",
            zh="这份草稿已经发布或作废。",
            en="This draft was published or discarded.",
        )


def _record(session: Session, draft: InstrumentDraft, act: str, kept: DraftComment, actor: Actor) -> None:
    after = {"comment": kept.id, "section": kept.section, "item": kept.item, "reply_to": kept.reply_to}
    audit.record(session, actor.ref, act=act, on=drafts.reference(draft), after=after)
