"""Home of what travels in the box of a response and is stored apart from it: contact entries and files.

Until sealing it shares the box, so that no row, transaction or order of arrival ties it to an answer. At sealing it
is written in a shuffle of its own among the whole batch, a file under an id that nothing older knows.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.db import insert_ignoring_conflicts, table_of
from survey.ledger import boxes
from survey.ledger.keyed import derived_key, keyed_hash, wave_key
from survey.models.apart import Attachment, ContactEntry, WaitingFile
from survey.models.response import UrnBox
from survey.ports import KeyStore

CONTACT_KEY, FILE_KEY = "contact", "files"
"""Which keys of a wave close the entries and the files; both die with them."""
_WAITING = b"waiting file"
_TEXT_BLOCK = 256
_FILE_BLOCK = 64 * 1024
_LENGTH = 4

_contact, _waiting, _attachment = table_of(ContactEntry), table_of(WaitingFile), table_of(Attachment)
_urn = table_of(UrnBox)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What somebody left at one contact item."""

    item: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it is kept: what kind of file its content is, and the bytes."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """What one box carries beside the response: contacts, and by its new id the secret of each waiting file."""

    contacts: tuple[Contact, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Bytes for the box; none where there is nothing."""
        if not self.contacts and not self.files:
            return b""
        contacts = [[contact.item, dict(contact.fields)] for contact in self.contacts]
        return json.dumps([contacts, dict(self.files)], ensure_ascii=False).encode()

    @classmethod
    def decode(cls, content: bytes) -> Apart:
        """The inverse of `encode`."""
        if not content:
            return cls()
        contacts, files = json.loads(content)
        return cls(
            contacts=tuple(Contact(item=item, fields=fields) for item, fields in contacts), files=files
        )


def put_waiting(
    session: Session, wave_id: int, *, secret: str, file: File, expires_on: date, keys: KeyStore
) -> None:
    """Keep a file for an interview under way; the same one a second time changes nothing."""
    row = {
        "id": _waiting_id(secret, keys=keys),
        "wave_id": wave_id,
        "box": _close_file(file, under=_waiting_key(secret, keys=keys), label=_WAITING),
        "expires_on": expires_on,
    }
    session.connection().execute(insert_ignoring_conflicts(session, _waiting), row)


def waiting(session: Session, secret: str, *, keys: KeyStore) -> File | None:
    """The file of an interview under way, or None where it is gone."""
    row = session.connection().execute(
        sa.select(_waiting.c.box).where(_waiting.c.id == _waiting_id(secret, keys=keys))
    )
    box = row.scalar_one_or_none()
    if box is None:
        return None
    return _open_file(box, under=_waiting_key(secret, keys=keys), label=_WAITING)


def keep_waiting(session: Session, found: Iterable[str], *, until: date, keys: KeyStore) -> None:
    """Keep the files of an interview longer, because its respondent came back."""
    ids = [_waiting_id(secret, keys=keys) for secret in found]
    named = _waiting.c.id.in_(ids)
    session.connection().execute(sa.update(_waiting).where(named).values(expires_on=until))


def drop_waiting(session: Session, found: Iterable[str], *, keys: KeyStore) -> None:
    """Forget files that were replaced, taken back, or written under their lasting id."""
    ids = [_waiting_id(secret, keys=keys) for secret in found]
    if ids:
        session.connection().execute(sa.delete(_waiting).where(_waiting.c.id.in_(ids)))


def store(session: Session, wave_id: int, *, sealed: Sequence[Apart], day: date, keys: KeyStore) -> None:
    """Write what came out of the boxes of one batch, each kind in a shuffle of its own."""
    contacts = [contact for one in sealed for contact in one.contacts]
    secrets.SystemRandom().shuffle(contacts)
    if contacts:
        key = wave_key(CONTACT_KEY, wave_id, keys=keys)
        rows = [
            {
                "id": secrets.token_bytes(16),
                "wave_id": wave_id,
                "item": contact.item,
                "sealed_on": day,
                "fields": {name: _close_text(name, text, key=key) for name, text in contact.fields.items()},
            }
            for contact in contacts
        ]
        session.connection().execute(sa.insert(_contact), rows)
    files = [pair for one in sealed for pair in one.files.items()]
    secrets.SystemRandom().shuffle(files)
    for file_id, secret in files:
        _keep(session, wave_id, bytes.fromhex(file_id), secret, keys=keys)


