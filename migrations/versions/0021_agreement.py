"""The item bank, approvals of drafts, translations to look at again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_concept",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_concept")),
        sa.UniqueConstraint("code", name=op.f("uq_bank_concept_code")),
    )
    op.create_table(
        "bank_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["concept_id"], ["bank_concept.id"], name=op.f("fk_bank_item_concept_id_bank_concept")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_item")),
        sa.UniqueConstraint("code", name=op.f("uq_bank_item_code")),
    )
    op.create_index(op.f("ix_bank_item_concept_id"), "bank_item", ["concept_id"], unique=False)
    op.create_table(
        "bank_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_item_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("reviewed_by", sa.String(length=80), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_by", sa.String(length=80), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_for", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','reviewed','frozen','retired')", name=op.f("ck_bank_revision_state")
        ),
        sa.ForeignKeyConstraint(
            ["bank_item_id"], ["bank_item.id"], name=op.f("fk_bank_revision_bank_item_id_bank_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_revision")),
        sa.UniqueConstraint("bank_item_id", "revision", name=op.f("uq_bank_revision_bank_item_id_revision")),
    )
    op.create_table(
        "bank_departure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["instrument_draft.id"], name=op.f("fk_bank_departure_draft_id_instrument_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_departure")),
    )
    op.create_index(op.f("ix_bank_departure_draft_id"), "bank_departure", ["draft_id"], unique=False)
    op.create_table(
        "bank_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_revision_id", sa.Integer(), nullable=False),
        sa.Column("instrument_version_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_revision_id"],
            ["bank_revision.id"],
            name=op.f("fk_bank_use_bank_revision_id_bank_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["instrument_version_id"],
            ["instrument_version.id"],
            name=op.f("fk_bank_use_instrument_version_id_instrument_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_use")),
        sa.UniqueConstraint(
            "bank_revision_id",
            "instrument_version_id",
            "item",
            name=op.f("uq_bank_use_bank_revision_id_instrument_version_id_item"),
        ),
    )
    op.create_index(op.f("ix_bank_use_bank_revision_id"), "bank_use", ["bank_revision_id"], unique=False)
    op.create_index(
        op.f("ix_bank_use_instrument_version_id"), "bank_use", ["instrument_version_id"], unique=False
    )
    op.create_table(
        "draft_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("compared_with", sa.String(length=64), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["instrument_draft.id"], name=op.f("fk_draft_approval_draft_id_instrument_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_approval")),
        sa.UniqueConstraint("draft_id", "digest", name=op.f("uq_draft_approval_draft_id_digest")),
    )
    op.create_index(op.f("ix_draft_approval_draft_id"), "draft_approval", ["draft_id"], unique=False)
    op.create_table(
        "translation_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["instrument_draft.id"], name=op.f("fk_translation_mark_draft_id_instrument_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_mark")),
        sa.UniqueConstraint(
            "draft_id", "place", "language", name=op.f("uq_translation_mark_draft_id_place_language")
        ),
    )
    op.create_index(op.f("ix_translation_mark_draft_id"), "translation_mark", ["draft_id"], unique=False)


def downgrade() -> None:
    op.drop_table("translation_mark")
    op.drop_table("draft_approval")
    op.drop_table("bank_use")
    op.drop_table("bank_departure")
    op.drop_table("bank_revision")
    op.drop_table("bank_item")
    op.drop_table("bank_concept")
