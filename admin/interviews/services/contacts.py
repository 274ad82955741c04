"""Where a case is to be found: sealed beside the case, forgotten thirty days after the close of its wave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock
from survey.ledger import boxes
from survey.ledger.keyed import wave_key
from survey.models.interviews import InterviewCase
from survey.models.wave import Wave
from survey.ports import KeyStore

FIELDS = ("name", "phone", "address", "note")
KEPT = timedelta(days=30)
_KEY = "visits"


def seal(contact: Mapping[str, str], *, case: str, wave_id: int, keys: KeyStore) -> bytes:
    """The box of what leads to a case."""
    content = json.dumps(dict(contact), ensure_ascii=False).encode()
    return boxes.seal_short(content, under=wave_key(_KEY, wave_id, keys=keys), label=_label(case))


def open_contact(case: InterviewCase, *, keys: KeyStore) -> dict[str, str]:
    """What leads to a case; nothing once it was forgotten."""
    if case.contact is None:
        return {}
    under = wave_key(_KEY, case.wave_id, keys=keys)
    found: dict[str, str] = json.loads(
        boxes.open_short(case.contact, under=under, label=_label(case.public_id))
    )
    return found


def forget_old(session: Session, *, keys: KeyStore) -> None:
    """Delete what leads to the cases of waves that closed more than thirty days ago, and the key to copies of it."""
    due = clock.now(session) - KEPT
    is_kept = (
        sa.select(InterviewCase.id)
        .where(InterviewCase.wave_id == Wave.id, InterviewCase.contact.is_not(None))
        .exists()
    )
    for wave in session.scalars(sa.select(Wave).where(Wave.closes_at < due, is_kept)).all():
        gone = session.connection().execute(
            sa.update(InterviewCase)
            .where(InterviewCase.wave_id == wave.id, InterviewCase.contact.is_not(None))
            .values(contact=None)
        )
        keys.destroy(f"{_KEY}.{wave.id}")
        audit.record(
            session,
            "job:retention",
            act="contacts.deleted",
            on=f"wave:{wave.code}",
            after={"n": gone.rowcount},
        )


def _label(case: str) -> bytes:
    return b"visit:" + case.encode()
