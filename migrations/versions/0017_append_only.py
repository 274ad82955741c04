"""Refuse UPDATE and DELETE on what may only grow."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = ("audit_event", "log_leaf", "response", "checkpoint")
_POSTGRESQL_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""


def _statements(table: str, verb: str, dialect: str) -> list[str]:
    name = f"{table}_refuses_{verb.lower()}"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        ]
    row_trigger = (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    return [row_trigger]


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(_POSTGRESQL_FUNCTION)
    for table in _TABLES:
        for verb in ("UPDATE", "DELETE"):
            for statement in _statements(table, verb, op.get_bind().dialect.name):
                op.execute(statement)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _TABLES:
        for verb in ("update", "delete"):
            name = f"{table}_refuses_{verb}"
            op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON {table}")
    if not is_sqlite:
        op.execute("DROP FUNCTION refuse_change()")
