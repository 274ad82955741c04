"""Home of the brake on guessing: attempts counted per account and per network before anything is compared."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.db import insert_ignoring_conflicts, table_of
from survey.models.people import SignInThrottle

WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
_TABLE = table_of(SignInThrottle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many attempts under one key in a window; the next one locks the key."""

    key: str
    attempts: int


def limits(*, username: str, address: str, pepper: bytes) -> tuple[Limit, Limit]:
    """What counts against a sign-in: the account typed (existing or not) and the network it comes from."""
    return (
        Limit(key=_key("account", username, pepper), attempts=10),
        Limit(key=_key("network", network_of(address), pepper), attempts=20),
    )


def network_of(address: str) -> str:
    """The /24 or /64 that ``address`` lies in: neighbours behind one line count together."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    mapped = getattr(parsed, "ipv4_mapped", None)
    parsed = mapped or parsed
    return str(ipaddress.ip_network(f"{parsed}/{24 if parsed.version == 4 else 64}", strict=False))


def count_attempt(session: Session, limits: Sequence[Limit]) -> int:
    """Count one attempt under every key; returns the seconds to wait, 0 where the attempt may go on.

    Counting comes before comparing, in one statement a key, so that simultaneous guesses cannot slip through.
    Commit before the password is checked.
    """
    return max(_count(session, limit) for limit in sorted(limits, key=lambda limit: limit.key))


def forgive(session: Session, limits: Sequence[Limit]) -> None:
    """Take back the attempt that turned out right; the account starts anew, its network loses one."""
    account, network = limits
    session.execute(sa.delete(SignInThrottle).where(SignInThrottle.key == account.key))
    session.execute(
        sa.update(SignInThrottle)
        .where(SignInThrottle.key == network.key, SignInThrottle.failures > 0)
        .values(failures=SignInThrottle.failures - 1)
    )


def _count(session: Session, limit: Limit) -> int:
    now = clock.now(session)
    fresh = {"key": limit.key, "failures": 0, "window_started_at": now, "locked_until": None}
    session.execute(insert_ignoring_conflicts(session, _TABLE).values(fresh))
    mine = sa.update(SignInThrottle).where(SignInThrottle.key == limit.key)
    stale = sa.or_(
        SignInThrottle.window_started_at <= now - WINDOW, SignInThrottle.window_started_at > now + WINDOW
    )
    unlocked = sa.or_(SignInThrottle.locked_until.is_(None), SignInThrottle.locked_until <= now)
    session.execute(mine.where(stale, unlocked).values(fresh))
    failures, locked_until = session.execute(
        mine.values(failures=SignInThrottle.failures + 1).returning(
            SignInThrottle.failures, SignInThrottle.locked_until
        )
    ).one()
    if locked_until is not None and locked_until > now:
        return int((locked_until - now).total_seconds())
    if failures > limit.attempts:
        session.execute(mine.values(locked_until=now + LOCK))
        return int(LOCK.total_seconds())
    return 0


def _key(kind: str, value: str, pepper: bytes) -> str:
    digest = hmac.new(pepper, value.casefold().encode("utf-8", "replace"), hashlib.sha256).hexdigest()
    return f"{kind}:{digest[:48]}"
