"""What somebody is told before they answer: who asks whom, how long answers are kept, where the result will stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.db import table_of
from survey.models.content import ContentDocument
from survey.models.cycle import Cycle, CycleStage
from survey.models.instrument import InstrumentVersion
from survey.models.publication import Release
from survey.models.wave import Wave
from survey.publish import releases, waves
from survey.publish.measures import MEASURES
from survey.publish.releases import ReleaseDay
from survey.publish.waves import WaveDay

Words = Mapping[str, str]
_wave, _cycle, _version = table_of(Wave), table_of(Cycle), table_of(InstrumentVersion)
_document, _release = table_of(ContentDocument), table_of(Release)
_newest_province = (
    sa.select(_document.c.digest)
    .where(_document.c.kind == "province")
    .order_by(_document.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_earlier = _release.alias("earlier")
_former, _before = _cycle.alias("former_cycle"), _release.alias("before")
_measures = table_of(CycleStage).alias("measures")
_find_before = (
    sa.select(_before.c.id)
    .join(_former, _former.c.id == _before.c.cycle_id)
    .where(_before.c.published_at.is_not(None), _former.c.year < _cycle.c.year)
    .order_by(_former.c.year.desc(), _before.c.release_at.desc())
    .limit(1)
    .correlate(_cycle)
    .scalar_subquery()
)
_find = (
    sa.select(
        _wave.c.evaluator_group,
        _wave.c.kept_until,
        _cycle.c.year,
        _newest_province.label("province"),
        _version.c.digest.label("instrument"),
        _earlier.c.public_id.label("earlier_public_id"),
        _earlier.c.title.label("earlier_title"),
        _measures.c.signed_at.label("earlier_done_at"),
        _wave.c.id.label("key"),
        *waves.COLUMNS,
        *releases.COLUMNS,
        *clock.COLUMNS,
    )
    .select_from(_wave)
    .join(_cycle, _cycle.c.id == _wave.c.cycle_id)
    .join(_version, _version.c.id == _wave.c.instrument_version_id)
    .outerjoin(_release, _release.c.id == releases.first_of_cycle(_cycle.c.id))
    .outerjoin(_earlier, _earlier.c.id == _find_before)
    .outerjoin(
        _measures,
        sa.and_(_measures.c.cycle_id == _earlier.c.cycle_id, _measures.c.stage == MEASURES),
    )
)
_by_key = _find.where(_wave.c.id == sa.bindparam("wave_id"))
_by_address = _find.where(_wave.c.public_id == sa.bindparam("public_id"))
_find_province = (
    sa.select(_document.c.document)
    .where(_document.c.kind == "province", _document.c.digest == sa.bindparam("digest"))
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierResult:
    """The latest result that an earlier survey published."""

    public_id: str
    title: Words
    has_measures: bool
    """Whether what was done about it is signed off; its page says so, or that nothing is yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The facts of one wave that everybody is told before the first answer."""

    key: int
    day: WaveDay
    instrument: str
    """The digest of the questionnaire."""
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
_LANGUAGES = ("zh", "en", "ar")


def notice(session: Session, wave_id: int, *, retention_years: int) -> Notice:
    """What is told before the first answer of a wave."""
    row = session.connection().execute(_by_key, {"wave_id": wave_id}).one()
    return _notice(session, row, retention_years=retention_years)


def notice_at(session: Session, public_id: str, *, retention_years: int) -> Notice | None:
    """The same for the wave of an address; None where there is none."""
    row = session.connection().execute(_by_address, {"public_id": public_id}).one_or_none()
    return None if row is None else _notice(session, row, retention_years=retention_years)


def _notice(session: Session, row: Any, *, retention_years: int) -> Notice:  # Any: a row of many tables
    province = _province(session, row.province)
    earlier = None
    if row.earlier_public_id is not None:
        earlier = EarlierResult(
            public_id=row.earlier_public_id,
            title=row.earlier_title,
            has_measures=row.earlier_done_at is not None,
        )
    return Notice(
        key=row.key,
        day=waves.day_beside(row),
        instrument=row.instrument,
        organisers=tuple(each.name for each in province.organisers),
        people=province.groups.get(row.evaluator_group),
        kept_until=row.kept_until or date(row.year + retention_years, 12, 31),
        release=releases.day_beside(row, clock.beside(session, row)),
        earlier=earlier,
    )


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
    return {language: each[language] for language in _LANGUAGES if each.get(language)}