def contacts(session: Session, wave_id: int, *, keys: KeyStore) -> list[Contact]:
    """The contact entries of a wave, readable; in the order of their random ids."""
    key = wave_key(CONTACT_KEY, wave_id, keys=keys)
    rows = session.execute(
        sa.select(_contact.c.item, _contact.c.fields)
        .where(_contact.c.wave_id == wave_id)
        .order_by(_contact.c.id)
    )
    return [
        Contact(
            item=row.item, fields={name: _open_text(name, box, key=key) for name, box in row.fields.items()}
        )
        for row in rows
    ]


def attachment(session: Session, wave_id: int, file_id: str, *, keys: KeyStore) -> File | None:
    """A file of a sealed response, or None where there is none under this id."""
    try:
        raw = bytes.fromhex(file_id)
    except ValueError:
        return None
    box = session.execute(
        sa.select(_attachment.c.box).where(_attachment.c.id == raw, _attachment.c.wave_id == wave_id)
    ).scalar_one_or_none()
    if box is None:
        return None
    return _open_file(box, under=wave_key(FILE_KEY, wave_id, keys=keys), label=_label(raw))


def delete_expired(session: Session, *, today: date) -> None:
    """Forget files of interviews that were not handed in in time.

    Which of them were, no row says. So nothing goes while boxes of their wave wait in the urn; what opens the file of
    an interview that was given up is gone by then, with its draft.
    """
    in_urn = sa.select(_urn.c.id).where(_urn.c.wave_id == _waiting.c.wave_id).exists()
    session.connection().execute(sa.delete(_waiting).where(_waiting.c.expires_on < today, ~in_urn))


def forget_contacts(session: Session, wave_id: int, *, keys: KeyStore) -> int:
    """Delete the contact entries of a wave and the key that opens copies of them; returns their number."""
    gone = session.connection().execute(sa.delete(_contact).where(_contact.c.wave_id == wave_id)).rowcount
    keys.destroy(f"{CONTACT_KEY}.{wave_id}")
    return gone


def _keep(session: Session, wave_id: int, file_id: bytes, secret: str, *, keys: KeyStore) -> None:
    file = waiting(session, secret, keys=keys)
    if file is None:  # it outlived the time it is kept for; the answer then names a file that is gone
        return
    key = wave_key(FILE_KEY, wave_id, keys=keys)
    row = {
        "id": file_id,
        "wave_id": wave_id,
        "box": _close_file(file, under=key, label=_label(file_id)),
    }
    session.connection().execute(sa.insert(_attachment), row)
    drop_waiting(session, [secret], keys=keys)


def _waiting_id(secret: str, *, keys: KeyStore) -> bytes:
    return keyed_hash(_WAITING, secret.encode(), keys=keys)


def _waiting_key(secret: str, *, keys: KeyStore) -> bytes:
    return derived_key(secret.encode(), label=_WAITING, keys=keys)


def _label(file_id: bytes) -> bytes:
    return b"file:" + file_id


def _close_file(file: File, *, under: bytes, label: bytes) -> bytes:
    kind = file.media_type.encode()
    content = bytes((len(kind),)) + kind + file.content
    return boxes.seal_short(_padded(content, _FILE_BLOCK), under=under, label=label)


def _open_file(box: bytes, *, under: bytes, label: bytes) -> File:
    content = _unpadded(boxes.open_short(box, under=under, label=label))
    end = 1 + content[0]
    return File(media_type=content[1:end].decode(), content=content[end:])


def _close_text(name: str, text: str, *, key: bytes) -> str:
    box = boxes.seal_short(_padded(text.encode(), _TEXT_BLOCK), under=key, label=b"contact:" + name.encode())
    return base64.b64encode(box).decode()


def _open_text(name: str, box: str, *, key: bytes) -> str:
    opened = boxes.open_short(base64.b64decode(box), under=key, label=b"contact:" + name.encode())
    return _unpadded(opened).decode()


def _padded(content: bytes, block: int) -> bytes:
    """With its length in front, up to a whole number of blocks: the size of a row says little."""
    whole = len(content).to_bytes(_LENGTH, "big") + content
    return whole.ljust(-(-len(whole) // block) * block, b"\x00")


def _unpadded(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH], "big")
    return padded[_LENGTH : _LENGTH + length]
