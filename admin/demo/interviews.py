"""Simulated respondents answer through the collection code: redeem, consent, page by page, submit.

Workers prepare interviews side by side; each chunk is then stored in one transaction. The simulation is the
edge here, so it commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time
from multiprocessing import get_context
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.access import grants
from survey.backends.keys import FolderKeyStore
from survey.collect import drafts, pages, programs, start, submit
from survey.collect.documents import DraftDocument
from survey.collect.drafts import NewDraft
from survey.collect.submit import PreparedSubmission
from survey.collect.waves import WaveFacts
from survey.collect.waves import load as load_wave
from survey.config import Settings
from survey.db import make_engine, read_only
from survey.instrument.frame_facts import NO, YES, field_name
from survey.instrument.path import Reach, find_path
from survey.instrument.program import Program
from survey.instrument.state import answer_key

if TYPE_CHECKING:
    from admin.demo.simulate.cases import SimulatedCase

CHUNK = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A case with the token it was sent."""

    token: str
    case: SimulatedCase


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finished:
    """An interview filled in to its last page: its draft and its submission, ready to be stored."""

    draft: NewDraft
    prepared: PreparedSubmission


class _Waves:
    """The waves of one chunk, each read once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._held: dict[int, tuple[WaveFacts, Program]] = {}

    def of(self, wave_id: int) -> tuple[WaveFacts, Program]:
        """A wave and its program."""
        if wave_id not in self._held:
            facts = load_wave(self.session, wave_id)
            self._held[wave_id] = facts, programs.load(self.session, facts.digest)
        return self._held[wave_id]


class RefusedAnswer(RuntimeError):
    """The collection code refused a simulated answer: the simulation and the instrument disagree."""


def hold_all(invited: Iterable[Invited], settings: Settings, *, processes: int) -> Iterator[int]:
    """Hold every interview and yield, after each stored chunk, how many it held."""
    chunks = _chunks(invited)
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_set_up, initargs=(settings,)
    ) as pool:
        waiting: list[Future[int]] = []
        for chunk in chunks:
            waiting.append(pool.submit(_hold_chunk, chunk))
            if len(waiting) >= 2 * processes:  # the simulation must not run far ahead of the workers
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def hold(session: Session, engine: sa.Engine, keys: FolderKeyStore, chunk: Sequence[Invited]) -> int:
    """Hold the interviews of one chunk: prepared without a lock, stored in one transaction."""
    with Session(engine) as reading:
        read_only(reading)
        waves = _Waves(reading)
        finished = [_answer(waves, keys, each) for each in chunk]
    for one in finished:
        drafts.store(session, one.draft)
        submit.commit(session, one.prepared, keys=keys)
    session.commit()
    return len(finished)


def fill(program: Program, document: DraftDocument, case: SimulatedCase, *, at: datetime) -> DraftDocument:
    """Answer page after page as a phone would send them. Raises RefusedAnswer."""
    path = find_path(program, document.state)
    ref = path.pages[0] if path.pages else None
    while ref is not None:
        asked = Reach(program, document.state).shown_items(ref)
        sent = {
            **case.raw_for(answer_key(item.code, ref.unit) for item in asked),
            **{field_name(item.code): word_on_fact(case, item.code) for item in asked if item.prefill},
        }
        outcome = pages.apply_page(program, document, ref.key, sent, at=at)
        if outcome.problems:
            raise RefusedAnswer(
                f"{case.group} {case.number}, page {ref.key}: {outcome.problems[0].message('en')}"
            )
        if outcome.screened_out:
            raise RefusedAnswer(f"{case.group} {case.number} was screened out on page {ref.key}")
        document, ref = outcome.document, outcome.next
    return document


def word_on_fact(case: SimulatedCase, item: str) -> list[str]:
    """Whether what the frame says is right, as the case sees it; one in eight passes over the question."""
    known = case.context.get(f"frame.{item}")
    if known is None or case.number % 8 == 0:
        return []
    return [YES if known == case.answers.get(item) else NO]


def _answer(waves: _Waves, keys: FolderKeyStore, invited: Invited) -> _Finished:
    case = invited.case
    grant = grants.redeem(waves.session, invited.token, keys=keys)
    wave, program = waves.of(grant.wave_id)
    at = moment_of(case, wave.time_zone)
    document = start.new_document(
        grant,
        wave=wave,
        program=program,
        language=case.language,
        consent=True,
        at=at,
        keys=keys,
        device=case.device,
    )
    document = fill(program, document, case, at=at)
    today = at.astimezone(ZoneInfo(wave.time_zone)).date()
    new = drafts.prepare(document, today=today, keys=keys)
    prepared = submit.prepare(new.draft, program=program, wave=wave, keys=keys, now=at, seconds=case.seconds)
    return _Finished(draft=new, prepared=prepared)


def moment_of(case: SimulatedCase, zone: str) -> datetime:
    """The instant at which the interview ended, by the case's day and minute in the wave's time zone."""
    return datetime.combine(case.day, time(case.minute // 60, case.minute % 60), ZoneInfo(zone))


def _chunks(invited: Iterable[Invited]) -> Iterator[list[Invited]]:
    chunk: list[Invited] = []
    for each in invited:
        chunk.append(each)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@dataclass(slots=True)
class _Process:
    """What one worker process keeps between chunks."""

    engine: sa.Engine
    keys: FolderKeyStore


_here: _Process | None = None


def _set_up(settings: Settings) -> None:
    global _here  # a worker process has exactly one engine
    _here = _Process(make_engine(settings.database_url), FolderKeyStore(settings.key_dir))


def _hold_chunk(chunk: list[Invited]) -> int:
    if _here is None:
        raise RuntimeError("the worker process was not set up")
    with Session(_here.engine) as session:
        return hold(session, _here.engine, _here.keys, chunk)
