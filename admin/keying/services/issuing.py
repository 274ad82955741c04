"""Verbs of a printed run: sheets are numbered and counted before they leave the house."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.keying import keeping
from admin.keying.serials import MOST_SHEETS, MOST_WAVES, Serial
from admin.keying.services import sheets
from survey import audit
from survey.access import tokens
from survey.access.tokens import SampleCase
from survey.errors import Conflict, Invalid
from survey.identity.actors import Actor
from survey.kit.safe_csv import Cell, csv_bytes
from survey.models.keying import KeyingRun, KeyingSheet
from survey.models.wave import Anonymity, Channel, Wave
from survey.ports import KeyStore

MODES = ("paper", "cati")
DECIDES = ("third", "either")
MOST_OPEN = 5_000
SPOILED_FOR = ("unusable", "empty", "doubled", "lost", "withdrawn", "misprinted")
"""Why a sheet may be taken out by hand. What the platform finds itself has reasons of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What a run is printed for."""

    mode: str
    language: str
    decides: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A run that was issued, and its list for the printer: made once and never stored."""

    run: KeyingRun
    rows: tuple[dict[str, Cell], ...]

    def as_csv(self) -> bytes:
        """The list: serial, stratum, in a confidential wave the case, and the link to answer without paper."""
        columns = tuple(dict.fromkeys(name for row in self.rows for name in row))
        return "\ufeff".encode() + csv_bytes(columns, self.rows)


def issue_for_cases(
    session: Session,
    wave: Wave,
    cases: Sequence[SampleCase],
    plan: RunPlan,
    *,
    base_url: str,
    keys: KeyStore,
    actor: Actor,
) -> Issued:
    """A sheet for each drawn case. Raises Conflict where the wave has closed.

    Each sheet shares its right to answer with the link of its case, so that one of the two is used. In an
    anonymous wave the list does not say whose sheet is whose, and the numbers are dealt out in no order.
    """
    run = _run(session, wave, plan, channel=cases[0].channel if cases else "", n=len(cases), actor=actor)
    is_named = wave.anonymity != Anonymity.ANONYMOUS.value
    numbers = _numbers(session, wave, len(cases))
    dealt = secrets.SystemRandom().sample(numbers, len(numbers))
    issued = tokens.issue(session, wave, cases, keys=keys)
    rows: list[tuple[int, dict[str, Cell]]] = []
    for number, case, token in zip(dealt, cases, issued, strict=True):
        serial = Serial(wave_id=wave.id, number=number)
        _add(session, run, serial, token_hash=tokens.token_hash(token, keys=keys), keys=keys)
        row: dict[str, Cell] = {"serial": serial.printed, "stratum": case.stratum}
        if is_named:
            row["case"] = case.case or ""
        rows.append((number, {**row, "link": f"{base_url}/i/{token}"}))
    session.flush()
    return Issued(run=run, rows=tuple(row for _, row in sorted(rows, key=lambda pair: pair[0])))


def issue_open(
    session: Session, wave: Wave, n: int, plan: RunPlan, *, keys: KeyStore, actor: Actor
) -> Issued:
    """Sheets for anybody: a number and nothing else; what is written on them is shown apart and never scored."""
    if not 1 <= n <= MOST_OPEN:
        raise Invalid(
            "sheets_number",
            zh=f"份数须在 1 至 {MOST_OPEN} 之间。",
            en=f"Between 1 and {MOST_OPEN} sheets can be issued at a time.",
        )
    run = _run(session, wave, plan, channel=Channel.OPEN.value, n=n, actor=actor)
    rows: list[dict[str, Cell]] = []
    for number in _numbers(session, wave, n):
        serial = Serial(wave_id=wave.id, number=number)
        _add(session, run, serial, token_hash=None, keys=keys)
        rows.append({"serial": serial.printed})
    session.flush()
    return Issued(run=run, rows=tuple(rows))


def spoil(session: Session, serial: Serial, *, reason: str, actor: Actor) -> None:
    """Take a sheet out for a coded reason; what was keyed from it is destroyed. Raises NotFound, Conflict, Invalid."""
    if reason not in SPOILED_FOR:
        raise Invalid("spoil_reason", zh="请选择原因。", en="Choose a reason.")
    sheet, _ = sheets.hold(session, serial)
    if sheet.state in sheets.OVER:
        raise Conflict("sheet_over", zh="这份问卷表已经处理完毕。", en="This sheet is dealt with already.")
    before = sheet.state
    sheets.end(session, sheet, state="spoiled", reason=reason)
    audit.record(
        session,
        actor.ref,
        act="sheet.spoil",
        on=f"sheet:{serial.printed}",
        before={"state": before},
        after={"reason": reason},
    )


def _run(session: Session, wave: Wave, plan: RunPlan, *, channel: str, n: int, actor: Actor) -> KeyingRun:
    if wave.status not in ("planned", "open"):
        raise Conflict(
            "wave_over",
            zh="这一轮次已经截止，不能再发放问卷表。",
            en="This wave has closed; no more sheets can be issued for it.",
        )
    if not n:
        raise Invalid("sheets_number", zh="文件里没有样本。", en="The file holds no case.")
    if plan.mode not in MODES or plan.decides not in DECIDES:
        raise Invalid(
            "run_plan", zh="请选择方式和裁定办法。", en="Choose the mode and who settles differences."
        )
    if wave.id > MOST_WAVES:
        raise Conflict(
            "too_many_waves", zh="编号的轮次位数已用完。", en="Serial numbers have no room for this wave."
        )
    last = session.scalar(sa.select(sa.func.max(KeyingRun.number)).where(KeyingRun.wave_id == wave.id)) or 0
    run = KeyingRun(
        wave_id=wave.id,
        number=last + 1,
        mode=plan.mode,
        language=plan.language,
        channel=channel,
        decides=plan.decides,
        n_sheets=n,
    )
    session.add(run)
    session.flush()
    facts = {"run": run.number, "sheets": n, "mode": plan.mode, "channel": channel, "decides": plan.decides}
    audit.record(session, actor.ref, act="sheet.issue", on=f"wave:{wave.code}", after=facts)
    return run


def _numbers(session: Session, wave: Wave, n: int) -> list[int]:
    last = (
        session.scalar(sa.select(sa.func.max(KeyingSheet.number)).where(KeyingSheet.wave_id == wave.id)) or 0
    )
    if last + n > MOST_SHEETS:
        raise Conflict(
            "too_many_sheets", zh="编号已用完。", en="There are no serial numbers left in this wave."
        )
    return list(range(last + 1, last + n + 1))


def _add(
    session: Session, run: KeyingRun, serial: Serial, *, token_hash: bytes | None, keys: KeyStore
) -> None:
    keeping.make_key(run.id, keys=keys)
    session.add(
        KeyingSheet(
            wave_id=serial.wave_id,
            number=serial.number,
            run_id=run.id,
            state="issued",
            ver=1,
            token_hash=token_hash,
            seed=keeping.new_seed(run.id, serial=serial, keys=keys),
        )
    )
