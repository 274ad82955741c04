"""Comments of colleagues with replies, and sign-offs that hold for exactly one text."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from admin.designer import drafts
from admin.designer.agreement import comments as agreement
from admin.designer.agreement import signing
from survey import audit
from survey.errors import Conflict, Forbidden, Invalid, NotFound
from survey.models.design import InstrumentDraft
from tests.admin.designer.agreed import People, begin, edit


@pytest.fixture
def people(session: Session) -> People:
    return People(session)


@pytest.fixture
def draft(session: Session, people: People) -> InstrumentDraft:
    return begin(session, people)


def test_a_comment_is_answered_and_dealt_with(
    session: Session, draft: InstrumentDraft, people: People
) -> None:
    first = agreement.comment(session, draft, "Which buses?", item="Q1", actor=people.statistics)
    agreement.comment(session, draft, "Fine otherwise", actor=people.office)
    agreement.reply(session, draft, first.id, "City buses; added.", actor=people.author)
    assert agreement.unresolved(session, draft) == 2
    agreement.resolve(session, draft, first.id, is_resolved=True, actor=people.statistics)
    assert agreement.unresolved(session, draft) == 1
    opened, closed = agreement.threads(session, draft)
    assert (opened.comment.text, closed.comment.text) == ("Fine otherwise", "Which buses?")
    assert [reply.text for reply in closed.replies] == ["City buses; added."]
    agreement.resolve(session, draft, closed.replies[0].id, is_resolved=False, actor=people.author)
    assert agreement.unresolved(session, draft) == 2
    assert audit.check(session) == []


def test_a_comment_outlives_its_item(session: Session, draft: InstrumentDraft, people: People) -> None:
    agreement.comment(session, draft, "Why ask this?", item="Q2", actor=people.office)
    questions = draft.document["sections"][0]["questions"]
    edit(session, draft, ("sections", 0, "questions"), questions[:1], people.author)
    (thread,) = agreement.threads(session, draft)
    assert thread.is_orphan
    assert agreement.unresolved(session, draft) == 1


def test_unfit_comments_are_refused(session: Session, draft: InstrumentDraft, people: People) -> None:
    with pytest.raises(NotFound):
        agreement.comment(session, draft, "Where?", item="Q9", actor=people.office)
    for text in ("", " ", "x" * 2001, "nul\x00"):
        with pytest.raises(Invalid):
            agreement.comment(session, draft, text, actor=people.office)
    mine = agreement.comment(session, draft, "Here", actor=people.office)
    with pytest.raises(NotFound):
        agreement.reply(session, begin(session, people), mine.id, "There", actor=people.office)
    drafts.discard(session, draft, actor=people.author)
    with pytest.raises(Conflict):
        agreement.comment(session, draft, "Too late", actor=people.office)


def test_people_sign_for_their_own_department_only(
    session: Session, draft: InstrumentDraft, people: People
) -> None:
    seen = signing.digest(draft)
    assert signing.department_of(session, draft, people.office) == "office"
    assert signing.department_of(session, draft, people.statistics) == "statistics"
    with pytest.raises(Forbidden, match="not_an_organiser"):
        signing.sign(session, draft, seen=seen, actor=people.reviewer)
    signing.sign(session, draft, seen=seen, actor=people.statistics)
    with pytest.raises(Conflict, match="signed_already"):
        signing.sign(session, draft, seen=seen, actor=people.statistics)
    signed = {each.code: each.has_signed for each in signing.departments(session, draft)}
    assert signed == {"office": False, "statistics": True}


def test_a_later_change_makes_a_sign_off_stale(
    session: Session, draft: InstrumentDraft, people: People
) -> None:
    seen = signing.digest(draft)
    signing.sign(session, draft, seen=seen, actor=people.office)
    path = ("sections", 0, "questions", 1, "max_chars")
    edit(session, draft, path, 300, people.author)
    office = signing.departments(session, draft)[0]
    assert not office.has_signed
    assert office.stale is not None
    with pytest.raises(Conflict, match="draft_changed"):  # the page shows the older text
        signing.sign(session, draft, seen=seen, actor=people.office)
    edit(session, draft, path, 200, people.author)  # the very text again
    assert signing.departments(session, draft)[0].has_signed
