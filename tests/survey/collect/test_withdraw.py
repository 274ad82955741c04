"""Withdrawal works until sealing, frees token and quota place, and its box is dropped by the sealer."""

import pytest
import sqlalchemy as sa

from survey.access import grants
from survey.collect import dispositions, receipts_kept, resuming, withdraw
from survey.errors import Conflict, NotFound
from survey.ledger import receipts, seal
from survey.models.response import DispositionCount, Response, Submission
from survey.models.wave import QuotaCell, Wave
from tests.survey.interviews import NORTH, answer, begin, fill, hand_in, make_world


def seal_now(world):
    with world.session() as session:
        return seal.seal_wave(session, session.get_one(Wave, world.wave_id), keys=world.keys, closing=True)


def test_taken_back_and_answered_again(any_engine, tmp_path):
    world = make_world(any_engine, tmp_path, quota=1)
    (token,) = world.issue(1, stratum="north")
    receipt, secret = answer(world, token, {**NORTH, "R01": ["5"]})
    with world.session() as session:
        withdraw.withdraw(session, secret, keys=world.keys)
    with world.session() as session:
        assert receipts.check(session, receipt.code).state == "unknown"
        assert session.scalars(sa.select(QuotaCell.n)).one() == 0
        assert grants.redeem(session, token, keys=world.keys).stratum == "north"
        assert receipts_kept.of_cookie(session, secret, keys=world.keys) is None
        with pytest.raises(NotFound):
            withdraw.withdraw(session, secret, keys=world.keys)
    answer(world, token, {**NORTH, "R01": ["1"]})
    report = seal_now(world)
    assert (report.n_sealed, report.n_withdrawn) == (1, 1)
    with world.session() as session:
        answers = [row.document["state"]["answers"]["R01"] for row in session.scalars(sa.select(Response))]
    assert answers == ["1"]
    assert world.count("withdrawal_tag") == 1


def test_with_the_resume_code(world):
    with world.session() as session:
        draft, code = resuming.make_resume_code(session, begin(world, session).draft, keys=world.keys)
        hand_in(world, session, fill(world, session, draft))
        for wrong in ("", "0" * 17):
            with pytest.raises(NotFound):
                withdraw.withdraw_by_code(session, wrong, keys=world.keys)
        withdraw.withdraw_by_code(session, code, keys=world.keys)
    assert world.count("participation") == 0


def test_not_after_sealing(world):
    _, secret = answer(world)
    seal_now(world)
    with world.session() as session, pytest.raises(Conflict) as caught:
        withdraw.withdraw(session, secret, keys=world.keys)
    assert caught.value.code == "already_sealed"
    assert world.count("response") == 1


def test_receipts_are_kept_while_anything_waits(world):
    _, secret = answer(world)
    with world.session() as session:
        later = session.scalars(sa.select(Submission.expires_on)).one().replace(year=2099)
        receipts_kept.delete_expired(session, today=later)
        assert receipts_kept.of_cookie(session, secret, keys=world.keys) is not None
    seal_now(world)
    with world.session() as session:
        receipts_kept.delete_expired(session, today=later)
        assert receipts_kept.of_cookie(session, secret, keys=world.keys) is None


def test_screened_out_leaves_a_count_only(any_world):
    world = any_world
    (token,) = world.issue()
    with world.session() as session:
        draft = begin(world, session, token).draft
    for _ in range(2):  # the second tap counts nothing
        with world.session() as session:
            dispositions.screen_out(session, draft)
    with world.session() as session:
        row = session.scalars(sa.select(DispositionCount)).one()
        assert (row.mode, row.code, row.source, row.n) == ("web", "screened_out", "collected", 1)
    assert world.count("draft") == world.count("participation") == 0
