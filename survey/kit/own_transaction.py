"""Home of the transactions beside the request's own: for facts that stand although it is refused, and for reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from survey import clock
from survey.db import LeanSession, db, reading_engine, single_reading_engine, single_writing_engine


@contextmanager
def own_transaction(*, reads_only: bool = False) -> Iterator[Session]:
    """A session that commits by itself at the end of the block.

    Use it before the request's session has written anything: on SQLite two writers wait for each other.
    """
    with LeanSession(reading_engine(db.engine) if reads_only else db.engine) as session, session.begin():
        yield session


@contextmanager
def one_statement() -> Iterator[Session]:
    """A session for a change that one statement makes, or several of which each may stand by itself.

    It is kept before the answer to the request is made, whatever becomes of that, and holds no lock meanwhile.
    """
    with LeanSession(single_writing_engine(db.engine)) as session, session.begin():
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A session for the few statements that a request reads before it writes anything.

    Where the request only reads, it is the request's own. Where it may write, it is one beside it: on SQLite the
    request's own would hold the write lock all the while.
    """
    if db.session.info.get("read_only"):
        yield db.session()
    else:
        with LeanSession(single_reading_engine(db.engine), info={clock.IN_REQUEST: None}) as session:
            yield session
