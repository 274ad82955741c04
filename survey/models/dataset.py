"""Frozen datasets: files on disk, named by their digest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base, UtcDateTime


class Dataset(Base):
    """A frozen dataset of a cycle: Parquet, codebook, manifest, digest."""

    __tablename__ = "dataset"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), unique=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    manifest: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    folder: Mapped[str] = mapped_column(sa.String(200))
    """Path below the data folder."""
    n_responses: Mapped[int] = mapped_column()
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    frozen_by: Mapped[str] = mapped_column(sa.String(80))
