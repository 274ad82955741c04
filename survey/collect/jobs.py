"""Home of forgetting: once a day what was kept for a time only is deleted, as the notice to respondents promises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from survey import clock
from survey.collect import contacts, drafts, receipts_kept, retention
from survey.jobs import queue
from survey.jobs.worker import Handler, Periodic
from survey.ledger import apart
from survey.ports import KeyStore

FORGET, KEEP_PROMISE, DELETE = "collect.forget", "retention.sweep", "retention.delete"
PERIODIC = (
    Periodic(kind=FORGET, every=timedelta(days=1)),
    # Days begin at another hour in each time zone.
    Periodic(kind=KEEP_PROMISE, every=timedelta(hours=1)),
)

Argument = Mapping[str, Any]  # Any: the JSON argument of a job


def handlers(*, keys: KeyStore, time_zone: str, retention_years: int) -> dict[str, Handler]:
    """What a worker needs to run these jobs."""

    def forget(session: Session, _argument: Argument) -> None:
        today = clock.today(session, time_zone)
        drafts.delete_expired(session, today=today)
        apart.delete_expired(session, today=today)
        receipts_kept.delete_expired(session, today=today)
        contacts.forget_old(session, keys=keys)
        retention.destroy_linking_keys(session, keys=keys)

    def keep_promise(session: Session, _argument: Argument) -> None:
        retention.announce_old(session, years=retention_years)
        retention.begin_due(session)
        under_way = {job.argument["wave_id"] for job in queue.live(session, DELETE)}
        for wave_id in retention.going_on(session):
            if (
                wave_id not in under_way
            ):  # just begun, or its job was given up: what is left to do is done now
                queue.enqueue(session, DELETE, argument={"wave_id": wave_id})

    def delete(session: Session, argument: Argument) -> None:
        wave_id = argument["wave_id"]
        if retention.delete_batch(session, wave_id):
            queue.enqueue(session, DELETE, argument={"wave_id": wave_id})
        else:
            retention.finish(session, wave_id, keys=keys)

    return {FORGET: forget, KEEP_PROMISE: keep_promise, DELETE: delete}
