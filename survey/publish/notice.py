"""What somebody is told before they answer: who asks whom, how long answers are kept, where the result will stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.db import table_of
from survey.models.content import ContentDocument
from survey.models.cycle import Cycle
from survey.models.publication import Release
from survey.models.wave import Wave
from survey.publish import releases
from survey.publish.releases import ReleaseDay

Words = Mapping[str, str]
_wave, _cycle, _document, _release = (
    table_of(Wave),
    table_of(Cycle),
    table_of(ContentDocument),
    table_of(Release),
)
_newest_province = (
    sa.select(_document.c.digest)
    .where(_document.c.kind == "province")
    .order_by(_document.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_find = (
    sa.select(_wave.c.evaluator_group, _cycle.c.year, _newest_province.label("province"))
    .join(_cycle, _cycle.c.id == _wave.c.cycle_id)
    .where(_wave.c.id == sa.bindparam("wave_id"))
)
_find_province = (
    sa.select(_document.c.document)
    .where(_document.c.kind == "province", _document.c.digest == sa.bindparam("digest"))
    .limit(1)
)
_find_before = (
    sa.select(_release.c.public_id, _release.c.title)
    .join(_cycle, _cycle.c.id == _release.c.cycle_id)
    .where(_release.c.published_at.is_not(None), _cycle.c.year < sa.bindparam("year"))
    .order_by(_cycle.c.year.desc(), _release.c.release_at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierResult:
    """The latest result that an earlier survey published."""

    public_id: str
    title: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The facts of one wave that everybody is told before the first answer."""

    organisers: tuple[Words, ...]
    """Who runs the survey, the lead first; nobody who is assessed by it is among them."""
    people: Words | None
    """Whom it asks."""
    kept_until: date
    """The day until which single answers are kept, all of them without a name."""
    release: ReleaseDay | None
    earlier: EarlierResult | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organiser:
    """Who runs surveys, and how to reach them as far as that is told."""

    name: Words
    phone: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Province:
    organisers: tuple[Organiser, ...]
    groups: Mapping[str, Words]


_known: dict[str, _Province] = {}
_MOST_KNOWN = 8


def notice(session: Session, wave_id: int, *, retention_years: int) -> Notice:
    """What is told before the first answer of a wave."""
    row = session.execute(_find, {"wave_id": wave_id}).one()
    province = _province(session, row.province)
    return Notice(
        organisers=tuple(each.name for each in province.organisers),
        people=province.groups.get(row.evaluator_group),
        kept_until=date(row.year + retention_years, 12, 31),
        release=releases.release_of_wave(session, wave_id),
        earlier=_before(session, row.year),
    )


def earlier_result(session: Session, wave_id: int) -> EarlierResult | None:
    """The latest result of a year before that of the wave."""
    return _before(session, session.execute(_find, {"wave_id": wave_id}).one().year)


def _before(session: Session, year: int) -> EarlierResult | None:
    found = session.execute(_find_before, {"year": year}).one_or_none()
    return None if found is None else EarlierResult(public_id=found.public_id, title=found.title)


def organisers(session: Session) -> tuple[Organiser, ...]:
    """Who runs the surveys, the lead first."""
    return _province(session, session.execute(sa.select(_newest_province)).scalar_one()).organisers


def _province(session: Session, digest: str | None) -> _Province:
    """The document is long and never changes under its digest: it is read once a process."""
    if digest is None:
        return _Province(organisers=(), groups={})
    found = _known.get(digest)
    if found is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        document = session.execute(_find_province, {"digest": digest}).scalar_one()
        found = _known[digest] = _read(document)
    return found


def _read(document: Mapping[str, Any]) -> _Province:  # Any: a JSON document
    named = sorted(document.get("organisers", ()), key=lambda each: each.get("role") != "lead")
    return _Province(
        organisers=tuple(
            Organiser(name=_words(each), phone=each.get("phone", ""), email=each.get("email", ""))
            for each in named
            if each.get("role") != "contractor"
        ),
        groups={each["id"]: _words(each) for each in document.get("evaluator_groups", ())},
    )


def _words(each: Mapping[str, Any]) -> Words:  # Any: a JSON document
    return {language: each[language] for language in ("zh", "en") if each.get(language)}
