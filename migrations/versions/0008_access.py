"""Single-use tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "token",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.CheckConstraint("channel IN ('sample','assisted','site')", name=op.f("ck_token_channel")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_token_wave_id_wave")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_token")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_token_wave_id"), "token", ["wave_id"], unique=False)


def downgrade() -> None:
    op.drop_table("token")
