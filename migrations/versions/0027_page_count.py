"""How many interviews reached and sent each page, by day: counts, never an interview."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_count",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(length=15), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_page_count_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", "day", "mode", "page", name=op.f("pk_page_count")),
    )


def downgrade() -> None:
    op.drop_table("page_count")
