"""Home of reading CSV files that others wrote: limits before parsing, typed columns, every fault with its row."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from admin.fieldwork.csv_cells import CellError, RowProblem
from survey import text
from survey.errors import Invalid

MAX_BYTES = 16 * 1024 * 1024
MAX_ROWS = 100_000
_MAX_CELL = 4_000
_MAX_REPORTED = 200
"""A file that is wrong throughout is described by its first faults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a file: what its cells turn into."""

    name: str
    read: Callable[[str], Any]  # Any: each column has a type of its own
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that holds what its columns promise."""

    number: int
    cells: Mapping[str, Any]

    def problem(self, code: str, column: str | None = None, **context: object) -> RowProblem:
        """A fault found in this row by a rule beyond its columns."""
        return RowProblem(code=code, row=self.number, column=column, context=context)


def read(content: bytes, columns: Sequence[Column], *, key: Sequence[str] = ()) -> tuple[Row, ...]:
    """The rows of a CSV file in UTF-8. Raises Invalid, with a problem for every faulty cell, or for the file.

    ``key`` names columns whose values together may occur once in the file.
    """
    rows: list[Row] = []
    problems: list[RowProblem] = []
    for number, cells in _records(content, columns):
        row = _typed(number, cells, columns, problems)
        if row is not None:
            rows.append(row)
    problems += _doubled(rows, key)
    refuse(problems)
    return tuple(rows)


def refuse(problems: Sequence[RowProblem]) -> None:
    """Raise Invalid where there are problems: one faulty row refuses the whole file."""
    if not problems:
        return
    ordered = sorted(problems, key=lambda p: (p.row, p.column or ""))
    n_rows = len({p.row for p in ordered})
    raise Invalid(
        "import_refused",
        zh=f"文件中有 {n_rows} 行不能导入，因此整个文件都没有导入。请逐行修改后重新上传。",
        en=f"{n_rows} rows cannot be taken, so nothing of the file was. Mend them and upload it again.",
        problems=ordered[:_MAX_REPORTED],
        n_problems=len(ordered),
    )


def _records(content: bytes, columns: Sequence[Column]) -> Iterator[tuple[int, list[str] | int]]:
    """Number and cells of each row in the order of ``columns``; how many cells it has where that is wrong."""
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        header = [text.one_line(name) for name in next(reader, [])]
        order = _order(header, columns)
        for number, cells in enumerate(reader, start=2):
            if number > MAX_ROWS + 1:
                raise Invalid(
                    "too_many_rows",
                    zh=f"文件超过 {MAX_ROWS} 行，请分成几个。",
                    en=f"The file has more than {MAX_ROWS} rows; split it.",
                )
            if not any(cell.strip() for cell in cells):
                continue
            fits = len(cells) == len(header)
            yield number, [cells[i] if i is not None else "" for i in order] if fits else len(cells)
    except csv.Error as error:
        raise Invalid(
            "not_csv",
            zh=f"第 {reader.line_num} 行附近不是有效的CSV（例如引号没有配对）。",
            en=f"Near line {reader.line_num} this is not valid CSV (an unmatched quote, for instance).",
        ) from error


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        raise Invalid(
            "file_too_large", zh=f"文件超过 {limit} MB。", en=f"The file is larger than {limit} MB."
        )
    try:
        return text.normalise(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, text.UnfitText):
        raise Invalid(
            "not_utf8",
            zh="文件不是UTF-8编码的文本。在电子表格中请选择“CSV UTF-8”另存。",
            en="The file is not text in UTF-8. In a spreadsheet, save it as “CSV UTF-8”.",
        ) from None


def _order(header: Sequence[str], columns: Sequence[Column]) -> list[int | None]:
    """Where each column stands in the file; files may order their columns as they like."""
    known = [column.name for column in columns]
    missing = [c.name for c in columns if not c.is_optional and c.name not in header]
    unknown = [name for name in header if name not in known]
    if missing or unknown or len(set(header)) != len(header):
        named = ", ".join(known)
        raise Invalid(
            "wrong_header",
            zh=f"首行的列名不符。应为：{named}。缺少：{'、'.join(missing) or '无'}；多出：{'、'.join(u[:40] for u in unknown[:10]) or '无'}。",
            en=f"The names in the first row do not fit. Expected: {named}. Missing: {', '.join(missing) or 'none'}; "
            f"not known: {', '.join(u[:40] for u in unknown[:10]) or 'none'}.",
        )
    return [header.index(name) if name in header else None for name in known]


def _typed(
    number: int, cells: list[str] | int, columns: Sequence[Column], problems: list[RowProblem]
) -> Row | None:
    if isinstance(cells, int):
        widths = {"found": cells, "expected": len(columns)}
        problems.append(RowProblem(code="row_width", row=number, column=None, context=widths))
        return None
    values, faults = {}, len(problems)
    for column, raw in zip(columns, cells, strict=True):
        try:
            values[column.name] = _cell(column, raw)
        except CellError as error:
            problems.append(
                RowProblem(code=error.code, row=number, column=column.name, context=error.context)
            )
    return Row(number=number, cells=values) if len(problems) == faults else None


def _cell(column: Column, raw: str) -> Any:
    stripped = raw.strip()
    if len(stripped) > _MAX_CELL:
        raise CellError("cell_length", limit=_MAX_CELL)
    if not stripped:
        if column.is_optional:
            return None
        raise CellError("cell_empty")
    return column.read(stripped)


def _doubled(rows: Sequence[Row], key: Sequence[str]) -> list[RowProblem]:
    first: dict[tuple[Any, ...], int] = {}
    problems = []
    for row in rows if key else ():
        values = tuple(row.cells[name] for name in key)
        if values in first:
            problems.append(row.problem("doubled", first=first[values]))
        first.setdefault(values, row.number)
    return problems
