"""Home of the urn: boxes of submitted responses on their way to sealing, and the keys they close with."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.db import insert_ignoring_conflicts, table_of
from survey.ledger import boxes
from survey.models.ledger import UrnKey
from survey.models.response import UrnBox
from survey.ports import KeyStore

PURPOSE = b"response"
PART = 32
NO_LINK = bytes(PART)

_urn = table_of(UrnBox)
_urn_key = table_of(UrnKey)
_in_force = (
    sa.select(_urn_key.c.number, _urn_key.c.key_id)
    .where(_urn_key.c.wave_id == sa.bindparam("wave_id"), _urn_key.c.state == "in_force")
    .order_by(_urn_key.c.number.desc())
    .limit(1)
)
_in_force_shared = _in_force.with_for_update(read=True)
_in_force_locked = _in_force.with_for_update()
_insert_box = sa.insert(_urn)
_delete_box = sa.delete(_urn).where(_urn.c.id == sa.bindparam("box_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What one box holds: the response document as canonical bytes, r, and the tag of a withdrawal.

    `link` is HMAC(link key, case) in confidential waves and zeros in all others; `apart` is what is stored apart
    from the response (survey.ledger.apart).
    """

    document: bytes
    r: bytes
    tag: bytes
    link: bytes = NO_LINK
    apart: bytes = b""

    def encode(self) -> bytes:
        """Three parts of 32 bytes each, then the document, then what is stored apart, if there is anything."""
        # Canonical JSON holds no NUL, so the first one ends the document.
        rest = b"\x00" + self.apart if self.apart else b""
        return self.r + self.tag + self.link + self.document + rest

    @classmethod
    def decode(cls, content: bytes) -> Sealed:
        """The inverse of `encode`."""
        r, tag, link = content[:PART], content[PART : 2 * PART], content[2 * PART : 3 * PART]
        document, _, apart = content[3 * PART :].partition(b"\x00")
        return cls(r=r, tag=tag, link=link, document=document, apart=apart)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedKey:
    """A key of a wave's urn and its number."""

    number: int
    key: boxes.Key


def key_name(key_id: str) -> str:
    """The name of an urn key in the key store."""
    return f"urn.{key_id}"


def open_urn(session: Session, wave_id: int, *, keys: KeyStore) -> None:
    """Make the first key of a wave; nothing happens if there is one already."""
    _put_in_force(session, wave_id, number=1, keys=keys)


def key_in_force(session: Session, wave_id: int, *, keys: KeyStore, to_replace: bool = False) -> NumberedKey:
    """The key that boxes of this wave close with, locked until the transaction ends.

    Submissions share the lock; whoever is about to replace the key holds it alone.
    """
    query = _in_force_locked if to_replace else _in_force_shared
    connection = session.connection()
    # On PostgreSQL the first look finds nothing if a sealing replaced the key while we waited for its row.
    for attempt in range(3):
        row = connection.execute(query, {"wave_id": wave_id}).one_or_none()
        if row is not None:
            return NumberedKey(number=row.number, key=load_key(row.key_id, keys=keys))
        if attempt:
            open_urn(session, wave_id, keys=keys)
    raise RuntimeError(f"the urn of wave {wave_id} has no key in force")


def replace_key(session: Session, wave_id: int, *, old: NumberedKey, keys: KeyStore) -> boxes.Key:
    """Retire a key, which the caller has locked, and put a fresh one in force."""
    session.connection().execute(
        sa.update(_urn_key)
        .where(_urn_key.c.wave_id == wave_id, _urn_key.c.number == old.number)
        .values(state="retired")
    )
    return _put_in_force(session, wave_id, number=old.number + 1, keys=keys)


