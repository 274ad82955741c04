"""Drafts of instruments: their edits, comments and sign-offs, and from which draft a version came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ADDED = ("draft_id", "published_by", "approved_by", "change")


def upgrade() -> None:
    op.create_table(
        "instrument_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["based_on_id"],
            ["instrument_version.id"],
            name=op.f("fk_instrument_draft_based_on_id_instrument_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_draft")),
        sa.UniqueConstraint("public_id", name=op.f("uq_instrument_draft_public_id")),
    )
    op.create_index(
        op.f("ix_instrument_draft_based_on_id"), "instrument_draft", ["based_on_id"], unique=False
    )
    op.create_index(op.f("ix_instrument_draft_code"), "instrument_draft", ["code"], unique=False)
    op.create_index(op.f("ix_instrument_draft_state"), "instrument_draft", ["state"], unique=False)
    op.create_table(
        "draft_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("reverts_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["instrument_draft.id"], name=op.f("fk_draft_edit_draft_id_instrument_draft")
        ),
        sa.ForeignKeyConstraint(
            ["reverts_id"], ["draft_edit.id"], name=op.f("fk_draft_edit_reverts_id_draft_edit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_edit")),
        sa.UniqueConstraint("draft_id", "revision", name=op.f("uq_draft_edit_draft_id_revision")),
    )
    op.create_table(
        "draft_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=True),
        sa.Column("item", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(length=80), nullable=True),
        sa.Column("reply_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["instrument_draft.id"], name=op.f("fk_draft_comment_draft_id_instrument_draft")
        ),
        sa.ForeignKeyConstraint(
            ["reply_to"], ["draft_comment.id"], name=op.f("fk_draft_comment_reply_to_draft_comment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_comment")),
    )
    op.create_index(op.f("ix_draft_comment_draft_id"), "draft_comment", ["draft_id"], unique=False)
    op.create_table(
        "draft_signoff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["instrument_draft.id"], name=op.f("fk_draft_signoff_draft_id_instrument_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_signoff")),
        sa.UniqueConstraint(
            "draft_id", "department", "digest", name=op.f("uq_draft_signoff_draft_id_department_digest")
        ),
    )
    with op.batch_alter_table("instrument_version") as table:
        table.add_column(sa.Column("draft_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("published_by", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("approved_by", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("change", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("instrument_version") as table:
        for name in reversed(_ADDED):
            table.drop_column(name)
    for name in ("draft_signoff", "draft_comment", "draft_edit", "instrument_draft"):
        op.drop_table(name)
