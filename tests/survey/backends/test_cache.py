"""Counters live as long as they are told, and the oldest go first when there are too many."""

from __future__ import annotations

import threading
import time

import pytest

from survey.backends.cache import MemoryCache


def test_counters_count_and_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    cache = MemoryCache()
    assert [cache.increment("a", ttl=10) for _ in range(3)] == [1, 2, 3]
    now[0] = 109.0
    assert (cache.increment("a", ttl=10), cache.count("a")) == (4, 4)
    now[0] = 110.0  # ten seconds after the first, not after the last
    assert cache.count("a") == 0
    assert cache.increment("a", ttl=10) == 1


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    cache = MemoryCache(max_keys=3)
    for name in "abcd":
        cache.increment(name, ttl=60)
    assert [cache.count(name) for name in "abcd"] == [0, 1, 1, 1]


def test_threads_do_not_lose_counts() -> None:
    cache = MemoryCache()

    def count() -> None:
        for _ in range(500):
            cache.increment("a", ttl=60)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.count("a") == 4000
