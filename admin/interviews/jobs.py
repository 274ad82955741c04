"""Home of what a worker does for interviewers' cases: their outcomes are counted, where they live is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from admin.interviews.services import closing, contacts
from survey.jobs.worker import Periodic
from survey.ports import KeyStore

FORGET = "interviews.forget"
PERIODIC = (Periodic(kind=FORGET, every=timedelta(days=1)),)


def forget(session: Session, _argument: Mapping[str, Any], *, keys: KeyStore) -> None:
    """Count how cases of sealed waves ended, and forget addresses in time. Any: the JSON argument of a job."""
    closing.count_what_is_over(session)
    contacts.forget_old(session, keys=keys)
