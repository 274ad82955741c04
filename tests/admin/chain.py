"""A province of two cities from its first token to the hand-over, by the platform's own verbs, in seconds."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from admin.datasets.freeze import freeze_cycle
from admin.demo.clock import set_demo_clock
from admin.designer import services as designer
from admin.fieldwork.services import samples, sealing, waves
from admin.scoring import compute, handover, queries, rules, services
from survey import clock
from survey.access.tokens import SampleCase
from survey.backends.checkpoints import FolderCheckpoints
from survey.backends.keys import FolderKeyStore
from survey.collect import importing
from survey.config import Settings
from survey.db import Base, make_engine
from survey.identity import users
from survey.identity.actors import Actor, find_actor
from survey.identity.permissions import Role
from survey.instrument.compile import compile_instrument
from survey.ledger import checkpoint
from survey.models.content import AssessedUnit
from survey.models.cycle import Cycle
from survey.models.dataset import Dataset
from survey.models.fieldwork import Appeal, CallBack, InternalScore, SamplingFrame
from survey.models.instrument import Instrument, InstrumentVersion
from survey.models.response import DispositionCount
from survey.models.scoring import HandOver, Run
from survey.models.wave import Wave
from tests.analysis.run import worlds
from tests.survey.interviews import SCALES

COMMAND = Actor.command("test")
PEOPLE = {
    "qing": Role.STATISTICIAN,
    "yuan": Role.PERFORMANCE_LEAD,
    "zhou": Role.DESIGNER,
    "cai": Role.FIELDWORK,
    "ji": Role.FIELDWORK,
    "ming": Role.ANALYST,
    "guan": Role.OBSERVER,
}
LOCKED, OPENED, ASKED = (datetime(2026, month, 1, 4, tzinfo=UTC) for month in (4, 8, 9))
CLOSES, SCORED = (datetime(2026, month, 1, 4, tzinfo=UTC) for month in (10, 11))
SERVICE_FACTS = ("unit", "city", "channel")
CITIES = {"east": "990101", "west": "990201"}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """An installation: database, keys, data folder."""

    settings: Settings
    engine: sa.Engine
    keys: FolderKeyStore

    @property
    def sink(self) -> FolderCheckpoints:
        return FolderCheckpoints(self.settings.data_dir / "checkpoints")

    @contextmanager
    def work(self) -> Iterator[Session]:
        """A unit of work: the test is the edge and commits."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def stand_at(self, moment: datetime) -> None:
        with self.work() as session:
            set_demo_clock(session, moment, settings=self.settings)


def cycle_of(session: Session) -> Cycle:
    return session.scalars(sa.select(Cycle)).one()


def someone(session: Session, name: str) -> Actor:
    return find_actor(session, name)


def make_plan() -> dict[str, Any]:
    """The demo's scoring plan with numbers that two hundred answers can reach."""
    plan = worlds.make_plan()
    plan["missing_group_rule"]["minimum_weight_present"] = 0.5
    for gate in plan["gates"]:
        if gate["id"] == "G04":
            gate["thresholds"] = {"half_width": dict.fromkeys("ABCDE", 60.0)}
    return plan


def words(text: str) -> dict[str, str]:
    return {"zh": f"{text}？", "en": f"{text}?"}


def single(code: str, *options: str, **more: Any) -> dict[str, Any]:
    return {
        "id": code,
        "type": "single",
        "text": words(code),
        "options": [{"code": o, **words(o)} for o in options],
        **more,
    }


def scale(code: str) -> dict[str, Any]:
    return {"id": code, "type": "scale", "scale": "sat5", "text": words(code)}


def instrument(code: str, questions: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "schema": "satisfaction-demo/instrument/1",
        "id": code,
        "version": "2026.1",
        "title": words(code),
        "evaluator_group": code,
        "languages": ["zh", "en"],
        "modes": ["web", "cati"],
        "min_age": 18,
        "scales_file": "_scales.yaml",
        "consent": words("Do you agree"),
        "consent_required": True,
        "closing": {"zh": "回执 {receipt}", "en": "Receipt {receipt}"},
        "sections": [{"id": "A", "title": words("All"), "questions": list(questions)}],
        **more,
    }


