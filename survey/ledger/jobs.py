"""Home of the sealing jobs: every quarter of an hour what is ready is sealed, signed, and its key destroyed.

Sealing, signing and destroying are three jobs and so three transactions: a checkpoint is signed, and a key
destroyed, only for what has been committed. Any of them may be killed and run again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.jobs import queue
from survey.jobs.worker import Handler, Periodic
from survey.ledger import checkpoint, seal, urn
from survey.ledger.batching import GRACE
from survey.models.wave import Wave, WaveStatus
from survey.ports import CheckpointSink, KeyStore

SWEEP, SEAL, SIGN, DESTROY = "ledger.sweep", "ledger.seal", "ledger.sign", "ledger.destroy_keys"
SIGN_TRAIL = "ledger.sign_trail"
PERIODIC = (
    Periodic(kind=SWEEP, every=timedelta(minutes=15)),
    # A look a minute; signed is ten minutes, or a thousand acts, after the last time.
    Periodic(kind=SIGN_TRAIL, every=timedelta(minutes=1)),
)
KEY_KEPT = timedelta(minutes=10)
"""How long a replaced key is kept, so that a backup or replica has the sealed rows before it dies."""

Argument = Mapping[str, Any]  # Any: the JSON argument of a job


def handlers(
    *, keys: KeyStore, sink: CheckpointSink, auditor: checkpoint.Auditor | None = None
) -> dict[str, Handler]:
    """What a worker needs to run these jobs."""

    def seal_one(session: Session, argument: Argument) -> None:
        seal_batch(session, argument["wave_id"], keys=keys)

    def sign_one(session: Session, argument: Argument) -> None:
        wave = session.get_one(Wave, argument["wave_id"])
        checkpoint.sign_wave(
            session, wave, occasion=argument["occasion"], keys=keys, sink=sink, auditor=auditor
        )
        queue.enqueue(session, DESTROY, argument={"wave_id": wave.id}, run_at=clock.now(session) + KEY_KEPT)

    def destroy(session: Session, argument: Argument) -> None:
        urn.destroy_retired_keys(session, argument["wave_id"], keys=keys)

    def sign_trail(session: Session, _argument: Argument) -> None:
        if checkpoint.is_trail_due(session):
            checkpoint.sign_trail(session, occasion="sealing", keys=keys, sink=sink, auditor=auditor)

    return {SWEEP: sweep, SEAL: seal_one, SIGN: sign_one, DESTROY: destroy, SIGN_TRAIL: sign_trail}


def sweep(session: Session, _argument: Argument) -> None:
    """Leave a sealing job for every wave that has anything to seal."""
    live = (WaveStatus.OPEN.value, WaveStatus.CLOSED.value)
    for wave_id in session.scalars(sa.select(Wave.id).where(Wave.status.in_(live)).order_by(Wave.id)):
        if urn.count_boxes(session, wave_id):
            queue.enqueue(session, SEAL, argument={"wave_id": wave_id})


def seal_batch(session: Session, wave_id: int, *, keys: KeyStore) -> None:
    """Seal one batch, then ask for the next one or for the signatures."""
    wave = session.get_one(Wave, wave_id)
    closing = is_over(wave, session)
    report = seal.seal_wave(session, wave, keys=keys, closing=closing)
    if report.more:
        queue.enqueue(session, SEAL, argument={"wave_id": wave_id})
    elif report.batch is not None:
        occasion = "close" if closing else "sealing"
        queue.enqueue(session, SIGN, argument={"wave_id": wave_id, "occasion": occasion})


def is_over(wave: Wave, session: Session) -> bool:
    """Whether nobody can submit any more: closed, and the half hour of grace has passed."""
    return (
        wave.status == WaveStatus.CLOSED.value
        and wave.closes_at is not None
        and clock.now(session) >= wave.closes_at + GRACE
    )
