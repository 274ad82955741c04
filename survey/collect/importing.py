"""Home of answers collected elsewhere: every row goes through the same checks and the same submission as a phone.

Columns: `meta.token` (without one an answer is open participation and never scores), `meta.mode`,
`meta.language`, `meta.day`, `meta.seconds`, `meta.interviewer`, `meta.consent`, and one column per answer key
("R01", "U01@edu"); several codes in one cell are separated by semicolons.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock
from survey.access import grants, rules
from survey.access.grants import Grant
from survey.access.rules import Openness
from survey.collect import programs, start, submit
from survey.collect import waves as wave_facts
from survey.collect.csv_file import Limits, Refusal, Refused, Table, read_table, refusal
from survey.collect.documents import DraftDocument
from survey.collect.submit import PreparedSubmission
from survey.collect.waves import WaveFacts
from survey.errors import Gone, HouseError, Invalid
from survey.instrument.codes import UNIT_SEPARATOR, nearest
from survey.instrument.path import PageRef, find_path
from survey.instrument.problems import LANGUAGES, Problem, shorten
from survey.instrument.program import Item, Program
from survey.instrument.shown import page_items
from survey.instrument.state import AnswerState
from survey.instrument.validate import validate_page
from survey.ledger.keyed import keyed_hash
from survey.models.fieldwork import ImportedFile
from survey.models.wave import Channel, Wave
from survey.ports import KeyStore
from survey.text import UnfitText, one_line

KIND = "answers"
LIMITS = Limits()
_META = (
    "meta.token",
    "meta.mode",
    "meta.language",
    "meta.day",
    "meta.seconds",
    "meta.interviewer",
    "meta.consent",
)
_REQUIRED = ("meta.mode", "meta.consent")
_MANY = ("multi", "units")
_SECONDS = re.compile(r"[0-9]{1,5}\Z", re.ASCII)
_INTERVIEWER = re.compile(r"[A-Za-z0-9-]{1,20}\Z", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_GRANT_REFUSALS = {
    rules.Refusal.USED.value: "used_token",
    rules.Refusal.EXPIRED.value: "expired_token",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a file: either every row was taken, or none, with the reasons row by row.

    `n_refused` counts all refusals, `refusals` holds the first ones.
    """

    filename: str
    sha256: str
    n_rows: int
    n_accepted: int
    n_refused: int
    refusals: tuple[Refusal, ...]

    @property
    def is_accepted(self) -> bool:
        """Whether the file was taken."""
        return self.n_refused == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """What rows are read against."""

    program: Program
    wave: WaveFacts
    opened_on: date
    now: datetime
    keys: KeyStore


