"""Home of the plot of rank sets: every unit's set of ranks, so that nobody reads a league table out of noise."""

from typing import Any

from analysis.plots._canvas import ACCENT, INK, SOFT, canvas, name_rows
from analysis.rank import RankSets


def plot_rank_sets(sets: RankSets, *, label: str = "") -> Any:  # Any: matplotlib's figure
    """One row per unit, by rank: the set as a band, the rank of the estimate as a dot.

    Raises
    ------
    PlotError
        `missing_extra`.
    """
    count = len(sets.point)
    order = sorted(range(count), key=lambda unit: (int(sets.point[unit]), int(sets.high[unit]), unit))
    names = sets.units or tuple(str(unit + 1) for unit in range(count))
    with canvas(rows=count) as (figure, axes):
        for place, unit in enumerate(order):
            low, high = int(sets.low[unit]), int(sets.high[unit])
            axes.plot([low - 0.3, high + 0.3], [place, place], color=SOFT, linewidth=9, solid_capstyle="butt")
            for end in (low, high):
                axes.text(end, place, str(end), color=INK, ha="center", va="center", fontsize=8)
            if low < sets.point[unit] < high:
                axes.plot(int(sets.point[unit]), place, "o", color=ACCENT, markersize=5)
        name_rows(axes, [names[unit] for unit in order])
        axes.set_xlim(0.4, count + 0.6)
        axes.set_xticks(range(1, count + 1, max(count // 12, 1)))
        axes.set_xlabel(label)
    return figure
