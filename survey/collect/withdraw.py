"""Home of withdrawal: until it is sealed, a respondent can take an answer back and answer again."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.collect import drafts, quotas, receipts_kept, resuming
from survey.db import table_of
from survey.errors import Conflict, NotFound
from survey.ledger import urn
from survey.ledger.canonical import sha256
from survey.ledger.receipts import Receipt
from survey.models.access import Token
from survey.models.response import Participation, Submission, WithdrawalTag
from survey.ports import KeyStore

_submission, _participation = table_of(Submission), table_of(Participation)
_token, _tag = table_of(Token), table_of(WithdrawalTag)


def withdraw(session: Session, secret: str, *, keys: KeyStore) -> None:
    """Take back the submission made with this cookie. Raises NotFound, or Conflict once it is sealed."""
    lookup = drafts.lookup_hash(secret, keys=keys)
    row = _find(session, _submission.c.lookup_cookie == lookup)
    key = drafts.unwrap(row.wrap_cookie, secret.encode(), keys=keys)
    _take_back(session, row, key, keys=keys)


def withdraw_by_code(session: Session, code: str, *, keys: KeyStore) -> None:
    """Take back the submission whose resume code is known. Raises NotFound, or Conflict once it is sealed."""
    raw, lookup = resuming.code_lookup(code, keys=keys)
    row = _find(session, _submission.c.lookup_code == lookup)
    _take_back(session, row, drafts.unwrap(row.wrap_code, raw, keys=keys), keys=keys)


def _find(session: Session, condition: sa.ColumnElement[bool]) -> sa.Row[*tuple[object, ...]]:
    row = session.connection().execute(sa.select(_submission).where(condition)).one_or_none()
    if row is None:
        raise NotFound(
            "submission_unknown",
            zh="没有找到可以撤回的答卷。撤回只能在提交后不久、用同一台设备或续填码进行。",
            en="There is no answer to take back. It works for a short time, on the same device or with the resume code.",
        )
    return row


def _take_back(session: Session, row: sa.Row[*tuple[object, ...]], key: bytes, *, keys: KeyStore) -> None:
    content = receipts_kept.open_receipt_box(row.box, key, key_hash=row.key_hash)
    connection = session.connection()
    # The urn's key row first: withdrawing and sealing take turns.
    urn.key_in_force(session, row.wave_id, keys=keys)
    rid_hash = Receipt(rid=bytes.fromhex(content["rid"])).hash
    gone = connection.execute(
        sa.delete(_participation).where(
            _participation.c.rid_hash == rid_hash, _participation.c.batch.is_(None)
        )
    )
    if gone.rowcount != 1:
        raise Conflict(
            "already_sealed",
            zh="答卷已经封存，与您的设备不再有任何联系，所以不能再撤回。",
            en="The answer is sealed and no longer linked to your device, so it cannot be taken back.",
        )
    if content["token"] is not None:
        connection.execute(
            sa.update(_token)
            .where(_token.c.hash == bytes.fromhex(content["token"]))
            .values(used=0, used_on=None, facts=content["facts"])
        )
    quotas.give_back(session, content["cells"])
    tag = sha256(bytes.fromhex(content["withdrawal"]))
    connection.execute(sa.insert(_tag), {"tag": tag, "wave_id": row.wave_id})
    connection.execute(sa.delete(_submission).where(_submission.c.key_hash == row.key_hash))
