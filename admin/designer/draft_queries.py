"""Home of what the screens of drafts read: the list of drafts, the edits of one, the versions to compare with."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload

from survey.models.design import DraftEdit, InstrumentDraft
from survey.models.instrument import Instrument, InstrumentVersion

_ORDER = {"open": 0, "in_consultation": 0, "published": 1, "discarded": 2}


def newest_drafts(session: Session) -> Sequence[InstrumentDraft]:
    """All drafts without their documents: those in work first, the last saved on top."""
    found = session.scalars(
        sa.select(InstrumentDraft)
        .options(
            defer(InstrumentDraft.document),
            joinedload(InstrumentDraft.based_on).joinedload(InstrumentVersion.instrument),
        )
        .order_by(InstrumentDraft.updated_at.desc(), InstrumentDraft.id.desc())
    ).all()
    return sorted(found, key=lambda draft: _ORDER.get(draft.state, 3))


def edits(session: Session, draft: InstrumentDraft, *, limit: int) -> Sequence[DraftEdit]:
    """The last edits of a draft, the newest first."""
    return session.scalars(
        sa.select(DraftEdit).where(DraftEdit.draft_id == draft.id).order_by(DraftEdit.id.desc()).limit(limit)
    ).all()


def versions_of(session: Session, code: str) -> Sequence[InstrumentVersion]:
    """The versions of an instrument, the newest first."""
    return session.scalars(
        sa.select(InstrumentVersion)
        .join(InstrumentVersion.instrument)
        .where(Instrument.code == code)
        .options(joinedload(InstrumentVersion.instrument))
        .order_by(InstrumentVersion.id.desc())
    ).all()


def version_before(session: Session, version: InstrumentVersion) -> InstrumentVersion | None:
    """The version of the same instrument that was loaded before this one."""
    return session.scalars(
        sa.select(InstrumentVersion)
        .where(InstrumentVersion.instrument_id == version.instrument_id, InstrumentVersion.id < version.id)
        .order_by(InstrumentVersion.id.desc())
        .limit(1)
    ).one_or_none()
