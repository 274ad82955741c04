"""Parts of a firm's return that were handed to others by link."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_share",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("draft_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wrap", sa.LargeBinary(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_share_draft_id_draft"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_share")),
        sa.UniqueConstraint("lookup", name=op.f("uq_draft_share_lookup")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_draft_share_draft_id"), "draft_share", ["draft_id"], unique=False)


def downgrade() -> None:
    op.drop_table("draft_share")
