"""Home of the verbs on the item bank: take in, review, freeze, retire, insert into a draft, leave a wording on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.designer import drafts
from admin.designer.bank import wording as bank_wording
from survey import audit, clock
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.instrument import editing
from survey.instrument.changes import ABSENT
from survey.models.agreement import BankDeparture
from survey.models.bank import BankConcept, BankItem, BankRevision, BankUse, ReviewState
from survey.models.design import DraftEdit, InstrumentDraft
from survey.models.instrument import InstrumentVersion

_USABLE = frozenset({ReviewState.REVIEWED.value, ReviewState.FROZEN.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An item on its way into the bank: its code there, what it measures, and how it reads."""

    code: str
    concept: str
    concept_title: Mapping[str, str]
    document: Mapping[str, Any]  # Any: an item of an instrument document


def take_in(session: Session, new: NewItem, *, actor: Actor) -> BankRevision:
    """Keep a wording: a new item, or the next revision of one. Raises Conflict where it stands there already."""
    item = session.scalars(sa.select(BankItem).where(BankItem.code == new.code)).one_or_none()
    if item is None:
        item = BankItem(code=new.code, concept=_concept(session, new))
        session.add(item)
        session.flush()
    digest = bank_wording.digest(new.document)
    if any(known.digest == digest for known in item.revisions):
        raise Conflict(
            "wording_known",
            zh=f"题库中的 {new.code} 已有同样的措辞。",
            en=f"The bank's {new.code} has exactly this wording already.",
        )
    revision = BankRevision(
        revision=1 + max((known.revision for known in item.revisions), default=0),
        document={**bank_wording.wording(new.document), "id": new.code},
        digest=digest,
        state=ReviewState.DRAFT.value,
        created_at=clock.now(session),
        created_by=actor.ref,
    )
    item.revisions.append(revision)
    session.flush()
    _record(session, revision, "bank.take_in", actor)
    return revision


def review(session: Session, revision: BankRevision, *, actor: Actor) -> None:
    """A second person finds the wording good. Raises Conflict (own work, not a draft)."""
    _refuse_unless(revision, ReviewState.DRAFT)
    _refuse_own(revision, actor)
    revision.state, revision.reviewed_by = ReviewState.REVIEWED.value, actor.ref
    session.flush()
    _record(session, revision, "bank.review", actor)


def freeze(session: Session, revision: BankRevision, *, actor: Actor) -> None:
    """From now on the wording never changes. Raises Conflict (own work, not reviewed)."""
    _refuse_unless(revision, ReviewState.REVIEWED)
    _refuse_own(revision, actor)
    revision.state = ReviewState.FROZEN.value
    revision.frozen_at, revision.frozen_by = clock.now(session), actor.ref
    session.flush()
    _record(session, revision, "bank.freeze", actor)


def retire(session: Session, revision: BankRevision, *, reason: str, actor: Actor) -> None:
    """The wording is not to be used any more; where it was used stays on record. Raises Conflict (retired)."""
    if revision.state == ReviewState.RETIRED.value:
        raise _wrong_state(revision)
    before = revision.state
    revision.state, revision.retired_for = ReviewState.RETIRED.value, reason
    revision.retired_at = clock.now(session)
    session.flush()
    _record(session, revision, "bank.retire", actor, before={"state": before}, reason=reason)


def insert(
    session: Session,
    draft: InstrumentDraft,
    revision: BankRevision,
    *,
    section: str,
    expected_revision: int,
    actor: Actor,
) -> DraftEdit | None:
    """Put a wording of the bank at the end of a section; the item keeps a reference to it.

    Raises Conflict where it is not reviewed, StaleDraft, NoSuchPlace.
    """
    if revision.state not in _USABLE:
        raise _wrong_state(revision)
    code = revision.bank_item.code
    item = {
        **revision.document,
        "id": editing.free_code(draft.document, code),
        "bank": bank_wording.reference(code, revision.revision),
    }
    edited = editing.add_item(draft.document, section, item)
    return drafts.apply_edit(
        session,
        draft,
        edited,
        expected_revision=expected_revision,
        actor=actor,
        act="item:add",
        place=f"{section}/{item['id']}",
    )


