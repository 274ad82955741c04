"""Many at one instant: tokens, quota places, double taps (small versions of T07, R04, R05, R06)."""

import threading
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.collect import drafts, quotas, submit, waves
from survey.errors import Gone, HouseError
from survey.ledger import seal
from survey.models.wave import QuotaCell, Wave
from tests.survey.interviews import begin, fill, hand_in, make_world, small_program


def at_once(jobs):
    """Run all jobs from one instant on; their results, exceptions of the house included."""
    barrier = threading.Barrier(len(jobs))
    results = [None] * len(jobs)

    def run(number, job):
        barrier.wait()
        try:
            results[number] = job()
        except HouseError as exc:
            results[number] = exc.code

    threads = [threading.Thread(target=run, args=(n, job)) for n, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def submitting(world, draft):
    """A job that submits a draft in a transaction of its own; None becomes the receipt's code."""

    def job():
        with Session(world.engine) as session:
            prepared = submit.prepare(
                draft,
                program=small_program(),
                wave=waves.load(session, world.wave_id),
                keys=world.keys,
                now=clock.now(session),
            )
            session.rollback()
            receipt = submit.commit(session, prepared, keys=world.keys)
            session.commit()
            return receipt

    return job


def ready_drafts(world, tokens):
    with world.session() as session:
        return [fill(world, session, begin(world, session, token).draft) for token in tokens]


def test_one_receipt_per_token(any_world):
    world = any_world
    tokens = world.issue(4)
    drafts_of = ready_drafts(world, [token for token in tokens for _ in range(6)])
    results = at_once([submitting(world, draft) for draft in drafts_of])
    assert Counter(result == "token_used" for result in results) == {True: 20, False: 4}
    assert world.count("participation") == world.count("urn") == world.count("submission") == 4


def test_double_taps_get_the_same_receipt(any_world):
    world = any_world
    (draft,) = ready_drafts(world, world.issue(1))
    results = at_once([submitting(world, draft) for _ in range(8)])
    assert len(set(results)) == 1
    assert results[0].code
    assert world.count("participation") == world.count("urn") == 1


def make_quota_world(engine, folder, cap):
    world = make_world(engine, folder, quota=cap)
    return world, ready_drafts(world, [None] * (4 * cap))


@pytest.mark.parametrize("cap", [1, 5])
def test_a_quota_is_never_overshot_nor_left_short(any_engine, tmp_path, cap):
    world, drafts_of = make_quota_world(any_engine, tmp_path, cap)
    results = at_once([submitting(world, draft) for draft in drafts_of])
    assert Counter(result == "quota_full" for result in results) == {True: 3 * cap, False: cap}
    assert world.count("participation") == world.count("urn") == cap
    # Whoever was refused keeps draft and token.
    assert world.count("draft") == 3 * cap
    with world.session() as session:
        assert session.execute(sa.select(QuotaCell.n, QuotaCell.cap)).one() == (cap, cap)


def test_counting_first_would_overshoot(any_engine, tmp_path, monkeypatch):
    """The fault this guards against: look, then act."""
    world, drafts_of = make_quota_world(any_engine, tmp_path, 3)

    def look_then_act(session, cell_ids):
        with Session(world.engine) as other:
            n, cap = (
                other.connection(execution_options={"minyi_read_only": True})
                .execute(sa.select(QuotaCell.n, QuotaCell.cap))
                .one()
            )
        if n >= cap:
            raise Gone("quota_full", zh="满", en="full")

    monkeypatch.setattr(quotas, "take_places", look_then_act)
    results = at_once([submitting(world, draft) for draft in drafts_of])
    assert Counter(result == "quota_full" for result in results)[False] > 3


def test_two_tabs_save_at_once_and_one_wins(any_world):
    world = any_world
    with world.session() as session:
        draft = begin(world, session).draft

    def saving(number):
        def job():
            document = replace(draft.document, window=str(number))
            with Session(world.engine) as session:
                saved = drafts.save(session, draft, document, keys=world.keys)
                session.commit()
                return saved.document.window

        return job

    results = at_once([saving(number) for number in range(8)])
    assert Counter(result == "draft_stale" for result in results) == {True: 7, False: 1}


def test_nothing_is_lost_while_sealing_goes_on(any_world):
    """Submissions and sealings at the same time: each answer is sealed once, none under a dead key."""
    world = any_world
    first, second = ready_drafts(world, world.issue(12)), ready_drafts(world, world.issue(12))
    at_once([submitting(world, draft) for draft in first])

    def sealing():
        with Session(world.engine) as session:
            wave = session.get_one(Wave, world.wave_id)
            report = seal.seal_wave(session, wave, keys=world.keys, closing=True)
            session.commit()
            return report.n_sealed

    results = at_once([sealing, *(submitting(world, draft) for draft in second), sealing])
    assert all(not isinstance(result, str) for result in results)
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        rest = seal.seal_wave(session, wave, keys=world.keys, closing=True).n_sealed
    assert results[0] + results[-1] + rest == 24
    assert world.count("response") == world.count("participation") == 24


def test_a_replay_after_the_draft_is_gone(world):
    with world.session() as session:
        started = begin(world, session)
        draft = fill(world, session, started.draft)
        receipt = hand_in(world, session, draft)
    with world.session() as session:
        assert hand_in(world, session, draft) == receipt
    assert world.count("participation") == 1
