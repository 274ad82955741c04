"""Home of receipts: a random code that proves that somebody took part, and never what was said."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.errors import NotFound
from survey.ledger import codes, merkle, origins
from survey.ledger.leaves import hash_of, participation_leaf
from survey.models.ledger import Checkpoint, LogLeaf
from survey.models.response import Participation
from survey.models.wave import Wave

LABEL = b"minyi/receipt/v1\n"
RID_BYTES = 16
CODE_LENGTH = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The proof handed to a respondent: 128 random bits."""

    rid: bytes

    @property
    def code(self) -> str:
        """26 Crockford characters and a check character."""
        return codes.encode(self.rid, length=CODE_LENGTH)

    @property
    def printed(self) -> str:
        """The code in groups of five, as pages and paper show it."""
        return codes.grouped(self.code, size=5)

    @property
    def hash(self) -> bytes:
        """What the participation log holds of it."""
        return hashlib.sha256(LABEL + self.rid).digest()


class ReceiptState(StrEnum):
    """What can be said about a receipt."""

    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptStatus:
    """Whether a receipt counts, and where its leaf stands in the participation log."""

    state: ReceiptState
    wave: str | None = None
    origin: str | None = None
    position: int | None = None


def new_receipt() -> Receipt:
    """A fresh receipt."""
    return Receipt(rid=secrets.token_bytes(RID_BYTES))


def parse(code: str) -> Receipt | None:
    """The receipt behind a code as typed; None if it is malformed."""
    rid = codes.decode(code, length=CODE_LENGTH, n_bytes=RID_BYTES)
    return None if rid is None else Receipt(rid=rid)


def check(session: Session, code: str) -> ReceiptStatus:
    """Whether the participation behind a code was counted."""
    receipt = parse(code)
    if receipt is None:
        return ReceiptStatus(state=ReceiptState.MALFORMED)
    found = session.execute(
        sa.select(Participation.batch, Wave.code)
        .join(Wave, Wave.id == Participation.wave_id)
        .where(Participation.rid_hash == receipt.hash)
    ).one_or_none()
    if found is None:
        return ReceiptStatus(state=ReceiptState.UNKNOWN)
    leaf = _leaf(session, receipt, found.code)
    if found.batch is None or leaf is None:
        return ReceiptStatus(state=ReceiptState.WAITING, wave=found.code)
    return ReceiptStatus(
        state=ReceiptState.SEALED, wave=found.code, origin=leaf.origin, position=leaf.position
    )


def proof(session: Session, code: str) -> str:
    """The proof of inclusion as a text file (c2sp.org/tlog-proof@v1) that anybody can check offline.

    Raises NotFound while no signed checkpoint covers the receipt.
    """
    status = check(session, code)
    checkpoint = None
    if status.position is not None:
        checkpoint = session.scalars(
            sa.select(Checkpoint)
            .where(Checkpoint.origin == status.origin, Checkpoint.size > status.position)
            .order_by(Checkpoint.size, Checkpoint.id)
            .limit(1)
        ).first()
    if checkpoint is None or status.position is None:
        raise NotFound(
            "receipt_not_sealed",
            zh="这份回执还没有封存。请稍后再来下载证明。",
            en="This receipt is not sealed yet. Come back later for the proof.",
        )
    leaves = list(
        session.execute(
            sa.select(LogLeaf.leaf_hash)
            .where(LogLeaf.origin == checkpoint.origin, LogLeaf.position < checkpoint.size)
            .order_by(LogLeaf.position)
        ).scalars()
    )
    path = merkle.inclusion_path(leaves, status.position)
    lines = [
        "c2sp.org/tlog-proof@v1",
        f"index {status.position}",
        *(base64.b64encode(step).decode() for step in path),
    ]
    return "\n".join(lines) + "\n\n" + checkpoint.note


def _leaf(session: Session, receipt: Receipt, wave: str) -> sa.Row[str, int] | None:
    leaf = hash_of(participation_leaf(receipt.hash, wave=wave))
    return session.execute(
        sa.select(LogLeaf.origin, LogLeaf.position).where(
            LogLeaf.leaf_hash == leaf, LogLeaf.origin == origins.current(session, origins.of_wave(wave, "p"))
        )
    ).one_or_none()
