"""The planted survey of residents and enterprises on the platform: answers enter at the urn, all else is real."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.content.load import load_content
from admin.demo.interviews import moment_of
from admin.demo.simulate.cases import SimulatedCase, simulated_cases
from admin.demo.simulate.facts import Content, content_of
from admin.demo.simulate.records import write_records
from admin.designer import services as designer
from admin.fieldwork.services import imports, sealing, waves
from admin.fieldwork.services.files import Source
from admin.quality import detect
from admin.quality import services as quality
from admin.scoring import queries
from survey.access.grant import Grant
from survey.collect import start
from survey.collect.documents import Sent, response_document
from survey.collect.waves import WaveFacts
from survey.collect.waves import load as load_wave
from survey.config import Settings
from survey.db import table_of
from survey.instrument.path import Reach
from survey.instrument.program import Program
from survey.instrument.state import answer_key
from survey.ledger import urn
from survey.ledger.canonical import canonical_bytes
from survey.ledger.keyed import wave_key
from survey.ledger.receipts import new_receipt
from survey.models.cycle import Cycle
from survey.models.dataset import Dataset
from survey.models.response import Participation
from survey.models.wave import Wave
from tests.admin import chain

GROUPS = ("residents", "enterprises")
LOCKED = datetime(2026, 4, 20, 4, tzinfo=UTC)
OPENS, CLOSES = datetime(2026, 8, 31, 16, tzinfo=UTC), datetime(2026, 10, 31, 16, tzinfo=UTC)


def build(settings: Settings, *, seed: int, records: Path) -> chain.World:
    """Everything up to the sealed waves and the imported records of fieldwork."""
    world = chain.world_of(settings)
    content = load_content()
    simulated = content_of(content)
    world.stand_at(LOCKED)
    with world.work() as session:
        chain.add_people(session)
        loaded = designer.load_content(session, content, actor=chain.COMMAND)
        for version in loaded.versions.values():
            designer.lock_instrument(session, version, actor=chain.COMMAND)
        designer.lock_plan(session, actor=chain.COMMAND)
        cycle = Cycle(code="planted", year=2026, title=chain.words("Planted"))
        session.add(cycle)
        session.flush()
        cycle_id, versions = cycle.id, {group: loaded.versions[group].id for group in GROUPS}
    world.stand_at(OPENS)
    for group in GROUPS:
        with world.work() as session:
            plan = waves.WavePlan(
                code=group, title=chain.words(group), evaluator_group=group, opens_at=OPENS, closes_at=CLOSES
            )
            wave = waves.create_wave(
                session, plan, cycle_id=cycle_id, instrument_version_id=versions[group], actor=chain.COMMAND
            )
            waves.open_wave(
                session, wave, actor=chain.COMMAND, keys=world.keys, sink=world.sink, retention_years=2
            )
    by_group: dict[str, list[SimulatedCase]] = {group: [] for group in GROUPS}
    for case in simulated_cases(simulated, seed, planted=True):
        if case.group in by_group:
            by_group[case.group].append(case)
    for group, cases in by_group.items():
        with world.work() as session:
            _answer(session, world, group, cases)
    _close(world)
    with world.work() as session:
        _import(session, simulated, seed, records)
    return world


def _answer(session: Session, world: chain.World, group: str, cases: Sequence[SimulatedCase]) -> None:
    """Put finished interviews into the urn, as submission leaves them there."""
    row = session.scalars(sa.select(Wave).where(Wave.code == group)).one()
    wave, program = load_wave(session, row.id), Program.from_json(row.version.program)
    documents = [_response(world, wave, program, case) for case in cases]
    key = urn.key_in_force(session, wave.id, keys=world.keys)
    sealed = [
        urn.Sealed(document=canonical_bytes(one), r=secrets.token_bytes(32), tag=secrets.token_bytes(32))
        for one in documents
    ]
    urn.put_boxes(session, wave.id, sealed=sealed, key=key.key, wave=wave.code)
    session.execute(
        sa.insert(table_of(Participation)),
        [
            {
                "rid_hash": new_receipt().hash,
                "wave_id": wave.id,
                "channel": one["channel"],
                "seal_group": one["seal_group"],
                "day": date.fromisoformat(one["day"]),
                "batch": None,
            }
            for one in documents
        ],
    )


def _response(world: chain.World, wave: WaveFacts, program: Program, case: SimulatedCase) -> dict[str, Any]:
    """The document of one interview: the answers to what was asked, and the marks of the radar."""
    sample, at = case.as_sample(), moment_of(case, wave.time_zone)
    grant = Grant(wave_id=wave.id, channel=sample.channel, **sample.facts(link=None))
    draft = start.new_document(
        grant,
        wave=wave,
        program=program,
        language=case.language,
        consent=True,
        at=at,
        keys=world.keys,
        device=case.device,
    )
    everything = dataclasses.replace(draft.state, answers=case.answers)
    asked = {
        key: case.answers[key]
        for ref, _, items in Reach(program, everything).walk()
        for key in (answer_key(item.code, ref.unit) for item in items)
        if key in case.answers
    }
    return response_document(
        dataclasses.replace(draft, sent={"A": Sent(ver=1, body="", is_done=True)}),
        wave=wave.code,
        state=dataclasses.replace(draft.state, answers=asked),
        now=at,
        time_zone=wave.time_zone,
        radar_key=wave_key("radar", wave.id, keys=world.keys),
        seconds=case.seconds,
    )


def _close(world: chain.World) -> None:
    world.stand_at(CLOSES - timedelta(hours=1))
    for group in GROUPS:
        with world.work() as session:
            waves.close_wave(session, _wave(session, group), actor=chain.COMMAND)
    world.stand_at(CLOSES + timedelta(hours=1))
    for group in GROUPS:
        while True:
            with world.work() as session:
                report = sealing.seal_batch(session, _wave(session, group), keys=world.keys)
            with world.work() as session:
                sealing.sign(
                    session,
                    _wave(session, group),
                    is_last=not report.more,
                    actor=chain.COMMAND,
                    keys=world.keys,
                    sink=world.sink,
                )
            if not report.more:
                break


def _wave(session: Session, group: str) -> Wave:
    return session.scalars(sa.select(Wave).where(Wave.code == group)).one()


def _import(session: Session, content: Content, seed: int, folder: Path) -> None:
    """The records of fieldwork, of the two groups only."""
    write_records(content, seed, folder, planted=True)
    cycle = chain.cycle_of(session)
    for name, take in (
        ("dispositions", imports.import_dispositions),
        ("call_backs", imports.import_call_backs),
        ("frames", imports.import_frames),
    ):
        header, *rows = (folder / f"{name}.csv").read_text("utf-8").splitlines()
        own = [row for row in rows if row.split(",")[0] in GROUPS]
        file = Source(content="\n".join([header, *own]).encode(), filename=f"{name}.csv")
        take(session, cycle, file, actor=chain.COMMAND)


def raise_flags(world: chain.World) -> None:
    """What the radar says about the newest dataset."""
    with world.work() as session:
        dataset = session.scalars(sa.select(Dataset).order_by(Dataset.id.desc()).limit(1)).one()
        framework = queries.document_in_force(session, "framework").document
        province = queries.latest_document(session, "province").document
        cycle_id = chain.cycle_of(session).id
    findings = detect.find(world.settings.data_dir / dataset.folder, framework=framework, province=province)
    with world.work() as session:
        quality.record_flags(session, cycle_id, findings, actor=chain.someone(session, "ming"))