INTEGRITY = single("INT1", "yes", "no", integrity=True)
RESIDENTS = instrument(
    "residents",
    [
        single("A1", "young", "old"),
        single("A2", "male", "female"),
        single("A4", *CITIES.values()),
        single("A5", "urban", "rural"),
        {
            "id": "A7",
            "type": "multi",
            "text": words("A7"),
            "options": [{"code": o, **words(o)} for o in ("bus", "edu")],
        },
        INTEGRITY,
        single("INT2", "yes", "no", integrity=True),
        scale("R01"),
        scale("R02"),
        {**scale("R03"), "show_if": {"question": "A7", "any_of": ["edu"]}},
        {"id": "T1", "type": "text", "text": words("T1"), "max_chars": 200},
    ],
)
SERVICE_USERS = instrument(
    "service_users",
    [INTEGRITY, scale("S01"), scale("S02")],
    context_fields=[{"id": name, "source": "transaction", **words(name)} for name in SERVICE_FACTS],
)


def world_of(settings: Settings) -> World:
    return World(
        settings=settings, engine=make_engine(settings.database_url), keys=FolderKeyStore(settings.key_dir)
    )


def build(settings: Settings) -> World:
    """Everything up to the sealed waves: accounts, locked documents, tokens, imported answers, registers."""
    world = world_of(settings)
    world.stand_at(LOCKED)
    with world.work() as session:
        add_people(session)
        _documents(session)
    world.stand_at(OPENED)
    rng = random.Random(20260901)
    for code, group, period, rows in (
        ("residents-2026", "residents", "annual", _residents(rng)),
        ("service-users-2026", "service_users", "annual", _service_users(rng, 15)),
        ("peacetime-q2-2026", "service_users", "peacetime_Q2", _service_users(rng, 8)),
    ):
        _open(world, code, group, period)
        world.stand_at(ASKED)
        _answer(world, code, rows)
        world.stand_at(OPENED)
    world.stand_at(CLOSES)
    _close_and_seal(world)
    with world.work() as session:
        _registers(session)
    world.stand_at(SCORED)
    return world


def add_people(session: Session) -> None:
    """One account for every duty."""
    for name, role in PEOPLE.items():
        users.create_user(
            session,
            username=name,
            display_name=name.title(),
            organisation=f"office of {role}",
            password="calm river stones",
            roles=[role],
            actor=COMMAND,
        )


def _documents(session: Session) -> None:
    session.add_all(
        AssessedUnit(
            code=unit["id"], official_code=unit["id"], unit_class=unit["class"], zh=unit["id"], en=unit["id"]
        )
        for unit in worlds.PROVINCE["assessed_units"]
    )
    designer_of = someone(session, "zhou")
    for kind, document in (
        ("province", worlds.PROVINCE),
        ("framework", worlds.FRAMEWORK),
        ("scoring", make_plan()),
    ):
        designer.keep_document(
            session, kind, json.loads(json.dumps(document, default=str)), actor=designer_of
        )
    designer.lock_plan(session, actor=COMMAND)
    for document in (RESIDENTS, SERVICE_USERS):
        compiled = compile_instrument(document, scales=SCALES, modules={}, units=(), areas=())
        assert compiled.program is not None, [problem.message("en") for problem in compiled.problems]
        version = InstrumentVersion(
            instrument=Instrument(code=compiled.program.code, title=dict(compiled.program.title)),
            version=compiled.program.version,
            document=document,
            program=compiled.program.to_json(),
            digest=compiled.program.digest,
            loaded_at=clock.now(session),
        )
        session.add(version)
        session.flush()
        designer.lock_instrument(session, version, actor=COMMAND)
    session.add(Cycle(code="tiny-2026", year=2026, title=words("Tiny")))


