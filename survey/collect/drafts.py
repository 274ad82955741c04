"""Home of drafts: encrypted, versioned boxes that only the respondent's cookie or resume code opens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.collect.documents import DraftDocument
from survey.db import table_of
from survey.errors import Conflict, NotFound
from survey.ledger import boxes
from survey.ledger.batching import GRACE
from survey.ledger.keyed import derived_key, keyed_hash
from survey.models.response import Draft
from survey.ports import KeyStore

PURPOSE = b"draft"
LIFE = timedelta(days=14)
_draft = table_of(Draft)
COLUMNS = tuple(_draft.c)
"""For statements that ask for a draft together with something else; ``opened`` reads them."""
_insert = sa.insert(_draft)
_by_cookie = sa.select(_draft).where(_draft.c.lookup_cookie == sa.bindparam("lookup"))
_update = (
    sa.update(_draft)
    .where(_draft.c.id == sa.bindparam("draft_id"), _draft.c.ver == sa.bindparam("seen"))
    .values(box=sa.bindparam("new_box"), ver=_draft.c.ver + 1, expires_on=sa.bindparam("until"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locks:
    """How a box is found and opened: by the cookie, and by a resume code if there is one."""

    lookup_cookie: bytes
    wrap_cookie: bytes
    lookup_code: bytes | None = None
    wrap_code: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """A draft while its respondent's request is answered. `key` opens the box and is never stored bare."""

    id: bytes
    wave_id: int
    ver: int
    key: bytes
    locks: Locks
    document: DraftDocument
    expires_on: date


class StaleDraft(Conflict):
    """A page came from an older state of the interview; `current` and `yours` are for the choice page."""

    def __init__(self, *, current: OpenDraft, yours: DraftDocument) -> None:
        super().__init__(
            "draft_stale",
            zh="这份问卷已在另一个窗口中继续填写。请选择保留哪一份答案；两份都没有丢失。",
            en="This interview was continued in another window. Choose which answers to keep; neither is lost.",
        )
        self.current = current
        self.yours = yours


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """A first version, closed and ready to be stored, with the secret for the respondent's cookie."""

    draft: OpenDraft
    secret: str
    box: bytes
    expires_on: date


def kept_until(now: datetime, *, closes_at: datetime | None, zone: str) -> date:
    """The last day on which a draft that is touched now is kept: two weeks on, or the end of the wave's last grace."""
    until = now + LIFE
    if closes_at is not None:
        until = min(until, max(now, closes_at + GRACE))
    return until.astimezone(ZoneInfo(zone)).date()


def prepare(document: DraftDocument, *, today: date, keys: KeyStore, until: date | None = None) -> NewDraft:
    """Make the first version of a draft; touches no database. It is kept ``until`` a day, else two weeks."""
    secret = secrets.token_urlsafe(32)
    key = secrets.token_bytes(boxes.KEY_BYTES)
    lookup, wrap = lock(secret.encode(), key, keys=keys)
    draft = OpenDraft(
        id=secrets.token_bytes(16),
        wave_id=document.grant.wave_id,
        ver=1,
        key=key,
        locks=Locks(lookup_cookie=lookup, wrap_cookie=wrap),
        document=document,
        expires_on=until or today + LIFE,
    )
    return NewDraft(draft=draft, secret=secret, box=_box(draft, document, ver=1), expires_on=draft.expires_on)


def store(session: Session, new: NewDraft) -> None:
    """Store a first version."""
    row = {
        "id": new.draft.id,
        "wave_id": new.draft.wave_id,
        "ver": new.draft.ver,
        "box": new.box,
        "lookup_cookie": new.draft.locks.lookup_cookie,
        "wrap_cookie": new.draft.locks.wrap_cookie,
        "lookup_code": None,
        "wrap_code": None,
        "expires_on": new.expires_on,
    }
    session.connection().execute(_insert, row)


def load(session: Session, secret: str, *, keys: KeyStore) -> OpenDraft:
    """The draft of a cookie. Raises NotFound."""
    row = session.connection().execute(_by_cookie, {"lookup": lookup_hash(secret, keys=keys)}).one_or_none()
    if row is None:
        raise unknown()
    return opened(row, secret, keys=keys)


def opened(row: sa.Row[*tuple[object, ...]], secret: str, *, keys: KeyStore) -> OpenDraft:
    """The draft in a row that was found by its cookie, perhaps together with other things. Raises NotFound."""
    return open_row(row, secret.encode(), wrapped=row.wrap_cookie, keys=keys)


