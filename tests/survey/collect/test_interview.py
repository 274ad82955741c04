"""One interview from the link to the receipt, on both databases."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from survey.access import grants
from survey.collect import drafts, pages, receipts_kept, resuming, start, submit, waves
from survey.collect.documents import DraftDocument
from survey.errors import Conflict, Gone, Invalid, NotFound
from survey.ledger import seal
from survey.models.access import Token
from survey.models.response import Draft, Response
from survey.models.wave import Wave
from tests.survey.interviews import NORTH, answer, begin, fill, hand_in, small_program


def test_from_token_to_sealed_response(any_world):
    world = any_world
    (token,) = world.issue(context={"frame.A1": "north"}, interviewer="i17")
    receipt, _ = answer(world, token)
    assert [world.count(name) for name in ("draft", "urn", "participation", "submission")] == [0, 1, 1, 1]
    with world.session() as session:
        seal.seal_wave(session, session.get_one(Wave, world.wave_id), keys=world.keys, closing=True)
    with world.session() as session:
        response = session.scalars(sa.select(Response)).one()
    document = response.document
    assert document["state"]["answers"] == {"A1": "north", "A2": ["bus"], "R01": "5", "R02": "4", "R03": "88"}
    assert document["state"]["context"] == {"frame.A1": "north", "mode": "web", "group": "residents"}
    assert (document["stratum"], document["probability"], document["channel"]) == ("north", "0.01", "sample")
    assert document["marks"]["interviewer"] == "i17"
    assert document["day"] == response.day.isoformat()
    assert receipt.rid.hex() not in json.dumps(document)
    assert world.count("urn") == 0


def test_a_link_preview_uses_nothing_up(world):
    (token,) = world.issue()
    with world.session() as session:
        for _ in range(3):
            assert grants.redeem(session, token, keys=world.keys).stratum == "north"
    answer(world, token)
    with world.session() as session, pytest.raises(Gone):
        grants.redeem(session, token, keys=world.keys)


def test_nothing_is_stored_without_consent(world):
    (token,) = world.issue()
    with world.session() as session:
        grant = grants.redeem(session, token, keys=world.keys)
        with pytest.raises(Invalid) as caught:
            start.open_draft(session, grant, language="zh", consent=False, keys=world.keys)
    assert caught.value.code == "consent_required"
    assert world.count("draft") == 0


def test_the_database_cannot_read_a_draft(world):
    with world.session() as session:
        started = begin(world, session)
        draft = fill(world, session, started.draft)
        row = session.execute(sa.select(Draft.__table__)).one()
    stored = b"".join(value for value in row if isinstance(value, bytes))
    assert b"R01" not in stored
    assert started.secret.encode() not in stored
    assert draft.key not in stored
    with world.session() as session:
        assert drafts.load(session, started.secret, keys=world.keys).document == draft.document
        with pytest.raises(NotFound):
            drafts.load(session, started.secret[:-1] + "x", keys=world.keys)


def test_a_draft_box_put_under_an_older_version_does_not_open(world):
    with world.session() as session:
        started = begin(world, session)
        session.execute(sa.update(Draft).values(ver=7))
    with world.session() as session, pytest.raises(Exception, match="does not open"):
        drafts.load(session, started.secret, keys=world.keys)


def test_going_on_with_another_device(world):
    with world.session() as session:
        started = begin(world, session)
        draft, code = resuming.make_resume_code(session, started.draft, keys=world.keys)
        fill(world, session, draft)
    with world.session() as session:
        resumed, secret = resuming.resume(session, code.lower(), keys=world.keys)
        assert resumed.document.state.answers["R01"] == "5"
        with pytest.raises(NotFound):
            drafts.load(session, started.secret, keys=world.keys)
        receipt = hand_in(world, session, resumed)
    with world.session() as session:
        assert receipts_kept.of_cookie(session, secret, keys=world.keys) == receipt
        assert receipts_kept.of_code(session, code, keys=world.keys) == receipt
        assert receipts_kept.of_cookie(session, started.secret, keys=world.keys) is None
        for wrong in ("", "0" * 17, "nonsense"):
            with pytest.raises(NotFound):
                resuming.resume(session, wrong, keys=world.keys)
            assert receipts_kept.of_code(session, wrong, keys=world.keys) is None


def test_answers_that_went_stale_are_not_submitted(world):
    with world.session() as session:
        draft = begin(world, session).draft
        with_school = {**NORTH, "A2": ["school"], "R04": ["2"], "T1": ["慢"]}
        draft = fill(world, session, draft, with_school)
        assert draft.document.state.answers["R04"] == "2"
        outcome = pages.apply_page(
            small_program(),
            draft.document,
            "A",
            {"A1": ["north"], "A2": ["bus"]},
            at=draft.document.opened_at,
        )
        assert outcome.path.stale == ("R04", "T1")
        prepared = submit.prepare(
            drafts.save(session, draft, outcome.document, keys=world.keys),
            program=small_program(),
            wave=waves.load(session, world.wave_id),
            keys=world.keys,
            now=draft.document.opened_at,
        )
    assert set(prepared.document["state"]["answers"]) == {"A1", "A2", "R01", "R02", "R03"}


def test_an_incomplete_interview_is_refused_with_its_problems(world):
    with world.session() as session, pytest.raises(Invalid) as caught:
        hand_in(world, session, begin(world, session).draft)
    assert {problem.where.item for problem in caught.value.problems} == {"A1"}


def test_a_page_with_problems_keeps_what_was_right(world):
    with world.session() as session:
        draft = begin(world, session).draft
    outcome = pages.apply_page(
        small_program(), draft.document, "B", {"R01": ["5"], "R02": ["6"]}, at=draft.document.opened_at
    )
    assert outcome.document.state.answers == {"R01": "5"}
    assert [problem.code for problem in outcome.problems] == ["unknown_answer"]
    assert outcome.next.key == "B"
    assert not outcome.is_complete


def test_the_draft_document_survives_its_box(world):
    with world.session() as session:
        document = fill(world, session, begin(world, session).draft).document
    assert DraftDocument.decode(document.encode()) == document


def test_two_tabs_the_older_one_never_wins(any_world):
    world = any_world
    with world.session() as session:
        started = begin(world, session)
    both = {"program": small_program(), "at": started.draft.document.opened_at, "keys": world.keys}
    with world.session() as session:
        newer, _ = pages.save_page(
            session, started.draft, "B", {"R01": ["5"]}, seen_ver=started.draft.ver, **both
        )
    with world.session() as session:
        loaded = drafts.load(session, started.secret, keys=world.keys)
        with pytest.raises(drafts.StaleDraft) as caught:
            pages.save_page(session, loaded, "B", {"R01": ["1"]}, seen_ver=started.draft.ver, **both)
    assert caught.value.current.document.state.answers == {"R01": "5"}
    assert caught.value.yours.state.answers == {"R01": "1"}
    # The same when both tabs had loaded the draft before either wrote.
    with world.session() as session, pytest.raises(drafts.StaleDraft):
        pages.save_page(session, started.draft, "B", {"R01": ["1"]}, seen_ver=started.draft.ver, **both)
    # A second tap on the same page changes nothing and is no conflict.
    with world.session() as session:
        again, outcome = pages.save_page(
            session, started.draft, "B", {"R01": ["5"]}, seen_ver=started.draft.ver, **both
        )
    assert (again.ver, again.document) == (newer.ver, newer.document)
    assert not outcome.problems


def test_a_late_copy_of_an_old_page_after_submission(world):
    with world.session() as session:
        started = begin(world, session)
        filled = fill(world, session, started.draft)
        hand_in(world, session, filled)
    with world.session() as session, pytest.raises(NotFound):
        pages.save_page(
            session,
            filled,
            "B",
            {"R01": ["1"]},
            program=small_program(),
            seen_ver=filled.ver,
            at=filled.document.opened_at,
            keys=world.keys,
        )


def test_a_page_with_half_a_surrogate_is_refused_and_not_fatal(world):
    with world.session() as session:
        started = begin(world, session)
        _, outcome = pages.save_page(
            session,
            started.draft,
            "A",
            {"A1": ["\ud800"], "A2": ["\x00"]},
            program=small_program(),
            seen_ver=1,
            at=started.draft.document.opened_at,
            keys=world.keys,
        )
    assert {problem.where.item for problem in outcome.problems} == {"A1", "A2"}


def test_drafts_open_at_close_have_half_an_hour(world):
    with world.session() as session:
        first, second = begin(world, session), begin(world, session)
        drafts_of = [fill(world, session, one.draft) for one in (first, second)]
    world.move_clock(timedelta(days=30, minutes=10))
    with world.session() as session:
        hand_in(world, session, drafts_of[0])
        with pytest.raises(Gone):
            begin(world, session)
    world.move_clock(timedelta(days=30, minutes=31))
    with world.session() as session, pytest.raises(Gone) as caught:
        hand_in(world, session, drafts_of[1])
    assert caught.value.code == "wave_closed"
    with world.session() as session:
        # The receipt is shown again even now.
        assert receipts_kept.of_cookie(session, first.secret, keys=world.keys) is not None
        assert hand_in(world, session, drafts_of[0]) == receipts_kept.of_cookie(
            session, first.secret, keys=world.keys
        )
        seal.seal_wave(session, session.get_one(Wave, world.wave_id), keys=world.keys, closing=True)
        assert session.scalars(sa.select(Response)).one().document["grace"] is True


def test_a_wave_closed_early_takes_nothing(world):
    with world.session() as session:
        draft = fill(world, session, begin(world, session).draft)
        session.execute(sa.update(Wave).values(status="closed"))
    with world.session() as session, pytest.raises(Gone):
        hand_in(world, session, draft)


def test_a_used_token_no_longer_says_whose_it_was(world):
    tokens = world.issue(2, stratum="county 990108 urban", context={"frame.A1": "north"})
    answer(world, tokens[0])
    with world.session() as session:
        facts = {row.used: row.facts for row in session.scalars(sa.select(Token))}
    assert facts[1] == {}
    assert facts[0]["stratum"] == "county 990108 urban"


def test_expired_drafts_are_forgotten(world):
    with world.session() as session:
        begin(world, session)
        assert drafts.delete_expired(session, today=session.scalars(sa.select(Draft.expires_on)).one()) == 0
        later = session.scalars(sa.select(Draft.expires_on)).one() + timedelta(days=1)
        assert drafts.delete_expired(session, today=later) == 1


def test_a_changed_draft_is_not_submitted_from_an_old_tab(world):
    with world.session() as session:
        draft = fill(world, session, begin(world, session).draft)
        drafts.save(session, draft, draft.document, keys=world.keys)
    with world.session() as session, pytest.raises(Conflict):
        hand_in(world, session, draft)
    assert world.count("participation") == 0
