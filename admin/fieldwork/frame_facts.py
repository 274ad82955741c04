"""Home of what respondents made of the facts of the frame: counted over sealed responses, small counts held back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.instrument.frame_facts import Mark, stored_name
from survey.instrument.program import Item, Program
from survey.models.response import Response
from survey.models.wave import Wave

LEAST, STEP = 10, 5
"""No count below this is shown, and those above are rounded to multiples of this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactReport:
    """One fact of the frame with its counts by mark; None where a count is held back."""

    item: Item
    counts: Mapping[Mark, int | None]

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it may be shown."""
        return all(count is None for count in self.counts.values())


def report(session: Session, wave: Wave, program: Program) -> Sequence[FactReport]:
    """Every fact of the instrument that is prefilled from the frame, by one statement for each."""
    return [
        FactReport(item=item, counts=protected(_counts(session, wave, item.code)))
        for item in facts_of(program)
    ]


def facts_of(program: Program) -> list[Item]:
    """The items whose value the frame knows and respondents may correct."""
    return [
        item
        for page in program.pages
        if page.repeat is None
        for item in page.items
        if item.prefill == "frame" and not item.read_only
    ]


def protected(counts: Mapping[Mark, int]) -> dict[Mark, int | None]:
    """Counts as they may be shown: none below ten, and never just one held back, which the others would give away."""
    hidden = {mark for mark in Mark if counts.get(mark, 0) < LEAST}
    if len(hidden) == 1:
        rest = [mark for mark in Mark if mark not in hidden]
        hidden.add(min(rest, key=lambda mark: counts[mark]))
    return {mark: None if mark in hidden else round(counts[mark] / STEP) * STEP for mark in Mark}


def _counts(session: Session, wave: Wave, item: str) -> dict[Mark, int]:
    value = Response.document["state", "context", stored_name(item)].as_string()
    rows = session.execute(
        sa.select(value, sa.func.count())
        .where(Response.wave_id == wave.id, value.in_([mark.value for mark in Mark]))
        .group_by(value)
    )
    return {Mark(row[0]): row[1] for row in rows}
