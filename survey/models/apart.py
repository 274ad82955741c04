"""What an interview hands in beside its answers: contact entries and files, stored apart from any response."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base


class ContactEntry(Base):
    """A name or number that somebody left so that they can be reached; no column leads to an answer.

    Written at sealing only, in an order of its own, with the day of the sealing: id, order, time and transaction
    say no more than that the entry belongs to one of the responses of that batch.
    """

    __tablename__ = "contact_entry"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- SQLAlchemy reads a plain dict

    id: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    item: Mapped[str] = mapped_column(sa.String(150))
    sealed_on: Mapped[date] = mapped_column()
    fields: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    """Each field by itself in base 64: AES-256-GCM under the contact key of the wave, padded."""


class WaitingFile(Base):
    """A file of an interview that is not sealed yet; only what the draft, or later its box, holds opens it."""

    __tablename__ = "waiting_file"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- SQLAlchemy reads a plain dict

    id: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    box: Mapped[bytes] = mapped_column(sa.LargeBinary)
    expires_on: Mapped[date | None] = mapped_column(index=True)
    """From then on it goes as soon as nothing of its wave waits in the urn."""


class Attachment(Base):
    """A file of a sealed response, under a fresh id that only the response names."""

    __tablename__ = "attachment"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- SQLAlchemy reads a plain dict

    id: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    box: Mapped[bytes] = mapped_column(sa.LargeBinary)
