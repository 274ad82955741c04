"""Reads the sheets of .xlsx, .xls and .csv files as plain texts with the numbers of their rows."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from survey.instrument.exchange.guards import Refusal, decode
from survey.instrument.problems import Where

MAX_SHEETS = 100
MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 30_000, 500, 500_000
# Where a sheet goes on without content, as WPS and Excel leave thousands of formatted empty rows.
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_SPACES = re.compile("[\u00a0\u2007\u202f\u3000]")

# What a sheet is called in an XLSForm, and what people call it.
SHEET_NAMES = {
    "survey": "survey",
    "choices": "choices",
    "choices and columns": "choices",
    "external_choices": "external_choices",
    "settings": "settings",
    "问卷": "survey",
    "题目": "survey",
    "调查": "survey",
    "选项": "choices",
    "设置": "settings",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet: its own name, and its rows that are not empty, each with its number and cells from the first column."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    lost_formulas: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The sheets of a file that belong to an XLSForm, by what they are; and the names of the others."""

    format: str
    sheets: dict[str, Sheet]
    ignored: tuple[str, ...] = ()
    macros: bool = False


def read_tables(raw: bytes, kind: str) -> Tables:
    """The sheets of a file of a known format. Raises Refusal."""
    readers = {"xlsx": _read_xlsx, "xls": _read_xls, "csv": _read_csv}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # libraries warn of decorations that no questionnaire needs
            return readers[kind](raw)
    except Refusal:
        raise
    except RecursionError as exc:
        raise Refusal("file_too_deep", limit=0, nodes=0) from exc
    except MemoryError as exc:
        raise Refusal("file_took_too_long") from exc
    except Exception as exc:  # a hostile file makes the libraries raise anything at all
        raise Refusal("file_broken", detail=type(exc).__name__) from exc


def column_letter(index: int) -> str:
    """The name of a column by its index: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_text(value: object) -> str:
    """What a cell says, as a person would read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    text = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return _SPACES.sub(" ", text).strip()


def _sheet(name: str, rows: Iterable[tuple[int, list[str]]]) -> Sheet:
    kept: list[tuple[int, tuple[str, ...]]] = []
    cells = 0
    for number, row in rows:
        while row and not row[-1]:
            row.pop()
        if not row:
            continue
        cells += len(row)
        if len(kept) >= MAX_ROWS or len(row) > MAX_COLUMNS or cells > MAX_CELLS:
            raise Refusal(
                "table_too_large", Where(sheet=name), rows=MAX_ROWS, columns=MAX_COLUMNS, cells=MAX_CELLS
            )
        kept.append((number, tuple(row)))
    return Sheet(name=name, rows=tuple(kept))


