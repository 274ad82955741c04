"""Identifiers and secrets: random, unordered, and never guessable where it matters."""

from __future__ import annotations

import secrets

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def public_id() -> str:
    """A name for URLs: 16 letters and digits without look-alikes (80 bits)."""
    bits = secrets.randbits(80)
    return "".join(_CROCKFORD[bits >> shift & 31] for shift in range(0, 80, 5)).lower()


def random_key() -> bytes:
    """A 128-bit primary key that says nothing about when or for whom a row was made."""
    return secrets.token_bytes(16)


def secret(n_bytes: int = 32) -> str:
    """A URL-safe secret of ``n_bytes`` random bytes."""
    return secrets.token_urlsafe(n_bytes)


def seed() -> int:
    """A 63-bit seed for option order and draws inside one interview."""
    return secrets.randbits(63)
