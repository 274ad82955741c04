"""Home of answers collected elsewhere: every row goes through the same checks and the same submission as a phone.

Columns: `meta.token` (without one an answer is open participation and never scores), `meta.mode`,
`meta.language`, `meta.day`, `meta.seconds`, `meta.interviewer`, `meta.consent`, and one column per answer key
("R01", "U01@edu"); several codes in one cell are separated by semicolons.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock
from survey.access import rules
from survey.access.rules import Openness
from survey.collect import issuers, programs, submit
from survey.collect import waves as wave_facts
from survey.collect.csv_file import Limits, Refusal, Refused, Table, read_table, refusal
from survey.collect.import_rows import META, RowRefused, Target, hint, prepare_row
from survey.collect.submit import PreparedSubmission
from survey.errors import Gone
from survey.instrument.codes import UNIT_SEPARATOR, nearest
from survey.instrument.columns import turns_of
from survey.instrument.program import Item, Program
from survey.models.fieldwork import ImportedFile
from survey.models.wave import Wave
from survey.ports import KeyStore
from survey.text import UnfitText, one_line

KIND = "answers"
LIMITS = Limits()
_RIGHT = "meta.token"
_REQUIRED = ("meta.mode", "meta.consent")


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
        _refuse_issuer(session, wave, table, actor=actor)
    except Refused as exc:
        return replace(report, n_refused=1, refusals=(exc.refusal,))
    opened = (wave.opened_at or wave.opens_at or now).astimezone(ZoneInfo(wave.time_zone)).date()
    target = Target(program=program, wave=facts, opened_on=opened, now=now, keys=keys)
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
                continue
            turns = turns_of(program, page) if page.repeat == "loop" else [u.code for u in program.units]
            columns.update({f"{item.code}{UNIT_SEPARATOR}{turn}": item for turn in turns})
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


def _refuse_issuer(session: Session, wave: Wave, table: Table, *, actor: str) -> None:
    """Answers on links score: two persons stand behind them, one who handed the links out and one who takes the file."""
    if _RIGHT not in table.header:
        return
    at = table.header.index(_RIGHT)
    if any(row[at].strip() for row in table.rows) and issuers.has_issued(session, wave, actor):
        raise Refused(refusal("issuer_imports", column=_RIGHT))


def _refuse_closed(wave: Wave, now: datetime) -> None:
    state = rules.openness(status=wave.status, opens_at=wave.opens_at, closes_at=wave.closes_at, now=now)
    if state is not Openness.OPEN:
        raise Refused(refusal("wave_not_open"))


def _check_columns(table: Table, program: Program) -> None:
    known = [*META, *answer_columns(program)]
    for name in _REQUIRED:
        if name not in table.header:
            raise Refused(refusal("missing_column", row=0, column=name, name=name))
    for name in table.header:
        if name not in known:
            closest = nearest(name, known)
            raise Refused(refusal("unknown_column", row=0, column=name, name=name, nearest=closest))


def _prepare_rows(
    session: Session, table: Table, target: Target, digest: str
) -> tuple[list[PreparedSubmission], list[Refusal]]:
    prepared: list[PreparedSubmission] = []
    refusals: list[Refusal] = []
    first_row: dict[str, int] = {}
    for number, cells in enumerate(table.rows, start=1):
        row = {name: cell.strip() for name, cell in zip(table.header, cells, strict=True)}
        try:
            token = row.get("meta.token", "")
            if token and first_row.setdefault(token, number) != number:
                raise RowRefused(
                    refusal("repeated_token", column="meta.token", value=hint(token), first=first_row[token])
                )
            prepared.append(prepare_row(session, row, target, key=f"{digest}:{number}"))
        except RowRefused as exc:
            refusals.extend(replace(one, row=number) for one in exc.refusals)
    return prepared, refusals


def _commit_rows(session: Session, prepared: list[PreparedSubmission], *, keys: KeyStore) -> list[Refusal]:
    """Submit row after row; the first full quota takes all of them back."""
    row = 0
    try:
        with session.begin_nested():
            for row, one in enumerate(prepared, start=1):  # noqa: B007 -- the refusal names the row
                submit.commit(session, one, keys=keys)
    except Gone as exc:
        return [refusal("quota_full" if exc.code == "quota_full" else "used_token", row=row)]
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
