"""Paper sheets keyed twice; cases of interviewers and the draw of back-checks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_OVER = "state NOT IN ('sent','not_sent','spoiled')"


def upgrade() -> None:
    _keying()
    _interviews()


def downgrade() -> None:
    for table in (
        "back_check_draw",
        "contact_attempt",
        "interview_case",
        "keying_tally",
        "keying_pair",
        "keyed_entry",
        "keying_sheet",
        "keying_run",
    ):
        op.drop_table(table)


def _keying() -> None:
    op.create_table(
        "keying_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=15), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("decides", sa.String(length=10), nullable=False),
        sa.Column("n_sheets", sa.Integer(), nullable=False),
        sa.CheckConstraint("decides IN ('third','either')", name=op.f("ck_keying_run_decides")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_keying_run_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keying_run")),
        sa.UniqueConstraint("wave_id", "number", name=op.f("uq_keying_run_wave_id_number")),
    )
    op.create_table(
        "keying_sheet",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("seed", sa.LargeBinary(), nullable=True),
        sa.Column("box", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.CheckConstraint(
            "state IN ('issued','keying','to_decide','ready','sent','not_sent','spoiled')",
            name=op.f("ck_keying_sheet_state"),
        ),
        sa.CheckConstraint(
            f"{_OVER} OR (box IS NULL AND seed IS NULL AND token_hash IS NULL)",
            name=op.f("ck_keying_sheet_nothing_kept_when_over"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["keying_run.id"], name=op.f("fk_keying_sheet_run_id_keying_run")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_keying_sheet_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", "number", name=op.f("pk_keying_sheet")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_keying_sheet_run_id"), "keying_sheet", ["run_id"], unique=False)
    op.create_table(
        "keyed_entry",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["staff_user.id"], name=op.f("fk_keyed_entry_operator_id_staff_user")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id", "number"],
            ["keying_sheet.wave_id", "keying_sheet.number"],
            name="fk_keyed_entry_sheet",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyed_entry")),
        sa.UniqueConstraint(
            "wave_id", "number", "operator_id", name=op.f("uq_keyed_entry_wave_id_number_operator_id")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_keyed_entry_operator_id"), "keyed_entry", ["operator_id"], unique=False)
    op.create_table(
        "keying_pair",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in (
                "n_fields",
                "n_different",
                "n_keys",
                "n_keys_different",
                "n_unreadable",
                "n_off_route",
                "n_impossible",
            )
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_keying_pair_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", "item", name=op.f("pk_keying_pair")),
    )
    op.create_table(
        "keying_tally",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.String(length=20), nullable=False),
        sa.Column("n_fields", sa.Integer(), nullable=False),
        sa.Column("n_wrong", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_keying_tally_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", "item", "operator", name=op.f("pk_keying_tally")),
    )


def _interviews() -> None:
    op.create_table(
        "interview_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("interviewer_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=15), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("checked", sa.String(length=15), nullable=True),
        sa.CheckConstraint("mode IN ('capi','cati')", name=op.f("ck_interview_case_mode")),
        sa.CheckConstraint(
            "checked IS NULL OR checked IN ('drawn','confirmed','not_confirmed','not_reached')",
            name=op.f("ck_interview_case_checked"),
        ),
        sa.ForeignKeyConstraint(
            ["interviewer_id"], ["staff_user.id"], name=op.f("fk_interview_case_interviewer_id_staff_user")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_interview_case_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_case")),
        sa.UniqueConstraint("public_id", name=op.f("uq_interview_case_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_interview_case_token_hash")),
    )
    op.create_index(
        op.f("ix_interview_case_interviewer_id"), "interview_case", ["interviewer_id"], unique=False
    )
    op.create_index(op.f("ix_interview_case_wave_id"), "interview_case", ["wave_id"], unique=False)
    op.create_table(
        "contact_attempt",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part_of_day", sa.String(length=10), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "part_of_day IN ('morning','afternoon','evening')", name=op.f("ck_contact_attempt_part_of_day")
        ),
        sa.CheckConstraint("way IN ('visit','telephone')", name=op.f("ck_contact_attempt_way")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["interview_case.id"], name=op.f("fk_contact_attempt_case_id_interview_case")
        ),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_contact_attempt")),
    )
    op.create_table(
        "back_check_draw",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("list_hash", sa.String(length=64), nullable=True),
        sa.Column("n_cases", sa.Integer(), nullable=True),
        sa.Column("n_drawn", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_back_check_draw_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_back_check_draw")),
    )
