"""Home of what screens read of the item bank: its items, where each was used, and where a draft leaves a frozen wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from admin.designer.bank import wording as bank_wording
from admin.designer.bank.wording import Difference
from survey.errors import NotFound
from survey.instrument import editing
from survey.instrument.changes import Document
from survey.models.agreement import BankDeparture
from survey.models.bank import BankConcept, BankItem, BankRevision, BankUse, ReviewState
from survey.models.cycle import Cycle
from survey.models.design import InstrumentDraft
from survey.models.instrument import InstrumentVersion
from survey.models.wave import Wave

Kind = Literal["changed", "retired", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A version that asks a wording, and the waves and years in which it was asked."""

    version: InstrumentVersion
    item: str
    waves: Sequence[str]
    years: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """An item of a draft that says it is a wording of the bank and is not, or names one that is not to be used."""

    address: str
    item: str
    reference: str
    kind: Kind
    differences: Sequence[Difference]


def items(session: Session, *, concept: str = "", state: str = "", words: str = "") -> Sequence[BankItem]:
    """The items of the bank by code, narrowed to a concept, a state, or words in code or text."""
    query = (
        sa.select(BankItem)
        .join(BankItem.concept)
        .options(
            joinedload(BankItem.concept), selectinload(BankItem.revisions).selectinload(BankRevision.uses)
        )
        .order_by(BankConcept.code, BankItem.code)
    )
    if concept:
        query = query.where(BankConcept.code == concept)
    found = session.scalars(query).all()
    if state:
        found = [item for item in found if any(revision.state == state for revision in item.revisions)]
    if words:
        found = [item for item in found if words.casefold() in _haystack(item)]
    return found


def concepts(session: Session) -> Sequence[BankConcept]:
    """All concepts by code."""
    return session.scalars(sa.select(BankConcept).order_by(BankConcept.code)).all()


def item(session: Session, code: str) -> BankItem:
    """One item of the bank. Raises NotFound."""
    found = session.scalars(sa.select(BankItem).where(BankItem.code == code)).one_or_none()
    if found is None:
        raise NotFound("bank_item_unknown", zh="题库里没有这道题。", en="The bank has no such item.")
    return found


def revision(session: Session, code: str, number: int) -> BankRevision:
    """One wording of an item. Raises NotFound."""
    found = next((each for each in item(session, code).revisions if each.revision == number), None)
    if found is None:
        raise NotFound("bank_item_unknown", zh="题库里没有这一措辞。", en="The bank has no such wording.")
    return found


def usable(session: Session) -> Sequence[BankRevision]:
    """The wordings that may be put into a draft, by code."""
    states = (ReviewState.REVIEWED.value, ReviewState.FROZEN.value)
    return session.scalars(
        sa.select(BankRevision)
        .join(BankRevision.bank_item)
        .options(joinedload(BankRevision.bank_item).joinedload(BankItem.concept))
        .where(BankRevision.state.in_(states))
        .order_by(BankItem.code, BankRevision.revision.desc())
    ).all()


def uses(session: Session, revisions: Sequence[BankRevision]) -> Mapping[int, Sequence[Use]]:
    """By wording: the versions that ask it, each with its waves and their years."""
    rows = session.execute(
        sa.select(BankUse, InstrumentVersion)
        .join(InstrumentVersion, InstrumentVersion.id == BankUse.instrument_version_id)
        .options(joinedload(InstrumentVersion.instrument))
        .where(BankUse.bank_revision_id.in_([each.id for each in revisions]))
        .order_by(InstrumentVersion.id)
    ).all()
    versions = {version.id for _use, version in rows}
    asked: dict[int, list[tuple[str, int]]] = {}
    for version_id, code, year in session.execute(
        sa.select(Wave.instrument_version_id, Wave.code, Cycle.year)
        .join(Cycle, Cycle.id == Wave.cycle_id)
        .where(Wave.instrument_version_id.in_(versions))
        .order_by(Wave.id)
    ):
        asked.setdefault(version_id, []).append((code, year))
    found: dict[int, list[Use]] = {}
    for use, version in rows:
        waves = asked.get(version.id, [])
        found.setdefault(use.bank_revision_id, []).append(
            Use(
                version=version,
                item=use.item,
                waves=[code for code, _year in waves],
                years=sorted({year for _code, year in waves}),
            )
        )
    return found


def deviations(session: Session, document: Document) -> list[Deviation]:
    """Every item of a document that refers to the bank and is not what the bank holds."""
    found = []
    for place in editing.items(document):
        if "bank" not in place.raw:
            continue
        raw = place.raw["bank"]
        named = bank_wording.read_reference(raw)
        known = _revision_or_none(session, *named) if named else None
        differences = bank_wording.differences(known.document, place.raw) if known else []
        kind = _kind(known, differences)
        if kind:
            found.append(
                Deviation(
                    address=place.address,
                    item=place.code,
                    reference=str(raw)[:80],
                    kind=kind,
                    differences=differences,
                )
            )
    return found


def departures(session: Session, draft: InstrumentDraft) -> Sequence[BankDeparture]:
    """The references that were dropped from a draft on purpose, with their reasons."""
    query = (
        sa.select(BankDeparture).where(BankDeparture.draft_id == draft.id).order_by(BankDeparture.id.desc())
    )
    return session.scalars(query).all()


def _kind(known: BankRevision | None, differences: Sequence[Difference]) -> Kind | None:
    if known is None:
        return "unknown"
    if known.state == ReviewState.RETIRED.value:
        return "retired"
    return "changed" if differences else None


def _revision_or_none(session: Session, code: str, number: int) -> BankRevision | None:
    query = (
        sa.select(BankRevision)
        .join(BankRevision.bank_item)
        .where(BankItem.code == code, BankRevision.revision == number)
    )
    return session.scalars(query).one_or_none()


def _haystack(item: BankItem) -> str:
    texts = [item.code, item.concept.code, *item.concept.title.values()]
    for each in item.revisions:
        words = each.document.get("text")
        texts += [str(said) for said in words.values()] if isinstance(words, Mapping) else []
    return "\n".join(texts).casefold()
