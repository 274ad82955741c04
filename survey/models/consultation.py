"""Consultations: a draft put to the public for a set time, the comments on it, and the reply to each."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.db import Base, UtcDateTime


class CommentState(StrEnum):
    """Whether the public may read a comment."""

    WAITING = "waiting"
    SHOWN = "shown"
    HIDDEN = "hidden"


class Decision(StrEnum):
    """What became of a comment."""

    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    NOT_ACCEPTED = "not_accepted"


class Consultation(Base):
    """One draft as it was put to the public. ``program`` is the wording that people saw; it never changes."""

    __tablename__ = "consultation"
    __table_args__ = (sa.CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), unique=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument_draft.id"), index=True)
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    terms: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """What can change, what cannot, and how replies are given: a text in each language under each name."""
    program: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    digest: Mapped[str] = mapped_column(sa.String(64))
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_by: Mapped[str] = mapped_column(sa.String(80))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(sa.String(80))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the replies to all comments were published."""
    answered_by: Mapped[str | None] = mapped_column(sa.String(80))
    version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("instrument_version.id"))
    """The version that the draft became."""

    comments: Mapped[list[ConsultationComment]] = relationship(
        back_populates="consultation", order_by="ConsultationComment.id"
    )


class ConsultationComment(Base):
    """One comment. It names nobody; its writer finds the reply by a reference of which only a hash is kept."""

    __tablename__ = "consultation_comment"
    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting','shown','hidden')", name="state"),
        sa.CheckConstraint(
            "decision IS NULL OR decision IN ('accepted','partly_accepted','not_accepted')", name="decision"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    reference_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    section: Mapped[str | None] = mapped_column(sa.String(64))
    item: Mapped[str | None] = mapped_column(sa.String(64))
    """What the comment is about: an item, a section, or with neither the whole draft."""
    speaks_as: Mapped[str | None] = mapped_column(sa.String(30))
    text: Mapped[str] = mapped_column(sa.Text)
    received_on: Mapped[date] = mapped_column()
    state: Mapped[str] = mapped_column(sa.String(10), default=CommentState.WAITING.value)
    hidden_for: Mapped[str | None] = mapped_column(sa.String(30))
    cleared_by: Mapped[str | None] = mapped_column(sa.String(80))
    cleared_as: Mapped[str | None] = mapped_column(sa.String(40))
    """The first of the two persons, in one role, who say that the text may be shown, or that it may not."""
    decided_by: Mapped[str | None] = mapped_column(sa.String(80))
    decided_as: Mapped[str | None] = mapped_column(sa.String(40))
    """The second one, in another role."""
    decision: Mapped[str | None] = mapped_column(sa.String(20))
    reply: Mapped[dict[str, str] | None] = mapped_column(sa.JSON)
    replied_by: Mapped[str | None] = mapped_column(sa.String(80))
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    consultation: Mapped[Consultation] = relationship(back_populates="comments")
