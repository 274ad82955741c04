"""Pure decisions about entry: is a wave open, has a token expired."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from survey.ledger.batching import GRACE


class Refusal(StrEnum):
    """Why somebody cannot answer now; each has a page of its own."""

    MALFORMED = "token_malformed"
    UNKNOWN = "token_unknown"
    USED = "token_used"
    EXPIRED = "token_expired"
    NOT_YET = "wave_not_open_yet"
    CLOSED = "wave_closed"


class Openness(StrEnum):
    """Whether a wave takes answers."""

    NOT_YET = "not_yet"
    OPEN = "open"
    GRACE = "grace"
    CLOSED = "closed"


def openness(
    *, status: str, opens_at: datetime | None, closes_at: datetime | None, now: datetime
) -> Openness:
    """Whether a wave is open at this moment; GRACE for the half hour after its announced close."""
    if status == "planned" or (opens_at is not None and now < opens_at):
        return Openness.NOT_YET
    if closes_at is None or now < closes_at:
        return Openness.OPEN if status == "open" else Openness.CLOSED
    return Openness.GRACE if now < closes_at + GRACE and status in ("open", "closed") else Openness.CLOSED


def why_not_enter(
    *,
    is_well_formed: bool,
    is_known: bool,
    used: bool,
    valid_until: date | None,
    today: date,
    wave: Openness,
) -> Refusal | None:
    """The first reason against a token, or None if it may be used."""
    if not is_well_formed:
        return Refusal.MALFORMED
    if not is_known:
        return Refusal.UNKNOWN
    if used:
        return Refusal.USED
    if valid_until is not None and today > valid_until:
        return Refusal.EXPIRED
    if wave is Openness.OPEN:
        return None
    return Refusal.NOT_YET if wave is Openness.NOT_YET else Refusal.CLOSED
