"""The database: engine settings for both dialects, column types, and the session everyone shares.

This is the only file that knows which dialect runs underneath.
"""

from __future__ import annotations

import select
import sqlite3
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import Pool
from sqlalchemy.types import TypeDecorator

from survey.sqlite_queue import WAIT_SECONDS, QueueingConnection

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables, with one naming convention for constraints."""

    metadata = sa.MetaData(naming_convention=_NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC in Python, ``timestamptz`` in PostgreSQL, UTC text in SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


READ_ONLY, SINGLE, BEGINS = "minyi_read_only", "minyi_single", "minyi_begins"
"""Execution options: what a transaction is for, and that PostgreSQL is told of its beginning by us."""


class LeanSession(Session):
    """A session for code that mostly asks its connection: found once, and not by the ORM's way for each statement."""

    def connection(self, *args: Any, **kwargs: Any) -> sa.Connection:
        """The connection of the transaction under way."""
        found: sa.Connection | None = self.info.get("connection")
        if found is None or args or kwargs or not found.in_transaction():
            found = self.info["connection"] = super().connection(*args, **kwargs)
        return found


class RequestSession(LeanSession, FlaskSession):
    """The session of one request; ``info["read_only"]`` makes its transactions take no write lock."""

    def get_bind(
        self,
        mapper: Any = None,
        clause: Any = None,
        bind: sa.Engine | sa.Connection | None = None,
        **kwargs: Any,
    ) -> sa.Engine | sa.Connection:
        """The one database there is, whatever table is asked for."""
        if bind is not None:
            return bind
        engine: sa.Engine | None = self.info.get("engine")
        if engine is None:
            engine = self.info["engine"] = db.engine
        if self.info.get("reads_single"):
            return single_reading_engine(engine)
        return reading_engine(engine) if self.info.get("read_only") else engine


@lru_cache(maxsize=8)
def reading_engine(engine: sa.Engine) -> sa.Engine:
    """``engine``, its transactions only reading; the same object each time, as sessions tell engines apart."""
    return engine.execution_options(**{READ_ONLY: True})


@lru_cache(maxsize=8)
def single_reading_engine(engine: sa.Engine) -> sa.Engine:
    """The same for a few statements that need no transaction around them.

    PostgreSQL is then not told of a beginning and an end, which are two journeys more than the one for the answer.
    """
    return engine.execution_options(**{READ_ONLY: True, SINGLE: True})


@lru_cache(maxsize=8)
def single_writing_engine(engine: sa.Engine) -> sa.Engine:
    """``engine`` for a change that one statement makes: PostgreSQL keeps it at once, without a beginning and an end."""
    return engine.execution_options(**{SINGLE: True})


db = SQLAlchemy(model_class=Base, session_options={"class_": RequestSession})


def table_of(model: type[Base]) -> sa.Table:
    """The Core table of a model, for statements that run too often for the ORM."""
    table = model.__table__
    assert isinstance(table, sa.Table)
    return table


_POOL = {
    # A request may hold two connections at a time (its own and one beside it): enough for 32 threads a process.
    # The ones used last are used first, so that a quiet server keeps few of them warm.
    "pool_size": 4,
    "max_overflow": 56,
    "pool_use_lifo": True,
    "hide_parameters": True,  # an error message must not quote what somebody answered
}


def engine_options(url: str | URL) -> dict[str, Any]:
    """Options for ``create_engine``: what a durable answer needs on this dialect."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        # autocommit at the driver; our `begin` hook decides how a transaction starts
        sqlite = {
            "timeout": WAIT_SECONDS,
            "isolation_level": None,
            "check_same_thread": False,
            "factory": QueueingConnection,
        }
        return {"connect_args": sqlite, **_POOL}
    # Without a limit a table that somebody else locked would hold every request until the last thread is taken.
    waits = {"connect_timeout": WAIT_SECONDS, "options": f"-c lock_timeout={1000 * WAIT_SECONDS}"}
    # The driver begins nothing by itself; our `begin` hook does, and knows where no beginning is needed.
    return {
        "connect_args": {**waits, "autocommit": True},
        "execution_options": {BEGINS: True},
        **_POOL,
    }


def make_engine(url: str | URL) -> sa.Engine:
    """An engine outside Flask (tests, worker processes), with the same settings as the application's."""
    return sa.create_engine(url, **engine_options(url))


