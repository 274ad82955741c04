"""Quality flags, decisions, exclusions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quality_flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("detector", sa.String(length=40), nullable=False),
        sa.Column("evaluator_group", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("response_ids", sa.JSON(), nullable=False),
        sa.Column("needs_decision", sa.Boolean(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_quality_flag_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_flag")),
    )
    op.create_index(op.f("ix_quality_flag_cycle_id"), "quality_flag", ["cycle_id"], unique=False)
    op.create_table(
        "flag_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flag_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("reason_code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["flag_id"], ["quality_flag.id"], name=op.f("fk_flag_decision_flag_id_quality_flag")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_user.id"], name=op.f("fk_flag_decision_user_id_staff_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_decision")),
        sa.UniqueConstraint("flag_id", "user_id", name=op.f("uq_flag_decision_flag_id_user_id")),
    )
    op.create_table(
        "exclusion",
        sa.Column("response_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("flag_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["flag_id"], ["quality_flag.id"], name=op.f("fk_exclusion_flag_id_quality_flag")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_exclusion_wave_id_wave")),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_exclusion")),
    )


def downgrade() -> None:
    op.drop_table("exclusion")
    op.drop_table("flag_decision")
    op.drop_table("quality_flag")
