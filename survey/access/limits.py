"""Home of limits per network: counters under a hash whose key changes every day, kept in the cache only."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from datetime import date

from survey.access import refusals
from survey.ledger.keyed import keyed_hash
from survey.ports import Cache, KeyStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `most` events in `seconds` for one address."""

    name: str
    most: int
    seconds: int


FAILED_CODES = Limit(name="failed-code", most=20, seconds=15 * 60)
"""Wrong links, resume codes and receipt codes."""
OPEN_STARTS = Limit(name="open-start", most=60, seconds=60 * 60)
"""Interviews started at an open entry; a family or an office behind one address stays far below."""


def count(limit: Limit, address: str, *, today: date, cache: Cache, keys: KeyStore) -> None:
    """Count one event. Raises RateLimited above the limit."""
    if cache.increment(_key(limit, address, today, keys), ttl=limit.seconds) > limit.most:
        raise refusals.too_often(limit.seconds)


def check(limit: Limit, address: str, *, today: date, cache: Cache, keys: KeyStore) -> None:
    """Refuse without counting. Raises RateLimited once the limit is reached."""
    if cache.count(_key(limit, address, today, keys)) >= limit.most:
        raise refusals.too_often(limit.seconds)


def _key(limit: Limit, address: str, today: date, keys: KeyStore) -> str:
    daily = keyed_hash(b"limit", today.isoformat().encode(), keys=keys)
    return f"{limit.name}:{hmac.digest(daily, _network(address).encode(), 'sha256').hex()}"


def _network(address: str) -> str:
    """An IPv4 address as it is; of IPv6 the /64, since every line has as many addresses there as it likes."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
