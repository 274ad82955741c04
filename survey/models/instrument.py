"""Instruments and their immutable versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.db import Base, UtcDateTime


class Instrument(Base):
    """A questionnaire as a programme of versions."""

    __tablename__ = "instrument"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON)

    versions: Mapped[list[InstrumentVersion]] = relationship(
        back_populates="instrument", order_by="InstrumentVersion.id"
    )


class InstrumentVersion(Base):
    """One version: its source document, the program compiled from it, and its digest. Never edited once locked."""

    __tablename__ = "instrument_version"
    __table_args__ = (sa.UniqueConstraint("instrument_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument.id"))
    version: Mapped[str] = mapped_column(sa.String(30))
    document: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    program: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    locked_by: Mapped[str | None] = mapped_column(sa.String(80))
    draft_id: Mapped[int | None]
    """The draft it was published from; no foreign key, as drafts point to the version they started from."""
    published_by: Mapped[str | None] = mapped_column(sa.String(80))
    approved_by: Mapped[str | None] = mapped_column(sa.String(80))
    """The second person, who is not ``published_by``."""
    change: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """What changed since the version before, as the diff classed it."""

    instrument: Mapped[Instrument] = relationship(back_populates="versions")
