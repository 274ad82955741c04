"""Home of what a worker does for interviewers' cases: where they live is forgotten in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from admin.interviews.services import contacts
from survey.jobs.worker import Periodic
from survey.ports import KeyStore

FORGET = "interviews.forget"
PERIODIC = (Periodic(kind=FORGET, every=timedelta(days=1)),)


def forget(session: Session, _argument: Mapping[str, Any], *, keys: KeyStore) -> None:
    """Forget the addresses of cases thirty days after the close. Any: the JSON argument of a job."""
    contacts.forget_old(session, keys=keys)
