"""Home of the sign-off: each organising department agrees with exactly one text of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.content.load import document_digest
from admin.designer import drafts
from survey import audit, clock
from survey.errors import Conflict, Forbidden
from survey.identity.actors import Actor
from survey.instrument.changes import Document
from survey.models.design import DraftSignoff, InstrumentDraft
from survey.models.people import User


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


def digest(draft: InstrumentDraft) -> str:
    """SHA-256 of the draft's document: what a sign-off and an approval are about."""
    return document_digest(draft.document)


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
    if not drafts.is_editable(draft):
        raise Conflict(
            "draft_closed",
            zh="这份草稿已经发布或作废。",
            en="This draft was published or discarded.",
        )
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


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
