"""What fieldwork records beside the answers, imported from files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base, UtcDateTime


class ImportedFile(Base):
    """One file taken in whole, with its digest: the same bytes are not taken twice for the same purpose."""

    __tablename__ = "imported_file"
    __table_args__ = (sa.UniqueConstraint("kind", "scope", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(30))
    """answers | dispositions | call_backs | frames | internal_scores | appeals."""
    scope: Mapped[str] = mapped_column(sa.String(60), default="")
    """Code of the wave or cycle it belongs to."""
    filename: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    n_rows: Mapped[int] = mapped_column()
    imported_by: Mapped[str] = mapped_column(sa.String(80))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SamplingFrame(Base):
    """Where the sampling frame of a wave (or a part of it) came from."""

    __tablename__ = "sampling_frame"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    source: Mapped[str] = mapped_column(sa.String(60))
    supplied_by_unit: Mapped[str | None] = mapped_column(sa.String(40))
    n_records: Mapped[int] = mapped_column()
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)


class CallBack(Base):
    """Checks of one interviewer's cases by telephone or recording."""

    __tablename__ = "call_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    interviewer: Mapped[str] = mapped_column(sa.String(40))
    n_cases: Mapped[int] = mapped_column()
    n_checked: Mapped[int] = mapped_column()
    n_confirmed: Mapped[int] = mapped_column()


class EligibilityEstimate(Base):
    """The share e of eligible cases among those nobody reached, of one mode, and how it was estimated."""

    __tablename__ = "eligibility_estimate"
    __table_args__ = (sa.UniqueConstraint("wave_id", "mode"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    mode: Mapped[str] = mapped_column(sa.String(15))
    e: Mapped[str] = mapped_column(sa.String(12))
    """Decimal text, 0 to 1."""
    origin: Mapped[str] = mapped_column(sa.String(15))
    """proportional | external | stated."""


class InternalScore(Base):
    """A unit's internal score with additions and deductions, as the performance system delivered it."""

    __tablename__ = "internal_score"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "unit_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    unit_code: Mapped[str] = mapped_column(sa.ForeignKey("assessed_unit.code"))
    year: Mapped[int] = mapped_column()
    internal_score: Mapped[str] = mapped_column(sa.String(12))
    additions: Mapped[str] = mapped_column(sa.String(12))
    deductions: Mapped[str] = mapped_column(sa.String(12))
    evidence: Mapped[str] = mapped_column(sa.Text, default="")


class Appeal(Base):
    """One entry of the appeal register."""

    __tablename__ = "appeal"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    unit_code: Mapped[str | None] = mapped_column(sa.ForeignKey("assessed_unit.code"))
    ground: Mapped[str | None] = mapped_column(sa.String(40))
    status: Mapped[str] = mapped_column(sa.String(20))
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
