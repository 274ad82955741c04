"""What the core asks of the world outside: protocols, satisfied in ``survey/backends``."""

from __future__ import annotations

from typing import Protocol


class KeyStore(Protocol):
    """Keys outside the database: written durably before first use, destroyed on purpose."""

    def get(self, name: str) -> bytes:
        """The key called ``name``. Raises KeyError where there is none (or no more)."""
        ...

    def get_or_create(self, name: str, n_bytes: int = 32) -> bytes:
        """The key called ``name``, made from the system's randomness at the first call."""
        ...

    def put(self, name: str, value: bytes) -> None:
        """Keep ``value``; raises FileExistsError where the name is taken."""
        ...

    def destroy(self, name: str) -> None:
        """Forget the key; what was sealed with it can never be opened again."""
        ...

    def names(self) -> list[str]:
        """Names of the keys held, sorted."""
        ...


class Cache(Protocol):
    """Counters that may be lost: limits per network, never the truth."""

    def increment(self, key: str, *, ttl: int) -> int:
        """Count one more under ``key`` and return the count; the counter lives ``ttl`` seconds."""
        ...

    def count(self, key: str) -> int:
        """The present count, 0 where there is none."""
        ...

    def left(self, key: str) -> int:
        """Seconds until the counter is forgotten, 0 where there is none."""
        ...


class CheckpointSink(Protocol):
    """Copies of signed checkpoints outside the database, best on another host."""

    def last(self, origin: str) -> str | None:
        """The note kept last for this log, or None."""
        ...

    def keep(self, origin: str, note: str) -> None:
        """Keep one more note, durably."""
        ...
