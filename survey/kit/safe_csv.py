"""Home of CSV that no spreadsheet executes: a text that looks like a formula gets an apostrophe before it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

#: What starts a formula in some spreadsheet, with the full-width forms that an import folds to it.
STARTS = tuple("=+-@|\t\r\n\x00＝＋－＠｜")
Cell = str | int | float | bool | None


def safe(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(STARTS) else text


def unguarded(cell: str) -> str:
    """The text that ``safe`` made the cell from."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(STARTS) else cell


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """UTF-8 with a header and CRLF line ends (RFC 4180); numbers stay numbers, what does not exist is empty."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return buffer.getvalue().encode("utf-8")


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return safe(value)
    return repr(value)
