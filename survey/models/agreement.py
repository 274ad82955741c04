"""How a draft is agreed on: the second person's approval, references dropped on purpose, translations to look at."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base, UtcDateTime


class DraftApproval(Base):
    """A second person approved exactly this text and accepted its difference to the version before."""

    __tablename__ = "draft_approval"
    __table_args__ = (sa.UniqueConstraint("draft_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument_draft.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    """Of the document that was approved: another text needs another approval."""
    compared_with: Mapped[str | None] = mapped_column(sa.String(64))
    """Digest of the version whose difference was shown; None where the draft is the first version."""
    by: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TranslationMark(Base):
    """A translation whose source text was changed after it was made: the source it was made from."""

    __tablename__ = "translation_mark"
    __table_args__ = (sa.UniqueConstraint("draft_id", "place", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument_draft.id"), index=True)
    place: Mapped[str] = mapped_column(sa.String(300))
    """Names the text by codes, so that it is found again after everything around it was moved."""
    language: Mapped[str] = mapped_column(sa.String(35))
    source: Mapped[str] = mapped_column(sa.Text)
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BankDeparture(Base):
    """Somebody dropped the reference to a frozen wording on purpose, and said why."""

    __tablename__ = "bank_departure"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument_draft.id"), index=True)
    item: Mapped[str] = mapped_column(sa.String(64))
    reference: Mapped[str] = mapped_column(sa.String(80))
    reason: Mapped[str] = mapped_column(sa.String(500))
    by: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
