"""Home of the plot of importance against performance: ellipses of uncertainty instead of points."""

from typing import Any

from analysis.drivers import ImportancePerformance
from analysis.plots._canvas import ACCENT, INK, SOFT, canvas


def plot_importance_performance(
    found: ImportancePerformance, *, importance: str = "importance", performance: str = "performance"
) -> Any:  # Any: matplotlib's figure
    """Items in the plane of both, each with its joint confidence ellipse; lines where the quadrants meet.

    Parameters
    ----------
    importance, performance : texts of the axes, in the reader's language.

    Raises
    ------
    PlotError
        `missing_extra`.
    """
    with canvas(rows=14) as (figure, axes):
        axes.axvline(found.cut_performance, color=SOFT, linewidth=1.2)
        axes.axhline(found.cut_importance, color=SOFT, linewidth=1.2)
        for place, name in enumerate(found.names):
            border = found.ellipse(name)
            axes.fill(border[:, 1], border[:, 0], color=ACCENT, alpha=0.12, linewidth=0)
            axes.plot(border[:, 1], border[:, 0], color=ACCENT, linewidth=1.0)
            at = (float(found.performance[place]), float(found.importance[place]))
            axes.plot(*at, "o", color=ACCENT, markersize=4)
            axes.annotate(name, at, xytext=(5, 5), textcoords="offset points", color=INK, fontsize=9)
        axes.set_xlabel(performance)
        axes.set_ylabel(importance)
    return figure