def opened_under(row: sa.Row[*tuple[object, ...]], key: bytes) -> OpenDraft:
    """The draft in a row whose key is known, for example because a link to a part of it holds it too."""
    return _decrypted(row, key)


def save(
    session: Session,
    draft: OpenDraft,
    document: DraftDocument,
    *,
    keys: KeyStore,
    until: date | None = None,
) -> OpenDraft:
    """Store the next version of a draft, and keep it ``until`` a day from now on.

    Raises StaleDraft if it has been changed since `draft` was loaded, NotFound if it is gone (submitted, expired).
    """
    day = max(draft.expires_on, until or draft.expires_on)
    values = {
        "draft_id": draft.id,
        "seen": draft.ver,
        "new_box": _box(draft, document, ver=draft.ver + 1),
        "until": day,
    }
    if session.connection().execute(_update, values).rowcount == 1:
        return replace(draft, ver=draft.ver + 1, document=document, expires_on=day)
    raise StaleDraft(current=reload(session, draft), yours=document)


def touch(session: Session, draft: OpenDraft, *, until: date) -> OpenDraft:
    """Keep a draft longer because its respondent came back; the box stays as it is."""
    if until <= draft.expires_on:
        return draft
    session.connection().execute(sa.update(_draft).where(_draft.c.id == draft.id).values(expires_on=until))
    return replace(draft, expires_on=until)


def reload(session: Session, draft: OpenDraft) -> OpenDraft:
    """The draft as it is stored now. Raises NotFound."""
    row = session.connection().execute(sa.select(_draft).where(_draft.c.id == draft.id)).one_or_none()
    if row is None:
        raise unknown()
    return _decrypted(row, draft.key)


def delete_expired(session: Session, *, today: date) -> int:
    """Remove drafts that were not submitted in time; they are never analysed."""
    return session.execute(sa.delete(Draft).where(Draft.expires_on < today)).rowcount  # type: ignore[attr-defined,no-any-return]  # a DELETE has a row count


def lookup_hash(secret: str, *, keys: KeyStore) -> bytes:
    """Under what a cookie's draft, and later its receipt, is found."""
    return keyed_hash(PURPOSE, secret.encode("utf-8", "replace"), keys=keys)


def unwrap(wrapped: bytes, secret: bytes, *, keys: KeyStore) -> bytes:
    """The key of a draft from a cookie secret or the bytes of a resume code. Raises BoxError."""
    under = derived_key(secret, label=PURPOSE, keys=keys)
    return boxes.open_short(wrapped, under=under, label=PURPOSE)


def lock(secret: bytes, key: bytes, *, keys: KeyStore) -> tuple[bytes, bytes]:
    """Under what a secret finds a draft, and the draft's key wrapped under it."""
    under = derived_key(secret, label=PURPOSE, keys=keys)
    return keyed_hash(PURPOSE, secret, keys=keys), boxes.seal_short(key, under=under, label=PURPOSE)


def _box(draft: OpenDraft, document: DraftDocument, *, ver: int) -> bytes:
    scope = draft.id + ver.to_bytes(8, "big")
    return boxes.seal(document.encode(), key=boxes.Key(secret=draft.key), purpose=PURPOSE, scope=scope)


def open_row(row: sa.Row[*tuple[object, ...]], secret: bytes, *, wrapped: bytes, keys: KeyStore) -> OpenDraft:
    """The draft in a row, by the secret that ``wrapped`` holds its key under. Raises NotFound."""
    try:
        key = unwrap(wrapped, secret, keys=keys)
    except boxes.BoxError:
        raise unknown() from None
    return _decrypted(row, key)


def _decrypted(row: sa.Row[*tuple[object, ...]], key: bytes) -> OpenDraft:
    scope = row.id + row.ver.to_bytes(8, "big")
    content = boxes.open_box(row.box, key=boxes.Key(secret=key), purpose=PURPOSE, scope=scope)
    return OpenDraft(
        id=row.id,
        wave_id=row.wave_id,
        ver=row.ver,
        key=key,
        locks=Locks(
            lookup_cookie=row.lookup_cookie,
            wrap_cookie=row.wrap_cookie,
            lookup_code=row.lookup_code,
            wrap_code=row.wrap_code,
        ),
        document=DraftDocument.decode(content),
        expires_on=row.expires_on,
    )


def unknown() -> NotFound:
    """A secret that opens no draft."""
    return NotFound(
        "draft_unknown",
        zh="没有找到您正在填写的问卷。它可能已经提交，或因长时间未继续而删除。",
        en="Your interview was not found. It may have been submitted, or deleted after a long pause.",
    )