def depart(
    session: Session,
    draft: InstrumentDraft,
    address: str,
    *,
    reason: str,
    expected_revision: int,
    actor: Actor,
) -> None:
    """Drop an item's reference to the bank on purpose. Raises NoSuchPlace, Conflict (no reference), StaleDraft."""
    place = editing.find_item(draft.document, address)
    reference = place.raw.get("bank")
    if reference is None:
        raise Conflict(
            "no_bank_reference",
            zh="这道题没有引用题库。",
            en="This item refers to nothing in the bank.",
        )
    edited = editing.put_fields(draft.document, place.path, {"bank": ABSENT})
    drafts.apply_edit(
        session,
        draft,
        edited,
        expected_revision=expected_revision,
        actor=actor,
        act="item:depart",
        place=place.code,
    )
    departure = BankDeparture(
        draft_id=draft.id,
        item=place.code[:64],
        reference=str(reference)[:80],
        reason=reason,
        by=actor.ref,
        at=clock.now(session),
    )
    session.add(departure)
    session.flush()
    after = {"item": place.code, "reference": str(reference), "reason": reason}
    audit.record(session, actor.ref, act="bank.depart", on=drafts.reference(draft), after=after)


def record_uses(session: Session, version: InstrumentVersion) -> int:
    """Note which wordings of the bank a version asks; returns how many."""
    known = {
        (revision.bank_item.code, revision.revision): revision
        for revision in session.scalars(sa.select(BankRevision).join(BankRevision.bank_item))
    }
    used = 0
    for place in editing.items(version.document):
        named = bank_wording.read_reference(place.raw.get("bank"))
        if named in known:
            session.add(_use(known[named], version, place.code))
            used += 1
    session.flush()
    return used


def adopt(
    session: Session, version: InstrumentVersion, framework: Mapping[str, Any], *, actor: Actor
) -> list[BankRevision]:
    """Take the scored items of a locked version into the bank, each under its indicator as concept.

    They were reviewed when the version was locked. What the bank has in the same words is only noted as used.
    Raises Conflict where the version is not locked.
    """
    if version.locked_at is None:
        raise Conflict(
            "not_locked",
            zh="只有锁定的版本才能收入题库。",
            en="Only a locked version is taken into the bank.",
        )
    names = {indicator["id"]: indicator for indicator in framework["indicators"]}
    taken = []
    placed = _indicators(framework)
    for place in editing.items(version.document):
        indicator = placed.get(place.code)
        if indicator is None:
            continue
        revision = _known_wording(session, place.code, bank_wording.digest(place.raw))
        if revision is None:
            title = {language: names[indicator][language] for language in ("zh", "en")}
            new = NewItem(code=place.code, concept=indicator, concept_title=title, document=place.raw)
            revision = take_in(session, new, actor=actor)
            revision.state, revision.reviewed_by = ReviewState.REVIEWED.value, version.locked_by
            taken.append(revision)
        if all(use.instrument_version_id != version.id for use in revision.uses):
            session.add(_use(revision, version, place.code))
    session.flush()
    return taken


def _indicators(framework: Mapping[str, Any]) -> dict[str, str]:
    return {
        item: indicator
        for tree in framework["groups"].values()
        for part in tree.values()
        for indicator, inner in part["indicators"].items()
        for item in inner["items"]
    }


def _known_wording(session: Session, code: str, digest: str) -> BankRevision | None:
    query = (
        sa.select(BankRevision)
        .join(BankRevision.bank_item)
        .where(BankItem.code == code, BankRevision.digest == digest)
    )
    return session.scalars(query).one_or_none()


def _use(revision: BankRevision, version: InstrumentVersion, item: str) -> BankUse:
    return BankUse(bank_revision_id=revision.id, instrument_version_id=version.id, item=item[:64])


def _concept(session: Session, new: NewItem) -> BankConcept:
    known = session.scalars(sa.select(BankConcept).where(BankConcept.code == new.concept)).one_or_none()
    if known is None:
        known = BankConcept(code=new.concept, title=dict(new.concept_title))
        session.add(known)
        session.flush()
    return known


def _refuse_unless(revision: BankRevision, state: ReviewState) -> None:
    if revision.state != state.value:
        raise _wrong_state(revision)


def _refuse_own(revision: BankRevision, actor: Actor) -> None:
    if revision.created_by == actor.ref:
        raise Conflict(
            "own_work",
            zh="须由另一个人审定或冻结，不能是收入这一措辞的人。",
            en="Whoever took a wording in neither reviews nor freezes it; another person does.",
        )


def _wrong_state(revision: BankRevision) -> Conflict:
    return Conflict(
        "bank_state",
        zh=f"这一措辞现在的状态是“{revision.state}”，不能这样做。顺序是：草拟、审定、冻结、停用。",
        en=f"The wording is “{revision.state}” now. The order is draft, reviewed, frozen, retired.",
    )


def _record(
    session: Session, revision: BankRevision, act: str, actor: Actor, *, before: Any = None, reason: str = ""
) -> None:
    after = {"digest": revision.digest, "state": revision.state, **({"reason": reason} if reason else {})}
    on = f"bank:{bank_wording.reference(revision.bank_item.code, revision.revision)}"
    audit.record(session, actor.ref, act=act, on=on, before=before, after=after)
