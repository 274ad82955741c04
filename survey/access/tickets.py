"""Home of the queue at an open door: where too many come at once, each waits a stated time or computes a moment.

Nobody is asked to prove anything while there is no rush, and nobody with a token ever is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from survey.ledger import boxes
from survey.ledger.canonical import BadJsonError, canonical_bytes, parse_json
from survey.ledger.keyed import derived_key
from survey.ports import Cache, KeyStore

_LABEL = b"ticket"
_LIFE = 15 * 60
_LEAST_WAIT, _MOST_WAIT = 10, 120
_LEAST_BITS, _MOST_BITS = 17, 21
"""About a third of a second on a phone, and at most five."""
_STEP = 60
_PROOF = re.compile(r"[0-9]{1,12}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A place in the queue."""

    value: str
    """What the form sends back, sealed."""
    challenge: str
    bits: int
    """The proof is a number that gives SHA-256 of "challenge:number" so many zero bits at its beginning."""
    wait: int
    """Seconds until it is good without a proof."""


def issue(wave_id: int, *, excess: int, now: datetime, keys: KeyStore) -> Ticket:
    """The next place: whoever is further over the limit waits longer, one more second for each ahead."""
    wait = min(_MOST_WAIT, _LEAST_WAIT + excess)
    bits = min(_MOST_BITS, _LEAST_BITS + (excess // _STEP).bit_length())
    challenge = secrets.token_hex(8)
    at = int(now.timestamp())
    content = {"w": wave_id, "n": challenge, "b": bits, "f": at + wait, "x": at + _LIFE}
    sealed = boxes.seal_short(canonical_bytes(content), under=_key(keys), label=_LABEL)
    value = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    return Ticket(value=value, challenge=challenge, bits=bits, wait=wait)


def look(value: str, wave_id: int, *, now: datetime, keys: KeyStore) -> Ticket | None:
    """A ticket that was handed back, with what is left to wait; None where it is not ours or too old."""
    if not value or len(value) > 500:
        return None
    try:
        sealed = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
        content = parse_json(boxes.open_short(sealed, under=_key(keys), label=_LABEL))
    except (binascii.Error, ValueError, boxes.BoxError, BadJsonError):
        return None
    at = int(now.timestamp())
    if content["w"] != wave_id or at >= content["x"]:
        return None
    return Ticket(value=value, challenge=content["n"], bits=content["b"], wait=max(0, content["f"] - at))


def is_good(ticket: Ticket, proof: str) -> bool:
    """Whether its time has come, or the proof is right."""
    return ticket.wait == 0 or _proves(ticket, proof)


def spend(ticket: Ticket, *, cache: Cache) -> bool:
    """Use a ticket up; False where it was used before."""
    return cache.increment(f"ticket:{ticket.challenge}", ttl=_LIFE) == 1


def _proves(ticket: Ticket, proof: str) -> bool:
    if not _PROOF.match(proof):
        return False
    digest = hashlib.sha256(f"{ticket.challenge}:{proof}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - ticket.bits) == 0


def _key(keys: KeyStore) -> bytes:
    return derived_key(b"", label=_LABEL, keys=keys)
