"""Contact entries and files, apart from the responses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_entry",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=150), nullable=False),
        sa.Column("sealed_on", sa.Date(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_contact_entry_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_entry")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_contact_entry_wave_id"), "contact_entry", ["wave_id"], unique=False)
    op.create_table(
        "waiting_file",
        sa.Column("id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_waiting_file_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_file")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_waiting_file_expires_on"), "waiting_file", ["expires_on"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_attachment_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_attachment_wave_id"), "attachment", ["wave_id"], unique=False)


def downgrade() -> None:
    op.drop_table("attachment")
    op.drop_table("waiting_file")
    op.drop_table("contact_entry")
