"""Single-use tokens: only the hash of a token is ever stored."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base


class Token(Base):
    """The right of one drawn case to answer once. Used is a day, never a time, and points to no response."""

    __tablename__ = "token"
    __table_args__ = (
        sa.CheckConstraint("channel IN ('sample','assisted','site')", name="channel"),
        {"sqlite_with_rowid": False},
    )

    hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    channel: Mapped[str] = mapped_column(sa.String(10))
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """What weighting and the page need: stratum, inclusion probability, seal group, mode, context."""
    valid_until: Mapped[date | None] = mapped_column()
    used: Mapped[int] = mapped_column(default=0)
    used_on: Mapped[date | None] = mapped_column()