class _RowRefused(Exception):
    """One or more reasons against a row."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__()
        self.refusals = refusals


def import_answers(
    session: Session,
    wave: Wave,
    data: bytes,
    *,
    filename: str,
    actor: str,
    keys: KeyStore,
    limits: Limits = LIMITS,
) -> ImportReport:
    """Import a CSV file of answers into an open wave: all of it, or nothing and a report of refusals.

    `actor` is as in `audit.record`. A refused file leaves nothing behind, so that the edge may commit or not.
    """
    session.flush()
    digest = hashlib.sha256(data).hexdigest()
    report = ImportReport(
        filename=_safe_name(filename), sha256=digest, n_rows=0, n_accepted=0, n_refused=0, refusals=()
    )
    try:
        _refuse_repeated(session, wave, digest)
        now = clock.now(session)
        _refuse_closed(wave, now)
        table = read_table(data, limits=limits)
        facts = wave_facts.load(session, wave.id)
        program = programs.load(session, facts.digest)
        _check_columns(table, program)
    except Refused as exc:
        return replace(report, n_refused=1, refusals=(exc.refusal,))
    opened = (wave.opened_at or wave.opens_at or now).astimezone(ZoneInfo(wave.time_zone)).date()
    target = _Target(program=program, wave=facts, opened_on=opened, now=now, keys=keys)
    prepared, refusals = _prepare_rows(session, table, target, digest)
    if not refusals:
        refusals = _commit_rows(session, prepared, keys=keys)
    report = replace(report, n_rows=len(table.rows))
    if refusals:
        return replace(report, n_refused=len(refusals), refusals=tuple(refusals[: limits.max_refusals]))
    _record(session, wave, report, actor=actor, now=now)
    return replace(report, n_accepted=len(prepared))


def answer_columns(program: Program) -> dict[str, Item]:
    """The columns of answers a file may have, by answer key."""
    columns: dict[str, Item] = {}
    for page in program.pages:
        for item in page.items:
            if page.repeat is None:
                columns[item.code] = item
            else:
                columns.update({f"{item.code}{UNIT_SEPARATOR}{unit.code}": item for unit in program.units})
    return columns


def _safe_name(filename: str) -> str:
    try:
        return one_line(filename)[:200]
    except UnfitText:
        return "?"


def _refuse_repeated(session: Session, wave: Wave, digest: str) -> None:
    known = session.execute(
        sa.select(ImportedFile.id).where(
            ImportedFile.kind == KIND, ImportedFile.scope == wave.code, ImportedFile.sha256 == digest
        )
    ).first()
    if known is not None:
        raise Refused(refusal("already_imported"))


def _refuse_closed(wave: Wave, now: datetime) -> None:
    state = rules.openness(status=wave.status, opens_at=wave.opens_at, closes_at=wave.closes_at, now=now)
    if state is not Openness.OPEN:
        raise Refused(refusal("wave_not_open"))


def _check_columns(table: Table, program: Program) -> None:
    known = [*_META, *answer_columns(program)]
    for name in _REQUIRED:
        if name not in table.header:
            raise Refused(refusal("missing_column", row=0, column=name, name=name))
    for name in table.header:
        if name not in known:
            closest = nearest(name, known)
            raise Refused(refusal("unknown_column", row=0, column=name, name=name, nearest=closest))


def _prepare_rows(
    session: Session, table: Table, target: _Target, digest: str
) -> tuple[list[PreparedSubmission], list[Refusal]]:
    prepared: list[PreparedSubmission] = []
    refusals: list[Refusal] = []
    first_row: dict[str, int] = {}
    for number, cells in enumerate(table.rows, start=1):
        row = {name: cell.strip() for name, cell in zip(table.header, cells, strict=True)}
        try:
            token = row.get("meta.token", "")
            if token and first_row.setdefault(token, number) != number:
                raise _RowRefused(
                    refusal("repeated_token", column="meta.token", value=_hint(token), first=first_row[token])
                )
            prepared.append(_prepare_row(session, row, target, key=f"{digest}:{number}"))
        except _RowRefused as exc:
            refusals.extend(replace(one, row=number) for one in exc.refusals)
    return prepared, refusals


def _prepare_row(
    session: Session, row: Mapping[str, str], target: _Target, *, key: str
) -> PreparedSubmission:
    consented = row.get("meta.consent") == "1"
    if not consented:
        raise _RowRefused(refusal("no_consent", column="meta.consent", value=row.get("meta.consent")))
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
        raise _RowRefused(*(_from_problem(problem, row) for problem in found)) from None


def _grant(session: Session, row: Mapping[str, str], target: _Target) -> Grant:
    """The right to answer: from the token of a drawn case, or open participation without one."""
    mode = row["meta.mode"]
    if mode not in target.program.modes:
        known = ", ".join(target.program.modes)
        raise _RowRefused(refusal("bad_mode", column="meta.mode", value=mode, known=known))
    interviewer = row.get("meta.interviewer") or None
    if interviewer is not None and not _INTERVIEWER.match(interviewer):
        raise _RowRefused(refusal("bad_interviewer", column="meta.interviewer", value=interviewer))
    token = row.get("meta.token", "")
    if not token:
        channel = Channel.OPEN.value
        return Grant(wave_id=target.wave.id, channel=channel, seal_group=channel, mode=mode)
    try:
        grant = grants.redeem(session, token, keys=target.keys, wave_id=target.wave.id)
    except HouseError as exc:
        code = _GRANT_REFUSALS.get(exc.code, "unknown_token")
        raise _RowRefused(refusal(code, column="meta.token", value=_hint(token))) from None
    return replace(grant, mode=mode, interviewer=interviewer or grant.interviewer)


def _hint(token: str) -> str:
    """Enough of a token to find it in the file; reports are passed around, tokens must not be."""
    return f"{token[:4]}…"


def _language(row: Mapping[str, str], program: Program) -> str:
    language = row.get("meta.language") or program.languages[0]
    if language not in program.languages:
        known = ", ".join(program.languages)
        raise _RowRefused(refusal("bad_language", column="meta.language", value=language, known=known))
    return language


def _moment(row: Mapping[str, str], target: _Target) -> datetime:
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
        raise _RowRefused(refusal("bad_day", column="meta.day", value=raw))
    return min(datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC), target.now)


def _seconds(row: Mapping[str, str]) -> int | None:
    raw = row.get("meta.seconds", "")
    if not raw:
        return None
    if not _SECONDS.match(raw) or int(raw) > timedelta(days=1).total_seconds():
        raise _RowRefused(refusal("bad_seconds", column="meta.seconds", value=raw))
    return round(int(raw) / 10) * 10


def _answers(row: Mapping[str, str], document: DraftDocument, program: Program) -> AnswerState:
    """Walk the pages as a phone does; what the path never asks for must be empty."""
    state = document.state
    asked: set[str] = set()
    done: set[PageRef] = set()
    refusals: list[Refusal] = []
    while (ref := _next_page(program, state, done)) is not None:
        done.add(ref)
        raw = {
            item.key: _values(row.get(item.key, ""), item.item) for item in page_items(program, ref, state)
        }
        result = validate_page(program, ref, raw, state)
        refusals += [_from_problem(problem, row) for problem in result.problems]
        asked |= raw.keys()
        state = result.into(state)
    screened = find_path(program, state).screened_out
    if screened is not None:
        raise _RowRefused(refusal("screened_out", column=screened, value=row.get(screened), name=screened))
    for name, value in row.items():
        if value and name not in asked and name not in _META:
            refusals.append(refusal("not_asked", column=name, value=value, name=name))
    if refusals:
        raise _RowRefused(*refusals)
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


def _commit_rows(session: Session, prepared: list[PreparedSubmission], *, keys: KeyStore) -> list[Refusal]:
    """Submit row after row; the first full quota takes all of them back."""
    savepoint = session.begin_nested()
    for number, one in enumerate(prepared, start=1):
        try:
            submit.commit(session, one, keys=keys)
        except Gone as exc:
            savepoint.rollback()
            code = "quota_full" if exc.code == "quota_full" else "used_token"
            return [refusal(code, row=number)]
    savepoint.commit()
    return []


def _record(session: Session, wave: Wave, report: ImportReport, *, actor: str, now: datetime) -> None:
    session.add(
        ImportedFile(
            kind=KIND,
            scope=wave.code,
            filename=report.filename,
            sha256=report.sha256,
            n_rows=report.n_rows,
            imported_by=actor,
            imported_at=now,
        )
    )
    audit.record(
        session,
        actor,
        act="answers.import",
        on=f"wave:{wave.code}",
        after={"sha256": report.sha256, "rows": report.n_rows},
    )
