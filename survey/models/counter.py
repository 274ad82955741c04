"""Counters: places where a screen shows a code that changes, so that whoever stands there may answer."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base


class Counter(Base):
    """One screen at one place, for one wave. What is answered there is of the channel ``site``."""

    __tablename__ = "counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    place: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    """Its name in each language, as it is shown above the code."""
    context: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    """What is known about everybody who answers here: context fields of the instrument."""
    screen_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    """Keyed hash of the secret that the screen was set up with; codes are made from it."""
    made_by: Mapped[str] = mapped_column(sa.String(80))
    ended_on: Mapped[date | None] = mapped_column()
