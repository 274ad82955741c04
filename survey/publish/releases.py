"""Releases as the public sees them: announced, overdue, published, with their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.db import table_of
from survey.models.cycle import Cycle
from survey.models.publication import PublishedFile, Release
from survey.models.wave import Wave
from survey.publish import results
from survey.publish.results import Results

Words = Mapping[str, str]
_release, _cycle, _wave = table_of(Release), table_of(Cycle), table_of(Wave)
COLUMNS = (
    *(
        _release.c[name].label(f"release_{name}")
        for name in ("public_id", "title", "announced_at", "release_at", "published_at", "digest")
    ),
    _cycle.c.code.label("release_cycle"),
)
"""For statements that ask for a release together with something else; ``day_beside`` reads them."""


def first_of_cycle(cycle_id: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    """The key of the release that a cycle shows next, or showed first where all are published."""
    each = _release.alias()
    return (
        sa.select(each.c.id)
        .where(each.c.cycle_id == cycle_id)
        .order_by(each.c.published_at.is_not(None), each.c.release_at, each.c.id)
        .limit(1)
        .scalar_subquery()
    )


_of_wave = (
    sa.select(*COLUMNS)
    .select_from(_wave.join(_cycle, _cycle.c.id == _wave.c.cycle_id))
    .join(_release, _release.c.id == first_of_cycle(_cycle.c.id))
    .where(_wave.c.id == sa.bindparam("wave_id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDay:
    """A release as announced. ``is_overdue``: the day has come and nothing was published."""

    public_id: str
    title: Words
    cycle: str
    announced_at: datetime
    release_at: datetime
    published_at: datetime | None
    digest: str | None
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """A file to download."""

    name: str
    media_type: str
    sha256: str
    n_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRelease:
    """A release with what it published; ``results`` is None before publication."""

    day: ReleaseDay
    results: Results | None
    files: tuple[FileFacts, ...]


def release_days(session: Session) -> list[ReleaseDay]:
    """All announced releases, the latest first."""
    now = clock.now(session)
    rows = session.execute(
        sa.select(Release, Cycle.code)
        .join(Cycle, Cycle.id == Release.cycle_id)
        .order_by(Release.release_at.desc(), Release.id.desc())
    ).all()
    return [_day(release, cycle, now) for release, cycle in rows]


def next_release(session: Session) -> ReleaseDay | None:
    """The release that comes next or is overdue; the last published one where nothing is announced."""
    days = release_days(session)
    waiting = [each for each in days if each.published_at is None]
    return waiting[-1] if waiting else next(iter(days), None)


def release(session: Session, public_id: str) -> PublishedRelease | None:
    """One release by its name in addresses."""
    row = session.execute(
        sa.select(Release, Cycle.code)
        .join(Cycle, Cycle.id == Release.cycle_id)
        .where(Release.public_id == public_id)
    ).one_or_none()
    if row is None:
        return None
    found, cycle = row
    day = _day(found, cycle, clock.now(session))
    if day.published_at is None or found.document is None:
        return PublishedRelease(day=day, results=None, files=())
    return PublishedRelease(day=day, results=results.read(found.document), files=_files(session, found.id))


def release_of_wave(session: Session, wave_id: int) -> ReleaseDay | None:
    """The release that will show (or shows) what a wave found."""
    row = session.connection().execute(_of_wave, {"wave_id": wave_id}).one_or_none()
    return None if row is None else day_beside(row, clock.now(session))


def day_beside(row: Any, now: datetime) -> ReleaseDay | None:  # Any: a row of several types
    """The release in a row with ``COLUMNS``; None where the row found none."""
    if row.release_public_id is None:
        return None
    return ReleaseDay(
        public_id=row.release_public_id,
        title=row.release_title,
        cycle=row.release_cycle,
        announced_at=row.release_announced_at,
        release_at=row.release_release_at,
        published_at=row.release_published_at,
        digest=row.release_digest,
        is_overdue=row.release_published_at is None and now >= row.release_release_at,
    )


def published_file(session: Session, public_id: str, name: str) -> PublishedFile | None:
    """One file of a published release."""
    return session.scalars(
        sa.select(PublishedFile)
        .join(Release, Release.id == PublishedFile.release_id)
        .where(
            Release.public_id == public_id,
            Release.published_at.is_not(None),
            PublishedFile.name == name,
        )
    ).one_or_none()


def _day(found: Release, cycle: str, now: datetime) -> ReleaseDay:
    return ReleaseDay(
        public_id=found.public_id,
        title=found.title,
        cycle=cycle,
        announced_at=found.announced_at,
        release_at=found.release_at,
        published_at=found.published_at,
        digest=found.digest,
        is_overdue=found.published_at is None and now >= found.release_at,
    )


def _files(session: Session, release_id: int) -> tuple[FileFacts, ...]:
    rows = session.execute(
        sa.select(
            PublishedFile.name,
            PublishedFile.media_type,
            PublishedFile.sha256,
            sa.func.length(PublishedFile.content),
        )
        .where(PublishedFile.release_id == release_id)
        .order_by(PublishedFile.name)
    ).all()
    return tuple(FileFacts(name=n, media_type=m, sha256=s, n_bytes=size) for n, m, s, size in rows)
