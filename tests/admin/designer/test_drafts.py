"""Drafts: every save can be taken back, nobody overwrites anybody, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.designer import drafts
from survey.errors import Conflict, NotFound
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.instrument import editing
from survey.instrument.changes import put
from survey.models.audit import AuditEvent
from survey.models.design import DraftEdit, InstrumentDraft
from tests.admin.conftest import COMMAND

SMALL: dict[str, Any] = {"id": "small", "title": {"en": "Small"}, "sections": [{"id": "A", "questions": []}]}


def add(session: Session, draft: InstrumentDraft, code: str, actor: Actor = COMMAND) -> DraftEdit | None:
    edited = editing.add_item(draft.document, "A", {"id": code, "type": "text"})
    return drafts.apply_edit(
        session,
        draft,
        edited,
        expected_revision=draft.revision,
        actor=actor,
        act="item:add",
        place=f"A/{code}",
    )


def codes(document: dict[str, Any]) -> list[str]:
    return [place.code for place in editing.items(document)]


@pytest.fixture
def draft(session: Session) -> InstrumentDraft:
    return drafts.create_draft(session, SMALL, actor=COMMAND)


def test_edits_are_undone_and_redone_in_order(session: Session, draft: InstrumentDraft) -> None:
    for code in "abc":
        add(session, draft, code)
    drafts.undo(session, draft, expected_revision=4, actor=COMMAND)
    drafts.undo(session, draft, expected_revision=5, actor=COMMAND)
    assert codes(draft.document) == ["a"]
    drafts.redo(session, draft, expected_revision=6, actor=COMMAND)
    assert codes(draft.document) == ["a", "b"]
    add(session, draft, "d")
    assert drafts.next_redo(session, draft) is None  # a new edit closes the way to "c"
    drafts.undo(session, draft, expected_revision=8, actor=COMMAND)
    drafts.undo(session, draft, expected_revision=9, actor=COMMAND)
    drafts.undo(session, draft, expected_revision=10, actor=COMMAND)
    assert draft.document == SMALL
    with pytest.raises(Conflict, match="nothing_to_undo"):
        drafts.undo(session, draft, expected_revision=11, actor=COMMAND)


def test_every_earlier_state_can_be_read(session: Session, draft: InstrumentDraft) -> None:
    states = [draft.document]
    for code in "ab":
        add(session, draft, code)
        states.append(draft.document)
    drafts.undo(session, draft, expected_revision=3, actor=COMMAND)
    states.append(draft.document)
    assert [drafts.at_revision(session, draft, n + 1) for n in range(4)] == states
    with pytest.raises(NotFound):
        drafts.at_revision(session, draft, 5)


def test_a_save_from_an_older_state_is_refused_and_changes_nothing(
    session: Session, draft: InstrumentDraft
) -> None:
    mine = editing.add_item(draft.document, "A", {"id": "mine"})
    add(session, draft, "theirs")
    with pytest.raises(drafts.StaleDraft) as refused:
        drafts.apply_edit(
            session, draft, mine, expected_revision=1, actor=COMMAND, act="item:add", place="A/mine"
        )
    assert (refused.value.expected, refused.value.revision) == (1, 2)
    assert codes(draft.document) == ["theirs"]


def test_of_two_saves_at_the_same_moment_one_is_refused(any_engine: sa.Engine) -> None:
    """Both people loaded revision 1; the second transaction starts before it knows of the first."""
    with Session(any_engine) as first:
        public_id = drafts.create_draft(first, SMALL, actor=COMMAND).public_id
        first.commit()
    with Session(any_engine, expire_on_commit=False) as slow:
        seen = drafts.load(slow, public_id)
        assert seen.revision == 1
        slow.commit()  # lets go of the lock, keeps what was read
        with Session(any_engine) as quick:
            add(quick, drafts.load(quick, public_id), "quick")
            quick.commit()
        with pytest.raises(drafts.StaleDraft):
            add(slow, seen, "slow")
        slow.rollback()
    with Session(any_engine) as after:
        draft = drafts.load(after, public_id)
        assert (codes(draft.document), draft.revision) == (["quick"], 2)


def test_the_head_of_a_draft_follows_its_document(session: Session, draft: InstrumentDraft) -> None:
    odd = put(draft.document, ("title",), {"zh": "新", "en": 5})
    drafts.apply_edit(session, draft, odd, expected_revision=1, actor=COMMAND, act="settings:change")
    assert (draft.code, draft.title) == ("small", {"zh": "新"})


def test_what_changed_nothing_is_no_save(session: Session, draft: InstrumentDraft) -> None:
    same = put(draft.document, ("id",), "small")
    assert drafts.apply_edit(session, draft, same, expected_revision=1, actor=COMMAND, act="x") is None
    assert draft.revision == 1


def test_a_discarded_draft_takes_no_edit_until_it_is_taken_up_again(
    session: Session, draft: InstrumentDraft
) -> None:
    drafts.discard(session, draft, actor=COMMAND)
    with pytest.raises(Conflict, match="draft_closed"):
        add(session, draft, "late")
    drafts.restore(session, draft, actor=COMMAND)
    assert add(session, draft, "again") is not None
    with pytest.raises(Conflict, match="draft_closed"):
        drafts.restore(session, draft, actor=COMMAND)


def test_every_act_is_in_the_audit_log(books: Session, someone: Callable[[Role], Actor]) -> None:
    actor = someone(Role.DESIGNER)
    draft = drafts.create_draft(books, SMALL, actor=actor)
    add(books, draft, "a", actor)
    drafts.undo(books, draft, expected_revision=2, actor=actor)
    drafts.discard(books, draft, actor=actor)
    events = books.scalars(
        sa.select(AuditEvent).where(AuditEvent.object_ref == drafts.reference(draft)).order_by(AuditEvent.n)
    ).all()
    assert [event.act for event in events] == ["draft.create", "draft.edit", "draft.edit", "draft.discard"]
    assert {event.actor for event in events} == {actor.ref}
    assert events[1].after == {"act": "item:add", "place": "A/a", "revision": 2}