def put_box(session: Session, wave_id: int, *, sealed: Sealed, key: boxes.Key, wave: str) -> None:
    """Add one box under a random id."""
    box = boxes.seal(sealed.encode(), key=key, purpose=PURPOSE, scope=wave.encode())
    row = {"id": secrets.token_bytes(16), "wave_id": wave_id, "key_id": key.key_id.hex(), "box": box}
    session.connection().execute(_insert_box, row)


def put_boxes(session: Session, wave_id: int, *, sealed: Sequence[Sealed], key: boxes.Key, wave: str) -> None:
    """Add many boxes, each under a fresh random id."""
    rows = [
        {
            "id": secrets.token_bytes(16),
            "wave_id": wave_id,
            "key_id": key.key_id.hex(),
            "box": boxes.seal(one.encode(), key=key, purpose=PURPOSE, scope=wave.encode()),
        }
        # Shuffled: the order of arrival is kept nowhere.
        for one in secrets.SystemRandom().sample(sealed, len(sealed))
    ]
    if rows:
        session.connection().execute(_insert_box, rows)


def open_all(session: Session, wave_id: int, *, keys: KeyStore, wave: str) -> dict[bytes, Sealed]:
    """Open every box of a wave, by the id of the box.

    Raises BoxError if a box does not open, KeyError if its key is gone: both end the transaction.
    """
    rows = session.connection().execute(
        sa.select(_urn.c.id, _urn.c.key_id, _urn.c.box).where(_urn.c.wave_id == wave_id)
    )
    held: dict[str, boxes.Key] = {}
    found: dict[bytes, Sealed] = {}
    for row in rows:
        if row.key_id not in held:
            held[row.key_id] = load_key(row.key_id, keys=keys)
        content = boxes.open_box(row.box, key=held[row.key_id], purpose=PURPOSE, scope=wave.encode())
        found[row.id] = Sealed.decode(content)
    return found


def remove_boxes(session: Session, ids: Iterable[bytes]) -> None:
    """Take boxes out of the urn."""
    rows = [{"box_id": box_id} for box_id in ids]
    if rows:
        session.connection().execute(_delete_box, rows)


def count_boxes(session: Session, wave_id: int) -> int:
    """Number of boxes that wait."""
    return session.execute(
        sa.select(sa.func.count()).select_from(_urn).where(_urn.c.wave_id == wave_id)
    ).scalar_one()


def destroy_retired_keys(session: Session, wave_id: int, *, keys: KeyStore) -> int:
    """Destroy the keys that sealings have replaced, and return their number.

    Called once the sealed rows are committed and in a verified backup. From then on copies of the old
    boxes, in backups and write-ahead logs, stay shut for good.
    """
    connection = session.connection()
    rows = connection.execute(
        sa.select(_urn_key.c.key_id).where(_urn_key.c.wave_id == wave_id, _urn_key.c.state == "retired")
    ).scalars()
    retired = list(rows)
    for key_id in retired:
        if connection.execute(sa.select(_urn.c.id).where(_urn.c.key_id == key_id).limit(1)).first():
            raise RuntimeError(f"boxes still wait under the retired key {key_id}")
        keys.destroy(key_name(key_id))
    if retired:
        connection.execute(
            sa.update(_urn_key).where(_urn_key.c.key_id.in_(retired)).values(state="destroyed")
        )
    return len(retired)


def _put_in_force(session: Session, wave_id: int, *, number: int, keys: KeyStore) -> boxes.Key:
    key = boxes.new_key()
    # In the key store first: a row never names a key that a power cut could have taken.
    keys.put(key_name(key.key_id.hex()), key.secret)
    row = {"wave_id": wave_id, "number": number, "key_id": key.key_id.hex(), "state": "in_force"}
    session.connection().execute(insert_ignoring_conflicts(session, _urn_key), row)
    return key


def load_key(key_id: str, *, keys: KeyStore) -> boxes.Key:
    """A key by the name that stands in its row. Raises KeyError where it was destroyed."""
    return boxes.Key(secret=keys.get(key_name(key_id)), key_id=bytes.fromhex(key_id))
