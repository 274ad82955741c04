"""Home of how far interviews get: counts by day, mode and page, gathered in memory and added up now and then.

They know no interview. What a process has gathered in the last seconds is lost if it dies; nothing rests on it.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import date
from typing import NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.collect.documents import DraftDocument
from survey.collect.pages import is_done
from survey.db import insert_adding, table_of
from survey.instrument.path import PageRef
from survey.instrument.program import Program
from survey.models.paradata import PageCount

EVERY = 20.0
"""Seconds after which what was gathered is added up, so that busy interviews do not queue for one row."""
_PAGE_CHARS = 64
_table = table_of(PageCount)


class Cell(NamedTuple):
    """What is counted together."""

    wave_id: int
    day: date
    mode: str
    page: str


class _Gathered:
    """What this process has counted for one database and not yet written."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reached: Counter[Cell] = Counter()
        self.sent: Counter[Cell] = Counter()
        self.written_at = 0.0

    def take(self, *, at_once: bool) -> list[dict[str, object]]:
        """Everything, where it is time to write it down."""
        with self.lock:
            if not at_once and time.monotonic() - self.written_at < EVERY:
                return []
            cells = sorted({*self.reached, *self.sent})
            rows = [{**c._asdict(), "reached": self.reached[c], "sent": self.sent[c]} for c in cells]
            self.reached.clear()
            self.sent.clear()
            self.written_at = time.monotonic()
            return rows


_gathered: WeakKeyDictionary[sa.Pool, _Gathered] = WeakKeyDictionary()
_gathered_lock = threading.Lock()


def count_page(
    session: Session,
    program: Program,
    before: DraftDocument,
    after: DraftDocument,
    ref: PageRef,
    *,
    wave_id: int,
    day: date,
) -> None:
    """Count what one page changed: pages reached for the first time, and this page where it is now complete."""
    new = [code for code in after.reached if code not in before.reached]
    count_reached(session, wave_id, new, day=day, of=after)
    if is_done(program, after, ref) and not is_done(program, before, ref):
        gathered = _of(session)
        with gathered.lock:
            gathered.sent[_cell(wave_id, day, after, ref.code)] += 1


def count_reached(session: Session, wave_id: int, pages: list[str], *, day: date, of: DraftDocument) -> None:
    """Count pages that an interview has reached."""
    gathered = _of(session)
    with gathered.lock:
        for code in pages:
            gathered.reached[_cell(wave_id, day, of, code)] += 1


def write(session: Session, *, at_once: bool = False) -> None:
    """Add what was gathered to the table, in one statement, if it is time."""
    rows = _of(session).take(at_once=at_once)
    if rows:
        session.connection().execute(insert_adding(session, _table, sums=("reached", "sent")), rows)


def _of(session: Session) -> _Gathered:
    """What was counted for the database of ``session``: a process may serve several, and waves are numbered in each."""
    pool = session.get_bind().engine.pool  # the same for an engine and for itself with other options
    with _gathered_lock:
        return _gathered.setdefault(pool, _Gathered())


def _cell(wave_id: int, day: date, document: DraftDocument, page: str) -> Cell:
    return Cell(wave_id=wave_id, day=day, mode=document.grant.mode, page=page[:_PAGE_CHARS])
