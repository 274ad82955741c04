"""Stage 3: waves open, simulated people answer, over HTTP and through the collection code; waves close, are sealed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.demo import over_http
from admin.demo.interviews import Invited, hold_all
from admin.demo.progress import stage
from admin.demo.world import World, actor, cycle
from admin.fieldwork import queries as fieldwork_queries
from admin.fieldwork.services import imports, samples, waves
from admin.fieldwork.services.files import Source
from survey.collect import importing
from survey.ledger import checkpoint, seal, urn
from survey.models.instrument import Instrument, InstrumentVersion
from survey.models.wave import Wave, WaveStatus

if TYPE_CHECKING:
    from admin.demo.simulate.cases import SimulatedCase

OPEN_ENTRY = "lanchuan"
OPEN_WAVE = "open-2026"
PULSE = "service_users"
HTTP_TOKENS, HTTP_OPEN = 210, 60
Serving = Callable[[], AbstractContextManager[str]]
"""Runs the server for the length of a block and says its address."""


def hold_peacetime(world: World) -> None:
    """Quarterly reviews of single services: one wave a quarter; the answers come as a file from the counters."""
    from admin.demo.simulate.facts import content_of
    from admin.demo.simulate.marks import quarter_days
    from admin.demo.simulate.records import write_records
    from admin.demo.simulate.reviews import peacetime_cases, reviews_csv

    content = content_of(world.content)
    with stage("Records of fieldwork written", 1) as progress:
        write_records(content, world.seed, world.records, planted=world.planted)
        progress.advance()
    group = next(g for g in world.content.province["evaluator_groups"] if g["id"] == PULSE)
    by_quarter = peacetime_cases(content, world.seed)
    with stage("Peacetime reviews imported", sum(map(len, by_quarter.values()))) as progress:
        for quarter, cases in by_quarter.items():
            first, last = quarter_days(content, quarter)
            opens, closes = world.moment(first, "00:00"), world.moment(last + timedelta(days=1), "00:00")
            plan = waves.WavePlan(
                code=f"peacetime-{quarter.lower()}-{first.year}",
                title={
                    "zh": f"{group['zh']}平时评价（{quarter}）",
                    "en": f"{group['en']}: reviews {quarter}",
                },
                evaluator_group=PULSE,
                opens_at=opens,
                closes_at=closes,
                period=f"peacetime_{quarter}",
                time_zone=world.settings.time_zone,
            )
            world.stand_at(opens + timedelta(hours=8))
            with world.work() as session:
                wave = _create_and_open(world, session, plan, instrument=PULSE)
                tokens = samples.issue_tokens(
                    session,
                    wave,
                    [case.as_sample() for case in cases],
                    keys=world.keys,
                    actor=actor(session, "fieldwork"),
                )
            file = world.records / f"peacetime_reviews_{quarter}.csv"
            file.write_bytes(reviews_csv(content, cases, tokens))
            world.stand_at(closes - timedelta(hours=1))
            with world.work() as session:
                report = importing.import_answers(
                    session,
                    fieldwork_queries.wave_by_code(session, plan.code),
                    file.read_bytes(),
                    filename=file.name,
                    actor=actor(session, "records").ref,
                    keys=world.keys,
                )
            if report.refusals:
                raise RuntimeError(f"{file.name}: {report.refusals[0]}")
            world.stand_at(closes + timedelta(hours=1))
            close_and_seal(world, [plan.code])
            progress.advance(len(cases))


def open_annual(world: World) -> None:
    """The annual wave of every evaluator group, and the open entry that never scores."""
    day = world.day("annual_fieldwork")
    opens = world.moment(day, "00:00")
    closes = world.moment(world.day("annual_fieldwork", "to") + timedelta(days=1), "00:00")
    world.stand_at(opens + timedelta(hours=8))
    groups = world.content.province["evaluator_groups"]
    with stage("Waves opened", len(groups)) as progress:
        for group in groups:
            is_open = not group.get("scored", True)
            plan = waves.WavePlan(
                code=OPEN_WAVE if is_open else f"{group['id'].replace('_', '-')}-{day.year}",
                title={"zh": f"{day.year}年{group['zh']}调查", "en": f"{group['en']}, {day.year}"},
                evaluator_group=group["id"],
                opens_at=opens,
                # the open entry stays open until the next cycle, so that anyone can still answer
                closes_at=world.moment(day.replace(year=day.year + 1), "00:00") if is_open else closes,
                time_zone=world.settings.time_zone,
            )
            with world.work() as session:
                wave = _create_and_open(world, session, plan, instrument=group["instrument"])
                if is_open:
                    waves.add_open_entry(session, wave, code=OPEN_ENTRY, actor=actor(session, "fieldwork"))
            progress.advance()


def collect(world: World, *, serving: Serving) -> None:
    """Everybody answers: some on phones over HTTP, the others through the collection code in worker processes."""
    from admin.demo.simulate.cases import simulated_cases
    from admin.demo.simulate.facts import content_of

    last_day = world.day("annual_fieldwork", "to")
    world.stand_at(world.moment(last_day, "17:00"))
    with stage("People drawn and simulated", 1) as progress:
        by_group: defaultdict[str, list[SimulatedCase]] = defaultdict(list)
        for case in simulated_cases(content_of(world.content), world.seed, planted=world.planted):
            by_group[case.group].append(case)
        progress.advance()
    with stage("Tokens issued", len(by_group)) as progress:
        invited: list[Invited] = []
        for group, cases in by_group.items():
            with world.work() as session:
                wave = fieldwork_queries.waves_by_group(session, cycle(session).id)[group]
                tokens = samples.issue_tokens(
                    session,
                    wave,
                    [case.as_sample() for case in cases],
                    keys=world.keys,
                    actor=actor(session, "fieldwork"),
                )
            invited += [Invited(token=token, case=case) for token, case in zip(tokens, cases, strict=True)]
            progress.advance()
    on_phones, others = over_http.choose(invited, n=HTTP_TOKENS)
    with serving() as address, stage("Interviews over HTTP", HTTP_TOKENS + HTTP_OPEN) as progress:
        for n in over_http.answer_all(address, on_phones, entry=OPEN_ENTRY, n_open=HTTP_OPEN):
            progress.advance(n)
    with stage("Interviews through the collection code", len(others)) as progress:
        for n in hold_all(others, world.settings, processes=world.settings.workers):
            progress.advance(n)


def import_records(world: World) -> None:
    """What fieldwork recorded beside the answers."""
    with stage("Records of fieldwork imported", 3) as progress:
        for name, take in (
            ("dispositions", imports.import_dispositions),
            ("call_backs", imports.import_call_backs),
            ("frames", imports.import_frames),
        ):
            with world.work() as session:
                take(session, cycle(session), source(world, name), actor=actor(session, "fieldwork"))
            progress.advance()


def source(world: World, name: str) -> Source:
    """One of the files that the simulated fieldwork handed in."""
    path = world.records / f"{name}.csv"
    return Source(content=path.read_bytes(), filename=path.name)


def close_annual(world: World) -> None:
    """Close on the announced day and seal everything; the open entry seals what it has and goes on."""
    closes = world.moment(world.day("analysis"), "01:00")
    world.stand_at(closes)
    with world.work() as session:
        codes = list(
            session.scalars(
                sa.select(Wave.code).where(Wave.status == WaveStatus.OPEN.value).order_by(Wave.code)
            )
        )
    with stage("Waves closed, answers sealed and logged", len(codes)) as progress:
        for code in codes:
            close_and_seal(world, [code])
            progress.advance()


def close_and_seal(world: World, codes: list[str]) -> None:
    """Close waves, seal batch after batch, sign both logs after the commit, destroy the keys used up."""
    for code in codes:
        if code != OPEN_WAVE:
            with world.work() as session:
                wave = fieldwork_queries.wave_by_code(session, code)
                waves.close_wave(session, wave, actor=actor(session, "fieldwork"))
        while True:
            with world.work() as session:
                wave = fieldwork_queries.wave_by_code(session, code)
                report = seal.seal_wave(session, wave, keys=world.keys, closing=code != OPEN_WAVE)
            if not report.more:
                break
        with world.work() as session:
            wave = fieldwork_queries.wave_by_code(session, code)
            if code != OPEN_WAVE:
                wave.status = WaveStatus.SEALED.value
            checkpoint.sign_wave(
                session,
                wave,
                occasion="close" if code != OPEN_WAVE else "sealing",
                keys=world.keys,
                sink=world.sink,
                auditor=world.auditor(),
            )
            urn.destroy_retired_keys(session, wave.id, keys=world.keys)


def _create_and_open(world: World, session: Session, plan: waves.WavePlan, *, instrument: str) -> Wave:
    version = session.scalars(
        sa.select(InstrumentVersion).join(Instrument).where(Instrument.code == instrument)
    ).one()
    who = actor(session, "fieldwork")
    wave = waves.create_wave(
        session, plan, cycle_id=cycle(session).id, instrument_version_id=version.id, actor=who
    )
    waves.open_wave(
        session,
        wave,
        actor=who,
        keys=world.keys,
        sink=world.sink,
        retention_years=world.settings.retention_years,
        auditor=world.auditor(),
    )
    return wave
