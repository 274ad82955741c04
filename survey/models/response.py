"""One answer from the encrypted draft to the sealed response; no row of one stage points to the next."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base

_CHANNELS = "channel IN ('sample','assisted','site','open')"


class Draft(Base):
    """An unfinished interview in a box that only the respondent's cookie or resume code opens."""

    __tablename__ = "draft"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- SQLAlchemy reads a plain dict

    id: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    ver: Mapped[int] = mapped_column()
    box: Mapped[bytes] = mapped_column(sa.LargeBinary)
    lookup_cookie: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    wrap_cookie: Mapped[bytes] = mapped_column(sa.LargeBinary)
    lookup_code: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32), unique=True)
    wrap_code: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    expires_on: Mapped[date] = mapped_column(index=True)


class Participation(Base):
    """That somebody took part: hash of the receipt, channel, group, day. Never what was said."""

    __tablename__ = "participation"
    __table_args__ = (sa.CheckConstraint(_CHANNELS, name="channel"), {"sqlite_with_rowid": False})

    rid_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    channel: Mapped[str] = mapped_column(sa.String(10))
    seal_group: Mapped[str] = mapped_column(sa.String(60))
    day: Mapped[date] = mapped_column()
    batch: Mapped[int | None] = mapped_column()


class UrnBox(Base):
    """A response on its way to the next shuffled sealing, readable only with the urn key in force."""

    __tablename__ = "urn"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- SQLAlchemy reads a plain dict

    id: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    key_id: Mapped[str] = mapped_column(sa.String(40))
    box: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Submission(Base):
    """The receipt, kept for retries: opened by the cookie or resume code that submitted, for a day."""

    __tablename__ = "submission"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- SQLAlchemy reads a plain dict

    key_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    lookup_cookie: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    wrap_cookie: Mapped[bytes] = mapped_column(sa.LargeBinary)
    lookup_code: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32), unique=True)
    wrap_code: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    box: Mapped[bytes] = mapped_column(sa.LargeBinary)
    expires_on: Mapped[date] = mapped_column(index=True)


class WithdrawalTag(Base):
    """SHA-256 of the withdrawal secret of a response that its respondent took back before sealing."""

    __tablename__ = "withdrawal_tag"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- SQLAlchemy reads a plain dict

    tag: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))


class SealBatch(Base):
    """One shuffled sealing of one wave."""

    __tablename__ = "seal_batch"
    __table_args__ = (sa.UniqueConstraint("wave_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    number: Mapped[int] = mapped_column()
    day: Mapped[date] = mapped_column()
    n: Mapped[int] = mapped_column()
    is_closing: Mapped[bool] = mapped_column(default=False)


class Response(Base):
    """A sealed response. Random key, day only; the anonymity of its wave is enforced by the schema."""

    __tablename__ = "response"
    __table_args__ = (
        sa.CheckConstraint(_CHANNELS, name="channel"),
        sa.CheckConstraint("anonymity IN ('anonymous','confidential','identified')", name="anonymity"),
        sa.CheckConstraint(
            "anonymity = 'confidential' OR case_link IS NULL", name="link_only_if_confidential"
        ),
        sa.CheckConstraint("anonymity = 'identified' OR participant IS NULL", name="person_only_by_consent"),
        sa.CheckConstraint(
            "(participant IS NULL) = (participant_consent IS NULL)", name="person_with_consent"
        ),
        sa.ForeignKeyConstraint(
            ["wave_id", "anonymity"], ["wave.id", "wave.anonymity"], name="fk_response_wave_id_wave"
        ),
        sa.Index("ix_response_wave_batch", "wave_id", "batch"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)
    wave_id: Mapped[int] = mapped_column()
    batch: Mapped[int] = mapped_column()
    leaf_index: Mapped[int] = mapped_column()
    """Place of its leaf in the content log of the wave; shuffled, so it says nothing about arrival."""
    channel: Mapped[str] = mapped_column(sa.String(10))
    seal_group: Mapped[str] = mapped_column(sa.String(60))
    day: Mapped[date] = mapped_column()
    document: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """Answers, context, stratum, probability, coarse radar marks: exactly what the content leaf commits to."""
    r: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    """The key of the commitment; without it a leaf cannot be opened by guessing."""
    anonymity: Mapped[str] = mapped_column(sa.String(15))
    case_link: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    participant: Mapped[str | None] = mapped_column(sa.String(40))
    """Who answered, in identified waves only, and only of somebody who agreed to that apart from taking part."""
    participant_consent: Mapped[str | None] = mapped_column(sa.String(40))
    """The version of the text under which they agreed to be named."""


class DispositionCount(Base):
    """How many cases of a wave ended how, by mode. Counts only: never a case."""

    __tablename__ = "disposition_count"
    __table_args__ = (sa.UniqueConstraint("wave_id", "mode", "code", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    mode: Mapped[str] = mapped_column(sa.String(15))
    code: Mapped[str] = mapped_column(sa.String(30))
    source: Mapped[str] = mapped_column(sa.String(10))
    """collected (by the site) | imported (from a fieldwork file)."""
    n: Mapped[int] = mapped_column(default=0)
