"""Home of what a notebook shows: rows of a result as one plain HTML table."""

from collections.abc import Mapping, Sequence
from html import escape

Cell = float | int | str | None


def table(rows: Sequence[Mapping[str, Cell]]) -> str:
    """The rows as an HTML table; columns in the order in which they first occur, numbers with six digits."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_text(row.get(name)))}</td>" for name in columns) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _text(value: Cell) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
