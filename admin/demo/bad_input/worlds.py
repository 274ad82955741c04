"""The three worlds: what is fed where, what the user is told, and how one sees that nothing stayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.content.load import load_content
from admin.content.problems import ContentProblems
from admin.designer import services as designer
from admin.fieldwork.services import waves
from survey import clock
from survey.backends.checkpoints import FolderCheckpoints
from survey.backends.keys import FolderKeyStore
from survey.collect import importing
from survey.db import Base, make_engine
from survey.identity.actors import Actor
from survey.models.cycle import Cycle
from survey.models.wave import Wave

FILES = Path(__file__).parent / "files"
ACTOR = Actor.command("bad-input")
_WORDS = {"zh": "演示", "en": "Demo"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that a user is told: where, and the message in both languages."""

    place: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one world; ``left`` names whatever stayed and should not have."""

    name: str
    told: tuple[Told, ...]
    left: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Refused with reasons, and nothing stayed."""
        return bool(self.told) and not self.left


def broken_instrument(folder: Path) -> Outcome:
    """Load an instrument with mistakes into a database that holds the demo province."""
    file = FILES / "instrument.yaml"
    with _database(folder) as engine:
        with Session(engine) as session, session.begin():
            designer.load_content(session, load_content(), actor=ACTOR)
        before = _rows(engine)
        told: tuple[Told, ...] = ()
        with Session(engine) as session:
            try:
                designer.load_instrument_file(session, file.read_bytes(), filename=file.name, actor=ACTOR)
                session.commit()
            except ContentProblems as refused:
                told = tuple(
                    Told(place=one.place, zh=one.message("zh"), en=one.message("en")) for one in refused.found
                )
        return Outcome(name="broken instrument", told=told, left=_difference(before, _rows(engine)))


def hostile_answers(folder: Path) -> Outcome:
    """Import a file of answers, one row of which is sound, into an open wave."""
    file = FILES / "answers.csv"
    with _database(folder) as engine:
        keys = FolderKeyStore(folder / "keys")
        with Session(engine) as session, session.begin():
            _open_wave(session, keys=keys, sink=FolderCheckpoints(folder / "checkpoints"))
        before = _rows(engine)
        with Session(engine) as session, session.begin():
            wave = session.scalars(sa.select(Wave)).one()
            report = importing.import_answers(
                session, wave, file.read_bytes(), filename=file.name, actor=ACTOR.ref, keys=keys
            )
        told = tuple(
            Told(
                place=f"{file.name}, row {one.row}, column {one.column}",
                zh=one.message("zh"),
                en=one.message("en"),
            )
            for one in report.refusals
        )
        return Outcome(name="hostile answers", told=told, left=_difference(before, _rows(engine)))


def impossible_margin(folder: Path) -> Outcome:
    """Weight four townspeople to a population of which half lives in villages."""
    from analysis.analyse import analyse
    from analysis.errors import AnalysisError

    plan, data, out = FILES / "plan.yaml", FILES / "people.csv", folder / "results"
    told: tuple[Told, ...] = ()
    try:
        analyse(plan, data).write(out)
    except AnalysisError as refused:
        place = f"{plan.name} weighting.margins[{refused.context.get('margin', '?')}], {data.name}"
        told = (Told(place=place, zh=refused.message("zh"), en=refused.message("en")),)
    left = tuple(str(path.relative_to(folder)) for path in sorted(folder.rglob("*")))
    return Outcome(name="impossible margin", told=told, left=left)


WORLDS: tuple[Callable[[Path], Outcome], ...] = (broken_instrument, hostile_answers, impossible_margin)


def _open_wave(session: Session, *, keys: FolderKeyStore, sink: FolderCheckpoints) -> None:
    designer.load_content(session, load_content(), actor=ACTOR)
    file = FILES / "small_instrument.yaml"
    version = designer.load_instrument_file(session, file.read_bytes(), filename=file.name, actor=ACTOR)
    designer.lock_instrument(session, version, actor=ACTOR)
    designer.lock_plan(session, actor=ACTOR)
    cycle = Cycle(code="bad-input", year=2026, title=_WORDS)
    session.add(cycle)
    session.flush()
    now = clock.now(session)
    plan = waves.WavePlan(
        code="bad-input",
        title=_WORDS,
        evaluator_group="residents",
        opens_at=now,
        closes_at=now + timedelta(days=1),
    )
    wave = waves.create_wave(session, plan, cycle_id=cycle.id, instrument_version_id=version.id, actor=ACTOR)
    waves.open_wave(session, wave, actor=ACTOR, keys=keys, sink=sink, retention_years=2)


@contextmanager
def _database(folder: Path) -> Iterator[sa.Engine]:
    """A throw-away database in ``folder``."""
    engine = make_engine(f"sqlite:///{folder / 'bad-input.sqlite3'}")
    Base.metadata.create_all(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def _rows(engine: sa.Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def _difference(before: dict[str, int], after: dict[str, int]) -> tuple[str, ...]:
    return tuple(f"{after[name] - n} rows in {name}" for name, n in before.items() if after[name] != n)
