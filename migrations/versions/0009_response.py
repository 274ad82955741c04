"""Drafts, urn, submissions, participation, responses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disposition_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=15), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_disposition_count_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition_count")),
        sa.UniqueConstraint(
            "wave_id", "mode", "code", "source", name=op.f("uq_disposition_count_wave_id_mode_code_source")
        ),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("lookup_cookie", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wrap_cookie", sa.LargeBinary(), nullable=False),
        sa.Column("lookup_code", sa.LargeBinary(length=32), nullable=True),
        sa.Column("wrap_code", sa.LargeBinary(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_draft_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("lookup_code", name=op.f("uq_draft_lookup_code")),
        sa.UniqueConstraint("lookup_cookie", name=op.f("uq_draft_lookup_cookie")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_draft_expires_on"), "draft", ["expires_on"], unique=False)
    op.create_table(
        "participation",
        sa.Column("rid_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("seal_group", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('sample','assisted','site','open')", name=op.f("ck_participation_channel")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_participation_wave_id_wave")),
        sa.PrimaryKeyConstraint("rid_hash", name=op.f("pk_participation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "response",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("leaf_index", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("seal_group", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("r", sa.LargeBinary(length=32), nullable=False),
        sa.Column("anonymity", sa.String(length=15), nullable=False),
        sa.Column("case_link", sa.LargeBinary(length=32), nullable=True),
        sa.Column("participant", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "anonymity = 'confidential' OR case_link IS NULL",
            name=op.f("ck_response_link_only_if_confidential"),
        ),
        sa.CheckConstraint(
            "anonymity = 'identified' OR participant IS NULL", name=op.f("ck_response_person_only_by_consent")
        ),
        sa.CheckConstraint(
            "anonymity IN ('anonymous','confidential','identified')", name=op.f("ck_response_anonymity")
        ),
        sa.CheckConstraint(
            "channel IN ('sample','assisted','site','open')", name=op.f("ck_response_channel")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_response_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_response_wave_batch", "response", ["wave_id", "batch"], unique=False)
    op.create_table(
        "seal_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("is_closing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_seal_batch_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_batch")),
        sa.UniqueConstraint("wave_id", "number", name=op.f("uq_seal_batch_wave_id_number")),
    )
    op.create_table(
        "submission",
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("lookup_cookie", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wrap_cookie", sa.LargeBinary(), nullable=False),
        sa.Column("lookup_code", sa.LargeBinary(length=32), nullable=True),
        sa.Column("wrap_code", sa.LargeBinary(), nullable=True),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_submission_wave_id_wave")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_submission")),
        sa.UniqueConstraint("lookup_code", name=op.f("uq_submission_lookup_code")),
        sa.UniqueConstraint("lookup_cookie", name=op.f("uq_submission_lookup_cookie")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_submission_expires_on"), "submission", ["expires_on"], unique=False)
    op.create_table(
        "urn",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_urn_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urn")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "withdrawal_tag",
        sa.Column("tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_withdrawal_tag_wave_id_wave")),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_withdrawal_tag")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("withdrawal_tag")
    op.drop_table("urn")
    op.drop_table("submission")
    op.drop_table("seal_batch")
    op.drop_table("response")
    op.drop_table("participation")
    op.drop_table("draft")
    op.drop_table("disposition_count")
