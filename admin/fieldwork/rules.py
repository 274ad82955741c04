"""Home of what fieldwork may do when: pure decisions about opening, closing and sealing waves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from survey.errors import Conflict, Invalid
from survey.ledger.batching import GRACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What opening a wave depends on."""

    status: str
    instrument_locked_at: datetime | None
    plan_locked_at: datetime | None
    """Of the newest scoring plan: an unlocked draft that overtook the locked one stands in the way."""
    framework_locked_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something may not be done now: a stable code, and what to do in both languages."""

    code: str
    zh: str
    en: str

    def conflict(self) -> Conflict:
        """The refusal as an exception."""
        return Conflict(self.code, zh=self.zh, en=self.en)


def why_not_open(wave: Readiness, *, now: datetime) -> tuple[Reason, ...]:
    """Everything that stands in the way of opening; empty where the wave may open now."""
    found = []
    if wave.status != "planned":
        found.append(
            Reason(
                code="wave_not_planned",
                zh="这一轮次已经开放过，不能再次开放。",
                en="This wave was opened before and cannot be opened again.",
            )
        )
    if wave.instrument_locked_at is None:
        found.append(
            Reason(
                code="instrument_not_locked",
                zh="问卷版本尚未锁定。请先由审核人锁定。",
                en="The instrument version is not locked. A reviewer locks it first.",
            )
        )
    if wave.plan_locked_at is None or wave.framework_locked_at is None:
        found.append(
            Reason(
                code="plan_not_locked",
                zh="指标框架或评分方案（最新版本）尚未锁定。请先由审核人锁定。",
                en="The newest framework or scoring plan is not locked. A reviewer locks both first.",
            )
        )
    if wave.opens_at is None or wave.closes_at is None:
        found.append(
            Reason(
                code="dates_missing",
                zh="尚未规定开放和截止时间。",
                en="The times of opening and closing are not set.",
            )
        )
    elif now >= wave.closes_at:
        found.append(
            Reason(
                code="wave_over",
                zh="截止时间已过。请另建一个轮次。",
                en="The closing time has passed. Make another wave.",
            )
        )
    elif now < wave.opens_at:
        found.append(
            Reason(
                code="too_early",
                zh="尚未到公布的开放时间。",
                en="The announced opening time has not come yet.",
            )
        )
    return tuple(found)


def why_not_close(status: str) -> Reason | None:
    """Only an open wave can be closed."""
    if status == "open":
        return None
    return Reason(
        code="wave_not_open", zh="只有开放中的轮次可以截止。", en="Only a wave that is open can be closed."
    )


def why_no_more_facts(status: str) -> Reason | None:
    """Entries, tokens and quotas are fixed once a wave has closed."""
    if status in {"planned", "open"}:
        return None
    return Reason(
        code="wave_closed",
        zh="这一轮次已经截止，不能再增加入口、名额或样本。",
        en="This wave has closed: no entry, quota or case can be added.",
    )


def why_not_seal(status: str, *, closes_at: datetime | None, now: datetime) -> Reason | None:
    """A wave is sealed for good once it is closed and drafts begun before have had their time."""
    if status != "closed":
        return Reason(
            code="wave_not_closed",
            zh="只有已截止、尚未封存的轮次可以封存。",
            en="Only a wave that is closed, and not sealed yet, can be sealed.",
        )
    if closes_at is None or now < closes_at + GRACE:
        return Reason(
            code="grace_runs",
            zh="截止前开始的答卷还有30分钟可以提交，之后才能封存。",
            en="Answers begun before the close have 30 more minutes; sealing begins after that.",
        )
    return None


def instant(wall: datetime, *, zone: str) -> datetime:
    """The instant that a wall clock in ``zone`` shows as ``wall``; of a doubled hour, the first one.

    Raises Invalid where the clocks skip this time.
    """
    local = wall.replace(tzinfo=ZoneInfo(zone), fold=0)
    if local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        raise Invalid(
            "no_such_time",
            zh=f"{zone} 的时钟在这一天跳过了 {wall:%H:%M}，请另选时间。",
            en=f"Clocks in {zone} skip {wall:%H:%M} on that day; choose another time.",
        )
    return local.astimezone(UTC)
