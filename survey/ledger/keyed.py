"""Home of keyed hashes and derived keys: everything that is made from the pepper."""

from __future__ import annotations

import hmac

from survey.ledger import boxes
from survey.ports import KeyStore

PEPPER = "pepper"


def pepper(keys: KeyStore) -> bytes:
    """The 256-bit key outside the database without which no stored hash can be searched."""
    return keys.get_or_create(PEPPER, 32)


def keyed_hash(label: bytes, *parts: bytes, keys: KeyStore) -> bytes:
    """HMAC-SHA256 under the pepper; each part with its length, so that no two lists of parts agree."""
    return hmac.digest(pepper(keys), _joined(label, parts), "sha256")


def derived_key(secret: bytes, *, label: bytes, keys: KeyStore) -> bytes:
    """A key from a secret that only a respondent holds and the pepper that only the server holds."""
    return boxes.derive(secret, pepper=pepper(keys), label=label)


def wave_key(purpose: str, wave_id: int, *, keys: KeyStore) -> bytes:
    """A key of one wave, for example its radar or link key, which dies 30 days after close."""
    return keys.get_or_create(f"{purpose}.{wave_id}", 32)


def pseudonym(key: bytes, label: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA256 under a key of a wave."""
    return hmac.digest(key, _joined(label, parts), "sha256")


def _joined(label: bytes, parts: tuple[bytes, ...]) -> bytes:
    return b"".join(b"%d:%b" % (len(part), part) for part in (label, *parts))
