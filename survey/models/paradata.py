"""How far interviews get: by day, mode and page, how many reached it and how many sent it. Never an interview."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base


class PageCount(Base):
    """One page on one day in one mode."""

    __tablename__ = "page_count"

    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    mode: Mapped[str] = mapped_column(sa.String(15), primary_key=True)
    page: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    reached: Mapped[int] = mapped_column()
    sent: Mapped[int] = mapped_column()
