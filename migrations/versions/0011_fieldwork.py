"""Fieldwork records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("n_rows", sa.Integer(), nullable=False),
        sa.Column("imported_by", sa.String(length=80), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_file")),
        sa.UniqueConstraint("kind", "scope", "sha256", name=op.f("uq_imported_file_kind_scope_sha256")),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=True),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_appeal_cycle_id_cycle")),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["assessed_unit.code"], name=op.f("fk_appeal_unit_code_assessed_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    op.create_table(
        "internal_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("internal_score", sa.String(length=12), nullable=False),
        sa.Column("additions", sa.String(length=12), nullable=False),
        sa.Column("deductions", sa.String(length=12), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_internal_score_cycle_id_cycle")),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["assessed_unit.code"], name=op.f("fk_internal_score_unit_code_assessed_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_score")),
        sa.UniqueConstraint("cycle_id", "unit_code", name=op.f("uq_internal_score_cycle_id_unit_code")),
    )
    op.create_table(
        "call_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("interviewer", sa.String(length=40), nullable=False),
        sa.Column("n_cases", sa.Integer(), nullable=False),
        sa.Column("n_checked", sa.Integer(), nullable=False),
        sa.Column("n_confirmed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_call_back_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
    )
    op.create_table(
        "sampling_frame",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("supplied_by_unit", sa.String(length=40), nullable=True),
        sa.Column("n_records", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_sampling_frame_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling_frame")),
    )


def downgrade() -> None:
    op.drop_table("sampling_frame")
    op.drop_table("call_back")
    op.drop_table("internal_score")
    op.drop_table("appeal")
    op.drop_table("imported_file")
