"""A cache in this process's memory: right for the embedded default, where one process serves all."""

from __future__ import annotations

import threading
import time


class MemoryCache:
    """Counters with a life time; when it is full, the oldest go first."""

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
