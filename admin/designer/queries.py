"""Home of what the designer's screens and services read: documents, instruments, areas, units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from survey.errors import Conflict, NotFound
from survey.models.audit import AuditEvent
from survey.models.content import Area, AssessedUnit, ContentDocument
from survey.models.instrument import Instrument, InstrumentVersion

MODULE = "module:"


def documents(session: Session, *kinds: str) -> Sequence[ContentDocument]:
    """All versions of documents of these kinds, by kind, the newest first."""
    return session.scalars(
        sa.select(ContentDocument)
        .where(ContentDocument.kind.in_(kinds))
        .order_by(ContentDocument.kind, ContentDocument.id.desc())
    ).all()


def document(session: Session, document_id: int) -> ContentDocument:
    """One version of a document. Raises NotFound."""
    found = session.get(ContentDocument, document_id)
    if found is None:
        raise NotFound("document_unknown", zh="没有这个文件版本。", en="There is no such document version.")
    return found


def newest(session: Session, kind: str) -> ContentDocument | None:
    """The version of a document that was loaded last."""
    return session.scalars(
        sa.select(ContentDocument)
        .where(ContentDocument.kind == kind)
        .order_by(ContentDocument.id.desc())
        .limit(1)
    ).one_or_none()


def needed(session: Session, kind: str) -> Mapping[str, Any]:
    """The newest document of a kind. Raises Conflict where none is loaded: the province comes first."""
    found = newest(session, kind)
    if found is None:
        raise Conflict(
            "content_missing",
            zh=f"尚未载入“{kind}”文件。请先载入省级内容（minyi content load）。",
            en=f"No “{kind}” document is loaded. Load the province's content first (minyi content load).",
        )
    return found.document


def modules(session: Session) -> dict[str, Mapping[str, Any]]:
    """The newest version of every reusable module, by its id."""
    found: dict[str, Mapping[str, Any]] = {}
    query = sa.select(ContentDocument).where(ContentDocument.kind.startswith(MODULE))
    for each in session.scalars(query.order_by(ContentDocument.id)):
        found[each.kind.removeprefix(MODULE)] = each.document
    return found


def instruments(session: Session) -> Sequence[Instrument]:
    """All instruments with their versions."""
    return session.scalars(
        sa.select(Instrument).options(selectinload(Instrument.versions)).order_by(Instrument.code)
    ).all()


def version(session: Session, version_id: int) -> InstrumentVersion:
    """One instrument version. Raises NotFound."""
    found = session.get(InstrumentVersion, version_id, options=[joinedload(InstrumentVersion.instrument)])
    if found is None:
        raise NotFound("version_unknown", zh="没有这个问卷版本。", en="There is no such instrument version.")
    return found


def newest_versions(session: Session) -> dict[str, InstrumentVersion]:
    """The version loaded last of every instrument, by its code."""
    query = sa.select(InstrumentVersion).options(joinedload(InstrumentVersion.instrument))
    return {v.instrument.code: v for v in session.scalars(query.order_by(InstrumentVersion.id))}


def loaded_by(session: Session, reference: str) -> str | None:
    """Who loaded the version that the audit log calls ``reference``."""
    return session.scalar(
        sa.select(AuditEvent.actor)
        .where(AuditEvent.act == "instrument.load", AuditEvent.object_ref == reference)
        .order_by(AuditEvent.n.desc())
        .limit(1)
    )


def areas(session: Session) -> Sequence[Area]:
    """All areas by code: each city is followed by its counties."""
    return session.scalars(sa.select(Area).order_by(Area.code)).all()


def units(session: Session) -> Sequence[AssessedUnit]:
    """All assessed units by their official code."""
    return session.scalars(sa.select(AssessedUnit).order_by(AssessedUnit.official_code)).all()
