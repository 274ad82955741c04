"""Leaves and checkpoints of the public logs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base, UtcDateTime


class LogLeaf(Base):
    """One leaf of a participation or content log. Append-only: triggers refuse UPDATE and DELETE."""

    __tablename__ = "log_leaf"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- SQLAlchemy reads a plain dict

    origin: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    position: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    leaf_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class Checkpoint(Base):
    """A signed statement of a log's size and root (C2SP signed note)."""

    __tablename__ = "checkpoint"
    __table_args__ = (sa.Index("ix_checkpoint_origin_size", "origin", "size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    root: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    occasion: Mapped[str] = mapped_column(sa.String(20))
    """opening | sealing | close | daily | publication."""
    note: Mapped[str] = mapped_column(sa.Text)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UrnKey(Base):
    """Which key closes the boxes of a wave's urn now, and which were in force before. Never the key itself.

    Submitting locks the row in force for sharing, sealing for itself: no box can be closed with a key
    that a sealing has just replaced.
    """

    __tablename__ = "urn_key"
    __table_args__ = (sa.CheckConstraint("state IN ('in_force','retired','destroyed')", name="state"),)

    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key_id: Mapped[str] = mapped_column(sa.String(40), unique=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="in_force")


class LogBreak(Base):
    """A log that came back shorter than it was signed, and under which name it goes on. Append-only, and public."""

    __tablename__ = "log_break"

    id: Mapped[int] = mapped_column(primary_key=True)
    log: Mapped[str] = mapped_column(sa.String(120), index=True)
    """The first name of the log, which all its later names begin with."""
    old_origin: Mapped[str] = mapped_column(sa.String(120), unique=True)
    new_origin: Mapped[str] = mapped_column(sa.String(120), unique=True)
    note: Mapped[str] = mapped_column(sa.Text)
    """The last checkpoint under the old name, kept outside the database."""
    size_signed: Mapped[int] = mapped_column(sa.BigInteger)
    size_kept: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    recorded_by: Mapped[str] = mapped_column(sa.String(80))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditorSignature(Base):
    """A line of the audit office under a size and root of a log. Append-only."""

    __tablename__ = "auditor_signature"
    __table_args__ = (sa.UniqueConstraint("origin", "size", "root", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    root: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    name: Mapped[str] = mapped_column(sa.String(80))
    line: Mapped[str] = mapped_column(sa.Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
