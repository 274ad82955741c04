"""Home of how far interviews of a wave get: by mode and page how many reached it, sent it, and stopped there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.collect import programs
from survey.instrument.program import Words
from survey.models.instrument import InstrumentVersion
from survey.models.paradata import PageCount
from survey.models.wave import Wave

SMALLEST = 10
"""A page that fewer people reached says nothing, and might say something about one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFigures:
    """One page: its heading, how many reached it, and how many of these did not send it; None where few did."""

    code: str
    title: Words
    reached: int | None
    stopped: int | None

    @property
    def share(self) -> float | None:
        """Of those who reached the page the share that stopped there."""
        return self.stopped / self.reached if self.reached and self.stopped is not None else None


def by_mode(session: Session, wave: Wave) -> Mapping[str, tuple[PageFigures, ...]]:
    """The pages in the order of the instrument, for each mode in which anybody answered."""
    digest = session.execute(
        sa.select(InstrumentVersion.digest).where(InstrumentVersion.id == wave.instrument_version_id)
    ).scalar_one()
    pages = programs.load(session, digest).pages
    rows = session.execute(
        sa.select(PageCount.mode, PageCount.page, sa.func.sum(PageCount.reached), sa.func.sum(PageCount.sent))
        .where(PageCount.wave_id == wave.id)
        .group_by(PageCount.mode, PageCount.page)
    ).all()
    counts = {(mode, page): (int(reached), int(sent)) for mode, page, reached, sent in rows}
    titles = {page.code: page.title for page in pages}
    return {
        mode: tuple(
            _figures(code, title, *counts[mode, code])
            for code, title in titles.items()
            if (mode, code) in counts
        )
        for mode in sorted({mode for mode, _ in counts})
    }


def _figures(code: str, title: Words, reached: int, sent: int) -> PageFigures:
    is_small = reached < SMALLEST
    stopped = max(0, reached - sent)
    return PageFigures(
        code=code,
        title=title,
        reached=None if is_small else reached,
        stopped=None if is_small or 0 < stopped < SMALLEST else stopped,
    )
