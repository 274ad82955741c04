"""An installation to measure: a wave that is open now on the real clock, with links and what people will answer."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_migrate import upgrade
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from admin.content.load import Content, load_content
from admin.demo.simulate.cases import SimulatedCase, simulated_cases
from admin.demo.simulate.facts import content_of
from admin.designer import services as designer
from admin.fieldwork.services import samples, waves
from admin.home import services as home
from survey.access.tokens import SampleCase
from survey.backends.checkpoints import FolderCheckpoints
from survey.config import Settings
from survey.db import db
from survey.identity.actors import Actor
from survey.instrument.program import Program
from survey.models.instrument import Instrument, InstrumentVersion
from survey.models.wave import Wave
from survey.ports import KeyStore
from tests import postgres
from tests.bench import shapes
from tests.conftest import make_settings
from wsgi import create_app

GROUP, CYCLE, SEED = "residents", "bench", 20260901
BENCH = Actor.command("bench")
TITLE = {"zh": "测量", "en": "Measurement"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Where it lies, and the file of its people: for each a token, a language and the answers."""

    settings: Settings
    people: Path


@contextmanager
def town(folder: Path, *, n: int, questions: int, server: URL | None = None) -> Iterator[Town]:
    """A fresh installation with ``n`` links to a questionnaire of so many ``questions``; gone after the block.

    It lies in SQLite, or on the PostgreSQL ``server``.
    """
    name = f"bench_{uuid.uuid4().hex[:12]}"
    url = None
    if server is not None:
        postgres.create_database(server, name)
        url = server.set(database=name).render_as_string(hide_password=False)
    settings = make_settings(folder, url)
    try:
        app = create_app("worker", settings)
        with app.app_context():
            upgrade()
            people = _people(db.engine, settings, app.extensions["minyi"].keys, n=n, questions=questions)
            db.engine.dispose()
        (folder / "people.json").write_text(json.dumps(people, ensure_ascii=False))
        yield Town(settings=settings, people=folder / "people.json")
    finally:
        if server is not None:
            postgres.drop_database(server, name)
        shutil.rmtree(folder, ignore_errors=True)


def open_wave(
    session: Session,
    content: Content,
    settings: Settings,
    keys: KeyStore,
    *,
    document: Mapping[str, Any] | None = None,
) -> Wave:
    """Load and lock the province's documents, then open a wave for a week from an hour ago.

    It asks ``document``, or where none is given what the province asks its residents.
    """
    now = datetime.now(UTC)
    designer.load_content(session, content, actor=BENCH)
    code = GROUP
    if document is not None:
        code = designer.load_instrument(session, document, actor=BENCH).instrument.code
    cycle = home.create_cycle(
        session,
        code=CYCLE,
        year=now.year,
        title=TITLE,
        stages=home.stages_of(content.province),
        actor=BENCH,
    )
    for version in session.scalars(sa.select(InstrumentVersion)):
        designer.lock_instrument(session, version, actor=BENCH)
    designer.lock_plan(session, actor=BENCH)
    version_id = session.scalars(
        sa.select(InstrumentVersion.id).join(Instrument).where(Instrument.code == code)
    ).one()
    plan = waves.WavePlan(
        code=CYCLE,
        title=TITLE,
        evaluator_group=GROUP,
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=7),
    )
    wave = waves.create_wave(session, plan, cycle_id=cycle.id, instrument_version_id=version_id, actor=BENCH)
    sink = FolderCheckpoints(settings.data_dir / "checkpoints")
    waves.open_wave(session, wave, actor=BENCH, keys=keys, sink=sink, retention_years=2)
    return wave


def residents(content: Content, n: int) -> list[SimulatedCase]:
    """``n`` simulated residents, all of them answering on the web."""
    found = (case for case in simulated_cases(content_of(content), SEED) if case.group == GROUP)
    return [replace(case, mode="web", channel="sample", interviewer=None) for case in islice(found, n)]


def _people(
    engine: sa.Engine, settings: Settings, keys: KeyStore, *, n: int, questions: int
) -> list[dict[str, object]]:
    cases = [SampleCase(stratum="bench", probability="0.01", seal_group="bench") for _ in range(n)]
    with Session(engine) as session, session.begin():
        document = shapes.document(questions)
        wave = open_wave(session, load_content(), settings, keys, document=document)
        program = Program.from_json(wave.version.program)
        tokens = samples.issue_tokens(session, wave, cases, keys=keys, actor=BENCH)
    return [
        {"token": token, "language": "zh", "answers": shapes.answers(program, seed)}
        for seed, token in enumerate(tokens)
    ]
