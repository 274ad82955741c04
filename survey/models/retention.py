"""The deletion of what a wave's answers are, once the last day on which they were to be kept is over."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base


class Retention(Base):
    """That the answers of a wave are being deleted, or are. Without this row the database refuses to delete one."""

    __tablename__ = "retention"
    __table_args__ = (
        sa.CheckConstraint("state IN ('deleting','deleted')", name="state"),
        sa.CheckConstraint("(state = 'deleted') = (finished_on IS NOT NULL)", name="finished"),
    )

    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="deleting")
    begun_on: Mapped[date] = mapped_column()
    finished_on: Mapped[date | None] = mapped_column()
    deleted: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    """How many rows of which table are gone so far."""
