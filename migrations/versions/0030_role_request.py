"""Roles that one administrator asked for and a second one has to confirm."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "role_request",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["staff_user.id"], name=op.f("fk_role_request_asked_by_staff_user")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_user.id"], name=op.f("fk_role_request_user_id_staff_user")
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_role_request")),
    )


def downgrade() -> None:
    op.drop_table("role_request")
