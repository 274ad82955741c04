"""Somebody else who holds the database: a lock that is not ours, on SQLite or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from tests.faults.installation import Installation

_WRITTEN = ("draft", "token", "participation", "urn", "submission", "quota_cell")
"""What interviews write to."""


@contextmanager
def foreign_lock(at: Installation) -> Iterator[None]:
    """Nobody else may write an interview for the length of the block; reading is free."""
    if at.database == "sqlite":
        connection = sqlite3.connect(at.path, isolation_level=None, timeout=10)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
            connection.close()
        return
    engine = sa.create_engine(at.url)
    try:
        with engine.connect() as locking:
            locking.exec_driver_sql(f"LOCK TABLE {', '.join(_WRITTEN)} IN EXCLUSIVE MODE")
            yield
    finally:
        engine.dispose()


def hold_lock(at: Installation, seconds: float) -> None:
    """Hold it for so long."""
    with foreign_lock(at):
        time.sleep(seconds)
