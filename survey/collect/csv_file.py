"""Home of hostile files: a CSV is measured, decoded and cut into cells before anything looks at its meaning."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.collect.import_messages import MESSAGES
from survey.instrument.problems import shorten
from survey.text import UnfitText, normalise


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a file may be; all of it is checked before a value is read."""

    max_bytes: int = 16 * 1024 * 1024
    max_rows: int = 50_000
    max_columns: int = 600
    max_field: int = 4_000
    max_refusals: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a file or a row was refused: where, what the cell held (shortened), and how to mend it.

    `row` counts lines of data from 1; 0 is the header, None the file as a whole.
    """

    code: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    def message(self, language: str) -> str:
        """Reason and remedy in a language."""
        return self.texts.get(language, self.texts["zh"])


class Refused(Exception):
    """The file as a whole cannot be taken."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message("en"))
        self.refusal = refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Header and rows of normalised text; every row has as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def refusal(
    code: str,
    *,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
    **context: object,
) -> Refusal:
    """A refusal with its texts filled in; everything from the file is shortened and made printable."""
    named = {**context, "value": value or ""}
    shown = {name: part if isinstance(part, int) else shorten(part) for name, part in named.items()}
    texts = {language: text.format_map(shown) for language, text in MESSAGES[code].items()}
    return Refusal(
        code=code,
        row=row,
        column=None if column is None else shorten(column),
        value=None if value is None else shorten(value),
        texts=texts,
    )


def read_table(data: bytes, *, limits: Limits) -> Table:
    """Cut a CSV file into cells. Raises Refused with the first reason against the file as a whole."""
    text = _decode(data, limits)
    rows = _cells(text, limits)
    if not rows:
        raise Refused(refusal("empty_file"))
    header = tuple(name.strip() for name in rows[0])
    _check_header(header, limits)
    if len(rows) == 1:
        raise Refused(refusal("no_rows"))
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(header):
            raise Refused(refusal("wrong_number_of_cells", row=number, expected=len(header), found=len(row)))
    return Table(header=header, rows=tuple(rows[1:]))


def _decode(data: bytes, limits: Limits) -> str:
    if len(data) > limits.max_bytes:
        raise Refused(refusal("too_many_bytes", limit=limits.max_bytes // 1024))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:2] == b"PK":
        raise Refused(refusal("not_csv"))
    if b"\x00" in data:
        raise Refused(refusal("nul"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise Refused(refusal("not_utf8", at=exc.start)) from None


def _cells(text: str, limits: Limits) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if not row:
                continue
            if len(rows) > limits.max_rows:
                raise Refused(refusal("too_many_rows", limit=limits.max_rows))
            if len(row) > limits.max_columns:
                raise Refused(refusal("too_many_columns", row=len(rows), limit=limits.max_columns))
            rows.append(tuple(_cell(cell, len(rows), limits) for cell in row))
    except csv.Error:
        raise Refused(refusal("broken_csv", row=len(rows), line=reader.line_num)) from None
    return rows


def _cell(cell: str, row: int, limits: Limits) -> str:
    if len(cell) > limits.max_field:
        raise Refused(refusal("field_too_long", row=row, value=cell, limit=limits.max_field))
    if cell.isascii():
        return cell
    try:
        return normalise(cell)
    except UnfitText:
        raise Refused(refusal("unfit_text", row=row, value=cell)) from None


def _check_header(header: tuple[str, ...], limits: Limits) -> None:
    seen: set[str] = set()
    for position, name in enumerate(header, start=1):
        if not name:
            raise Refused(refusal("empty_column", row=0, position=position))
        if name in seen:
            raise Refused(refusal("duplicate_column", row=0, column=name, name=name))
        seen.add(name)
    if len(header) > limits.max_columns:
        raise Refused(refusal("too_many_columns", row=0, limit=limits.max_columns))
