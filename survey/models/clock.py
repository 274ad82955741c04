"""The demo clock: at most one row, absent wherever real surveys run."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base


class DemoClock(Base):
    """Seconds added to the database's clock; written by the demo command only."""

    __tablename__ = "demo_clock"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    offset_seconds: Mapped[int] = mapped_column(sa.BigInteger)
