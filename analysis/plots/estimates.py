"""Home of the plot of estimates with their intervals: one row each, never a bar without its uncertainty."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.plots._canvas import ACCENT, INK, canvas, name_rows
from analysis.plots.errors import PlotError
from analysis.results import Result

_NOT_NAMES = frozenset({"method", "interval", "status", "definition", "version"})


def plot_estimates(
    found: Result | Sequence[Mapping[str, Any]], *, label: str = "", reference: float | None = None
) -> Any:  # Any: rows of any result; matplotlib's figure
    """Dots with their intervals, in the order of the rows; an estimate without an interval is an empty dot.

    Parameters
    ----------
    found : a result whose rows carry `estimate`, `ci_low` and `ci_high`, or such rows (`results.json`).
    label : what the axis measures, with its unit.
    reference : a value to compare with, drawn as a line.

    Raises
    ------
    PlotError
        `nothing_to_draw`, `missing_extra`.
    """
    rows = [dict(row) for row in (found.to_rows() if isinstance(found, Result) else found)]
    rows = [row for row in rows if row.get("estimate") is not None]
    if not rows:
        raise PlotError("nothing_to_draw")
    with canvas(rows=len(rows)) as (figure, axes):
        for place, row in enumerate(rows):
            low, high = row.get("ci_low"), row.get("ci_high")
            exists = low is not None and high is not None
            if exists:
                axes.plot([low, high], [place, place], color=ACCENT, linewidth=2.2, solid_capstyle="butt")
            face = ACCENT if exists else "white"
            axes.plot(row["estimate"], place, "o", color=ACCENT, markerfacecolor=face, markersize=6)
        if reference is not None:
            axes.axvline(reference, color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
        name_rows(axes, [_name(row) for row in rows])
        axes.set_xlabel(label)
    return figure


def _name(row: Mapping[str, Any]) -> str:  # Any: cells of a row
    """What tells a row from the others: its texts, in their order."""
    parts = [
        value for key, value in row.items() if isinstance(value, str) and value and key not in _NOT_NAMES
    ]
    return ", ".join(dict.fromkeys(parts))
