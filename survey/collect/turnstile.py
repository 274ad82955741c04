"""Home of the one look before a submission: is the wave open, which key closes the box, which cells count.

One statement, with the key row locked for sharing: until the submission is committed nobody replaces the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.access import rules
from survey.collect.quotas import Cell
from survey.db import table_of
from survey.ledger import boxes, urn
from survey.models.ledger import UrnKey
from survey.models.wave import QuotaCell, Wave
from survey.ports import KeyStore

_wave, _key, _cell = table_of(Wave), table_of(UrnKey), table_of(QuotaCell)
_look = (
    sa.select(
        _wave.c.status,
        _wave.c.opens_at,
        _wave.c.closes_at,
        _key.c.key_id,
        _cell.c.id.label("cell_id"),
        _cell.c.definition,
        *clock.COLUMNS,
    )
    .select_from(
        _wave.join(_key, sa.and_(_key.c.wave_id == _wave.c.id, _key.c.state == "in_force")).outerjoin(
            _cell, _cell.c.wave_id == _wave.c.id
        )
    )
    .where(_wave.c.id == sa.bindparam("wave_id"))
    .with_for_update(read=True, of=_key)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnstile:
    """How a wave stands at the moment of a submission."""

    openness: rules.Openness
    closes_at: datetime | None
    key: boxes.Key
    cells: tuple[Cell, ...]


def look(session: Session, wave_id: int, *, keys: KeyStore) -> Turnstile:
    """The wave as it stands, its urn key locked until the transaction ends."""
    connection = session.connection()
    # On PostgreSQL the first look finds nothing if a sealing replaced the key while we waited for its row.
    for attempt in range(3):
        rows = connection.execute(_look, {"wave_id": wave_id}).all()
        if rows:
            break
        if attempt:
            urn.open_urn(session, wave_id, keys=keys)
    else:
        raise RuntimeError(f"the urn of wave {wave_id} has no key in force")
    first = rows[0]
    now = clock.instant(first.clock_stamp, first.clock_offset)
    return Turnstile(
        openness=rules.openness(
            status=first.status, opens_at=first.opens_at, closes_at=first.closes_at, now=now
        ),
        closes_at=first.closes_at,
        key=urn.load_key(first.key_id, keys=keys),
        cells=tuple(
            Cell(id=row.cell_id, definition=row.definition) for row in rows if row.cell_id is not None
        ),
    )
