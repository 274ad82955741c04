"""Log leaves and checkpoints."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
    )
    op.create_index("ix_checkpoint_origin_size", "checkpoint", ["origin", "size"], unique=False)
    op.create_table(
        "log_leaf",
        sa.Column("origin", sa.String(length=120), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("origin", "position", name=op.f("pk_log_leaf")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_log_leaf_leaf_hash"), "log_leaf", ["leaf_hash"], unique=False)
    op.create_table(
        "urn_key",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint("state IN ('in_force','retired','destroyed')", name=op.f("ck_urn_key_state")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_urn_key_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", "number", name=op.f("pk_urn_key")),
        sa.UniqueConstraint("key_id", name=op.f("uq_urn_key_key_id")),
    )


def downgrade() -> None:
    op.drop_table("urn_key")
    op.drop_table("log_leaf")
    op.drop_table("checkpoint")
