"""Counters in a Redis that all processes share; while it is lost, each process counts for itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from survey.backends.cache import MemoryCache

_PREFIX = "minyi:"
_TIMEOUT = 0.25
"""Seconds that a request waits for Redis. It stands in the same house; whoever answers waits for no longer."""
_PAUSE = 5.0
"""Seconds for which a lost Redis is not asked again: one request finds out, the others do not wait for it."""
_INCREMENT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return n
"""
_log = structlog.get_logger()
_T = TypeVar("_T")


class RedisCache:
    """The same counters as in memory, shared. No key names anybody: what is counted under is hashed before."""

    def __init__(self, address: str) -> None:
        self._redis = Redis.from_url(
            address,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            retry=Retry(NoBackoff(), 1),  # a connection that a restarted server forgot is opened anew
        )
        self._increment = self._redis.register_script(_INCREMENT)
        self._own = MemoryCache()
        self._ask_again = 0.0

    def increment(self, key: str, *, ttl: int) -> int:
        return self._asked(
            lambda: int(self._increment(keys=[_PREFIX + key], args=[ttl])),
            lambda: self._own.increment(key, ttl=ttl),
        )

    def count(self, key: str) -> int:
        return self._asked(lambda: int(self._redis.get(_PREFIX + key) or 0), lambda: self._own.count(key))

    def left(self, key: str) -> int:
        return self._asked(lambda: max(0, int(self._redis.ttl(_PREFIX + key))), lambda: self._own.left(key))

    def _asked(self, there: Callable[[], _T], here: Callable[[], _T]) -> _T:
        if time.monotonic() < self._ask_again:
            return here()
        try:
            return there()
        except RedisError as lost:
            self._ask_again = time.monotonic() + _PAUSE
            _log.warning("cache.lost", error=type(lost).__name__, again_in=_PAUSE)
            return here()
