"""Home of the transaction beside the request's own, for facts that must stand although the request is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from survey.db import db, read_only


@contextmanager
def own_transaction(*, reads_only: bool = False) -> Iterator[Session]:
    """A session that commits by itself at the end of the block.

    Use it before the request's session has written anything: on SQLite two writers wait for each other.
    """
    with Session(db.engine) as session, session.begin():
        if reads_only:
            read_only(session)
        yield session
