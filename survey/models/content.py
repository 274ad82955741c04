"""Documents that describe a province and its rules: province, framework, scoring plan, report plan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base, UtcDateTime


class ContentDocument(Base):
    """One version of one document; once locked it never changes."""

    __tablename__ = "content_document"
    __table_args__ = (sa.UniqueConstraint("kind", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(30))
    """province | framework | scoring | report | participation."""
    version: Mapped[str] = mapped_column(sa.String(30))
    document: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    digest: Mapped[str] = mapped_column(sa.String(64))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edited_by: Mapped[str | None] = mapped_column(sa.String(80))
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    locked_by: Mapped[str | None] = mapped_column(sa.String(80))


class Area(Base):
    """A province, city or county of the loaded province."""

    __tablename__ = "area"

    code: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    level: Mapped[str] = mapped_column(sa.String(10))
    slug: Mapped[str] = mapped_column(sa.String(40), index=True)
    """Short name used by plans (`yunlan`); the code again where there is none."""
    parent_code: Mapped[str | None] = mapped_column(sa.ForeignKey("area.code"))
    kind: Mapped[str] = mapped_column(sa.String(30))
    zh: Mapped[str] = mapped_column(sa.String(60))
    en: Mapped[str] = mapped_column(sa.String(80))


class AssessedUnit(Base):
    """A unit that the survey assesses; compared within its class only."""

    __tablename__ = "assessed_unit"

    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    official_code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    unit_class: Mapped[str] = mapped_column(sa.String(4), index=True)
    zh: Mapped[str] = mapped_column(sa.String(80))
    en: Mapped[str] = mapped_column(sa.String(120))
    area_code: Mapped[str | None] = mapped_column(sa.ForeignKey("area.code"))
