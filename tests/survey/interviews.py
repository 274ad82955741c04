"""A small instrument, an open wave for it, and people who answer it: shared by ledger, access and collect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.access import grants, tokens
from survey.access.tokens import SampleCase
from survey.backends.keys import FolderKeyStore
from survey.collect import pages, start, submit, waves
from survey.collect.drafts import OpenDraft
from survey.collect.start import Started
from survey.instrument.compile import compile_instrument
from survey.instrument.path import find_path
from survey.instrument.program import Program
from survey.instrument.shown import page_items
from survey.ledger.receipts import Receipt
from survey.models.cycle import Cycle
from survey.models.instrument import Instrument, InstrumentVersion
from survey.models.wave import OpenEntry, QuotaCell, Wave

ZONE = "Asia/Shanghai"
SCALES = {
    "schema": "satisfaction-demo/scales/1",
    "special_codes": {
        88: {"zh": "不了解", "en": "Don't know", "counts_as_missing": True, "report_share": True},
        98: {
            "zh": "拒答",
            "en": "Refused",
            "counts_as_missing": True,
            "report_share": True,
            "interviewer_only": True,
        },
        99: {"zh": "不适用", "en": "Not applicable", "counts_as_missing": True, "report_share": True},
    },
    "scales": {"sat5": {point: {"zh": f"{point}分", "en": f"Point {point}"} for point in (5, 4, 3, 2, 1)}},
}


def _words(text: str) -> dict[str, str]:
    return {"zh": f"{text}？", "en": f"{text}?"}


def _item(code: str, kind: str, **more: object) -> dict[str, object]:
    return {"id": code, "type": kind, "text": _words(code), **more}


def _options(*codes: str, **marks: Mapping[str, object]) -> list[dict[str, object]]:
    return [{"code": code, "zh": code, "en": code, **marks.get(code, {})} for code in codes]


DOCUMENT = {
    "schema": "satisfaction-demo/instrument/1",
    "id": "small",
    "version": "2026.1",
    "title": _words("Small survey"),
    "evaluator_group": "residents",
    "languages": ["zh", "en"],
    "modes": ["web", "cati"],
    "min_age": 18,
    "scales_file": "_scales.yaml",
    "consent": _words("Do you agree"),
    "consent_required": True,
    "closing": {"zh": "回执 {receipt}", "en": "Receipt {receipt}"},
    "sections": [
        {
            "id": "A",
            "title": _words("About you"),
            "questions": [
                _item("A1", "single", required=True, options=_options("north", "south")),
                _item("A2", "multi", options=_options("bus", "school", "none", none={"exclusive": True})),
            ],
        },
        {
            "id": "B",
            "title": _words("Ratings"),
            "questions": [_item(code, "scale", scale="sat5") for code in ("R01", "R02", "R03")],
        },
        {
            "id": "C",
            "title": _words("Schools"),
            "show_if": {"question": "A2", "any_of": ["school"]},
            "questions": [
                _item("R04", "scale", scale="sat5", required=True),
                _item("T1", "text", max_chars=200),
            ],
        },
    ],
}


@cache
def small_program() -> Program:
    """The compiled small instrument."""
    compiled = compile_instrument(DOCUMENT, scales=SCALES, modules={}, units=(), areas=())
    assert compiled.program is not None, [problem.message("en") for problem in compiled.problems]
    return compiled.program


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A database with one open wave, and the keys beside it."""

    engine: sa.Engine
    keys: FolderKeyStore
    wave_id: int

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One unit of work: the test is the edge and commits."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    def issue(self, n: int = 1, **facts: object) -> list[str]:
        """Tokens for n cases."""
        case = {"stratum": "north", "probability": "0.01", "seal_group": "city1", **facts}
        with self.session() as session:
            wave = session.get_one(Wave, self.wave_id)
            return tokens.issue(session, wave, [SampleCase(**case)] * n, keys=self.keys)

    def move_clock(self, delta: timedelta) -> None:
        """Let time pass, by the demo clock."""
        with self.session() as session:
            session.execute(sa.text("DELETE FROM demo_clock"))
            session.execute(
                sa.text("INSERT INTO demo_clock (id, offset_seconds) VALUES (1, :s)"),
                {"s": int(delta.total_seconds())},
            )

    def count(self, table: str) -> int:
        """Number of rows."""
        with self.session() as session:
            return session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()


