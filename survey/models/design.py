"""Drafts of instruments, every edit of them, and what colleagues say about them before they are published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.db import Base, UtcDateTime
from survey.models.instrument import InstrumentVersion


class InstrumentDraft(Base):
    """An instrument while it is written. ``revision`` counts its saves: who saves names the one they saw."""

    __tablename__ = "instrument_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), unique=True)
    code: Mapped[str] = mapped_column(sa.String(64), index=True)
    """The ``id`` of the document, as far as it has one."""
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    document: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(20), index=True)
    """open | in_consultation | published | discarded."""
    based_on_id: Mapped[int | None] = mapped_column(sa.ForeignKey("instrument_version.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(80))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(sa.String(80))

    based_on: Mapped[InstrumentVersion | None] = relationship()
    edits: Mapped[list[DraftEdit]] = relationship(back_populates="draft", order_by="DraftEdit.id")


class DraftEdit(Base):
    """One save of a draft, with what it changed, so that it can be taken back and compared."""

    __tablename__ = "draft_edit"
    __table_args__ = (sa.UniqueConstraint("draft_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument_draft.id"))
    revision: Mapped[int]
    """The revision that this edit made."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(sa.String(80))
    act: Mapped[str] = mapped_column(sa.String(40))
    """What was done: ``item:change``, ``section:move`` …, or ``undo`` and ``redo`` of another edit."""
    place: Mapped[str] = mapped_column(sa.String(160))
    """Where, for people: the code of the section and the item."""
    change: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    """The changes in order, each ``{path, before, after}``; one side is missing where something came or went."""
    undone: Mapped[bool] = mapped_column(default=False)
    reverts_id: Mapped[int | None] = mapped_column(sa.ForeignKey("draft_edit.id"))
    """For an undo or redo: the edit it is about."""

    draft: Mapped[InstrumentDraft] = relationship(back_populates="edits")


class DraftComment(Base):
    """A remark of a colleague on a section or an item of a draft, or on the whole."""

    __tablename__ = "draft_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument_draft.id"), index=True)
    section: Mapped[str | None] = mapped_column(sa.String(64))
    item: Mapped[str | None] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by: Mapped[str | None] = mapped_column(sa.String(80))
    reply_to: Mapped[int | None] = mapped_column(sa.ForeignKey("draft_comment.id"))


class DraftSignoff(Base):
    """A department's agreement with a draft exactly as it was: the digest of its document."""

    __tablename__ = "draft_signoff"
    __table_args__ = (sa.UniqueConstraint("draft_id", "department", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument_draft.id"))
    department: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64))
    by: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
