"""A cycle: one year's round through the six stages, each with owner, due date, evidence and sign-off."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.db import Base, UtcDateTime


class Cycle(Base):
    """One year's round of the survey."""

    __tablename__ = "cycle"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    year: Mapped[int] = mapped_column()
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON)

    stages: Mapped[list[CycleStage]] = relationship(back_populates="cycle", order_by="CycleStage.position")


class CycleStage(Base):
    """One of the six stages: index refinement, instrument design, fieldwork, analysis, countermeasures, report."""

    __tablename__ = "cycle_stage"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    position: Mapped[int] = mapped_column()
    stage: Mapped[str] = mapped_column(sa.String(30))
    owner: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    due_on: Mapped[date] = mapped_column()
    evidence: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    signed_by: Mapped[str | None] = mapped_column(sa.String(80))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    cycle: Mapped[Cycle] = relationship(back_populates="stages")
