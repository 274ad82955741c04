"""Home of iterative proportional fitting on cells."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.weighting._cells import Cells
from analysis.weighting.margins import Margin, check_reachable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """Fitted cell weights (C,) and how the iteration ended."""

    mass: FloatArray
    iterations: int
    converged: bool


def check_start(cells: Cells, margins: Sequence[Margin], *, mass: FloatArray, weights: FloatArray) -> None:
    """Refuse start weights from which a margin cannot be met; `mass` are their (C,) sums in cells."""
    for place, margin in enumerate(margins):
        held = cells.margin_sums(place, mass, size=len(margin.labels))
        check_reachable(margin, held, weights=weights)


def fit(
    cells: Cells, margins: Sequence[Margin], *, start: FloatArray, tolerance: float, max_iterations: int
) -> Fit:
    """Cell weights that meet every margin, from the (C,) start weights.

    A sweep brings one margin after the other to its target shares; a margin's known cells keep their common total.
    Ends when no share is further than `tolerance` from its target as the sweep comes to it.
    """
    mass = start.copy()
    population = margins[0].total
    places = [code + 1 for code in cells.codes]  # place 0 collects the unknown
    wanted = [np.concatenate([[0.0], margin.shares]) for margin in margins]
    mass *= population / mass.sum()
    sweeps, worst = 0, np.inf
    while worst > tolerance and sweeps < max_iterations:
        worst, sweeps = 0.0, sweeps + 1
        for place, shares in zip(places, wanted, strict=True):
            worst = max(worst, _fit_margin(mass, place=place, shares=shares))
    return Fit(mass=mass * (population / mass.sum()), iterations=sweeps, converged=worst <= tolerance)


def _fit_margin(
    mass: FloatArray, *, place: np.ndarray[tuple[int], np.dtype[np.int64]], shares: FloatArray
) -> float:
    """Bring one margin to its target shares, in place; the largest deviation that it had."""
    held = np.bincount(place, weights=mass, minlength=shares.shape[0])
    known = held[1:].sum()
    goal = shares * known
    factor = np.divide(goal, held, out=np.ones_like(goal), where=held > 0)
    factor[0] = 1.0
    mass *= factor[place]
    return float(np.abs(held[1:] - goal[1:]).max() / known)
