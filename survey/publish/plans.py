"""What was fixed before the first answer: locked plans and instruments with their digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.instrument.program import Program
from survey.models.content import ContentDocument
from survey.models.instrument import Instrument, InstrumentVersion

Words = Mapping[str, str]
# The province's other documents (participation rules, the report's contents) are not part of the promise.
_PLANS = ("scoring", "framework", "province", "report")


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedDocument:
    """A plan as it was locked. ``document`` is what the digest was taken of."""

    kind: str
    version: str
    digest: str
    locked_at: datetime
    document: Mapping[str, Any]  # Any: a JSON document


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedInstrument:
    """A version of an instrument as it was locked."""

    code: str
    title: Words
    version: str
    digest: str
    locked_at: datetime


def locked_documents(session: Session) -> list[LockedDocument]:
    """The locked plans, scoring plan first, newest version first."""
    rows = session.scalars(
        sa.select(ContentDocument)
        .where(ContentDocument.locked_at.is_not(None), ContentDocument.kind.in_(_PLANS))
        .order_by(ContentDocument.id.desc())
    ).all()
    found = [_document(row) for row in rows]
    return sorted(found, key=lambda each: _PLANS.index(each.kind))


def locked_document(session: Session, digest: str) -> LockedDocument | None:
    """One locked plan by its digest."""
    row = session.scalars(
        sa.select(ContentDocument).where(
            ContentDocument.digest == digest,
            ContentDocument.locked_at.is_not(None),
            ContentDocument.kind.in_(_PLANS),
        )
    ).first()
    return None if row is None else _document(row)


def locked_instruments(session: Session) -> list[LockedInstrument]:
    """The locked instruments by code, newest version first."""
    rows = session.execute(
        sa.select(
            Instrument.code,
            Instrument.title,
            InstrumentVersion.version,
            InstrumentVersion.digest,
            InstrumentVersion.locked_at,
        )
        .join(InstrumentVersion, InstrumentVersion.instrument_id == Instrument.id)
        .where(InstrumentVersion.locked_at.is_not(None))
        .order_by(Instrument.id, InstrumentVersion.id.desc())
    ).all()
    return [
        LockedInstrument(
            code=row.code, title=row.title, version=row.version, digest=row.digest, locked_at=row.locked_at
        )
        for row in rows
        if row.locked_at is not None
    ]


def instrument_program(
    session: Session, code: str, version: str | None
) -> tuple[LockedInstrument, Program] | None:
    """A locked instrument with its full wording: the named version, or the newest."""
    for locked in locked_instruments(session):
        if locked.code == code and version in (None, locked.version):
            document = session.execute(
                sa.select(InstrumentVersion.program).where(InstrumentVersion.digest == locked.digest)
            ).scalar_one()
            return locked, Program.from_json(document)
    return None


def change_of(session: Session, digest: str) -> Mapping[str, Any] | None:
    """What a locked version changed against the one before it, as it was classed at publication; None if it was first."""
    return session.scalar(
        sa.select(InstrumentVersion.change).where(
            InstrumentVersion.digest == digest, InstrumentVersion.locked_at.is_not(None)
        )
    )


def _document(row: ContentDocument) -> LockedDocument:
    assert row.locked_at is not None  # the query asked for it
    return LockedDocument(
        kind=row.kind,
        version=row.version,
        digest=row.digest,
        locked_at=row.locked_at,
        document=row.document,
    )