def _residents(rng: random.Random) -> list[tuple[SampleCase | None, dict[str, str]]]:
    rows: list[tuple[SampleCase | None, dict[str, str]]] = []
    for city, county in CITIES.items():
        for n in range(62):
            mode = "cati" if n % 3 == 0 else "web"
            case = SampleCase(
                stratum=county,
                probability="0.05" if city == "east" else "0.04",
                seal_group=city,
                mode=mode,
                interviewer=f"T{n % 4}" if mode == "cati" else None,
            )
            good = (2, 4, 8, 30, 20) if city == "east" else (6, 12, 20, 20, 6)
            drawn = [str(rng.choices((1, 2, 3, 4, 5, 88), (*good, 4))[0]) for _ in range(3)]
            chosen = rng.choice((["bus"], ["edu"], ["bus", "edu"], ["edu"]))
            answers = {
                "A1": ("young", "old")[n % 2],
                "A2": ("male", "female")[n // 2 % 2],
                "A4": county,
                "A5": ("urban", "rural")[n // 4 % 2],
                "A7": ";".join(chosen),
                "INT1": "no",
                "INT2": "no",
                "R01": drawn[0],
                "R02": drawn[1] if n % 20 else "",
                "R03": drawn[2] if "edu" in chosen else "",
                "T1": "" if n % 5 else f"还行, “{n}”\n=1+1",
            }
            rows.append((case, answers))
    rows += [(None, {**rows[0][1], "R01": "5", "R02": "5"}) for _ in range(3)]
    return rows


def _service_users(rng: random.Random, each: int) -> list[tuple[SampleCase | None, dict[str, str]]]:
    rows: list[tuple[SampleCase | None, dict[str, str]]] = []
    for city in CITIES:
        for channel in ("window", "online"):
            for _ in range(each):
                case = SampleCase(
                    stratum=f"{city}/{channel}",
                    probability="0.02",
                    seal_group="edu",
                    frame_source="service_record",
                    context={"unit": "edu", "city": city, "channel": channel},
                )
                drawn = [str(rng.choices((1, 2, 3, 4, 5), (1, 2, 5, 9, 7))[0]) for _ in range(2)]
                rows.append((case, {"INT1": "no", "S01": drawn[0], "S02": drawn[1]}))
    return rows


def _open(world: World, code: str, group: str, period: str) -> None:
    with world.work() as session:
        version = session.scalars(
            sa.select(InstrumentVersion).join(Instrument).where(Instrument.code == group)
        ).one()
        wave = waves.create_wave(
            session,
            waves.WavePlan(
                code=code,
                title=words(code),
                evaluator_group=group,
                opens_at=OPENED,
                closes_at=CLOSES,
                period=period,
            ),
            cycle_id=cycle_of(session).id,
            instrument_version_id=version.id,
            actor=someone(session, "cai"),
        )
        waves.open_wave(
            session, wave, actor=someone(session, "cai"), keys=world.keys, sink=world.sink, retention_years=2
        )


def _answer(world: World, code: str, rows: Sequence[tuple[SampleCase | None, Mapping[str, str]]]) -> None:
    with world.work() as session:
        wave = session.scalars(sa.select(Wave).where(Wave.code == code)).one()
        drawn = [case for case, _ in rows if case is not None]
        tokens = iter(
            samples.issue_tokens(session, wave, drawn, keys=world.keys, actor=someone(session, "cai"))
        )
        file = io.StringIO(newline="")
        columns = ("meta.token", "meta.mode", "meta.consent", "meta.language", "meta.seconds", *rows[0][1])
        writer = csv.DictWriter(file, fieldnames=columns)
        writer.writeheader()
        for n, (case, answers) in enumerate(rows):
            meta = {
                "meta.token": next(tokens) if case else "",
                "meta.mode": case.mode if case else "web",
                "meta.consent": "1",
                "meta.language": ("zh", "en")[n % 2],
                "meta.seconds": str(240 + 10 * (n % 30)),
            }
            writer.writerow({**meta, **answers})
        report = importing.import_answers(
            session, wave, file.getvalue().encode(), filename="answers.csv", actor="user:ji", keys=world.keys
        )
    assert report.is_accepted, [refusal.message("en") for refusal in report.refusals]


def _close_and_seal(world: World) -> None:
    with world.work() as session:
        codes = list(session.scalars(sa.select(Wave.code).order_by(Wave.code)))
    for code in codes:
        with world.work() as session:
            wave = session.scalars(sa.select(Wave).where(Wave.code == code)).one()
            waves.close_wave(session, wave, actor=someone(session, "cai"))
    world.stand_at(CLOSES.replace(hour=6))
    for code in codes:
        with world.work() as session:
            wave = session.scalars(sa.select(Wave).where(Wave.code == code)).one()
            assert not sealing.seal_batch(session, wave, keys=world.keys).more
        with world.work() as session:
            wave = session.scalars(sa.select(Wave).where(Wave.code == code)).one()
            sealing.sign(
                session, wave, is_last=True, actor=someone(session, "cai"), keys=world.keys, sink=world.sink
            )


def _registers(session: Session) -> None:
    cycle = cycle_of(session)
    for wave in session.scalars(sa.select(Wave)):
        session.add(
            SamplingFrame(wave_id=wave.id, source="statistics_office", supplied_by_unit=None, n_records=2000)
        )
        if wave.evaluator_group == "residents":
            session.add(CallBack(wave_id=wave.id, interviewer="T1", n_cases=40, n_checked=6, n_confirmed=6))
            session.add_all(
                DispositionCount(wave_id=wave.id, mode=mode, code=code, source="imported", n=n)
                for mode, done in (("web", 83), ("cati", 41))
                for code, n in (("invited", 300), ("I", done), ("R", 100), ("NC", 300 - done - 100))
            )
    session.add_all(
        InternalScore(
            cycle_id=cycle.id,
            unit_code=unit["id"],
            year=2026,
            internal_score="82.50",
            additions="0.50",
            deductions="0.10",
        )
        for unit in worlds.PROVINCE["assessed_units"]
    )
    facts = {"opens_on": "2026-10-10", "closes_on": "2026-10-16"}
    session.add(Appeal(cycle_id=cycle.id, unit_code=None, ground=None, status="closed", facts=facts))


def freeze(world: World) -> Dataset:
    with world.work() as session:
        return freeze_cycle(
            session, cycle_of(session), data_dir=world.settings.data_dir, actor=someone(session, "ming")
        )


def run(world: World, *, seed: int = 7) -> Run:
    """Score the newest dataset as the worker does."""
    with world.work() as session:
        dataset = session.scalars(sa.select(Dataset).order_by(Dataset.id.desc()).limit(1)).one()
        found = services.request_run(
            session, cycle_of(session), dataset, seed=seed, actor=someone(session, "qing")
        )
        services.start(session, found)
        task = services.task_of(session, found, data_dir=world.settings.data_dir)
        run_id = found.id
    finished = compute.compute(task)
    with world.work() as session:
        services.finish(session, session.get_one(Run, run_id), finished, actor=COMMAND)
    with world.work() as session:
        return session.get_one(Run, run_id, options=[selectinload(Run.gates)])


def answer_warnings(world: World) -> None:
    with world.work() as session:
        newest = queries.runs_of(session, cycle_of(session))[0]
        for gate in rules.open_warnings(newest, queries.gate_answers(session, newest)):
            services.answer_warning(
                session,
                newest,
                gate=gate,
                text_zh="已核查，并写入方法说明。",
                text_en="Looked into; described in the method statement.",
                actor=someone(session, "qing"),
            )


def prepare(world: World) -> HandOver:
    with world.work() as session:
        newest = queries.runs_of(session, cycle_of(session))[0]
        results = services.read_results(newest, data_dir=world.settings.data_dir)
        return handover.prepare(session, newest, results=results, actor=someone(session, "yuan"))


def sign(world: World, name: str, role: Role) -> None:
    with world.work() as session:
        record = session.scalars(sa.select(HandOver).order_by(HandOver.id.desc()).limit(1)).one()
        handover.countersign(session, record, role=role, actor=someone(session, name), keys=world.keys)


def hand_over(world: World) -> HandOver:
    """Answer the warnings, make the record, let both persons sign, sign the trail."""
    answer_warnings(world)
    prepare(world)
    sign(world, "qing", Role.STATISTICIAN)
    sign(world, "yuan", Role.PERFORMANCE_LEAD)
    sign_trail(world)
    with world.work() as session:
        return session.scalars(sa.select(HandOver).order_by(HandOver.id.desc()).limit(1)).one()


def sign_trail(world: World) -> None:
    with world.work() as session:
        checkpoint.sign_trail(session, occasion="daily", keys=world.keys, sink=world.sink)


def copy_rows(source: sa.Engine, target: sa.Engine) -> None:
    """Copy every row of one database into the other, empty one."""
    with source.connect() as reading, target.begin() as writing:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in reading.execute(sa.select(table)).mappings()]
            writing.execute(sa.delete(table))
            if rows:
                writing.execute(sa.insert(table), rows)
