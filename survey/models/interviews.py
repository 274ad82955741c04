"""Cases that the platform assigned to interviewers: contact attempts, outcomes, and the draw of back-checks."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.db import Base


class InterviewCase(Base):
    """One drawn case in the hands of one interviewer. Its answer knows the interviewer's pseudonym, never the case.

    The token itself is kept nowhere; its hash lets the platform begin the interview, and tell that it was held.
    """

    __tablename__ = "interview_case"
    __table_args__ = (
        sa.CheckConstraint("mode IN ('capi','cati')", name="mode"),
        sa.CheckConstraint(
            "checked IS NULL OR checked IN ('drawn','confirmed','not_confirmed','not_reached')",
            name="checked",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), unique=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    interviewer_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"), index=True)
    pseudonym: Mapped[str] = mapped_column(sa.String(20))
    mode: Mapped[str] = mapped_column(sa.String(15))
    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    contact: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    """Where the case is to be found: sealed, deleted thirty days after the close."""
    outcome: Mapped[str | None] = mapped_column(sa.String(10))
    """The final code that the interviewer gave; an interview is known from the used token instead."""
    checked: Mapped[str | None] = mapped_column(sa.String(15))

    attempts: Mapped[list[ContactAttempt]] = relationship(
        back_populates="case", order_by="ContactAttempt.number"
    )


class ContactAttempt(Base):
    """One attempt to reach a case: the day and the part of the day, how, and what came of it."""

    __tablename__ = "contact_attempt"
    __table_args__ = (
        sa.CheckConstraint("part_of_day IN ('morning','afternoon','evening')", name="part_of_day"),
        sa.CheckConstraint("way IN ('visit','telephone')", name="way"),
    )

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("interview_case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column()
    part_of_day: Mapped[str] = mapped_column(sa.String(10))
    way: Mapped[str] = mapped_column(sa.String(10))
    code: Mapped[str] = mapped_column(sa.String(20))

    case: Mapped[InterviewCase] = relationship(back_populates="attempts")


class BackCheckDraw(Base):
    """What was promised about the back-checks of a wave before it opened, and what was drawn."""

    __tablename__ = "back_check_draw"

    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), primary_key=True)
    commitment: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the seed; the seed is in the key store until the draw and in the audit log after it."""
    list_hash: Mapped[str | None] = mapped_column(sa.String(64))
    n_cases: Mapped[int | None] = mapped_column()
    n_drawn: Mapped[int | None] = mapped_column()
