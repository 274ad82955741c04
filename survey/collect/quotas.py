"""Home of quotas: which cells a response falls into, taking or giving back its places, and who is told that they are full."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.db import table_of
from survey.errors import Gone
from survey.instrument.program import Program, Words
from survey.instrument.quotas import decided_quota_codes, quota_codes
from survey.instrument.state import AnswerState, codes_of
from survey.models.wave import QuotaCell

OF_INSTRUMENT = "@quota"
"""In the definition of a cell: the quotas of the instrument it counts. No answer can be called that."""
CONTINUE = "continue"
FULL = "quota_full"

_cell = table_of(QuotaCell)
# The rows are locked in the order of their ids, whatever way the update itself takes through the table.
_in_order = (
    sa.select(_cell.c.id)
    .where(_cell.c.id.in_(sa.bindparam("cell_ids", expanding=True)))
    .order_by(_cell.c.id)
    .with_for_update()
    .cte("in_order")
)
_take = (
    sa.update(_cell)
    .where(
        _cell.c.id.in_(sa.select(_in_order.c.id)),
        sa.or_(_cell.c.n < _cell.c.cap, _cell.c.on_full == CONTINUE),
    )
    .values(n=_cell.c.n + 1)
    .returning(_cell.c.id, _cell.c.code, (_cell.c.n > _cell.c.cap).label("is_over"))
)
_give_back = sa.update(_cell).where(_cell.c.id.in_(sa.select(_in_order.c.id))).values(n=_cell.c.n - 1)
_takes_nobody = sa.and_(_cell.c.on_full != CONTINUE, _cell.c.n >= _cell.c.cap)
_full_cells = sa.select(_cell.c.id, _cell.c.definition).where(
    _cell.c.wave_id == sa.bindparam("wave_id"), _takes_nobody
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A quota cell: all keys of its definition must hold one of their codes."""

    id: int
    definition: Mapping[str, Sequence[str]]


def cells_of(cells: Iterable[Cell], state: AnswerState, counted: Collection[str]) -> tuple[int, ...]:
    """The ids of the cells this response falls into, ascending. ``counted``: the quotas that count it."""
    return tuple(sorted(cell.id for cell in cells if _holds(cell, state, counted)))


def take_places(session: Session, cell_ids: Sequence[int]) -> tuple[str, ...]:
    """Take one place in each cell, all of them or none, check and act in one statement.

    Returns the codes of the cells that count this response beyond their limit. Raises Gone("quota_full") where
    a cell that ends the interview is full; ``context["cells"]`` names those.
    """
    if not cell_ids:
        return ()
    taken = session.connection().execute(_take, {"cell_ids": list(cell_ids)}).all()
    missing = set(cell_ids) - {row.id for row in taken}
    if missing:
        raise full(sorted(missing))
    return tuple(sorted(row.code for row in taken if row.is_over))


def give_back(session: Session, cell_ids: Sequence[int]) -> None:
    """Give back the places of a withdrawn response."""
    if cell_ids:
        session.connection().execute(_give_back, {"cell_ids": list(cell_ids)})


def full_cells(session: Session, wave_id: int) -> tuple[Cell, ...]:
    """The cells that take nobody more at this moment: for advice, which holds nothing."""
    rows = session.connection().execute(_full_cells, {"wave_id": wave_id})
    return tuple(Cell(id=row.id, definition=row.definition) for row in rows)


def has_full_cells(wave_id: sa.ColumnElement[int]) -> sa.Label[bool]:
    """A column of this name for statements that find a wave: whether any cell of it takes nobody more."""
    return sa.exists().where(_cell.c.wave_id == wave_id, _takes_nobody).label("has_full_cells")


def why_full(cells: Iterable[Cell], state: AnswerState, program: Program) -> Cell | None:
    """The full cell that an interview under way is sure to fall into, going by what is answered so far."""
    found = tuple(cells)
    if not found:
        return None
    counted = decided_quota_codes(program, state)
    return next((cell for cell in found if _holds(cell, state, counted)), None)


def own_message(cell: Cell, program: Program) -> Words | None:
    """What the instrument says to those for whom a cell is full; None where it says nothing of its own."""
    codes = cell.definition.get(OF_INSTRUMENT, ())
    return next((quota.message for quota in program.quotas if quota.code in codes and quota.message), None)


def message_of(session: Session, cell_ids: Sequence[int], program: Program) -> Words | None:
    """The same for the cells that a refusal named."""
    rows = session.execute(
        sa.select(_cell.c.id, _cell.c.definition).where(_cell.c.id.in_(cell_ids)).order_by(_cell.c.id)
    )
    found = [own_message(Cell(id=row.id, definition=row.definition), program) for row in rows]
    return next((words for words in found if words), None)


def counted_by(program: Program, state: AnswerState) -> tuple[str, ...]:
    """The quotas of the instrument that count a finished interview."""
    return quota_codes(program, state)


def full(cell_ids: Sequence[int]) -> Gone:
    """The refusal of somebody for whom there is no place."""
    return Gone(
        FULL,
        zh="您所在的人群已经有足够多的人作答，这次不再需要。谢谢您愿意参加！",
        en="Enough people like you have already answered, so this place is taken. Thank you all the same.",
        cells=tuple(cell_ids),
    )


def _holds(cell: Cell, state: AnswerState, counted: Collection[str]) -> bool:
    return all(
        not set(codes).isdisjoint(
            counted if key == OF_INSTRUMENT else codes_of(state.answers.get(key, state.context.get(key)))
        )
        for key, codes in cell.definition.items()
    )
