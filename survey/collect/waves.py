"""Home of what collection needs to know about a wave, read in one go and passed on as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.db import table_of
from survey.errors import NotFound
from survey.models.instrument import InstrumentVersion
from survey.models.wave import QuotaCell, Wave

_wave, _version, _cell = table_of(Wave), table_of(InstrumentVersion), table_of(QuotaCell)
_find = (
    sa.select(
        _wave.c.id,
        _wave.c.code,
        _wave.c.evaluator_group,
        _wave.c.time_zone,
        _wave.c.closes_at,
        _version.c.digest,
    )
    .join(_version, _version.c.id == _wave.c.instrument_version_id)
    .where(_wave.c.id == sa.bindparam("wave_id"))
)
_cells = (
    sa.select(_cell.c.id, _cell.c.definition)
    .where(_cell.c.wave_id == sa.bindparam("wave_id"))
    .order_by(_cell.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A quota cell: all keys of its definition must hold one of their codes."""

    id: int
    definition: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveFacts:
    """A wave as collection sees it. What may change while it is open is read again at submission."""

    id: int
    code: str
    evaluator_group: str
    time_zone: str
    digest: str
    cells: tuple[Cell, ...]


def load(session: Session, wave_id: int) -> WaveFacts:
    """The facts of a wave. Raises NotFound."""
    row = session.execute(_find, {"wave_id": wave_id}).one_or_none()
    if row is None:
        raise NotFound("wave_unknown", zh="没有这个调查轮次。", en="There is no such wave.")
    cells = session.execute(_cells, {"wave_id": wave_id}).all()
    return WaveFacts(
        id=row.id,
        code=row.code,
        evaluator_group=row.evaluator_group,
        time_zone=row.time_zone,
        digest=row.digest,
        cells=tuple(Cell(id=cell.id, definition=cell.definition) for cell in cells),
    )
