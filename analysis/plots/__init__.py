"""Plots on request, with the extra `plots` (matplotlib): each takes a result and returns a figure, nothing is shown."""

from analysis.plots.errors import PlotError
from analysis.plots.estimates import plot_estimates
from analysis.plots.importance import plot_importance_performance
from analysis.plots.ranks import plot_rank_sets

__all__ = ["PlotError", "plot_estimates", "plot_importance_performance", "plot_rank_sets"]
