"""Flags on data, the decisions two persons took on them, and the exclusions that followed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.db import Base, UtcDateTime


class QualityFlag(Base):
    """One finding of a detector about a response, a county, an interviewer or a frame."""

    __tablename__ = "quality_flag"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    detector: Mapped[str] = mapped_column(sa.String(40))
    evaluator_group: Mapped[str] = mapped_column(sa.String(40))
    subject_kind: Mapped[str] = mapped_column(sa.String(20))
    """responses | county | interviewer | frame."""
    subject: Mapped[str] = mapped_column(sa.String(80))
    evidence: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    response_ids: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    needs_decision: Mapped[bool] = mapped_column()
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)

    decisions: Mapped[list[FlagDecision]] = relationship(back_populates="flag", order_by="FlagDecision.id")


class FlagDecision(Base):
    """One person's decision on a flag; it takes effect when a second person with another role says the same."""

    __tablename__ = "flag_decision"
    __table_args__ = (sa.UniqueConstraint("flag_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    flag_id: Mapped[int] = mapped_column(sa.ForeignKey("quality_flag.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    role: Mapped[str] = mapped_column(sa.String(40))
    decision: Mapped[str] = mapped_column(sa.String(20))
    """keep | remove | set_aside."""
    reason_code: Mapped[str] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.Text)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    flag: Mapped[QualityFlag] = relationship(back_populates="decisions")


class Exclusion(Base):
    """A response left out of the analysis by a rule; the response itself stays as it is."""

    __tablename__ = "exclusion"

    response_id: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    leaf_index: Mapped[int] = mapped_column()
    rule: Mapped[str] = mapped_column(sa.String(40))
    flag_id: Mapped[int] = mapped_column(sa.ForeignKey("quality_flag.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
