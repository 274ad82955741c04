"""The item bank: concepts, the items that measure them, and the exact wordings that were used."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.db import Base, UtcDateTime


class ReviewState(StrEnum):
    """How far a wording has come. A frozen one never changes: the time series hangs on it."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    FROZEN = "frozen"
    RETIRED = "retired"


class BankConcept(Base):
    """What is measured, apart from any wording."""

    __tablename__ = "bank_concept"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(64), unique=True)
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON)

    items: Mapped[list[BankItem]] = relationship(back_populates="concept", order_by="BankItem.code")


class BankItem(Base):
    """An item of the bank by its code; its wordings are its revisions."""

    __tablename__ = "bank_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(64), unique=True)
    concept_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_concept.id"), index=True)

    concept: Mapped[BankConcept] = relationship(back_populates="items")
    revisions: Mapped[list[BankRevision]] = relationship(
        back_populates="bank_item", order_by="BankRevision.revision"
    )


class BankRevision(Base):
    """One wording of an item, as an instrument document holds it."""

    __tablename__ = "bank_revision"
    __table_args__ = (
        sa.UniqueConstraint("bank_item_id", "revision"),
        sa.CheckConstraint("state IN ('draft','reviewed','frozen','retired')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_item_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_item.id"))
    revision: Mapped[int] = mapped_column()
    document: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the wording: texts, options, codes; not of code, condition or place."""
    state: Mapped[str] = mapped_column(sa.String(10), default=ReviewState.DRAFT.value)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(80))
    reviewed_by: Mapped[str | None] = mapped_column(sa.String(80))
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_by: Mapped[str | None] = mapped_column(sa.String(80))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_for: Mapped[str | None] = mapped_column(sa.String(300))

    bank_item: Mapped[BankItem] = relationship(back_populates="revisions")
    uses: Mapped[list[BankUse]] = relationship(back_populates="bank_revision", order_by="BankUse.id")


class BankUse(Base):
    """A version of an instrument that asks a wording of the bank, and under which code."""

    __tablename__ = "bank_use"
    __table_args__ = (sa.UniqueConstraint("bank_revision_id", "instrument_version_id", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_revision.id"), index=True)
    instrument_version_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument_version.id"), index=True)
    item: Mapped[str] = mapped_column(sa.String(64))

    bank_revision: Mapped[BankRevision] = relationship(back_populates="uses")
