"""Content documents, areas, assessed units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("parent_code", sa.String(length=12), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("zh", sa.String(length=60), nullable=False),
        sa.Column("en", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["parent_code"], ["area.code"], name=op.f("fk_area_parent_code_area")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_area")),
    )
    op.create_index(op.f("ix_area_slug"), "area", ["slug"], unique=False)
    op.create_table(
        "content_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("version", sa.String(length=30), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.String(length=80), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_by", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_document")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_content_document_kind_version")),
    )
    op.create_table(
        "assessed_unit",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("official_code", sa.String(length=20), nullable=False),
        sa.Column("unit_class", sa.String(length=4), nullable=False),
        sa.Column("zh", sa.String(length=80), nullable=False),
        sa.Column("en", sa.String(length=120), nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_assessed_unit_area_code_area")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_assessed_unit")),
        sa.UniqueConstraint("official_code", name=op.f("uq_assessed_unit_official_code")),
    )
    op.create_index(op.f("ix_assessed_unit_unit_class"), "assessed_unit", ["unit_class"], unique=False)


def downgrade() -> None:
    op.drop_table("assessed_unit")
    op.drop_table("content_document")
    op.drop_table("area")
