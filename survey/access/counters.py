"""Home of the code on a counter's screen: made from place and time, changing every minute, good for ten."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from survey.access import printed
from survey.ledger.codes import ALPHABET
from survey.ledger.keyed import derived_key, keyed_hash
from survey.ports import KeyStore

SLOT = 60
"""Seconds after which the screen shows another code."""
VALID = 600
"""Seconds for which a code is good once its slot has begun."""
LEEWAY = 120
"""Seconds by which two servers' clocks may disagree, allowed on both sides."""
GROUPS = 3
MOST = 5_000
"""Counters looked at for one code."""
_SLOT_NAMES = len(ALPHABET)
_MAC_BITS = 55
_SECRET_BYTES = 24


class Screen(Protocol):
    """What is known about a counter."""

    @property
    def screen_hash(self) -> bytes: ...


_S = TypeVar("_S", bound=Screen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a screen shows now."""

    code: str
    """As it is typed: three groups of five, the fifth character of each its check."""
    until: datetime
    next_in: int
    """Seconds until the screen shows another one."""


def new_secret() -> str:
    """What a screen is set up with; only its keyed hash is stored."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def screen_hash(secret: str, *, keys: KeyStore) -> bytes:
    """The keyed hash under which a screen is known."""
    return keyed_hash(b"screen", secret.encode("utf-8", "replace"), keys=keys)


def shown(screen: bytes, *, now: datetime, keys: KeyStore) -> Shown:
    """The code of this minute, by the database's clock."""
    slot, passed = divmod(int(now.timestamp()), SLOT)
    body = _body(_key(keys), screen, slot)
    until = datetime.fromtimestamp(slot * SLOT + VALID, tz=UTC)
    return Shown(code=printed.with_checks(body), until=until, next_in=SLOT - passed)


def showing(typed: str, screens: Iterable[_S], *, now: datetime, keys: KeyStore) -> _S | None:
    """The screen that shows (or just showed) a code, or None. As much work for every code of the right form."""
    body = printed.read(typed, groups=GROUPS).body or ""
    slot = _slot_of(body, now)
    key, found = _key(keys), None
    for screen in screens:
        if hmac.compare_digest(_body(key, screen.screen_hash, slot or 0), body) and slot is not None:
            found = screen
    return found


def is_code(typed: str) -> bool:
    """Whether what was typed has the length of a counter's code."""
    return printed.read(typed, groups=GROUPS).n_typed == GROUPS * printed.GROUP


def _slot_of(body: str, now: datetime) -> int | None:
    """The slot that the first character names, among those whose code may be used now."""
    if not body:
        return None
    at = int(now.timestamp())
    for slot in range((at - VALID - LEEWAY) // SLOT, (at + LEEWAY) // SLOT + 1):
        begins = slot * SLOT
        if ALPHABET[slot % _SLOT_NAMES] == body[0] and begins - LEEWAY <= at < begins + VALID + LEEWAY:
            return slot
    return None


def _body(key: bytes, screen: bytes, slot: int) -> str:
    mac = hmac.digest(key, screen + slot.to_bytes(8, "big"), "sha256")
    bits = int.from_bytes(mac[:8], "big") >> (64 - _MAC_BITS)
    return ALPHABET[slot % _SLOT_NAMES] + "".join(
        ALPHABET[bits >> shift & 31] for shift in range(_MAC_BITS - 5, -1, -5)
    )


def _key(keys: KeyStore) -> bytes:
    return derived_key(b"", label=b"counter", keys=keys)
