"""Counters: screens that show a code which changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("screen_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_counter_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
        sa.UniqueConstraint("screen_hash", name=op.f("uq_counter_screen_hash")),
    )
    op.create_index(op.f("ix_counter_wave_id"), "counter", ["wave_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_counter_wave_id"), table_name="counter")
    op.drop_table("counter")
