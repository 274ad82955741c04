"""Home of what a notebook and a terminal show of a result: its rows as one table, its method and status below."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

Cell = float | int | str | None

MOST_ROWS = 60
"""Rows shown; the last line says how many more there are."""

_STYLE = "text-align:right;font-variant-numeric:tabular-nums"


def table(rows: Sequence[Mapping[str, Cell]], *, notes: Sequence[str] = ()) -> str:
    """The rows as an HTML table; columns in the order in which they first occur, numbers with six digits.

    Columns that are empty everywhere are left out. `notes` stand below: every text is escaped.
    """
    columns = shown_columns(rows)
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(_html_row(row, columns) for row in rows[:MOST_ROWS])
    below = "".join(f"<div>{escape(note)}</div>" for note in [*_more(rows), *notes] if note)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


def text(rows: Sequence[Mapping[str, Cell]], *, notes: Sequence[str] = ()) -> str:
    """The rows as aligned plain text, numbers to the right."""
    columns = shown_columns(rows)
    cells = [columns, *([_text(row.get(name)) for name in columns] for row in rows[:MOST_ROWS])]
    widths = [max(_width(line[place]) for line in cells) for place in range(len(columns))]
    numeric = [any(isinstance(row.get(name), float | int) for row in rows) for name in columns]
    lines = [
        "  ".join(
            _pad(cell, width, right=right) for cell, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in cells
    ]
    return "\n".join([*lines, *_more(rows), *(note for note in notes if note)])


def frame(rows: Sequence[Mapping[str, Cell]]) -> Any:  # Any: a pandas frame; pandas is imported late
    """The rows as a pandas data frame.

    Raises
    ------
    ImportError
        Where pandas is not installed.
    """
    import pandas as pd

    return pd.DataFrame.from_records([dict(row) for row in rows])


def shown_columns(rows: Sequence[Mapping[str, Cell]]) -> list[str]:
    """Names of the columns that hold anything."""
    columns = dict.fromkeys(name for row in rows for name in row)
    return [name for name in columns if any(row.get(name) not in (None, "") for row in rows)]


def _html_row(row: Mapping[str, Cell], columns: Sequence[str]) -> str:
    cells = "".join(_html_cell(row.get(name)) for name in columns)
    return f"<tr>{cells}</tr>"


def _html_cell(value: Cell) -> str:
    style = f' style="{_STYLE}"' if isinstance(value, float | int) else ""
    return f"<td{style}>{escape(_text(value))}</td>"


def _more(rows: Sequence[Mapping[str, Cell]]) -> list[str]:
    left = len(rows) - MOST_ROWS
    return [f"… {left} more rows: to_rows() has all"] if left > 0 else []


def _text(value: Cell) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _width(shown: str) -> int:
    """Columns of a terminal: characters of East Asian scripts take two."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(one) in "WF" else 1 for one in shown)


def _pad(cell: str, width: int, *, right: bool) -> str:
    room = " " * (width - _width(cell))
    return room + cell if right else cell + room
