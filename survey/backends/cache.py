"""Counters that may be lost: in this process's memory, or in a Redis that several processes share."""

from __future__ import annotations

import threading
import time

from survey.ports import Cache


class MemoryCache:
    """Counters with a life time; when it is full, the oldest go first. Right where one process serves all."""

    def __init__(self, max_keys: int = 100_000) -> None:
        self._max_keys = max_keys
        self._lock = threading.Lock()
        self._counters: dict[str, tuple[int, float]] = {}

    def increment(self, key: str, *, ttl: int) -> int:
        now = time.monotonic()
        with self._lock:
            n, until = self._counters.get(key, (0, 0.0))
            n, until = (n + 1, until) if until > now else (1, now + ttl)
            self._counters[key] = (n, until)
            while len(self._counters) > self._max_keys:
                self._counters.pop(next(iter(self._counters)))
            return n

    def count(self, key: str) -> int:
        with self._lock:
            n, until = self._counters.get(key, (0, 0.0))
            return n if until > time.monotonic() else 0

    def left(self, key: str) -> int:
        with self._lock:
            _, until = self._counters.get(key, (0, 0.0))
        return max(0, -int(-(until - time.monotonic()) // 1))


def cache_at(address: str | None) -> Cache:
    """The counters of a process: in the Redis at ``address``, or in its own memory where there is none."""
    if address is None:
        return MemoryCache()
    from survey.backends.redis_cache import RedisCache  # redis is an extra

    return RedisCache(address)
