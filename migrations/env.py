"""Alembic's entry: runs migrations on SQLite and PostgreSQL from one history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

import survey.models  # noqa: F401 -- registers all tables
from survey.db import Base, db


def _run_online() -> None:
    engine = db.engine
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if is_sqlite:
            # Batch mode recreates tables; with foreign keys on, SQLite would empty their children by
            # cascade. The pragma only takes effect outside a transaction, hence the driver's connection.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=is_sqlite,
            compare_type=True,
            transactional_ddl=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                _refuse_orphans(connection)
        if is_sqlite:
            connection.commit()
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


def _refuse_orphans(connection: sa.Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise RuntimeError(f"a migration left rows without their parents: {orphans[:5]}")


_run_online()
