"""The publish gate: each condition alone holds a draft back, a second person approves, a third act publishes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.designer import checking, drafts
from admin.designer.agreement import approvals, gate, publishing, signing
from admin.designer.agreement import comments as agreement
from admin.designer.agreement.gate_messages import CONDITIONS
from admin.designer.bank import queries as bank_queries
from admin.designer.bank import verbs as bank
from survey import audit, clock
from survey.errors import Conflict
from survey.instrument.program import Program
from survey.models.design import InstrumentDraft
from survey.models.instrument import InstrumentVersion
from survey.participation import consultations
from tests.admin.designer.agreed import People, begin, document, edit, sign_all
from tests.survey.participation.draft import TERMS

ZONE = "Asia/Shanghai"
Break = Callable[[Session, InstrumentDraft, People], object]


@pytest.fixture
def people(session: Session) -> People:
    return People(session)


@pytest.fixture
def ready(session: Session, people: People) -> InstrumentDraft:
    """A draft that lacks nothing but the approval."""
    draft = begin(session, people)
    sign_all(session, draft, people)
    return draft


def unmet(session: Session, draft: InstrumentDraft) -> set[str]:
    found = gate.conditions(session, draft, time_zone=ZONE)
    return {condition.code for condition in found if not condition.is_met}


def approve(session: Session, draft: InstrumentDraft, people: People) -> None:
    before = approvals.version_before(session, draft)
    publishing.approve(
        session,
        draft,
        seen=signing.digest(draft),
        compared_with=before.digest if before else None,
        time_zone=ZONE,
        actor=people.reviewer,
    )


def publish(session: Session, draft: InstrumentDraft, people: People) -> InstrumentVersion:
    return publishing.publish(
        session, draft, expected_revision=draft.revision, time_zone=ZONE, actor=people.author
    )


def test_a_ready_draft_lacks_the_approval_only(session: Session, ready: InstrumentDraft) -> None:
    assert unmet(session, ready) == {"approved"}


def test_approved_it_becomes_a_locked_version(
    session: Session, ready: InstrumentDraft, people: People
) -> None:
    with pytest.raises(Conflict, match="gate_unmet"):
        publish(session, ready, people)
    approve(session, ready, people)
    version = publish(session, ready, people)
    assert version.document == ready.document
    assert Program.from_json(version.program).digest == version.digest
    assert version.locked_at is not None
    assert (version.published_by, version.approved_by) == (people.author.ref, people.reviewer.ref)
    assert (ready.state, version.draft_id, version.change) == ("published", ready.id, None)
    with pytest.raises(Conflict, match="draft_closed"):
        edit(session, ready, ("version",), "2026.2", people.author)
    with pytest.raises(Conflict, match="draft_closed"):
        publish(session, ready, people)
    assert audit.check(session) == []


def _set(*path: str | int, value: Any) -> Break:
    """Change one place, and let the departments sign the new text."""

    def change(session: Session, draft: InstrumentDraft, people: People) -> None:
        edit(session, draft, path, value, people.author)
        if signing.departments(session, draft):
            sign_all(session, draft, people)

    return change


def _comment(session: Session, draft: InstrumentDraft, people: People) -> None:
    agreement.comment(session, draft, "One moment", actor=people.office)


def _edit_after_signing(session: Session, draft: InstrumentDraft, people: People) -> None:
    edit(session, draft, ("sections", 0, "questions", 1, "max_chars"), 300, people.author)


def _stale(session: Session, draft: InstrumentDraft, people: People) -> None:
    edit(session, draft, ("title", "zh"), "公交与地铁", people.author)
    sign_all(session, draft, people)


def _consult(session: Session, draft: InstrumentDraft, people: People) -> None:
    program = checking.check(session, draft).program
    assert program is not None
    now = clock.now(session)
    consultations.plan(
        session,
        draft,
        program,
        terms=TERMS,
        opens_at=now,
        closes_at=now + timedelta(days=9),
        actor=people.office,
    )


def _leave_the_bank(session: Session, draft: InstrumentDraft, people: People) -> None:
    edit(session, draft, ("sections", 0, "questions", 0, "bank"), "NO@1", people.author)
    sign_all(session, draft, people)


BREAKS: dict[str, Break] = {
    "no_errors": _set("sections", 0, "questions", 0, "show_if", value="${nothing} = 1"),
    "chinese": _set("languages", value=["en"]),
    "translated": _set("sections", 0, "questions", 1, "text", value={"zh": "建议"}),
    "fresh": _stale,
    "mandated": _set("mandated", value=["Q1", "Q9"]),
    "legal": _set("legal", "maker", value=" "),
    "not_expired": _set("legal", "expires_on", value="2020-01-01"),
    "organisers": _set("organisers", value=[]),
    "signed": _edit_after_signing,
    "comments": _comment,
    "consultation": _consult,
    "bank": _leave_the_bank,
}


@pytest.mark.parametrize("code", sorted(BREAKS))
def test_each_condition_holds_a_draft_back_and_says_how_to_mend_it(
    session: Session, ready: InstrumentDraft, people: People, code: str
) -> None:
    BREAKS[code](session, ready, people)
    assert code in unmet(session, ready)
    with pytest.raises(Conflict, match="gate_unmet") as refused:
        approve(session, ready, people)
    told = next(each for each in refused.value.problems if each.code == code)
    assert told.message("zh") != told.message("en")
    assert session.scalar(sa.select(sa.func.count()).select_from(InstrumentVersion)) == 0


def test_every_condition_is_tried_and_has_its_words() -> None:
    # the version number and the approval have tests of their own; a gap other than a translation comes with errors
    assert set(CONDITIONS) == {*BREAKS, "no_gaps", "new_version", "approved"}
    for texts in CONDITIONS.values():
        assert set(texts) == {"zh", "en"}
        assert all(texts[language].what and texts[language].remedy for language in texts)


def test_who_wrote_any_of_it_does_not_approve(
    session: Session, ready: InstrumentDraft, people: People
) -> None:
    edit(session, ready, ("sections", 0, "questions", 1, "max_chars"), 300, people.reviewer)
    sign_all(session, ready, people)
    with pytest.raises(Conflict, match="own_work"):
        approve(session, ready, people)


def test_an_edit_after_the_approval_voids_it(
    session: Session, ready: InstrumentDraft, people: People
) -> None:
    approve(session, ready, people)
    edit(session, ready, ("sections", 0, "questions", 1, "max_chars"), 300, people.author)
    sign_all(session, ready, people)
    assert unmet(session, ready) == {"approved"}
    with pytest.raises(Conflict, match="draft_changed"):
        publishing.approve(
            session, ready, seen="0" * 64, compared_with=None, time_zone=ZONE, actor=people.reviewer
        )


def test_whoever_approved_does_not_publish(session: Session, ready: InstrumentDraft, people: People) -> None:
    approve(session, ready, people)
    with pytest.raises(Conflict, match="second_person"):
        publishing.publish(
            session, ready, expected_revision=ready.revision, time_zone=ZONE, actor=people.reviewer
        )


def test_the_next_version_carries_its_difference(
    session: Session, ready: InstrumentDraft, people: People
) -> None:
    approve(session, ready, people)
    first = publish(session, ready, people)
    changed = copy.deepcopy(document())
    changed["sections"][0]["questions"][0]["text"]["en"] = "Do you take the bus every week?"
    changed["sections"][0]["questions"][0]["text"]["zh"] = "您每周坐公交吗？"
    draft = drafts.create_draft(session, changed, actor=people.author, based_on=first)
    sign_all(session, draft, people)
    assert unmet(session, draft) == {"new_version", "approved"}
    edit(session, draft, ("version",), "2026.2", people.author)
    sign_all(session, draft, people)
    with pytest.raises(Conflict, match="draft_changed"):  # the difference to the first version was not shown
        publishing.approve(
            session,
            draft,
            seen=signing.digest(draft),
            compared_with=None,
            time_zone=ZONE,
            actor=people.reviewer,
        )
    approve(session, draft, people)
    second = publish(session, draft, people)
    assert second.change is not None
    assert {each["item"] for each in second.change["differences"] if "item" in each} == {"Q1"}
    assert [each["variable"] for each in second.change["series"] if each["verdict"] == "breaks"] == ["Q1"]


def test_the_way_to_a_version_on_each_database(any_engine: sa.Engine) -> None:
    with Session(any_engine) as session:
        people = People(session)
        draft = begin(session, people)
        agreement.comment(session, draft, "Which buses?", item="Q1", actor=people.office)
        agreement.resolve(
            session,
            draft,
            agreement.threads(session, draft)[0].comment.id,
            is_resolved=True,
            actor=people.author,
        )
        sign_all(session, draft, people)
        session.commit()
        approve(session, draft, people)
        version = publish(session, draft, people)
        session.commit()
        assert (version.locked_at is not None, draft.state) == (True, "published")
        assert bank.adopt(session, version, {"indicators": [], "groups": {}}, actor=people.other) == []


def test_a_save_between_check_and_publication_wins(
    session: Session, ready: InstrumentDraft, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(session, ready, people)

    def somebody_saves(*_arguments: object, **_more: object) -> None:
        session.execute(
            sa.update(InstrumentDraft)
            .where(InstrumentDraft.id == ready.id)
            .values(revision=InstrumentDraft.revision + 1)
            .execution_options(synchronize_session=False)
        )

    monkeypatch.setattr(publishing, "_refuse_known", somebody_saves)
    with pytest.raises(drafts.StaleDraft):
        publish(session, ready, people)
    assert ready.state == "open"


def test_publishing_records_the_use_of_the_bank(session: Session, people: People) -> None:
    draft = begin(session, people)
    item = document()["sections"][0]["questions"][0]
    new = bank.NewItem(code="BUS", concept="use", concept_title={"zh": "使用", "en": "Use"}, document=item)
    revision = bank.take_in(session, new, actor=people.other)
    bank.review(session, revision, actor=people.reviewer)
    edit(session, draft, ("sections", 0, "questions", 0, "bank"), "BUS@1", people.author)
    sign_all(session, draft, people)
    approve(session, draft, people)
    version = publish(session, draft, people)
    (use,) = bank_queries.uses(session, [revision])[revision.id]
    assert (use.version.id, use.item, list(use.waves)) == (version.id, "Q1", [])
