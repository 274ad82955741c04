"""Figures of the results page: each a drawing, the words that say what it shows, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from survey.kit import charts
from survey.kit.charts import Chart, Interval
from survey.kit.formats import number, percent
from survey.kit.language import say
from survey.kit.marked import told
from survey.publish.results import IndexTable, OpenStream, ShareTable, UnitClass, UnitResult, Words
from survey.site.results import cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: headings with whether their column holds numbers, and rows whose first cell heads them."""

    caption: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One chart: its finding as title, a text alternative, the drawing, its table."""

    id: str
    title: str
    desc: str
    chart: Chart
    table: Table
    note: str = ""


def composites(found: UnitClass) -> Figure | None:
    """The composites of a class with their intervals, highest first; None where no unit has one."""
    scored = _sorted(found.units)
    if not scored:
        return None
    rows = [
        Interval(
            label=say(unit.name),
            value=unit.composite,
            low=unit.low,
            high=unit.high,
            text=cells.value(unit.composite, unit.low, unit.high),
        )
        for unit in scored
    ]
    return Figure(
        id=f"composite-{found.code}",
        title=told(found.finding),
        desc=_desc(rows),
        note=_axis(rows),
        chart=_dots(rows),
        table=Table(
            caption=_("%(title)s: composite with 95 %% interval", title=say(found.title)),
            columns=(
                (_("Unit"), False),
                (_("Composite"), True),
                (_("Interval (95 %)"), True),
                (_("Unweighted"), True),
                (_("Answers"), True),
                (_("Effective"), True),
                (_("Grade"), False),
            ),
            rows=tuple(cells.unit_row(unit) for unit in scored),
        ),
    )


def made_of(found: UnitClass) -> Table | None:
    """What each group contributed to the composites of a class; None where nothing is scored."""
    rows = tuple(
        (
            told(unit.name),
            told(part.name),
            cells.or_held(None if part.index is None else number(part.index, cells.DIGITS)),
            cells.interval(part.low, part.high, cells.DIGITS),
            percent(part.weight),
            cells.count(part.n),
        )
        for unit in _sorted(found.units)
        for part in unit.groups
    )
    if not rows:
        return None
    return Table(
        caption=_("%(title)s: what the composites are made of", title=say(found.title)),
        columns=(
            (_("Unit"), False),
            (_("Group"), False),
            (_("Index"), True),
            (_("Interval (95 %)"), True),
            (_("Weight"), True),
            (_("Answers"), True),
        ),
        rows=rows,
    )


def unit_ranks(found: UnitClass) -> Figure | None:
    """The rank sets of a class; None where there are none."""
    rows = [
        (u.name, u.rank_low, u.rank_high)
        for u in _sorted(found.units)
        if u.rank_low is not None and u.rank_high is not None
    ]
    return _ranks(f"rank-{found.code}", say(found.title), rows)


def indices(found: IndexTable) -> Figure | None:
    """Indices with their intervals; suppressed ones are named and hatched."""
    shown = sorted(found.rows, key=lambda row: (row.index is None, -(row.index or 0.0), row.code))
    if not shown:
        return None
    rows = [
        Interval(
            label=say(row.name),
            value=row.index,
            low=row.low,
            high=row.high,
            text=cells.value(row.index, row.low, row.high),
        )
        for row in shown
    ]
    return Figure(
        id=f"index-{found.code}",
        title=told(found.finding),
        desc=_desc(rows),
        note=_axis(rows),
        chart=_dots(rows),
        table=Table(
            caption=_("%(title)s: index with 95 %% interval", title=say(found.title)),
            columns=(
                (_("Name"), False),
                (_("Index"), True),
                (_("Interval (95 %)"), True),
                (_("Unweighted"), True),
                (_("Answers"), True),
                (_("Effective"), True),
                (_("Design effect"), True),
            ),
            rows=tuple(cells.index_row(row) for row in shown),
        ),
    )


def index_ranks(found: IndexTable) -> Figure | None:
    """The rank sets of the rows that have one."""
    ranked = sorted(
        (r for r in found.rows if r.rank_low is not None and r.rank_high is not None),
        key=lambda row: (-(row.index or 0.0), row.code),
    )
    rows = [(r.name, r.rank_low or 0, r.rank_high or 0) for r in ranked]
    return _ranks(f"rank-{found.code}", say(found.title), rows)


def shares(found: ShareTable) -> Figure | None:
    """How the items of a group were answered."""
    drawn = [r for r in found.rows if r.points is not None and len(r.points) == 5]
    if not drawn:
        return None
    bars = []
    for row in drawn:
        missing = row.dont_know or 0.0
        valid = [share * (1.0 - missing) for share in row.points or ()]
        bars.append((say(row.text), valid, missing, percent(row.satisfied, 1)))
    best = max(drawn, key=lambda row: row.satisfied or 0.0)
    worst = min(drawn, key=lambda row: row.satisfied or 0.0)
    return Figure(
        id=f"share-{found.code}",
        title=told(found.finding),
        desc=_(
            "%(n)s questions, each a bar from dissatisfied on the left to satisfied on the right. Largest "
            "satisfied share: %(best)s, %(high)s. Smallest: %(worst)s, %(low)s.",
            n=len(drawn),
            best=say(best.text),
            high=percent(best.satisfied),
            worst=say(worst.text),
            low=percent(worst.satisfied),
        ),
        chart=charts.likert(bars),
        table=Table(
            caption=_("%(title)s: shares of the answers", title=say(found.title)),
            columns=(
                (_("Question"), False),
                (_("Satisfied"), True),
                (_("Dissatisfied"), True),
                (_("Don't know"), True),
                (_("Answers"), True),
            ),
            rows=tuple(
                (
                    told(row.text),
                    cells.or_held(percent(row.satisfied) if row.satisfied is not None else None),
                    cells.or_held(percent(row.dissatisfied) if row.dissatisfied is not None else None),
                    cells.or_held(percent(row.dont_know) if row.dont_know is not None else None),
                    cells.count(row.n),
                )
                for row in found.rows
            ),
        ),
    )


def open_stream(found: OpenStream) -> Table:
    """What anyone answered: plain means without an interval, because nobody drew these people."""
    return Table(
        caption=_("%(title)s: open participation, not scored", title=say(found.title)),
        columns=((_("Name"), False), (_("Mean of the answers"), True), (_("Answers"), True)),
        rows=tuple(
            (
                told(row.name),
                cells.or_held(None if row.index is None else number(row.index, cells.DIGITS)),
                cells.count(row.n),
            )
            for row in found.rows
        ),
    )


def _ranks(name: str, title: str, rows: Sequence[tuple[Words, int, int]]) -> Figure | None:
    if not rows:
        return None
    drawn = [(say(name), low, high, cells.span(low, high)) for name, low, high in rows]
    widest = max(high - low + 1 for _name, low, high in rows)
    return Figure(
        id=name,
        title=_("Which positions are compatible with the data"),
        desc=_(
            "%(n)s bars over positions 1 to %(n)s. The longer the bar, the less the data say about the position; "
            "the longest covers %(widest)s positions. Together all bars hold with 95 %% confidence.",
            n=len(rows),
            widest=widest,
        ),
        chart=charts.rank_sets(drawn, positions=max(len(rows), max(r[2] for r in rows))),
        table=Table(
            caption=_("%(title)s: positions, together correct with 95 %% confidence", title=title),
            columns=((_("Name"), False), (_("From"), True), (_("To"), True)),
            rows=tuple((told(name), str(low), str(high)) for name, low, high in rows),
        ),
    )


def _dots(rows: Sequence[Interval]) -> Chart:
    low, high = charts.zoom(rows)
    return charts.dots(rows, low=low, high=high)


def _axis(rows: Sequence[Interval]) -> str:
    """What must be said of the axis where it is not the whole of 0 to 100."""
    low, high = charts.zoom(rows)
    if (low, high) == (0.0, 100.0):
        return ""
    return str(_("The axis shows %(low)s to %(high)s of 0 to 100 points.", low=f"{low:g}", high=f"{high:g}"))


def _desc(rows: Sequence[Interval]) -> str:
    valued = [row for row in rows if row.value is not None]
    if not valued:
        return str(_("No value is published: the samples are too small."))
    best, worst = valued[0], valued[-1]
    text: str = _(
        "%(n)s values, highest first, each a dot on a line that shows its 95 %% interval. "
        "Highest: %(best)s, %(high)s. Lowest: %(worst)s, %(low)s.",
        n=len(valued),
        best=best.label,
        high=best.text,
        worst=worst.label,
        low=worst.text,
    )
    return text


def _sorted(units: Sequence[UnitResult]) -> list[UnitResult]:
    scored = [unit for unit in units if unit.composite is not None]
    return sorted(scored, key=lambda unit: (-(unit.composite or 0.0), unit.code))
