"""Home of agreeing on a draft inside the house: comments with replies, and the sign-off of each organising department."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.content.load import document_digest
from admin.designer import drafts
from survey import audit, clock, text
from survey.errors import Conflict, Forbidden, Invalid, NotFound
from survey.identity.actors import Actor
from survey.instrument import editing
from survey.instrument.changes import Document
from survey.models.design import DraftComment, DraftSignoff, InstrumentDraft
from survey.models.people import User

LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """An organising department as the draft names it, with its sign-offs: of the present text, and of older ones."""

    code: str
    names: Mapping[str, str]
    present: DraftSignoff | None
    stale: DraftSignoff | None

    @property
    def has_signed(self) -> bool:
        """Whether it agreed with exactly this text."""
        return self.present is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A comment with its replies. ``is_orphan`` where the section or item is gone."""

    comment: DraftComment
    replies: Sequence[DraftComment]
    is_orphan: bool


def digest(draft: InstrumentDraft) -> str:
    """SHA-256 of the draft's document: what a sign-off and an approval are about."""
    return document_digest(draft.document)


# --- comments -------------------------------------------------------------------------------------------


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


# --- sign-off -------------------------------------------------------------------------------------------


def departments(session: Session, draft: InstrumentDraft) -> list[Department]:
    """The organising departments of the draft, each with what it signed."""
    present = digest(draft)
    signed = session.scalars(
        sa.select(DraftSignoff).where(DraftSignoff.draft_id == draft.id).order_by(DraftSignoff.id)
    ).all()
    found = []
    for code, names in organisers(draft.document).items():
        own = [each for each in signed if each.department == code]
        older = [each for each in own if each.digest != present]
        found.append(
            Department(
                code=code,
                names=names,
                present=next((each for each in own if each.digest == present), None),
                stale=older[-1] if older else None,
            )
        )
    return found


def organisers(document: Document) -> dict[str, Mapping[str, str]]:
    """The organising departments that a document names: code and names."""
    named = document.get("organisers")
    found: dict[str, Mapping[str, str]] = {}
    for each in named if isinstance(named, list) else []:
        if isinstance(each, Mapping) and isinstance(each.get("code"), str):
            nested = each.get("text") if isinstance(each.get("text"), Mapping) else {}
            words = {**each, **(nested or {})}
            found[each["code"]] = {
                tag: said for tag, said in words.items() if tag != "code" and isinstance(said, str)
            }
    return found


def department_of(session: Session, draft: InstrumentDraft, actor: Actor) -> str | None:
    """The department for which this person may sign: the one that their account's organisation is.

    The role administrator writes the organisation of an account; it must be the code or a name of the department.
    """
    user = session.get(User, actor.user_id) if actor.user_id is not None else None
    if user is None:
        return None
    own = _folded(user.organisation)
    return next(
        (
            code
            for code, names in organisers(draft.document).items()
            if own in {_folded(code), *(_folded(name) for name in names.values())}
        ),
        None,
    )


def sign(session: Session, draft: InstrumentDraft, *, seen: str, actor: Actor) -> DraftSignoff:
    """Agree, for one's own department, with exactly the text whose digest was shown.

    Raises Forbidden (no organising department's account), Conflict (changed meanwhile, signed already, closed).
    """
    _refuse_closed(draft)
    department = department_of(session, draft, actor)
    if department is None:
        raise Forbidden(
            "not_an_organiser",
            zh="您的账户所属单位不是这份问卷的组织单位，不能代签。",
            en="Your account's organisation does not organise this instrument; nobody signs for another one.",
        )
    present = digest(draft)
    if seen != present:
        raise Conflict(
            "draft_changed",
            zh="您查看之后草稿又有修改。请看过现在的文本再签署。",
            en="The draft was changed after you looked at it. Look at the present text, then sign.",
        )
    if any(each.code == department and each.has_signed for each in departments(session, draft)):
        raise Conflict(
            "signed_already",
            zh="您的单位已签署这一文本。",
            en="Your department has signed this text already.",
        )
    signed = DraftSignoff(
        draft_id=draft.id, department=department, digest=present, by=actor.ref, at=clock.now(session)
    )
    session.add(signed)
    session.flush()
    after = {"department": department, "digest": present}
    audit.record(session, actor.ref, act="draft.sign", on=drafts.reference(draft), after=after)
    return signed


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


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


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
