"""Home of forgetting: once a day what was kept for a time only is deleted, as the notice to respondents promises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from survey import clock
from survey.collect import contacts, drafts, submit
from survey.jobs.worker import Handler, Periodic
from survey.ledger import apart
from survey.ports import KeyStore

FORGET = "collect.forget"
PERIODIC = (Periodic(kind=FORGET, every=timedelta(days=1)),)

Argument = Mapping[str, Any]  # Any: the JSON argument of a job


def handlers(*, keys: KeyStore, time_zone: str) -> dict[str, Handler]:
    """What a worker needs to run this job."""

    def forget(session: Session, _argument: Argument) -> None:
        today = clock.today(session, time_zone)
        drafts.delete_expired(session, today=today)
        apart.delete_expired(session, today=today)
        submit.delete_expired(session, today=today)
        contacts.forget_old(session, keys=keys)

    return {FORGET: forget}
