"""Plots: figures that show every row with its interval, in Chinese too, without touching the settings of others."""

import warnings

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis import SurveyDesign, drivers, estimate, rank
from analysis.dataset import read_table
from analysis.plots import PlotError, plot_estimates, plot_importance_performance, plot_rank_sets
from tests.analysis.reference_cases import REFERENCE


def drawn(figure: object) -> np.ndarray:
    """The picture, drawn with every warning an error: a missing letter would be one."""
    canvas = FigureCanvasAgg(figure)  # type: ignore[arg-type]  # a matplotlib figure
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def test_estimates_show_every_row_and_leave_the_settings_alone() -> None:
    before = dict(mpl.rcParams)
    table = read_table(REFERENCE / "data" / "citizens.csv")
    design = SurveyDesign(weights="pw", strata="region", psu="township").bind(table)
    figure = plot_estimates(estimate.mean(design, "overall", by="region"), label="0 to 10", reference=5.0)
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.get_yticklabels()] == [f"overall, {r}" for r in "abcdef"]
    assert len(np.unique(drawn(figure).reshape(-1, 4), axis=0)) > 2
    assert dict(mpl.rcParams) == before


def test_rows_without_an_interval_are_empty_dots_and_none_is_refused() -> None:
    figure = plot_estimates([{"item": "a", "estimate": 1.0}, {"item": "b", "estimate": None}])
    assert len(figure.axes[0].get_yticks()) == 1
    with pytest.raises(PlotError, match="no estimate"):
        plot_estimates([{"item": "b", "estimate": None}])


def test_rank_sets_and_importance_are_drawn() -> None:
    sets = rank.sets(np.array([3.0, 1, 2]), np.array([0.1, 0.1, 2.0]), units=("江城", "云岚", "c"))
    figure = plot_rank_sets(sets, label="名次")
    assert figure.axes[0].get_yticklabels()[0].get_text() == "江城"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a machine may lack Chinese letters
        drawn(figure)
    table = read_table(REFERENCE / "data" / "citizens.csv")
    design = SurveyDesign(weights="pw", strata="region", psu="township").bind(table)
    both = [
        [one.estimate for one in estimate.mean(design, items, cov=True)]
        for items in (["q1", "q2"], ["q4", "q5"])
    ]
    found = drivers.importance_performance(*both, design=design, names=["a", "b"])
    assert drawn(plot_importance_performance(found)).shape[2] == 4
