"""The item bank: two persons freeze a wording, drafts refer to it, and leaving it is seen and has a reason."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from admin.designer.bank import queries as bank_queries
from admin.designer.bank import verbs as bank
from admin.designer.bank import wording as bank_wording
from admin.designer.bank.verbs import NewItem
from survey import audit
from survey.errors import Conflict
from survey.models.bank import BankRevision
from survey.models.design import InstrumentDraft
from tests.admin.designer.agreed import People, begin, document, edit

ITEM = document()["sections"][0]["questions"][0]


@pytest.fixture
def people(session: Session) -> People:
    return People(session)


@pytest.fixture
def frozen(session: Session, people: People) -> BankRevision:
    revision = bank.take_in(session, _new(), actor=people.author)
    bank.review(session, revision, actor=people.reviewer)
    bank.freeze(session, revision, actor=people.reviewer)
    return revision


@pytest.fixture
def draft(session: Session, people: People, frozen: BankRevision) -> InstrumentDraft:
    found = begin(session, people)
    bank.insert(session, found, frozen, section="A", expected_revision=found.revision, actor=people.author)
    return found


def _new(**changed: object) -> NewItem:
    return NewItem(
        code="BUS", concept="use", concept_title={"zh": "使用", "en": "Use"}, document={**ITEM, **changed}
    )


def test_a_wording_passes_its_states_in_order_and_by_two_persons(session: Session, people: People) -> None:
    revision = bank.take_in(session, _new(), actor=people.author)
    with pytest.raises(Conflict, match="bank_state"):
        bank.freeze(session, revision, actor=people.reviewer)
    with pytest.raises(Conflict, match="own_work"):
        bank.review(session, revision, actor=people.author)
    bank.review(session, revision, actor=people.reviewer)
    bank.freeze(session, revision, actor=people.reviewer)
    bank.retire(session, revision, reason="A better one exists", actor=people.reviewer)
    with pytest.raises(Conflict, match="bank_state"):
        bank.retire(session, revision, reason="Once more", actor=people.reviewer)
    assert audit.check(session) == []


def test_the_same_words_are_one_wording_and_others_the_next(session: Session, people: People) -> None:
    bank.take_in(session, _new(), actor=people.author)
    with pytest.raises(Conflict, match="wording_known"):  # asked elsewhere, of others: the same words
        bank.take_in(session, _new(id="Z1", required=True, show_if="${x} = 1"), actor=people.author)
    second = bank.take_in(session, _new(text={"zh": "坐吗", "en": "Do you?"}), actor=people.author)
    assert second.revision == 2


def test_one_wording_written_in_two_ways_is_one() -> None:
    older = {
        "id": "Q",
        "type": "single",
        "text": {"zh": "问"},
        "options": [{"code": 1, "zh": "是", "en": "Yes"}],
    }
    newer = {
        **older,
        "help": {},
        "options": [{"code": "1", "text": {"zh": "是", "en": "Yes"}, "foreign": {"x": "y"}}],
    }
    assert bank_wording.differences(older, newer) == []
    other = {**newer, "options": [{"code": "1", "text": {"zh": "对", "en": "Yes"}}]}
    assert [each.field for each in bank_wording.differences(older, other)] == ["options"]


def test_an_inserted_item_keeps_its_reference(draft: InstrumentDraft, session: Session) -> None:
    inserted = draft.document["sections"][0]["questions"][-1]
    assert (inserted["id"], inserted["bank"]) == ("BUS", "BUS@1")
    assert bank_wording.digest(inserted) == bank_wording.digest(ITEM)
    assert bank_queries.deviations(session, draft.document) == []


def test_a_changed_frozen_wording_is_flagged_with_the_difference(
    draft: InstrumentDraft, session: Session, people: People
) -> None:
    place = ("sections", 0, "questions", 2)
    edit(session, draft, (*place, "required"), True, people.author)  # who must answer is no wording
    assert bank_queries.deviations(session, draft.document) == []
    edit(session, draft, (*place, "text", "en"), "Do you ever take the bus?", people.author)
    (found,) = bank_queries.deviations(session, draft.document)
    assert (found.item, found.kind) == ("BUS", "changed")
    (difference,) = found.differences
    assert difference.field == "text"
    assert difference.now["en"] == "Do you ever take the bus?"
    bank.depart(
        session,
        draft,
        found.address,
        reason="A new question for 2027",
        expected_revision=draft.revision,
        actor=people.author,
    )
    assert bank_queries.deviations(session, draft.document) == []
    (departure,) = bank_queries.departures(session, draft)
    assert (departure.item, departure.reference) == ("BUS", "BUS@1")
    assert audit.check(session) == []


def test_retired_and_invented_references_are_flagged(
    draft: InstrumentDraft, session: Session, people: People, frozen: BankRevision
) -> None:
    bank.retire(session, frozen, reason="A better one exists", actor=people.reviewer)
    edit(session, draft, ("sections", 0, "questions", 0, "bank"), "NO@7", people.author)
    kinds = {each.item: each.kind for each in bank_queries.deviations(session, draft.document)}
    assert kinds == {"Q1": "unknown", "BUS": "retired"}
    with pytest.raises(Conflict, match="bank_state"):
        bank.insert(
            session, draft, frozen, section="A", expected_revision=draft.revision, actor=people.author
        )
