"""Home of what a worker does for keying: what was keyed of waves that are over is destroyed, and so are the keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.keying.services import sending
from survey import audit, clock
from survey.jobs.worker import Periodic
from survey.ledger.batching import GRACE
from survey.models.keying import KeyingSheet
from survey.models.wave import Wave
from survey.ports import KeyStore

FORGET = "keying.forget"
PERIODIC = (Periodic(kind=FORGET, every=timedelta(hours=1)),)


def forget(session: Session, _argument: Mapping[str, Any], *, keys: KeyStore) -> None:
    """Destroy keys whose sheets are over as stored, then end what is left of waves that take no more answers.

    Of the latter the keys go at the next turn, once this one is committed. Any: the JSON argument of a job.
    """
    sending.destroy_keys(session, keys=keys)
    is_left = (
        sa.select(KeyingSheet.number)
        .where(KeyingSheet.wave_id == Wave.id, KeyingSheet.state.not_in(("sent", "not_sent", "spoiled")))
        .exists()
    )
    over = clock.now(session) - GRACE
    waves = session.scalars(
        sa.select(Wave).where(Wave.status.in_(("closed", "sealed")), Wave.closes_at < over, is_left)
    )
    for wave in waves.all():
        ended = sending.give_up_late(session, wave)
        audit.record(
            session, "job:keying", act="sheet.destroy", on=f"wave:{wave.code}", after={"sheets": ended}
        )
