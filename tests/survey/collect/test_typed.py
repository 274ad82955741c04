"""What was typed and not taken: kept in the box, shown again, never an answer."""

from __future__ import annotations

import pytest

from survey.collect import drafts, pages, typed
from survey.collect.typed import Window
from survey.errors import Invalid
from survey.instrument.path import PageRef
from tests.survey.interviews import begin, fill, hand_in, small_program

LEFT, RIGHT = Window(name="left", turn=1), Window(name="right", turn=1)


def _shown(draft, page):
    document = draft.document
    found = typed.Page(
        program=small_program(),
        ref=PageRef.from_key(page),
        state=document.state,
        contacts=document.contacts,
    )
    return typed.as_shown(found, document.typed)


@pytest.fixture
def about(world):
    with world.session() as session:
        started = begin(world, session)
        yield (
            session,
            started,
            {"program": small_program(), "at": started.draft.document.opened_at, "keys": world.keys},
        )


def test_what_is_typed_comes_back_and_is_never_submitted(world, about):
    session, started, with_program = about
    draft = fill(world, session, started.draft)
    draft = pages.keep_typed(
        session, draft, "B", {"R01": ["1"]}, seen_ver=draft.ver, window=LEFT, **with_program
    )
    draft = drafts.load(session, started.secret, keys=world.keys)
    assert draft.document.state.answers["R01"] == "5"
    assert _shown(draft, "B") == {"R01": ["1"], "R02": [], "R03": []}
    assert _shown(draft, "A") is None
    assert pages.next_page(small_program(), draft.document) == PageRef(
        code="B"
    )  # looked at before it is sent
    hand_in(world, session, draft)


def test_typing_and_taking_it_back_leaves_nothing(about):
    session, started, with_program = about
    draft = pages.keep_typed(
        session, started.draft, "A", {"A1": ["north"]}, seen_ver=1, window=LEFT, **with_program
    )
    assert set(draft.document.typed) == {"A1"}
    again = Window(name="left", turn=2)
    draft = pages.keep_typed(session, draft, "A", {}, seen_ver=draft.ver, window=again, **with_program)
    assert draft.document.typed == {}


def test_a_page_that_is_taken_takes_what_was_typed_with_it(about):
    session, started, with_program = about
    draft = pages.keep_typed(
        session, started.draft, "A", {"A1": ["south"]}, seen_ver=1, window=LEFT, **with_program
    )
    # The page itself still names the first version: its own typing came between and is no conflict.
    draft, outcome = pages.save_page(
        session, draft, "A", {"A1": ["north"]}, seen_ver=1, window=LEFT, **with_program
    )
    assert not outcome.problems
    assert draft.document.typed == {}


def test_a_late_copy_of_what_was_typed_changes_nothing(about):
    session, started, with_program = about
    draft, _ = pages.save_page(
        session, started.draft, "A", {"A1": ["north"]}, seen_ver=1, window=LEFT, **with_program
    )
    with pytest.raises(drafts.StaleDraft):
        pages.keep_typed(session, draft, "A", {"A1": ["south"]}, seen_ver=1, window=LEFT, **with_program)


def test_turns_of_one_window_may_overtake_one_another(about):
    session, started, with_program = about
    newer, older = Window(name="left", turn=3), Window(name="left", turn=2)
    draft = pages.keep_typed(
        session, started.draft, "A", {"A1": ["north"]}, seen_ver=1, window=newer, **with_program
    )
    draft = pages.keep_typed(session, draft, "A", {"A1": ["south"]}, seen_ver=1, window=older, **with_program)
    assert draft.document.typed["A1"].fields == {"A1": ["north"]}


def test_two_windows_do_not_overwrite_each_others_words(about):
    session, started, with_program = about
    draft = pages.keep_typed(
        session, started.draft, "A", {"A1": ["south"]}, seen_ver=1, window=LEFT, **with_program
    )
    with pytest.raises(drafts.StaleDraft):
        pages.keep_typed(session, draft, "A", {"A1": ["north"]}, seen_ver=1, window=RIGHT, **with_program)
    with pytest.raises(drafts.StaleDraft):
        pages.save_page(session, draft, "A", {"A1": ["north"]}, seen_ver=1, window=RIGHT, **with_program)


def test_what_was_refused_is_there_again(about):
    session, started, with_program = about
    draft, outcome = pages.save_page(
        session, started.draft, "B", {"R01": ["5"], "R02": ["six"]}, seen_ver=1, **with_program
    )
    assert [problem.where.item for problem in outcome.problems] == ["R02"]
    assert _shown(draft, "B") == {"R01": ["5"], "R02": ["six"]}


def test_changes_of_different_pages_meet(about):
    session, started, with_program = about
    first, _ = pages.save_page(session, started.draft, "A", {"A1": ["north"]}, seen_ver=1, **with_program)
    # The other window loaded the draft before the first one wrote.
    both, outcome = pages.save_page(session, started.draft, "B", {"R01": ["5"]}, seen_ver=1, **with_program)
    assert both.document.state.answers == {"A1": "north", "R01": "5"}
    assert (both.ver, outcome.problems) == (first.ver + 1, ())


def test_one_step_is_checked_alone_and_counts_as_done(about):
    session, started, with_program = about
    draft, outcome = pages.save_page(
        session, started.draft, "B", {"R02": ["2"]}, seen_ver=1, only=frozenset({"R02"}), **with_program
    )
    assert not outcome.problems
    assert draft.document.state.answers == {"R02": "2"}
    assert not pages.is_done(small_program(), draft.document, PageRef(code="B"))
    for code in ("R01", "R03"):
        draft, _ = pages.save_page(
            session, draft, "B", {code: ["1"]}, seen_ver=draft.ver, only=frozenset({code}), **with_program
        )
    assert pages.is_done(small_program(), draft.document, PageRef(code="B"))
    assert draft.document.state.answers == {"R01": "1", "R02": "2", "R03": "1"}


def test_more_than_fits_is_refused(about):
    session, started, with_program = about
    with pytest.raises(Invalid) as caught:
        pages.keep_typed(
            session, started.draft, "A", {"A1": ["长" * 70_000]}, seen_ver=1, window=LEFT, **with_program
        )
    assert caught.value.code == "typed_too_long"


def test_the_box_holds_how_it_went_and_no_finer(world, about):
    session, started, with_program = about
    draft = fill(world, session, started.draft)
    draft, _ = pages.save_page(
        session, draft, "B", {"R01": ["1"], "R02": ["4"]}, seen_ver=draft.ver, **with_program
    )
    marks = draft.document.paradata.marks()
    assert marks["edits"] == 2  # one changed, one taken away
    assert marks["pages"]["A"] == 90
    assert all(seconds % 10 == 0 and seconds <= 600 for seconds in marks["pages"].values())
