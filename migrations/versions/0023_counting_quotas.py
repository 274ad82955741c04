"""Quota cells that only count go beyond their limit; those that end the interview never do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_WITHIN, _ON_FULL = "ck_quota_cell_within_cap", "ck_quota_cell_on_full"


def upgrade() -> None:
    with op.batch_alter_table("quota_cell") as batch:
        batch.add_column(sa.Column("on_full", sa.String(length=10), nullable=False, server_default="end"))
        batch.drop_constraint(op.f(_WITHIN), type_="check")
    with op.batch_alter_table("quota_cell") as batch:
        batch.alter_column("on_full", server_default=None)
        batch.create_check_constraint(op.f(_ON_FULL), "on_full IN ('end','continue')")
        batch.create_check_constraint(op.f(_WITHIN), "n >= 0 AND (on_full = 'continue' OR n <= cap)")


def downgrade() -> None:
    op.execute("UPDATE quota_cell SET cap = n WHERE n > cap")
    with op.batch_alter_table("quota_cell") as batch:
        batch.drop_constraint(op.f(_WITHIN), type_="check")
        batch.drop_constraint(op.f(_ON_FULL), type_="check")
        batch.drop_column("on_full")
    with op.batch_alter_table("quota_cell") as batch:
        batch.create_check_constraint(op.f(_WITHIN), "n >= 0 AND n <= cap")
