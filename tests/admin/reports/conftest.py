"""A real run on the simulated province, and a platform on which it may be announced, approved and published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from admin.content.load import load_content
from admin.demo.simulate.dataset import write_dataset
from admin.demo.simulate.facts import content_of
from admin.demo.stages import fieldwork, preparing
from admin.demo.world import World, actor, cycle
from admin.reports import gather, services
from admin.reports.facts import Facts
from analysis.gates.inputs import Appeals, CallBacks, Locking, LockRecord
from analysis.nonresponse.outcome_rates import Dispositions
from analysis.run import ScoringRun, run_scoring, with_item_weights
from analysis.scoring_run.fieldwork import FieldworkInputs, ModeRecord
from survey import clock, ids
from survey.backends.keys import FolderKeyStore
from survey.db import make_engine
from survey.identity.permissions import Role
from survey.ledger.canonical import digest_of
from survey.models.content import ContentDocument
from survey.models.dataset import Dataset
from survey.models.publication import Release
from survey.models.scoring import GateAnswer, GateOutcome, Run
from tests.conftest import make_settings

SEED = 20260901
TITLE = {"zh": "2026年满意度调查结果", "en": "Satisfaction survey 2026: results"}
LIMITS = {"zh": "这是模拟的数据。", "en": "These data are simulated."}


def fieldwork_inputs() -> FieldworkInputs:
    """What fieldwork would record where everything went well."""
    at = datetime(2026, 4, 20, tzinfo=UTC)
    return FieldworkInputs(
        locking=Locking(
            documents=(LockRecord(document="scoring", digest="a" * 64, locked_at=at, published_at=at),),
            first_answer_at=at + timedelta(days=130),
        ),
        modes=tuple(
            ModeRecord(
                group="residents",
                mode=mode,
                dispositions=Dispositions(
                    complete=1000, partial=20, refusal=1500, noncontact=2000, other=10,
                    unknown_household=500, unknown_other=100, not_eligible=50,
                ),
                invited=5180,
                eligibility=0.4,
            )
            for mode in ("cati", "web")
        ),
        is_nonresponse_table_published=True,
        call_backs=CallBacks(interviewer_cases=5000, checked=600, confirmed=595, undecided_flags=0),
        appeals=Appeals(is_window_closed=True, cases=0, undecided=0),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A run that was computed once for all tests: results as JSON, gates as JSON."""

    run: ScoringRun
    results: dict[str, Any]
    gates: list[dict[str, Any]]


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    content, folder = content_of(load_content()), tmp_path_factory.mktemp("dataset")
    write_dataset(content, SEED, folder)
    run = run_scoring(
        content["scoring"],
        with_item_weights(content["framework"], content["instruments"]),
        content["province"],
        folder,
        fieldwork_inputs(),
        seed=SEED,
    )
    run = run.with_second_run(run.result_digest, manifest_digest="m")
    return Scored(
        run=run, results=json.loads(run.files["results.json"]), gates=json.loads(run.gates_bytes)["gates"]
    )


