"""The share of eligible cases among those nobody reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eligibility_estimate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=15), nullable=False),
        sa.Column("e", sa.String(length=12), nullable=False),
        sa.Column("origin", sa.String(length=15), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_eligibility_estimate_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_estimate")),
        sa.UniqueConstraint("wave_id", "mode", name=op.f("uq_eligibility_estimate_wave_id_mode")),
    )


def downgrade() -> None:
    op.drop_table("eligibility_estimate")
