"""Home of quotas: which cells a response falls into, and taking or giving back its places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.collect.waves import Cell
from survey.db import table_of
from survey.errors import Gone
from survey.instrument.program import Program
from survey.instrument.quotas import quota_codes
from survey.instrument.state import AnswerState, codes_of
from survey.models.wave import QuotaCell

OF_INSTRUMENT = "@quota"
"""In the definition of a cell: the quotas of the instrument it counts. No answer can be called that."""

_cell = table_of(QuotaCell)
_take = (
    sa.update(_cell)
    .where(_cell.c.id == sa.bindparam("cell_id"), _cell.c.n < _cell.c.cap)
    .values(n=_cell.c.n + 1)
)
_give_back = sa.update(_cell).where(_cell.c.id == sa.bindparam("cell_id")).values(n=_cell.c.n - 1)


def cells_of(cells: Iterable[Cell], state: AnswerState, program: Program) -> tuple[int, ...]:
    """The ids of the cells this response falls into, ascending: everybody locks in the same order."""
    counted = quota_codes(program, state)
    return tuple(sorted(cell.id for cell in cells if _holds(cell, state, counted)))


def take_places(session: Session, cell_ids: Sequence[int]) -> None:
    """Take one place in each cell, check and act in one statement. Raises Gone("quota_full")."""
    connection = session.connection()
    for cell_id in cell_ids:
        if connection.execute(_take, {"cell_id": cell_id}).rowcount != 1:
            raise Gone(
                "quota_full",
                zh="您所在的人群已经有足够多的人作答，这次不再需要。谢谢您愿意参加！",
                en="Enough people like you have already answered, so this place is taken. Thank you all the same!",
                cell=cell_id,
            )


def give_back(session: Session, cell_ids: Sequence[int]) -> None:
    """Give back the places of a withdrawn response."""
    for cell_id in cell_ids:
        session.connection().execute(_give_back, {"cell_id": cell_id})


def is_full(session: Session, cell_ids: Sequence[int]) -> bool:
    """Whether a place would be refused now: advice at screening, holds nothing."""
    full = sa.select(_cell.c.id).where(_cell.c.id.in_(cell_ids), _cell.c.n >= _cell.c.cap).limit(1)
    return session.execute(full).first() is not None


def _holds(cell: Cell, state: AnswerState, counted: Sequence[str]) -> bool:
    return all(
        not set(codes).isdisjoint(
            counted if key == OF_INSTRUMENT else codes_of(state.answers.get(key, state.context.get(key)))
        )
        for key, codes in cell.definition.items()
    )
