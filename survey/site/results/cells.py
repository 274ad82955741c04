"""What stands in the cells of result tables: numbers, intervals, and words where there is no number."""

from __future__ import annotations

from flask_babel import gettext as _

from survey.kit.formats import number
from survey.kit.marked import told
from survey.publish.results import IndexRow, UnitResult

Cell = str
DIGITS = 1


def unit_row(unit: UnitResult) -> tuple[Cell, ...]:
    """The cells of one assessed unit."""
    grade = told(unit.grade)
    return (
        told(unit.name),
        number(unit.composite, 2),
        interval(unit.low, unit.high, 2),
        plain(unit.unweighted, 2),
        count(unit.n),
        number(unit.n_effective, 0),
        _("%(grade)s (borderline)", grade=grade) if unit.borderline else grade,
    )


def index_row(row: IndexRow) -> tuple[Cell, ...]:
    """The cells of one index."""
    if row.index is None:
        return (told(row.name), held(), "", "", count(row.n), "", "")
    return (
        told(row.name),
        number(row.index, DIGITS),
        interval(row.low, row.high, DIGITS),
        plain(row.unweighted, DIGITS),
        count(row.n),
        plain(row.n_effective, 0),
        plain(row.deff, 2),
    )


def value(point: float | None, low: float | None, high: float | None) -> str:
    """A value with its interval, as charts label it."""
    if point is None:
        return held()
    if low is None or high is None:
        return number(point, DIGITS)
    return f"{number(point, DIGITS)} ({interval(low, high, DIGITS)})"


def plain(value: float | None, digits: int) -> str:
    """The number, or an empty cell where the table has none."""
    return "" if value is None else number(value, digits)


def interval(low: float | None, high: float | None, digits: int) -> str:
    """Both ends of an interval; empty where there is none."""
    return "" if low is None or high is None else f"{number(low, digits)}–{number(high, digits)}"


def span(low: int, high: int) -> str:
    """The positions of a rank set."""
    return str(low) if low == high else f"{low}–{high}"


def count(n: int | None) -> str:
    """A number of answers; empty where it is not published."""
    return "" if n is None else number(n)


def or_held(text: str | None) -> str:
    """The text, or why there is none."""
    return held() if text is None else text


def held() -> str:
    """What stands for a suppressed value."""
    return str(_("sample too small, not published"))
