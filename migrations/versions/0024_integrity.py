"""Modes of anonymity that the schema holds, breaks of logs, signatures of the auditor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_MOVE_RESPONSES = (
    "INSERT INTO response_new (id, wave_id, batch, leaf_index, channel, seal_group, day, document, r, anonymity, "
    "case_link, participant) SELECT id, wave_id, batch, leaf_index, channel, seal_group, day, document, r, "
    "anonymity, case_link, participant FROM response"
)
_CHANNEL = "channel IN ('sample','assisted','site','open')"
_ANONYMITY = "anonymity IN ('anonymous','confidential','identified')"
_LINK = "anonymity = 'confidential' OR case_link IS NULL"
_PERSON = "anonymity = 'identified' OR participant IS NULL"
_CONSENT = "(participant IS NULL) = (participant_consent IS NULL)"
_ONLY_GROWING = ("log_break", "auditor_signature")
_POSTGRESQL_KEEP = """
CREATE FUNCTION keep_anonymity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'planned' AND (NEW.anonymity <> OLD.anonymity OR NEW.status = 'planned') THEN
    RAISE EXCEPTION 'the anonymity of a wave is fixed when it opens';
  END IF;
  RETURN NEW;
END $$
"""
_SQLITE_KEEP = """
CREATE TRIGGER wave_keeps_anonymity BEFORE UPDATE ON wave
WHEN OLD.status <> 'planned' AND (NEW.anonymity <> OLD.anonymity OR NEW.status = 'planned')
BEGIN SELECT RAISE(ABORT, 'the anonymity of a wave is fixed when it opens'); END
"""


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


def upgrade() -> None:
    op.create_index("uq_wave_id_anonymity", "wave", ["id", "anonymity"], unique=True)
    if _is_sqlite():
        _new_sqlite_response(has_consent=True)
        op.execute(_SQLITE_KEEP)
    else:
        op.add_column("response", sa.Column("participant_consent", sa.String(length=40), nullable=True))
        op.create_check_constraint(op.f("ck_response_person_with_consent"), "response", _CONSENT)
        op.drop_constraint("fk_response_wave_id_wave", "response", type_="foreignkey")
        op.create_foreign_key(
            op.f("fk_response_wave_id_wave"),
            "response",
            "wave",
            ["wave_id", "anonymity"],
            ["id", "anonymity"],
        )
        op.execute(_POSTGRESQL_KEEP)
        op.execute(
            "CREATE TRIGGER wave_keeps_anonymity BEFORE UPDATE ON wave "
            "FOR EACH ROW EXECUTE FUNCTION keep_anonymity()"
        )
    _new_tables()


def _new_sqlite_response(*, has_consent: bool) -> None:
    """A table without row ids cannot be altered in place: a new one takes the rows and the name."""
    consent = [sa.Column("participant_consent", sa.String(length=40), nullable=True)] if has_consent else []
    wave = (["wave_id", "anonymity"], ["wave.id", "wave.anonymity"])
    bound = wave if has_consent else (["wave_id"], ["wave.id"])
    more = [sa.CheckConstraint(_CONSENT, name=op.f("ck_response_person_with_consent"))] if has_consent else []
    op.create_table(
        "response_new",
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
        *consent,
        sa.CheckConstraint(_LINK, name=op.f("ck_response_link_only_if_confidential")),
        sa.CheckConstraint(_PERSON, name=op.f("ck_response_person_only_by_consent")),
        *more,
        sa.CheckConstraint(_ANONYMITY, name=op.f("ck_response_anonymity")),
        sa.CheckConstraint(_CHANNEL, name=op.f("ck_response_channel")),
        sa.ForeignKeyConstraint(*bound, name=op.f("fk_response_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sqlite_with_rowid=False,
    )
    op.execute(_MOVE_RESPONSES)
    op.drop_table("response")
    op.rename_table("response_new", "response")
    op.create_index("ix_response_wave_batch", "response", ["wave_id", "batch"], unique=False)
    _refuse_changes("response")


def _refuse_changes(table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        head = f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table}"
        op.execute(
            f"{head} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if _is_sqlite()
            else f"{head} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def _new_tables() -> None:
    op.create_table(
        "log_break",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log", sa.String(length=120), nullable=False),
        sa.Column("old_origin", sa.String(length=120), nullable=False),
        sa.Column("new_origin", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("size_signed", sa.BigInteger(), nullable=False),
        sa.Column("size_kept", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_break")),
        sa.UniqueConstraint("old_origin", name=op.f("uq_log_break_old_origin")),
        sa.UniqueConstraint("new_origin", name=op.f("uq_log_break_new_origin")),
    )
    op.create_index(op.f("ix_log_break_log"), "log_break", ["log"], unique=False)
    op.create_table(
        "auditor_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor_signature")),
        sa.UniqueConstraint(
            "origin", "size", "root", "name", name=op.f("uq_auditor_signature_origin_size_root_name")
        ),
    )
    for table in _ONLY_GROWING:
        _refuse_changes(table)


def downgrade() -> None:
    op.drop_table("auditor_signature")
    op.drop_table("log_break")
    if _is_sqlite():
        op.execute("DROP TRIGGER wave_keeps_anonymity")
        _new_sqlite_response(has_consent=False)
    else:
        op.execute("DROP TRIGGER wave_keeps_anonymity ON wave")
        op.execute("DROP FUNCTION keep_anonymity()")
        op.drop_constraint("fk_response_wave_id_wave", "response", type_="foreignkey")
        op.create_foreign_key(op.f("fk_response_wave_id_wave"), "response", "wave", ["wave_id"], ["id"])
        op.drop_constraint(op.f("ck_response_person_with_consent"), "response", type_="check")
        op.drop_column("response", "participant_consent")
    op.drop_index("uq_wave_id_anonymity", table_name="wave")
