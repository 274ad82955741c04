"""Writes the sheets of an XLSForm into a file: .xlsx, .xls, or .csv with the name of the sheet in the first column."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from survey.instrument.exchange.tables import Tables
from survey.instrument.exchange.xls_file import write_xls
from survey.instrument.exchange.xlsform.export import export_tables

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
_MAX_WIDTH = 60


def write_xlsform(document: Mapping[str, Any], *, scales: Mapping[str, Any] | None = None) -> bytes:
    """The document as .xlsx. Equal documents give equal bytes. Any: a document is JSON."""
    return _xlsx(export_tables(document, scales=scales))


def write_xlsform_xls(document: Mapping[str, Any], *, scales: Mapping[str, Any] | None = None) -> bytes:
    """The document as .xls, for old programs. Raises TooWide where it is too large for one. Any: a document is JSON."""
    return write_xls(list(export_tables(document, scales=scales).sheets.values()))


def write_xlsform_csv(
    document: Mapping[str, Any],  # Any: a document is JSON
    *,
    scales: Mapping[str, Any] | None = None,
) -> bytes:
    """The document as .csv in UTF-8, without a mark at its head, which other readers take for text."""
    tables = export_tables(document, scales=scales)
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\r\n")
    for sheet in tables.sheets.values():
        writer.writerow([sheet.name])
        for _, cells in sheet.rows:
            writer.writerow(["", *(_inert(cell) for cell in cells)])
    return made.getvalue().encode("utf-8")


def _inert(cell: str) -> str:
    """A cell that no spreadsheet program takes for a formula; an import takes the mark off again."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _xlsx(tables: Tables) -> bytes:
    import xlsxwriter  # late: the phone's process never writes a workbook

    made = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(made, options) as book:
        # One moment for all files: the same document gives the same bytes.
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 -- the format has no time zone
        bold = book.add_format({"bold": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in tables.sheets.values():
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for number, cells in sheet.rows:
                for at, cell in enumerate(cells):
                    if cell:
                        page.write_string(number - 1, at, cell, bold if number == 1 else wrap)
            _widths(page, sheet.rows[0][1] if sheet.rows else ())
    return made.getvalue()


def _widths(page: Any, headers: tuple[str, ...]) -> None:  # Any: xlsxwriter has no types
    for at, header in enumerate(headers):
        wide = header.split("::")[0] in {"label", "hint", "relevant", "constraint", "calculation"}
        page.set_column(at, at, 40 if wide else min(_MAX_WIDTH, max(12, len(header) + 2)))
