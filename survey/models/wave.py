"""Waves: one fielding of an instrument, with its dates, entries and quotas."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.db import Base, UtcDateTime
from survey.models.instrument import InstrumentVersion


class WaveStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    SEALED = "sealed"


class Anonymity(StrEnum):
    ANONYMOUS = "anonymous"
    CONFIDENTIAL = "confidential"
    IDENTIFIED = "identified"


class Channel(StrEnum):
    """How the right to answer arose. Only ``sample`` and ``assisted`` ever score."""

    SAMPLE = "sample"
    ASSISTED = "assisted"
    SITE = "site"
    OPEN = "open"


class Wave(Base):
    """One fielding of one instrument version to one evaluator group."""

    __tablename__ = "wave"
    __table_args__ = (
        sa.CheckConstraint("anonymity IN ('anonymous','confidential','identified')", name="anonymity"),
        sa.CheckConstraint("status IN ('planned','open','closed','sealed')", name="status"),
        # What responses refer to: a response has the anonymity of its wave. A trigger fixes it at opening.
        sa.Index("uq_wave_id_anonymity", "id", "anonymity", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), unique=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    evaluator_group: Mapped[str] = mapped_column(sa.String(40))
    period: Mapped[str] = mapped_column(sa.String(20), default="annual")
    """annual | peacetime_Q2 | peacetime_Q3."""
    instrument_version_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument_version.id"))
    anonymity: Mapped[str] = mapped_column(sa.String(15), default=Anonymity.ANONYMOUS.value)
    status: Mapped[str] = mapped_column(sa.String(10), default=WaveStatus.PLANNED.value)
    time_zone: Mapped[str] = mapped_column(sa.String(40))
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    plan_digest: Mapped[str | None] = mapped_column(sa.String(64))
    """Digest of the scoring plan that was locked when the wave opened."""
    kept_until: Mapped[date | None] = mapped_column()
    """The last day on which its answers are kept, as everybody was told; a trigger fixes it once it is set."""

    version: Mapped[InstrumentVersion] = relationship()


class QuotaCell(Base):
    """A combination with a limit; counted by the statement that takes the place.

    A cell that ends the interview is never overfilled; one that goes on counts beyond its limit.
    """

    __tablename__ = "quota_cell"
    __table_args__ = (
        sa.UniqueConstraint("wave_id", "code"),
        sa.CheckConstraint("on_full IN ('end','continue')", name="on_full"),
        sa.CheckConstraint("n >= 0 AND (on_full = 'continue' OR n <= cap)", name="within_cap"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    code: Mapped[str] = mapped_column(sa.String(80))
    definition: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """``{"answer or context key": [codes]}``: all must hold."""
    cap: Mapped[int] = mapped_column()
    on_full: Mapped[str] = mapped_column(sa.String(10), default="end")
    n: Mapped[int] = mapped_column(default=0)


class OpenEntry(Base):
    """An address anyone may use, at ``/s/<code>``; what arrives there is shown apart and never scored."""

    __tablename__ = "open_entry"
    __table_args__ = (sa.CheckConstraint("channel IN ('open','site')", name="channel"),)

    code: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    channel: Mapped[str] = mapped_column(sa.String(10), default=Channel.OPEN.value)
