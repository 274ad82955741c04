"""Home of gathering: reads everything that a report is built from, in the transaction that publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.quality.queries import settled
from admin.reports import queries
from admin.reports.facts import CheckFacts, Facts, FrameFacts, InstrumentFacts, WaveFacts
from admin.reports.words import Words, fill, named, of, words
from survey.instrument.program import Program
from survey.ledger import origins
from survey.ledger.canonical import digest_of
from survey.ledger.checkpoint import latest
from survey.models.cycle import Cycle
from survey.models.dataset import Dataset
from survey.models.fieldwork import Appeal, CallBack, SamplingFrame
from survey.models.instrument import InstrumentVersion
from survey.models.people import User
from survey.models.publication import Release
from survey.models.quality import QualityFlag
from survey.models.response import Participation, Response, WithdrawalTag
from survey.models.scoring import CounterSignature, HandOver, Run
from survey.models.wave import Wave, WaveStatus

Document = Mapping[str, Any]  # Any: a JSON document


def facts_of(session: Session, release: Release, run: Run, *, results: Document) -> Facts:
    """The facts of a release, the logs as their last checkpoints state them."""
    cycle = session.get_one(Cycle, release.cycle_id)
    report = queries.latest(session, "report").document
    province = queries.by_digest(session, "province", run.manifest["province_digest"]).document
    waves = list(
        session.scalars(
            sa.select(Wave).where(Wave.cycle_id == cycle.id, Wave.opened_at.is_not(None)).order_by(Wave.code)
        )
    )
    found = [_wave(session, wave) for wave in waves]
    instruments = _instruments(session, waves)
    return Facts(
        cycle=cycle.code,
        year=cycle.year,
        results=results,
        gates=[gate.outcome for gate in run.gates],
        answers={
            gate: words(answer.text_zh, answer.text_en)
            for gate, answer in queries.gate_answers(session, run).items()
        },
        plan=queries.by_digest(session, "scoring", run.plan_digest).document,
        framework=queries.by_digest(session, "framework", run.manifest["framework_digest"]).document,
        province=province,
        report=report,
        instruments=instruments,
        waves=found,
        frames=_frames(session, waves),
        checks=_checks(session, cycle, waves),
        written=release.method_statement,
        access=_access(session, release, run, province=province),
        digests=_digests(session, run, instruments, found),
    )


def _wave(session: Session, wave: Wave) -> WaveFacts:
    zone = ZoneInfo(wave.time_zone)
    assert wave.opened_at is not None  # the query asked for it
    logs = {
        log: latest(session, origins.current(session, origins.of_wave(wave.code, log))) for log in ("p", "c")
    }
    participation, content = logs["p"], logs["c"]
    return WaveFacts(
        code=wave.code,
        title=words(wave.title["zh"], wave.title["en"]),
        group=wave.evaluator_group,
        period=wave.period,
        opened_on=wave.opened_at.astimezone(zone).date(),
        closed_on=_last_day(wave, zone),
        accepted=_count(
            session, Participation, Participation.wave_id == wave.id, Participation.batch.is_not(None)
        ),
        waiting=_count(
            session, Participation, Participation.wave_id == wave.id, Participation.batch.is_(None)
        ),
        withdrawn=_count(session, WithdrawalTag, WithdrawalTag.wave_id == wave.id),
        channels=dict(
            session.execute(
                sa.select(Response.channel, sa.func.count())
                .where(Response.wave_id == wave.id)
                .group_by(Response.channel)
                .order_by(Response.channel)
            ).all()
        ),
        participation_log=participation.size if participation else 0,
        content_log=content.size if content else 0,
        participation_root=participation.root.hex() if participation else "",
        content_root=content.root.hex() if content else "",
    )


def _last_day(wave: Wave, zone: ZoneInfo) -> date | None:
    """The day before a wave that ends at midnight; None for one that is still open."""
    if wave.status == WaveStatus.OPEN or wave.closes_at is None:
        return None
    return (wave.closes_at - timedelta(seconds=1)).astimezone(zone).date()


def _instruments(session: Session, waves: list[Wave]) -> list[InstrumentFacts]:
    versions = session.scalars(
        sa.select(InstrumentVersion)
        .where(InstrumentVersion.id.in_([wave.instrument_version_id for wave in waves]))
        .order_by(InstrumentVersion.id)
    )
    return [
        InstrumentFacts(
            code=version.instrument.code,
            title=words(version.instrument.title["zh"], version.instrument.title["en"]),
            version=version.version,
            digest=version.digest,
            program=Program.from_json(version.program),
        )
        for version in versions
    ]


def _frames(session: Session, waves: list[Wave]) -> list[FrameFacts]:
    titles = {wave.id: words(wave.title["zh"], wave.title["en"]) for wave in waves}
    rows = session.scalars(
        sa.select(SamplingFrame).where(SamplingFrame.wave_id.in_(titles)).order_by(SamplingFrame.id)
    )
    return [
        FrameFacts(
            title=titles[row.wave_id],
            source=row.source,
            frame=str(row.facts.get("frame", "")),
            n_records=row.n_records,
            supplied_by_unit=row.supplied_by_unit,
        )
        for row in rows
    ]


def _checks(session: Session, cycle: Cycle, waves: list[Wave]) -> CheckFacts:
    ids = [wave.id for wave in waves]
    cases, checked, confirmed = session.execute(
        sa.select(
            sa.func.sum(CallBack.n_cases), sa.func.sum(CallBack.n_checked), sa.func.sum(CallBack.n_confirmed)
        ).where(CallBack.wave_id.in_(ids))
    ).one()
    flags = session.scalars(sa.select(QualityFlag).where(QualityFlag.cycle_id == cycle.id)).all()
    to_decide = [flag for flag in flags if flag.needs_decision]
    register = session.scalars(sa.select(Appeal).where(Appeal.cycle_id == cycle.id).order_by(Appeal.id)).all()
    windows = [entry.facts for entry in register if entry.ground is None]
    cases_of_appeal = [entry for entry in register if entry.ground is not None]
    return CheckFacts(
        interviewer_cases=int(cases or 0),
        checked=int(checked or 0),
        confirmed=int(confirmed or 0),
        flags=len(flags),
        flags_to_decide=len(to_decide),
        flags_settled=sum(settled(flag) is not None for flag in to_decide),
        appeals=len(cases_of_appeal),
        appeals_decided=sum(entry.status == "decided" for entry in cases_of_appeal),
        appeal_window=(windows[0]["opens_on"], windows[0]["closes_on"]) if windows else None,
    )


def _access(session: Session, release: Release, run: Run, *, province: Document) -> list[Words]:
    """Everybody whose act on the record needed the results: who ran, answered, signed or approved."""
    organisations = {each["zh"]: of(each) for each in province["organisers"]}
    roles = {approval.user_id: approval.role for approval, _ in queries.approvals(session, release)}
    signed = (
        sa.select(CounterSignature.user_id, CounterSignature.role)
        .join(HandOver)
        .where(HandOver.run_id == run.id)
    )
    for user_id, role in session.execute(signed.order_by(CounterSignature.id)):
        roles.setdefault(user_id, role)
    answered = [answer.user_id for answer in queries.gate_answers(session, run).values()]
    people = session.scalars(
        sa.select(User)
        .where(
            sa.or_(User.id.in_([*roles, *answered]), User.username == run.requested_by.removeprefix("user:"))
        )
        .order_by(User.id)
    )
    return [
        fill(
            "{name}（{organisation}{role}）",
            "{name} ({organisation}{role})",
            name=user.display_name,
            organisation=organisations.get(user.organisation, user.organisation),
            role=fill("，{r}", ", {r}", r=named("role", roles[user.id])) if user.id in roles else "",
        )
        for user in people
    ]


def _digests(
    session: Session, run: Run, instruments: list[InstrumentFacts], waves: list[WaveFacts]
) -> list[tuple[Words, str]]:
    manifest = run.manifest
    dataset = session.get_one(Dataset, run.dataset_id)
    found = [
        (named("document", "scoring"), run.plan_digest),
        (named("document", "framework"), str(manifest["framework_digest"])),
        (named("document", "province"), str(manifest["province_digest"])),
        *(
            (fill("问卷：{t}", "Questionnaire: {t}", t=instrument.title), instrument.digest)
            for instrument in instruments
        ),
        (words("冻结的数据集", "Frozen dataset"), dataset.digest),
        (words("分析清单", "Manifest of the analysis"), digest_of(manifest)),
        (words("分析结果", "Results of the analysis"), run.result_digest or ""),
    ]
    hand_over = session.scalar(
        sa.select(HandOver).where(HandOver.run_id == run.id, HandOver.status == "signed")
    )
    if hand_over is not None:
        found.append((words("移交记录", "Hand-over record"), hand_over.digest))
    for wave in waves:
        found += [
            (fill("参与登记簿：{t}", "Participation log: {t}", t=wave.title), wave.participation_root),
            (fill("内容登记簿：{t}", "Content log: {t}", t=wave.title), wave.content_root),
        ]
    return found


def _count(session: Session, model: type, *conditions: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0
