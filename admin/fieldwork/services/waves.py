"""Home of the verbs on waves: make, add entries and quotas, open, close."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.fieldwork import queries, rules
from survey import audit, clock, ids
from survey.collect import back_checks, closing, quotas, retention
from survey.errors import Conflict, Invalid, NotFound
from survey.identity.actors import Actor
from survey.instrument.program import Program
from survey.ledger import checkpoint, cosigning, forgotten
from survey.ledger.cosigning import AuditOffice
from survey.models.cycle import Cycle
from survey.models.instrument import InstrumentVersion
from survey.models.wave import Anonymity, Channel, OpenEntry, QuotaCell, Wave, WaveStatus
from survey.ports import CheckpointSink, KeyStore

_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}\Z")
_ENTRY = re.compile(r"[a-z0-9][a-z0-9-]{1,29}\Z")
_PERIOD = re.compile(r"annual\Z|peacetime_Q[1-4]\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class WavePlan:
    """What a new wave is to be."""

    code: str
    title: Mapping[str, str]
    evaluator_group: str
    opens_at: datetime
    closes_at: datetime
    period: str = "annual"
    anonymity: Anonymity = Anonymity.ANONYMOUS
    time_zone: str = "Asia/Shanghai"


def create_wave(
    session: Session, plan: WavePlan, *, cycle_id: int, instrument_version_id: int, actor: Actor
) -> Wave:
    """Plan a wave. Raises Invalid (code, dates, zone, title), NotFound (cycle, version), Conflict (code taken)."""
    _check_plan(plan)
    if session.get(Cycle, cycle_id) is None or session.get(InstrumentVersion, instrument_version_id) is None:
        raise NotFound(
            "no_such_parent",
            zh="没有这个周期或问卷版本。",
            en="There is no such cycle or instrument version.",
        )
    if session.scalar(sa.select(Wave.id).where(Wave.code == plan.code)) is not None:
        raise Conflict(
            "wave_code_taken",
            zh=f"轮次代码 {plan.code} 已被使用。",
            en=f"The wave code {plan.code} is taken.",
        )
    wave = Wave(
        public_id=ids.public_id(),
        code=plan.code,
        cycle_id=cycle_id,
        title=dict(plan.title),
        evaluator_group=plan.evaluator_group,
        period=plan.period,
        instrument_version_id=instrument_version_id,
        anonymity=plan.anonymity.value,
        status=WaveStatus.PLANNED.value,
        time_zone=plan.time_zone,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
    )
    session.add(wave)
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="wave.create",
        on=f"wave:{wave.code}",
        after={
            "group": wave.evaluator_group,
            "period": wave.period,
            "instrument": wave.version.digest,
            "opens_at": plan.opens_at.isoformat(),
            "closes_at": plan.closes_at.isoformat(),
        },
    )
    return wave


def add_open_entry(
    session: Session, wave: Wave, *, code: str, actor: Actor, channel: Channel = Channel.OPEN
) -> OpenEntry:
    """Give a wave an address ``/s/<code>``; its answers are shown apart and never scored.

    Raises Invalid (code, channel), Conflict (code taken, wave over).
    """
    if reason := rules.why_no_more_facts(wave.status):
        raise reason.conflict()
    if channel not in {Channel.OPEN, Channel.SITE} or not _ENTRY.match(code):
        raise Invalid(
            "entry_code",
            zh="入口代码由 2 至 30 个小写字母、数字和横线组成。",
            en="The code of an entry has 2 to 30 lower-case letters, digits and dashes.",
        )
    if session.get(OpenEntry, code) is not None:
        raise Conflict(
            "entry_code_taken", zh=f"入口代码 {code} 已被使用。", en=f"The entry code {code} is taken."
        )
    entry = OpenEntry(code=code, wave_id=wave.id, channel=channel.value)
    session.add(entry)
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="wave.add_entry",
        on=f"wave:{wave.code}",
        after={"code": code, "channel": channel.value},
    )
    return entry


def add_quota(
    session: Session, wave: Wave, *, code: str, definition: Mapping[str, list[str]], cap: int, actor: Actor
) -> QuotaCell:
    """Limit the answers that fit ``definition`` to ``cap``. Raises Invalid, Conflict."""
    if reason := rules.why_no_more_facts(wave.status):
        raise reason.conflict()
    if cap < 0 or not definition or not _CODE.match(code):
        raise Invalid(
            "quota",
            zh="名额需要代码、至少一个条件和不小于0的上限。",
            en="A quota needs a code, at least one condition, and a cap of at least 0.",
        )
    cell = QuotaCell(wave_id=wave.id, code=code, definition=dict(definition), cap=cap)
    session.add(cell)
    session.flush()
    audit.record(
        session, actor.ref, act="wave.add_quota", on=f"wave:{wave.code}", after={"code": code, "cap": cap}
    )
    return cell


def open_wave(
    session: Session,
    wave: Wave,
    *,
    actor: Actor,
    keys: KeyStore,
    sink: CheckpointSink,
    retention_years: int,
    auditor: checkpoint.Auditor | None = None,
    office: AuditOffice | None = None,
) -> None:
    """Open a wave for answers and sign its empty logs. Raises Conflict with the first reason against it.

    Until when answers are kept is fixed from here on: the last day of the year so many years after the cycle's.

    With an ``office`` (in production) its signature under the empty logs is one of the conditions.

    The digest of the locked scoring plan is written into the wave: a later plan is another plan.
    """
    readiness = queries.readiness(session, wave)
    now = clock.now(session)
    if reasons := rules.why_not_open(readiness, now=now):
        raise reasons[0].conflict()
    back_checks.commit_seed(session, wave, actor=actor, keys=keys)
    if office is not None:
        cosigning.refuse_uncosigned(session, wave.code, office=office)
    plan = queries.newest_document(session, "scoring")
    assert plan is not None  # why_not_open saw it locked
    kept_until = retention.announce(session, wave, years=retention_years)
    if wave.closes_at is not None and wave.closes_at.date() >= kept_until:
        raise Conflict(
            "wave_outlives_its_answers",
            zh=f"答卷只保存到{kept_until.isoformat()}，轮次不能在那之后才关闭。请改截止时间或 SURVEY_RETENTION_YEARS。",
            en=f"Answers are kept until {kept_until.isoformat()} only; the wave cannot close after that. Change its close, "
            "or SURVEY_RETENTION_YEARS.",
        )
    before = wave.status
    wave.status, wave.opened_at, wave.plan_digest = WaveStatus.OPEN.value, now, plan.digest
    _limit_quotas(session, wave)
    session.flush()
    checkpoint.sign_wave(session, wave, occasion="opening", keys=keys, sink=sink, auditor=auditor)
    audit.record(
        session,
        actor.ref,
        act="wave.open",
        on=f"wave:{wave.code}",
        before={"status": before},
        after={
            "status": wave.status,
            "instrument": wave.version.digest,
            "plan": wave.plan_digest,
            forgotten.DAY: kept_until.isoformat(),
        },
    )


def sign_empty_logs(session: Session, wave: Wave, *, keys: KeyStore, sink: CheckpointSink) -> None:
    """Sign the empty logs of a planned wave, for the audit office to sign before it opens. Raises Conflict."""
    if wave.status != WaveStatus.PLANNED.value:
        raise Conflict(
            "wave_not_planned_any_more",
            zh="轮次已不在计划状态，其登记簿会随增长自动签署。",
            en="The wave is not planned any more; its logs are signed as they grow.",
        )
    checkpoint.sign_wave(session, wave, occasion="opening", keys=keys, sink=sink)


def _limit_quotas(session: Session, wave: Wave) -> None:
    """A cell for every quota of the instrument: one that ends the interview when it is full, or one that counts on."""
    program = Program.from_json(wave.version.program)
    known = set(session.scalars(sa.select(QuotaCell.code).where(QuotaCell.wave_id == wave.id)))
    for quota in program.quotas:
        if quota.code not in known:
            session.add(
                QuotaCell(
                    wave_id=wave.id,
                    code=quota.code,
                    definition={quotas.OF_INSTRUMENT: [quota.code]},
                    cap=quota.limit,
                    on_full=quota.on_full,
                    n=0,
                )
            )


def close_wave(session: Session, wave: Wave, *, actor: Actor) -> None:
    """Take no new entries; drafts begun before have their grace. Raises Conflict where it is not open.

    A wave closed before its announced time closes now; the announced time stays in the audit log.
    """
    if reason := rules.why_not_close(wave.status):
        raise reason.conflict()
    closing.close(session, wave, actor=actor.ref)


def _check_plan(plan: WavePlan) -> None:
    if not _CODE.match(plan.code):
        raise Invalid(
            "wave_code",
            zh="轮次代码由 2 至 60 个小写字母、数字、点、横线和下划线组成。",
            en="A wave code has 2 to 60 lower-case letters, digits, dots, dashes and underscores.",
        )
    if not all(plan.title.get(language, "").strip() for language in ("zh", "en")):
        raise Invalid(
            "wave_title", zh="标题须有中文和英文。", en="The title is needed in Chinese and English."
        )
    if not _PERIOD.match(plan.period):
        raise Invalid(
            "wave_period",
            zh="期别为 annual 或 peacetime_Q1 至 peacetime_Q4。",
            en="The period is annual, or peacetime_Q1 to peacetime_Q4.",
        )
    if plan.opens_at >= plan.closes_at:
        raise Invalid("wave_dates", zh="截止时间须晚于开放时间。", en="A wave closes after it opens.")
    try:
        ZoneInfo(plan.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid(
            "wave_zone",
            zh=f"没有名为 {plan.time_zone} 的时区。",
            en=f"There is no time zone {plan.time_zone}.",
        ) from None