@event.listens_for(sa.Engine, "connect")
def _prepare_connection(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # an acknowledged answer survives a power cut
            "foreign_keys=ON",
            f"busy_timeout={1000 * WAIT_SECONDS}",
            "cache_size=-8192",  # of each connection; the system keeps the file as well
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Pool, "checkout")
def _refuse_dead(connection: Any, _record: object, _proxy: object) -> None:
    """Hand out no connection that the server has hung up on. Asking the socket costs less than asking the server."""
    if isinstance(connection, sqlite3.Connection):
        return
    waiting = select.poll()
    try:
        waiting.register(connection.fileno(), select.POLLIN)
        speaks = bool(waiting.poll(0))
    except connection.Error:  # known to be closed
        speaks = True
    if speaks:  # nothing was asked, so it says good-bye; a mere notice costs one connection anew
        raise sa.exc.InvalidatePoolError("the server has hung up")


@event.listens_for(sa.Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        _begin_sqlite(driver, reads=bool(options.get(READ_ONLY)))
    elif driver is not None and options.get(BEGINS) and not options.get(SINGLE):
        driver.execute("BEGIN ISOLATION LEVEL READ COMMITTED")


def _begin_sqlite(driver: sqlite3.Connection, *, reads: bool) -> None:
    # A deferred transaction that reads and then writes fails at once under WAL when another
    # writer came between (SQLITE_BUSY_SNAPSHOT); an immediate one waits its turn.
    try:
        if reads or not isinstance(driver, QueueingConnection):
            driver.execute("BEGIN" if reads else "BEGIN IMMEDIATE")
        else:
            driver.begin_writing()
    except sqlite3.OperationalError as error:  # locked too long: the rest of the house knows SQLAlchemy's
        raise sa.exc.OperationalError("BEGIN", None, error) from error


def read_only(session: Session) -> None:
    """Declare, before its first statement, that this session's transaction only reads."""
    if isinstance(session, RequestSession):
        session.info["read_only"] = True
    else:
        session.connection(execution_options={READ_ONLY: True})


def overwrite_what_is_deleted(session: Session) -> None:
    """Let this connection overwrite what it deletes: SQLite leaves it readable in the free pages of the file.

    PostgreSQL gives the place of deleted rows to others by itself (autovacuum), and writes over it then.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def durability(connection: sa.Connection) -> dict[str, str]:
    """The settings on which "committed means kept" rests, as the database reports them."""
    is_sqlite = connection.dialect.name == "sqlite"
    names = (
        ("journal_mode", "synchronous") if is_sqlite else ("fsync", "full_page_writes", "synchronous_commit")
    )
    ask = "PRAGMA" if is_sqlite else "SHOW"
    return {n: str(connection.exec_driver_sql(f"{ask} {n}").scalar_one()) for n in names}


def is_durable(connection: sa.Connection) -> bool:
    """True where a commit that returned survives a power cut."""
    found = durability(connection)
    if connection.dialect.name == "sqlite":
        return found == {"journal_mode": "wal", "synchronous": "2"}
    return found["fsync"] == found["full_page_writes"] == "on" and found["synchronous_commit"] != "off"


def writes_values_to_logs(connection: sa.Connection) -> bool:
    """True where the database server copies statements with their values into its log: tokens, hashes, boxes."""
    if connection.dialect.name == "sqlite":
        return False
    names = ("log_statement", "log_min_duration_statement", "log_parameter_max_length")
    statements, slow, length = (str(connection.exec_driver_sql(f"SHOW {n}").scalar_one()) for n in names)
    return statements in {"mod", "all"} or (slow != "-1" and length != "0")


def insert_ignoring_conflicts(connection: sa.Connection | Session, table: sa.Table) -> Any:
    """``INSERT … ON CONFLICT DO NOTHING`` in the dialect of ``connection``."""
    bind = connection if isinstance(connection, sa.Connection) else connection.connection()
    if bind.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        return sqlite_insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert

    return postgresql_insert(table).on_conflict_do_nothing()


def insert_adding(session: Session, table: sa.Table, *, sums: tuple[str, ...]) -> Any:
    """``INSERT … ON CONFLICT (key) DO UPDATE``: where a row with this key stands, its ``sums`` grow by the new ones."""
    if session.connection().dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        new = sqlite_insert(table)
        return new.on_conflict_do_update(
            index_elements=list(table.primary_key),
            set_={name: table.c[name] + new.excluded[name] for name in sums},
        )
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert

    added = postgresql_insert(table)
    return added.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={name: table.c[name] + added.excluded[name] for name in sums},
    )
