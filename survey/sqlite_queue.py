"""Home of the line in which those who write to one SQLite file stand, within this process."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

WAIT_SECONDS = 10
"""How long a statement waits for what another transaction holds, before the page says "not at this moment"."""
_ASK_EVERY = 0.001
"""Seconds between two looks at whether another process still writes."""


class _WriterQueue:
    """Who writes to one SQLite file next, within this process.

    SQLite lets one write at a time and has the others look again after a while, ever more seldom: with many at once
    that is slow and unfair. Here they stand in line. Another process is met at SQLite's own lock, as ever.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: deque[threading.Lock] = deque()
        self._is_taken = False

    def enter(self) -> bool:
        """Wait for one's turn; False after ``WAIT_SECONDS``."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._line.append(turn)
        if turn.acquire(timeout=WAIT_SECONDS):
            return True
        with self._lock:
            if turn in self._line:
                self._line.remove(turn)
                return False
            return True  # called at the last moment

    def leave(self) -> None:
        """Call the next one."""
        with self._lock:
            if self._line:
                self._line.popleft().release()
            else:
                self._is_taken = False


_queues: dict[str, _WriterQueue] = {}


class QueueingConnection(sqlite3.Connection):
    """A connection to SQLite that stands in line before it writes."""

    _queue: _WriterQueue | None = None
    _has_turn = False

    def __init__(self, database: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(database, *args, **kwargs)
        if database != ":memory:":
            self._queue = _queues.setdefault(str(Path(database).absolute()), _WriterQueue())

    def begin_writing(self) -> None:
        """BEGIN IMMEDIATE, when it is this connection's turn. Raises OperationalError after ``WAIT_SECONDS`` in all."""
        began = time.monotonic()
        if self._queue is not None and not self._has_turn:
            self._has_turn = self._queue.enter()
            if not self._has_turn:
                raise sqlite3.OperationalError("database is locked")
        try:
            self._begin(time.monotonic() - began)
        except BaseException:
            self._leave()
            raise

    def commit(self) -> None:
        """End a transaction, and let the next one write."""
        super().commit()  # where that fails, the transaction is still open: its rollback follows
        self._leave()

    def rollback(self) -> None:
        """Undo a transaction, and let the next one write."""
        try:
            super().rollback()
        finally:
            self._leave()

    def close(self) -> None:
        """Close, and let the next one write."""
        try:
            super().close()
        finally:
            self._leave()

    def _begin(self, waited: float) -> None:
        """Where another process holds the file, ask again and again for what is left of the time.

        SQLite itself would ask ever more seldom, up to ten times a second: a busy process that hands the lock on
        from one of its own to the next would keep the other one out for seconds.
        """
        until = time.monotonic() + WAIT_SECONDS - waited
        self.execute("PRAGMA busy_timeout=0")
        try:
            while True:
                try:
                    self.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    is_held = (error.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_BUSY
                    if not is_held or time.monotonic() > until:
                        raise
                time.sleep(_ASK_EVERY)
        finally:
            self.execute(f"PRAGMA busy_timeout={1000 * WAIT_SECONDS}")

    def _leave(self) -> None:
        if self._has_turn and self._queue is not None:
            self._has_turn = False
            self._queue.leave()
