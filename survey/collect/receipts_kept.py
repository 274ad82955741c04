"""Home of the receipts that are kept for a day: for a second tap, for the page to come back to, and to take an answer back."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.collect import drafts, resuming
from survey.db import table_of
from survey.ledger import boxes
from survey.ledger.receipts import Receipt
from survey.models.response import Submission, UrnBox
from survey.ports import KeyStore

PURPOSE = b"submission"
_submission = table_of(Submission)
_by_cookie = sa.select(_submission).where(_submission.c.lookup_cookie == sa.bindparam("lookup"))
_by_code = sa.select(_submission).where(_submission.c.lookup_code == sa.bindparam("lookup"))
_by_key = sa.select(_submission.c.box).where(_submission.c.key_hash == sa.bindparam("key_hash"))


def of_cookie(session: Session, secret: str, *, keys: KeyStore) -> Receipt | None:
    """The receipt of a submission made with this cookie, also after close; None if there is none."""
    wanted = {"lookup": drafts.lookup_hash(secret, keys=keys)}
    row = session.connection().execute(_by_cookie, wanted).one_or_none()
    if row is None:
        return None
    key = drafts.unwrap(row.wrap_cookie, secret.encode(), keys=keys)
    return _receipt_in(open_receipt_box(row.box, key, key_hash=row.key_hash))


def of_code(session: Session, code: str, *, keys: KeyStore) -> Receipt | None:
    """The receipt of a submission whose resume code is known; None if there is none."""
    raw, lookup = resuming.code_lookup(code, keys=keys)
    row = session.connection().execute(_by_code, {"lookup": lookup}).one_or_none()
    if row is None or not raw:
        return None
    key = drafts.unwrap(row.wrap_code, raw, keys=keys)
    return _receipt_in(open_receipt_box(row.box, key, key_hash=row.key_hash))


def of_submission(session: Session, key_hash: bytes, *, key: bytes) -> Receipt | None:
    """The receipt of a draft that was submitted, by the draft's own key; None if it was not."""
    box = session.connection().execute(_by_key, {"key_hash": key_hash}).scalar_one_or_none()
    return None if box is None else _receipt_in(open_receipt_box(box, key, key_hash=key_hash))


def open_receipt_box(box: bytes, key: bytes, *, key_hash: bytes) -> dict[str, Any]:
    """What the receipt box holds. Raises BoxError. Any: a JSON document."""
    opened = boxes.open_box(box, key=boxes.Key(secret=key), purpose=PURPOSE, scope=key_hash)
    content: dict[str, Any] = json.loads(opened)
    return content


def delete_expired(session: Session, *, today: date) -> None:
    """Forget receipts kept for retries and withdrawal, after a day and once nothing of their wave waits.

    From then on a token says "used", and a response cannot be taken back.
    """
    waiting = sa.select(UrnBox.id).where(UrnBox.wave_id == Submission.wave_id).exists()
    session.execute(
        sa.delete(Submission)
        .where(Submission.expires_on < today, ~waiting)
        .execution_options(synchronize_session=False)
    )


def _receipt_in(content: dict[str, Any]) -> Receipt:  # Any: a JSON document
    return Receipt(rid=bytes.fromhex(content["rid"]))