@pytest.fixture(scope="session")
def prepared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the province loaded and locked, its people, and the annual waves open."""
    folder = tmp_path_factory.mktemp("prepared")
    settings = make_settings(folder)
    target = Path(make_url(settings.database_url).database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(sqlite_template, target)
    world = world_in(folder)
    preparing.load_province(world)
    preparing.lock_everything(world)
    fieldwork.open_annual(world)
    world.engine.dispose()
    return folder


def world_in(folder: Path) -> World:
    settings = make_settings(folder)
    return World(
        settings=settings,
        engine=make_engine(settings.database_url),
        keys=FolderKeyStore(settings.key_dir),
        content=load_content(),
        seed=SEED,
        planted=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The desk of the people who publish: every call is a unit of work, as a request would be."""

    world: World
    results: dict[str, Any]

    def announce(self, *, days: int = 60, at: str = "09:30", by: str = "publisher") -> None:
        with self.world.work() as session:
            today = clock.today(session, self.world.settings.time_zone)
            services.announce(
                session,
                cycle(session),
                title=TITLE,
                release_at=self.world.moment(today + timedelta(days=days), at),
                actor=actor(session, by),
            )

    def choose(self, *, by: str = "lead") -> None:
        with self.world.work() as session:
            services.choose_run(session, release(session), run=run_of(session), actor=actor(session, by))

    def write(self, part: str = "limits", *, zh: str = LIMITS["zh"], en: str = LIMITS["en"]) -> None:
        with self.world.work() as session:
            services.fill_method(
                session, release(session), part_id=part, zh=zh, en=en, actor=actor(session, "statistician")
            )

    def approve(self, by: str, role: Role) -> None:
        with self.world.work() as session:
            services.approve(session, release(session), role=role, actor=actor(session, by))

    def answer(self, *, leave: tuple[str, ...] = ()) -> None:
        with self.world.work() as session:
            run, who = run_of(session), actor(session, "statistician")
            assert who.user_id is not None
            for gate in run.gates:
                if gate.level == "warn" and gate.status != "pass" and gate.gate not in leave:
                    session.add(
                        GateAnswer(
                            run_id=run.id, gate=gate.gate, level="warn", text_zh="已核对。", text_en="Checked.",
                            user_id=who.user_id, answered_at=clock.now(session),
                        )
                    )  # fmt: skip

    def wait(self) -> None:
        """Until the announced instant."""
        with self.world.work() as session:
            at = release(session).release_at
        self.world.stand_at(at)

    def ready(self) -> None:
        """Everything but the publication itself, on the announced day."""
        self.announce()
        self.choose()
        self.write()
        self.answer()
        self.approve("statistician", Role.STATISTICIAN)
        self.approve("publisher", Role.PUBLISHER)
        self.wait()

    def publish(self, *, by: str = "publisher", results: dict[str, Any] | None = None) -> None:
        with self.world.work() as session:
            services.publish(
                session,
                release(session),
                run=run_of(session),
                results=self.results if results is None else results,
                actor=actor(session, by),
                keys=self.world.keys,
                sink=self.world.sink,
                auditor=self.world.auditor(),
            )

    def facts(self) -> Facts:
        with self.world.work() as session:
            return gather.facts_of(session, release(session), run_of(session), results=self.results)


@pytest.fixture
def desk(prepared: Path, scored: Scored, tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "data"
    shutil.copytree(prepared, folder)
    world = world_in(folder)
    with world.work() as session:
        record_run(session, scored)
    world.stand_at(datetime(2026, 11, 11, 2, tzinfo=UTC))
    yield Desk(world=world, results=scored.results)
    world.engine.dispose()


def record_run(session: Session, scored: Scored) -> None:
    """The run of the fixture as the platform records one."""
    digests = {
        row.kind: row.digest
        for row in session.scalars(sa.select(ContentDocument).where(ContentDocument.kind != "report"))
    }
    now, on = clock.now(session), cycle(session)
    dataset = Dataset(
        public_id=ids.public_id(), cycle_id=on.id, digest="d" * 64, manifest={}, folder="",
        n_responses=1, frozen_at=now, frozen_by="user:analyst",
    )  # fmt: skip
    session.add(dataset)
    session.flush()
    run = Run(
        public_id=ids.public_id(),
        cycle_id=on.id,
        number=1,
        dataset_id=dataset.id,
        plan_digest=digests["scoring"],
        seed=SEED,
        status="done",
        manifest={"framework_digest": digests["framework"], "province_digest": digests["province"]},
        outputs=scored.run.digests(),
        result_digest=scored.run.result_digest,
        requested_by="user:statistician",
        requested_at=now,
        finished_at=now,
    )
    run.gates = [
        GateOutcome(gate=g["id"], level=g["level"], status=g["status"], outcome=g) for g in scored.gates
    ]
    session.add(run)
    session.flush()
    assert digest_of(scored.results) == run.outputs["results.json"]


def release(session: Session) -> Release:
    return session.scalars(sa.select(Release).order_by(Release.id.desc()).limit(1)).one()


def run_of(session: Session) -> Run:
    return session.scalars(sa.select(Run)).one()
