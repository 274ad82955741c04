"""Releases: what was announced, for which day, and what was published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base, UtcDateTime


class Release(Base):
    """One announced release of a cycle's results; the published document never changes."""

    __tablename__ = "release"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), unique=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("run.id"))
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    release_at: Mapped[datetime] = mapped_column(UtcDateTime)
    method_statement: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    document: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    """Everything the public page shows; written once, at publication."""
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReleaseApproval(Base):
    """One of the two persons who released."""

    __tablename__ = "release_approval"
    __table_args__ = (sa.UniqueConstraint("release_id", "role"), sa.UniqueConstraint("release_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(sa.ForeignKey("release.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    role: Mapped[str] = mapped_column(sa.String(40))
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PublishedFile(Base):
    """One file of a release, as the public downloads it."""

    __tablename__ = "published_file"
    __table_args__ = (sa.UniqueConstraint("release_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(sa.ForeignKey("release.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    media_type: Mapped[str] = mapped_column(sa.String(60))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
