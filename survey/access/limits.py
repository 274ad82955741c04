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
"""Links, printed codes, resume codes and receipt codes that nobody holds. What is right always opens."""
REFUSED_CODES = Limit(name="refused-code", most=10**9, seconds=15 * 60)
"""Codes refused for any other reason: counted so that every refusal is the same work, never a limit."""
EASY_STARTS = Limit(name="easy-start", most=60, seconds=10 * 60)
"""Interviews that one network may start without a token before each of them has to wait or compute a moment."""
OPEN_STARTS = Limit(name="open-start", most=600, seconds=60 * 60)
"""Interviews that one network may start without a token at all: more than a village or a shift of a factory."""
ALL_STARTS = Limit(name="all-start", most=1200, seconds=60)
"""The same from everywhere together: above it every one of them has to wait or compute a moment."""
ANYWHERE = "anywhere"


def count(limit: Limit, address: str, *, today: date, cache: Cache, keys: KeyStore) -> None:
    """Count one event. Raises RateLimited above the limit."""
    key = _key(limit, address, today, keys)
    if cache.increment(key, ttl=limit.seconds) > limit.most:
        raise refusals.too_often(cache.left(key) or limit.seconds)


def check(limit: Limit, address: str, *, today: date, cache: Cache, keys: KeyStore) -> None:
    """Refuse without counting. Raises RateLimited once the limit is reached."""
    key = _key(limit, address, today, keys)
    if cache.count(key) >= limit.most:
        raise refusals.too_often(cache.left(key) or limit.seconds)


def excess(limit: Limit, address: str, *, today: date, cache: Cache, keys: KeyStore) -> int:
    """Count one event; by how many the limit is exceeded now, 0 while it is not."""
    return max(0, cache.increment(_key(limit, address, today, keys), ttl=limit.seconds) - limit.most)


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