def _wanted(names: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Which sheet is which; the first of two that claim the same part wins."""
    found: dict[str, str] = {}
    ignored: list[str] = []
    for name in names:
        part = SHEET_NAMES.get(_SPACES.sub(" ", name).strip().lower())
        if part and part not in found:
            found[part] = name
        else:
            ignored.append(name)
    return found, tuple(ignored)


def _read_xlsx(raw: bytes) -> Tables:
    from openpyxl import load_workbook  # late: the phone's process never opens a workbook

    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    if len(book.sheetnames) > MAX_SHEETS:
        raise Refusal("table_too_large", rows=MAX_ROWS, columns=MAX_COLUMNS, cells=MAX_CELLS)
    worksheets = {sheet.title: sheet for sheet in book.worksheets}
    found, ignored = _wanted(worksheets)
    sheets = {part: _sheet(name, _xlsx_rows(worksheets[name])) for part, name in found.items()}
    if _has_formulas(raw):
        formulas = load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
        sheets = {
            part: Sheet(name=sheet.name, rows=sheet.rows, lost_formulas=_lost(formulas[sheet.name], sheet))
            for part, sheet in sheets.items()
        }
    return Tables(format="xlsx", sheets=sheets, ignored=ignored, macros=b"vbaProject.bin" in raw)


def _has_formulas(raw: bytes) -> bool:
    """Whether a second reading is worth its time: the first one gives results, this one formulas."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = [name for name in archive.namelist() if "worksheets/" in name and name.endswith(".xml")]
        return any(b"<f" in archive.read(name) for name in names)


def _xlsx_rows(worksheet: Any) -> Iterator[tuple[int, list[str]]]:  # Any: openpyxl has no types
    worksheet.reset_dimensions()  # files claim any size; what counts is the cells
    for number, row in enumerate(worksheet.iter_rows(values_only=True), start=1):
        if row:
            yield number, [cell_text(value) for value in row[:_LAST_COLUMN]]


def _lost(worksheet: Any, sheet: Sheet) -> tuple[tuple[int, int], ...]:  # Any: openpyxl has no types
    """Cells with a formula whose result the file does not hold: they read as empty, and that must be said."""
    known = dict(sheet.rows)
    lost: list[tuple[int, int]] = []
    worksheet.reset_dimensions()
    for number, row in enumerate(worksheet.iter_rows(values_only=True), start=1):
        cells = known.get(number, ())
        for at, value in enumerate(row):
            formula = isinstance(value, str) and value.startswith("=") and len(value) > 1
            if formula and (at >= len(cells) or not cells[at]) and len(lost) < MAX_COLUMNS:
                lost.append((number, at))
    return tuple(lost)


def _read_xls(raw: bytes) -> Tables:
    import xlrd  # late, as above

    try:
        book = xlrd.open_workbook(file_contents=raw, logfile=io.StringIO(), on_demand=True)
    except xlrd.XLRDError as exc:
        if "encrypt" in str(exc).lower():
            raise Refusal("file_password") from exc
        raise
    names = book.sheet_names()
    if len(names) > MAX_SHEETS:
        raise Refusal("table_too_large", rows=MAX_ROWS, columns=MAX_COLUMNS, cells=MAX_CELLS)
    found, ignored = _wanted(names)
    sheets = {part: _sheet(name, _xls_rows(book, book.sheet_by_name(name))) for part, name in found.items()}
    return Tables(format="xls", sheets=sheets, ignored=ignored)


def _xls_rows(book: Any, sheet: Any) -> Iterator[tuple[int, list[str]]]:  # Any: xlrd has no types
    import xlrd

    def text(cell: Any) -> str:
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return cell_text(bool(cell.value))
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
        if cell.ctype == xlrd.XL_CELL_DATE:
            return _xls_date(cell.value, book.datemode)
        return cell_text(cell.value)

    for number in range(min(sheet.nrows, _LAST_ROW)):
        yield number + 1, [text(cell) for cell in sheet.row(number)]


def _xls_date(value: float, datemode: int) -> str:
    import xlrd

    try:
        moment = xlrd.xldate_as_datetime(value, datemode)
    except (ValueError, OverflowError, xlrd.xldate.XLDateError):
        return cell_text(value)
    return cell_text(moment.time() if 0 <= value < 1 else moment)


def _read_csv(raw: bytes) -> Tables:
    text = decode(raw)
    if "\x00" in text:
        raise Refusal("file_broken", detail="NUL")
    csv.field_size_limit(200_000)
    rows = _csv_rows(text)
    parts = _csv_parts(rows)
    found, ignored = _wanted(parts)
    return Tables(
        format="csv",
        sheets={part: _sheet(name, parts[name]) for part, name in found.items()},
        ignored=ignored,
    )


def _csv_rows(text: str) -> list[list[str]]:
    rows: list[list[str]] = []
    filled = 0
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
        filled += len(row) > 1 or any(row)
        if filled > MAX_ROWS or len(row) > 50 * MAX_COLUMNS:
            raise Refusal("table_too_large", rows=MAX_ROWS, columns=MAX_COLUMNS, cells=MAX_CELLS)
        rows.append([_without_mark(cell_text(cell)) for cell in row])
    return rows


def _without_mark(cell: str) -> str:
    """A cell without the mark that keeps a spreadsheet program from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in ("=", "+", "-", "@", "'") else cell


def _delimiter(text: str) -> str:
    """The mark that parts the headings of the survey; a comma where nothing else does."""
    for line in text.split("\n")[:50]:
        words = re.split(r"[,;\t]", line.lower().replace('"', ""))
        if {"type", "name"} <= {word.strip() for word in words}:
            return max(",;\t", key=line.count)
    return ","


def _csv_parts(rows: list[list[str]]) -> dict[str, list[tuple[int, list[str]]]]:
    """The sheets in one CSV file: a name in the first column begins one; a plain table is the survey."""
    first = next((row for row in rows if any(row)), [])
    parts: dict[str, list[tuple[int, list[str]]]] = {}
    if "type" in {cell.lower() for cell in first}:
        parts["survey"] = list(enumerate(rows, start=1))
        return parts
    current: list[tuple[int, list[str]]] | None = None
    for number, row in enumerate(rows, start=1):
        if row and row[0]:
            current = parts.setdefault(row[0], [])
            if any(row[1:]):  # the name may share its line with the headings
                current.append((number, row[1:]))
        elif current is not None and any(row):
            current.append((number, row[1:]))
    return parts
