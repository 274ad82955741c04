"""Home of lists of drawn cases as CSV: what each column holds, for everybody who hands out rights to answer.

The columns are those of docs/imports.md under "Cases"; a caller may ask for columns of its own beside them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from survey.access.tokens import SampleCase
from survey.collect import programs
from survey.collect.csv_file import Limits, Refused, Table, read_table
from survey.errors import Invalid
from survey.instrument.problems import shorten
from survey.models.wave import Channel, Wave

LIMITS = Limits(max_rows=20_000, max_columns=80)
_CODE = re.compile(r"[^\s;,]{1,60}\Z")
_PROBABILITY = re.compile(r"[0-9]{1,2}(\.[0-9]{1,20})?\Z", re.ASCII)
_CONTEXT = "context."
_NEEDED = ("stratum", "probability", "seal_group")
_KNOWN = (*_NEEDED, "frame_source", "part", "case", "valid_until")
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """One thing wrong in one row, said in both languages."""

    row: int
    column: str
    zh: str
    en: str
    code: str = "case_row"

    def message(self, language: str) -> str:
        """Where, and what is wrong."""
        if language == "zh":
            return f"第 {self.row} 行 {self.column}：{self.zh}"
        return f"Row {self.row}, {self.column}: {self.en}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCase:
    """One row: the case, and the cells of the caller's own columns."""

    case: SampleCase
    own: dict[str, str]


def read_cases(
    content: bytes,
    *,
    mode: str,
    channel: str,
    context_fields: Sequence[str],
    own: Sequence[str] = (),
) -> list[DrawnCase]:
    """The drawn cases of a file, all with one mode and channel. Raises Invalid with the rows at fault."""
    try:
        table = read_table(content, limits=LIMITS)
    except Refused as refused:
        raise Invalid(
            "case_file",
            zh="文件无法读取。" + refused.refusal.message("zh"),
            en="The file cannot be read. " + refused.refusal.message("en"),
        ) from None
    faults = _header_faults(table, context_fields, own)
    found = []
    for number, cells in enumerate(table.rows if not faults else (), start=2):
        row = {name: cell.strip() for name, cell in zip(table.header, cells, strict=True)}
        faults += _row_faults(row, number)
        if not faults:
            case = _case(row, mode=mode, channel=channel, context_fields=context_fields)
            found.append(DrawnCase(case=case, own={name: row.get(name, "") for name in own}))
    if faults:
        raise Invalid(
            "case_rows",
            zh=f"文件中有 {len(faults)} 处需要改正，没有导入任何一行。",
            en=f"{len(faults)} cells need a correction; nothing of the file was taken.",
            problems=faults[:MOST_SHOWN],
        )
    return found


def read_for(
    session: Session, wave: Wave, content: bytes, *, mode: str, channel: Channel, own: Sequence[str] = ()
) -> list[DrawnCase]:
    """The same for a wave, whose instrument says which facts a case may carry. Raises Invalid."""
    program = programs.load(session, wave.version.digest)
    context_fields = [field.name for field in program.context_fields]
    return read_cases(content, mode=mode, channel=channel.value, context_fields=context_fields, own=own)


def _header_faults(table: Table, context_fields: Sequence[str], own: Sequence[str]) -> list[RowFault]:
    known = {*_KNOWN, *own, *(_CONTEXT + name for name in context_fields)}
    missing = [name for name in _NEEDED if name not in table.header]
    strange = [name for name in table.header if name not in known]
    return [
        *(RowFault(row=1, column=name, zh="缺少这一列。", en="this column is missing.") for name in missing),
        *(
            RowFault(row=1, column=shorten(name), zh="不认识这一列。", en="no such column is known.")
            for name in strange
        ),
    ]


def _row_faults(row: dict[str, str], number: int) -> list[RowFault]:
    faults = []
    for name in ("stratum", "seal_group"):
        if not _CODE.match(row[name]):
            faults.append(RowFault(row=number, column=name, zh="须为代码。", en="a code is needed."))
    if not _is_probability(row["probability"]):
        faults.append(
            RowFault(
                row=number,
                column="probability",
                zh="须大于 0、不超过 1。",
                en="above 0 and at most 1.",
            )
        )
    if row.get("valid_until") and _day(row["valid_until"]) is None:
        faults.append(
            RowFault(row=number, column="valid_until", zh="日期写作 2026-10-20。", en="write 2026-10-20.")
        )
    return faults


def _is_probability(text: str) -> bool:
    try:
        return bool(_PROBABILITY.match(text)) and 0 < Decimal(text) <= 1
    except InvalidOperation:
        return False


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _case(row: dict[str, str], *, mode: str, channel: str, context_fields: Sequence[str]) -> SampleCase:
    context = {name: row[_CONTEXT + name] for name in context_fields if row.get(_CONTEXT + name)}
    return SampleCase(
        stratum=row["stratum"],
        probability=format(Decimal(row["probability"]), "f"),
        seal_group=row["seal_group"],
        mode=mode,
        channel=channel,
        part=row.get("part") or "main",
        frame_source=row.get("frame_source") or "statistics_office",
        context={name: _several(value) for name, value in context.items()},
        case=row.get("case") or None,
        valid_until=_day(row.get("valid_until", "")),
    )


def _several(value: str) -> str | list[str]:
    return [part.strip() for part in value.split(";") if part.strip()] if ";" in value else value
