"""Home of going on elsewhere: a code or a link opens a draft on another device, and the old device's cookie opens it no more."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.collect import drafts
from survey.collect.drafts import OpenDraft
from survey.db import table_of
from survey.ledger import codes
from survey.ledger.keyed import keyed_hash
from survey.models.response import Draft
from survey.ports import KeyStore

RESUME_LENGTH = 16
RESUME_BYTES = 10
LINK_BYTES = 16
LINK_CHARS = 2 * LINK_BYTES
"""A link is longer than a code that is typed in, and plain letters and digits: messages make it a link as a whole."""

_LINK = re.compile(f"[0-9a-f]{{{LINK_CHARS}}}")
_draft = table_of(Draft)
_by_code = sa.select(_draft).where(_draft.c.lookup_code == sa.bindparam("lookup"))


def resume(session: Session, code: str, *, keys: KeyStore) -> tuple[OpenDraft, str]:
    """The draft of a resume code, with a fresh cookie secret that replaces the old device's.

    Raises NotFound, for a wrong code and a malformed one alike.
    """
    raw = codes.decode(code, length=RESUME_LENGTH, n_bytes=RESUME_BYTES) or b""
    return _handed_over(session, raw, keys=keys)


def resume_by_link(session: Session, secret: str, *, keys: KeyStore) -> tuple[OpenDraft, str]:
    """The same for the secret of a link."""
    raw = bytes.fromhex(secret) if _LINK.fullmatch(secret) else b""
    return _handed_over(session, raw, keys=keys)


def make_resume_code(session: Session, draft: OpenDraft, *, keys: KeyStore) -> tuple[OpenDraft, str]:
    """A code to go on with on another device; an earlier code or link stops working."""
    raw = secrets.token_bytes(RESUME_BYTES)
    locked = _with_code(session, draft, raw, keys=keys)
    return locked, codes.grouped(codes.encode(raw, length=RESUME_LENGTH))


def make_resume_link(session: Session, draft: OpenDraft, *, keys: KeyStore) -> tuple[OpenDraft, str]:
    """The same as the secret of a link."""
    raw = secrets.token_bytes(LINK_BYTES)
    return _with_code(session, draft, raw, keys=keys), raw.hex()


def code_lookup(code: str, *, keys: KeyStore) -> tuple[bytes, bytes]:
    """Raw bytes of a resume code and under what its draft or receipt is found; no bytes if malformed."""
    raw = codes.decode(code, length=RESUME_LENGTH, n_bytes=RESUME_BYTES) or b""
    return raw, keyed_hash(drafts.PURPOSE, raw, keys=keys)


def _handed_over(session: Session, raw: bytes, *, keys: KeyStore) -> tuple[OpenDraft, str]:
    lookup = keyed_hash(drafts.PURPOSE, raw, keys=keys)
    connection = session.connection()
    row = connection.execute(_by_code, {"lookup": lookup}).one_or_none()
    if row is None or not raw:
        raise drafts.unknown()
    draft = drafts.open_row(row, raw, wrapped=row.wrap_code, keys=keys)
    secret = secrets.token_urlsafe(32)
    lookup_cookie, wrap_cookie = drafts.lock(secret.encode(), draft.key, keys=keys)
    connection.execute(
        sa.update(_draft)
        .where(_draft.c.id == draft.id)
        .values(lookup_cookie=lookup_cookie, wrap_cookie=wrap_cookie)
    )
    locks = replace(draft.locks, lookup_cookie=lookup_cookie, wrap_cookie=wrap_cookie)
    return replace(draft, locks=locks), secret


def _with_code(session: Session, draft: OpenDraft, raw: bytes, *, keys: KeyStore) -> OpenDraft:
    lookup, wrap = drafts.lock(raw, draft.key, keys=keys)
    session.connection().execute(
        sa.update(_draft).where(_draft.c.id == draft.id).values(lookup_code=lookup, wrap_code=wrap)
    )
    return replace(draft, locks=replace(draft.locks, lookup_code=lookup, wrap_code=wrap))
