"""The sealing jobs, run by the real worker: seal, sign, then destroy the key, each in its own transaction."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.backends.checkpoints import FolderCheckpoints
from survey.jobs import queue
from survey.jobs.worker import Worker
from survey.ledger import jobs, seal, verify
from survey.models.job import Job
from survey.models.ledger import Checkpoint, UrnKey
from survey.models.wave import Wave
from tests.survey.interviews import answer


@pytest.fixture
def sink(tmp_path):
    return FolderCheckpoints(tmp_path / "sink")


def worker_of(world, sink):
    return Worker(
        lambda: Session(world.engine),
        handlers=jobs.handlers(keys=world.keys, sink=sink),
        periodic=jobs.PERIODIC,
    )


def run_all(worker):
    while worker.run_one():
        pass


def test_from_waiting_boxes_to_a_signed_checkpoint(any_world, sink):
    world = any_world
    for token in world.issue(10) + world.issue(2, seal_group="city2"):
        answer(world, token)
    worker = worker_of(world, sink)
    worker.schedule()
    run_all(worker)
    assert (world.count("response"), world.count("urn")) == (10, 2)
    with world.session() as session:
        assert set(session.scalars(sa.select(Checkpoint.size))) == {10}
        assert "retired" in set(session.scalars(sa.select(UrnKey.state)))
    world.move_clock(timedelta(minutes=11))
    run_all(worker)
    with world.session() as session:
        assert set(session.scalars(sa.select(UrnKey.state))) == {"destroyed", "in_force"}
        session.execute(sa.update(Wave).values(status="closed"))
    world.move_clock(timedelta(days=30, minutes=31))
    worker.schedule()
    run_all(worker)
    assert (world.count("response"), world.count("urn")) == (12, 0)
    with world.session() as session:
        assert verify.verify_all(session, keys=world.keys, sink=sink) == []
        assert set(session.scalars(sa.select(Job.state))) <= {"done", "queued"}


def test_a_worker_killed_before_its_commit_changes_nothing(world, sink, monkeypatch):
    for token in world.issue(10):
        answer(world, token)
    worker = worker_of(world, sink)
    with world.session() as session:
        queue.enqueue(session, jobs.SEAL, argument={"wave_id": world.wave_id})
    sealing = seal.seal_wave

    def killed(*args, **more):
        sealing(*args, **more)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(seal, "seal_wave", killed)
        with pytest.raises(KeyboardInterrupt):
            worker.run_one()
    assert (world.count("response"), world.count("log_leaf"), world.count("urn")) == (0, 0, 10)
    # Its lease runs out, another worker takes the job over.
    world.move_clock(timedelta(minutes=2))
    run_all(worker)
    assert (world.count("response"), world.count("urn")) == (10, 0)
    assert verify_clean(world, sink)


def verify_clean(world, sink):
    with world.session() as session:
        return verify.verify_all(session, keys=world.keys, sink=sink) == []