def make_world(
    engine: sa.Engine,
    folder: Path,
    *,
    anonymity: str = "anonymous",
    quota: int | None = None,
    program: Program | None = None,
    code: str = "residents-2026",
) -> World:
    """An open wave of an instrument, with an open entry "open1" and, if asked for, one quota cell for the north."""
    program = program or small_program()
    with Session(engine) as session:
        now = clock.now(session)
        cycle = Cycle(code=f"cycle-{code}", year=2026, title=_words("Cycle"))
        version = InstrumentVersion(
            instrument=Instrument(code=program.code, title=dict(program.title)),
            version=program.version,
            document={},
            program=program.to_json(),
            digest=program.digest,
            loaded_at=now,
        )
        session.add_all([cycle, version])
        session.flush()
        wave = Wave(
            public_id=code[:16],
            code=code,
            cycle_id=cycle.id,
            title=_words("Wave"),
            evaluator_group="residents",
            instrument_version_id=version.id,
            anonymity=anonymity,
            status="open",
            time_zone=ZONE,
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=30),
            opened_at=now - timedelta(days=1),
        )
        session.add(wave)
        session.flush()
        session.add(OpenEntry(code="open1", wave_id=wave.id, channel="open"))
        if quota is not None:
            session.add(
                QuotaCell(wave_id=wave.id, code="north", definition={"A1": ["north"]}, cap=quota, n=0)
            )
        session.commit()
        return World(engine=engine, keys=FolderKeyStore(folder / "world-keys"), wave_id=wave.id)


NORTH = {"A1": ["north"], "A2": ["bus"], "R01": ["5"], "R02": ["4"], "R03": ["88"]}


def begin(world: World, session: Session, token: str | None = None) -> Started:
    """Redeem a token (or the open entry) and open a draft."""
    if token is None:
        grant = grants.open_entry(session, "open1")
    else:
        grant = grants.redeem(session, token, keys=world.keys)
    return start.open_draft(session, grant, language="zh", consent=True, keys=world.keys)


def fill(
    world: World, session: Session, draft: OpenDraft, answers: Mapping[str, Sequence[str]] = NORTH
) -> OpenDraft:
    """Answer page after page as a phone does, each page saved."""
    program = small_program()
    ref = pages.next_page(program, draft.document)
    while ref is not None:
        asked = page_items(program, ref, draft.document.state)
        raw = {item.key: answers[item.key] for item in asked if item.key in answers}
        draft, outcome = pages.save_page(
            session,
            draft,
            ref.key,
            raw,
            program=program,
            seen_ver=draft.ver,
            at=draft.document.opened_at + timedelta(seconds=90),
            keys=world.keys,
        )
        assert not outcome.problems, [problem.message("en") for problem in outcome.problems]
        ref = outcome.next
    return draft


def hand_in(world: World, session: Session, draft: OpenDraft) -> Receipt:
    """Prepare and run the submit transaction; the caller commits."""
    prepared = submit.prepare(
        draft,
        program=small_program(),
        wave=waves.load(session, world.wave_id),
        keys=world.keys,
        now=clock.now(session),
    )
    return submit.commit(session, prepared, keys=world.keys)


def answer(
    world: World, token: str | None = None, answers: Mapping[str, Sequence[str]] = NORTH
) -> tuple[Receipt, str]:
    """A whole interview; the receipt and the secret of the cookie."""
    with world.session() as session:
        started = begin(world, session, token)
        draft = fill(world, session, started.draft, answers)
        return hand_in(world, session, draft), started.secret


def utc(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]  # parts are year, month, day, ...


__all__ = [
    "DOCUMENT",
    "NORTH",
    "SCALES",
    "World",
    "answer",
    "begin",
    "fill",
    "find_path",
    "hand_in",
    "make_world",
]
