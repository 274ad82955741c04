"""Runs, their gates, the written answers to warnings, and the counter-signed hand-over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.db import Base, UtcDateTime


class Run(Base):
    """One execution of a locked plan on a frozen dataset. Never changed; a correction is a new number."""

    __tablename__ = "run"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), unique=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    number: Mapped[int] = mapped_column()
    dataset_id: Mapped[int] = mapped_column(sa.ForeignKey("dataset.id"))
    plan_digest: Mapped[str] = mapped_column(sa.String(64))
    seed: Mapped[int] = mapped_column(sa.BigInteger)
    status: Mapped[str] = mapped_column(sa.String(12), default="queued")
    """queued | running | done | failed."""
    manifest: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    outputs: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    result_digest: Mapped[str | None] = mapped_column(sa.String(64))
    folder: Mapped[str] = mapped_column(sa.String(200), default="")
    failure: Mapped[str] = mapped_column(sa.Text, default="")
    supersedes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("run.id"))
    requested_by: Mapped[str] = mapped_column(sa.String(80))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    gates: Mapped[list[GateOutcome]] = relationship(back_populates="run", order_by="GateOutcome.gate")


class GateOutcome(Base):
    """The outcome of one gate of one run, with everything it looked at."""

    __tablename__ = "gate_outcome"
    __table_args__ = (sa.UniqueConstraint("run_id", "gate"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("run.id"))
    gate: Mapped[str] = mapped_column(sa.String(8))
    level: Mapped[str] = mapped_column(sa.String(6))
    status: Mapped[str] = mapped_column(sa.String(10))
    outcome: Mapped[dict[str, Any]] = mapped_column(sa.JSON)

    run: Mapped[Run] = relationship(back_populates="gates")


class GateAnswer(Base):
    """The written, published answer to a warning. A block gate has none: the table refuses it."""

    __tablename__ = "gate_answer"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "gate"),
        sa.CheckConstraint("level = 'warn'", name="only_warnings_are_answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("run.id"))
    gate: Mapped[str] = mapped_column(sa.String(8))
    level: Mapped[str] = mapped_column(sa.String(6), default="warn")
    text_zh: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HandOver(Base):
    """The record that carries the external component into the performance score."""

    __tablename__ = "hand_over"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), unique=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("run.id"), unique=True)
    status: Mapped[str] = mapped_column(sa.String(12), default="prepared")
    """prepared | signed."""
    document: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    digest: Mapped[str] = mapped_column(sa.String(64))
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_file: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)

    signatures: Mapped[list[CounterSignature]] = relationship(
        back_populates="hand_over", order_by="CounterSignature.id"
    )


class CounterSignature(Base):
    """One person's signature, in one role, over the digest of the record."""

    __tablename__ = "counter_signature"
    __table_args__ = (
        sa.UniqueConstraint("hand_over_id", "role"),
        sa.UniqueConstraint("hand_over_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hand_over_id: Mapped[int] = mapped_column(sa.ForeignKey("hand_over.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    role: Mapped[str] = mapped_column(sa.String(40))
    digest: Mapped[str] = mapped_column(sa.String(64))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    hand_over: Mapped[HandOver] = relationship(back_populates="signatures")
