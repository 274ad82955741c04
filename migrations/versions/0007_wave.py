"""Waves, quotas, open entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("evaluator_group", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("instrument_version_id", sa.Integer(), nullable=False),
        sa.Column("anonymity", sa.String(length=15), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plan_digest", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "anonymity IN ('anonymous','confidential','identified')", name=op.f("ck_wave_anonymity")
        ),
        sa.CheckConstraint("status IN ('planned','open','closed','sealed')", name=op.f("ck_wave_status")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_wave_cycle_id_cycle")),
        sa.ForeignKeyConstraint(
            ["instrument_version_id"],
            ["instrument_version.id"],
            name=op.f("fk_wave_instrument_version_id_instrument_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("code", name=op.f("uq_wave_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_wave_public_id")),
    )
    op.create_table(
        "open_entry",
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.CheckConstraint("channel IN ('open','site')", name=op.f("ck_open_entry_channel")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_open_entry_wave_id_wave")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_open_entry")),
    )
    op.create_table(
        "quota_cell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0 AND n <= cap", name=op.f("ck_quota_cell_within_cap")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_quota_cell_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_cell")),
        sa.UniqueConstraint("wave_id", "code", name=op.f("uq_quota_cell_wave_id_code")),
    )


def downgrade() -> None:
    op.drop_table("quota_cell")
    op.drop_table("open_entry")
    op.drop_table("wave")
