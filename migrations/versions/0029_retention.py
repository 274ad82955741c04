"""Until when answers are kept is fixed when a wave opens; from the day after, and not before, they may be deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_REFUSED = "response is append-only"
_DUE = """
EXISTS (
  SELECT 1 FROM retention JOIN wave ON wave.id = retention.wave_id
  WHERE retention.wave_id = OLD.wave_id AND retention.state = 'deleting'
    AND wave.status IN ('closed', 'sealed') AND wave.kept_until <= {today}
)
"""
_SQLITE_TODAY = "date('now', coalesce((SELECT offset_seconds FROM demo_clock LIMIT 1), 0) || ' seconds')"
_POSTGRESQL_TODAY = """
(now() AT TIME ZONE 'utc'
  + coalesce((SELECT offset_seconds FROM demo_clock LIMIT 1), 0) * interval '1 second')::date
"""
_SQLITE_DELETE = f"""
CREATE TRIGGER response_refuses_delete BEFORE DELETE ON response
WHEN NOT {_DUE.format(today=_SQLITE_TODAY)}
BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END
"""
_POSTGRESQL_FUNCTION = f"""
CREATE FUNCTION refuse_early_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT {_DUE.format(today=_POSTGRESQL_TODAY)} THEN
    RAISE EXCEPTION '{_REFUSED}';
  END IF;
  RETURN OLD;
END $$
"""
_SQLITE_KEEP = """
CREATE TRIGGER wave_keeps_its_promise BEFORE UPDATE ON wave
WHEN OLD.kept_until IS NOT NULL AND NEW.kept_until IS NOT OLD.kept_until
BEGIN SELECT RAISE(ABORT, 'until when answers are kept is fixed'); END
"""
_POSTGRESQL_KEEP = """
CREATE FUNCTION keep_promise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.kept_until IS NOT NULL AND NEW.kept_until IS DISTINCT FROM OLD.kept_until THEN
    RAISE EXCEPTION 'until when answers are kept is fixed';
  END IF;
  RETURN NEW;
END $$
"""
_BEFORE = "FOR EACH ROW EXECUTE FUNCTION"


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


def upgrade() -> None:
    op.add_column("wave", sa.Column("kept_until", sa.Date(), nullable=True))
    op.create_table(
        "retention",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("deleted", sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('deleting','deleted')", name=op.f("ck_retention_state")),
        sa.CheckConstraint(
            "(state = 'deleted') = (finished_on IS NOT NULL)", name=op.f("ck_retention_finished")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_retention_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_retention")),
    )
    if _is_sqlite():
        op.execute("DROP TRIGGER response_refuses_delete")
        op.execute(_SQLITE_DELETE)
        op.execute(_SQLITE_KEEP)
    else:
        op.execute("DROP TRIGGER response_refuses_delete ON response")
        op.execute(_POSTGRESQL_FUNCTION)
        op.execute(
            f"CREATE TRIGGER response_refuses_delete BEFORE DELETE ON response {_BEFORE} refuse_early_deletion()"
        )
        op.execute(_POSTGRESQL_KEEP)
        op.execute(f"CREATE TRIGGER wave_keeps_its_promise BEFORE UPDATE ON wave {_BEFORE} keep_promise()")


def downgrade() -> None:
    if _is_sqlite():
        op.execute("DROP TRIGGER wave_keeps_its_promise")
        op.execute("DROP TRIGGER response_refuses_delete")
        op.execute(
            "CREATE TRIGGER response_refuses_delete BEFORE DELETE ON response "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )
    else:
        op.execute("DROP TRIGGER wave_keeps_its_promise ON wave")
        op.execute("DROP FUNCTION keep_promise()")
        op.execute("DROP TRIGGER response_refuses_delete ON response")
        op.execute("DROP FUNCTION refuse_early_deletion()")
        op.execute(
            f"CREATE TRIGGER response_refuses_delete BEFORE DELETE ON response {_BEFORE} refuse_change()"
        )
    op.drop_table("retention")
    op.drop_column("wave", "kept_until")
