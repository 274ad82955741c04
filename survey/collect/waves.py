"""Home of what collection needs to know about a wave, read in one go and passed on as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.db import table_of
from survey.errors import NotFound
from survey.models.instrument import InstrumentVersion
from survey.models.wave import Wave

_wave, _version = table_of(Wave), table_of(InstrumentVersion)
COLUMNS = (
    _wave.c.id.label("wave_key"),
    _wave.c.code,
    _wave.c.evaluator_group,
    _wave.c.time_zone,
    _wave.c.anonymity,
    _wave.c.closes_at,
    _version.c.digest,
)
"""What ``from_row`` reads, for statements that find a wave together with something else."""
SOURCE = _wave.join(_version, _version.c.id == _wave.c.instrument_version_id)
_find = sa.select(*COLUMNS).select_from(SOURCE).where(_wave.c.id == sa.bindparam("wave_id"))
_find_at = sa.select(*COLUMNS).select_from(SOURCE).where(_wave.c.public_id == sa.bindparam("public_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveFacts:
    """A wave as collection sees it: what is fixed. What may change while it is open is read at submission."""

    id: int
    code: str
    evaluator_group: str
    time_zone: str
    anonymity: str
    digest: str
    closes_at: datetime | None = None
    """As it stood when this was read: it may be put off, and submission asks anew."""


def load(session: Session, wave_id: int) -> WaveFacts:
    """The facts of a wave. Raises NotFound."""
    row = session.connection().execute(_find, {"wave_id": wave_id}).one_or_none()
    if row is None:
        raise NotFound("wave_unknown", zh="没有这个调查轮次。", en="There is no such wave.")
    return from_row(row)


def find_at(session: Session, public_id: str) -> WaveFacts | None:
    """The facts of the wave of an address; None where there is none."""
    row = session.connection().execute(_find_at, {"public_id": public_id}).one_or_none()
    return None if row is None else from_row(row)


def from_row(row: sa.Row[*tuple[object, ...]]) -> WaveFacts:
    """The facts in a row with ``COLUMNS``."""
    return WaveFacts(
        id=row.wave_key,
        code=row.code,
        evaluator_group=row.evaluator_group,
        time_zone=row.time_zone,
        anonymity=row.anonymity,
        digest=row.digest,
        closes_at=row.closes_at,
    )
