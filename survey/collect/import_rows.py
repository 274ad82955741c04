"""Home of one row of an import: read as a phone would have sent it, page by page, and made ready to submit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from survey.access import grants, rules
from survey.access.grant import Grant
from survey.collect import start, submit
from survey.collect.csv_file import Refusal, refusal
from survey.collect.documents import DraftDocument
from survey.collect.submit import PreparedSubmission
from survey.collect.waves import WaveFacts
from survey.errors import HouseError, Invalid
from survey.instrument.path import PageRef, find_path
from survey.instrument.problems import LANGUAGES, Problem, shorten
from survey.instrument.program import Item, Program
from survey.instrument.shown import page_items
from survey.instrument.state import AnswerState
from survey.instrument.validate import validate_page
from survey.ledger.keyed import keyed_hash
from survey.models.wave import Channel
from survey.ports import KeyStore

META = (
    "meta.token",
    "meta.mode",
    "meta.language",
    "meta.day",
    "meta.seconds",
    "meta.interviewer",
    "meta.consent",
)
_MANY = ("multi", "units", "ranking")
_SECONDS = re.compile(r"[0-9]{1,5}\Z", re.ASCII)
_INTERVIEWER = re.compile(r"[A-Za-z0-9-]{1,20}\Z", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_GRANT_REFUSALS = {
    rules.Refusal.USED.value: "used_token",
    rules.Refusal.EXPIRED.value: "expired_token",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What rows are read against."""

    program: Program
    wave: WaveFacts
    opened_on: date
    now: datetime
    keys: KeyStore


class RowRefused(Exception):
    """One or more reasons against a row."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__()
        self.refusals = refusals


def prepare_row(session: Session, row: Mapping[str, str], target: Target, *, key: str) -> PreparedSubmission:
    """Check one row and make it ready to submit; `key` names file and row. Raises RowRefused."""
    consented = row.get("meta.consent") == "1"
    if not consented:
        raise RowRefused(refusal("no_consent", column="meta.consent", value=row.get("meta.consent")))
    at = _moment(row, target)
    seconds = _seconds(row)
    document = start.new_document(
        _grant(session, row, target),
        wave=target.wave,
        program=target.program,
        language=_language(row, target.program),
        consent=consented,
        at=at,
        keys=target.keys,
    )
    document = replace(document, state=_answers(row, document, target.program))
    try:
        return submit.prepare_document(
            document,
            program=target.program,
            wave=target.wave,
            keys=target.keys,
            now=at,
            key_hash=keyed_hash(b"import", key.encode(), keys=target.keys),
            seconds=seconds,
        )
    except Invalid as exc:
        found = [problem for problem in exc.problems if isinstance(problem, Problem)]
        raise RowRefused(*(_from_problem(problem, row) for problem in found)) from None


def _grant(session: Session, row: Mapping[str, str], target: Target) -> Grant:
    """The right to answer: from the token of a drawn case, or open participation without one."""
    mode = row["meta.mode"]
    if mode not in target.program.modes:
        known = ", ".join(target.program.modes)
        raise RowRefused(refusal("bad_mode", column="meta.mode", value=mode, known=known))
    interviewer = row.get("meta.interviewer") or None
    if interviewer is not None and not _INTERVIEWER.match(interviewer):
        raise RowRefused(refusal("bad_interviewer", column="meta.interviewer", value=interviewer))
    token = row.get("meta.token", "")
    if not token:
        channel = Channel.OPEN.value
        return Grant(wave_id=target.wave.id, channel=channel, seal_group=channel, mode=mode)
    try:
        grant = grants.redeem(session, token, keys=target.keys, wave_id=target.wave.id)
    except HouseError as exc:
        code = _GRANT_REFUSALS.get(exc.code, "unknown_token")
        raise RowRefused(refusal(code, column="meta.token", value=hint(token))) from None
    return replace(grant, mode=mode, interviewer=interviewer or grant.interviewer)


def hint(token: str) -> str:
    """Enough of a token to find it in the file; reports are passed around, tokens must not be."""
    return f"{token[:4]}…"


def _language(row: Mapping[str, str], program: Program) -> str:
    language = row.get("meta.language") or program.languages[0]
    if language not in program.languages:
        known = ", ".join(program.languages)
        raise RowRefused(refusal("bad_language", column="meta.language", value=language, known=known))
    return language


def _moment(row: Mapping[str, str], target: Target) -> datetime:
    """Noon of the day on which the interview took place; today where the file names none."""
    raw = row.get("meta.day", "")
    if not raw:
        return target.now
    zone = ZoneInfo(target.wave.time_zone)
    try:
        day = date.fromisoformat(raw) if _DAY.match(raw) else None
    except ValueError:
        day = None
    if day is None or not target.opened_on <= day <= target.now.astimezone(zone).date():
        raise RowRefused(refusal("bad_day", column="meta.day", value=raw))
    return min(datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC), target.now)


def _seconds(row: Mapping[str, str]) -> int | None:
    raw = row.get("meta.seconds", "")
    if not raw:
        return None
    if not _SECONDS.match(raw) or int(raw) > timedelta(days=1).total_seconds():
        raise RowRefused(refusal("bad_seconds", column="meta.seconds", value=raw))
    return round(int(raw) / 10) * 10


def _answers(row: Mapping[str, str], document: DraftDocument, program: Program) -> AnswerState:
    """Walk the pages as a phone does; what the path never asks for must be empty."""
    state = document.state
    asked: set[str] = set()
    done: set[PageRef] = set()
    refusals: list[Refusal] = []
    while (ref := _next_page(program, state, done)) is not None:
        done.add(ref)
        shown = page_items(program, ref, state)
        raw = {item.key: _values(row.get(item.key, ""), item.item) for item in shown}
        texts = [option.text_key for item in shown for option in item.options if option.text_key]
        raw.update({key: [row.get(key, "")] for key in texts})
        result = validate_page(program, ref, raw, state)
        refusals += [_from_problem(problem, row) for problem in result.problems]
        asked |= raw.keys()
        state = result.into(state)
    screened = find_path(program, state).screened_out
    if screened is not None:
        raise RowRefused(refusal("screened_out", column=screened, value=row.get(screened), name=screened))
    for name, value in row.items():
        if value and name not in asked and name not in META:
            refusals.append(refusal("not_asked", column=name, value=value, name=name))
    if refusals:
        raise RowRefused(*refusals)
    return state


def _next_page(program: Program, state: AnswerState, done: set[PageRef]) -> PageRef | None:
    path = find_path(program, state)
    return None if path.screened_out else next((ref for ref in path.pages if ref not in done), None)


def _values(cell: str, item: Item) -> list[str]:
    """The form values of a cell: codes of a multiple choice are separated by semicolons."""
    if item.kind in _MANY:
        return [part.strip() for part in cell.split(";") if part.strip()]
    return [cell] if cell else []


def _from_problem(problem: Problem, row: Mapping[str, str]) -> Refusal:
    column = problem.where.item
    return Refusal(
        code=problem.code,
        column=column,
        value=None if column is None else shorten(row.get(column, "")),
        texts={language: problem.message(language) for language in LANGUAGES},
    )
