"""Home of raking: weights that meet several margins at once, by iterative proportional fitting on cells."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.variance.residuals import Calibration
from analysis.weighting import _cells, diagnose
from analysis.weighting._cells import Cells
from analysis.weighting.margins import Margin, check_reachable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """Fitted cell weights and how the iteration ended."""

    mass: FloatArray
    iterations: int
    converged: bool


def rake(
    design: BoundDesign, margins: Sequence[Margin], *, tolerance: float = 1e-9, max_iterations: int = 1000
) -> BoundDesign:
    """A new design whose weights meet every margin; its variance carries the calibration residuals.

    Rows whose category is unknown (-1) leave that margin: the known rows take the target shares, and known
    and unknown rows keep the proportion they had. The weights sum to the margins' total.

    Parameters
    ----------
    margins : may be crossed tables; all describe the same population.
    tolerance : largest deviation of a share (0 to 1) from its target at which the iteration stops.
    max_iterations : sweeps over all margins.

    Returns
    -------
    BoundDesign whose `history[-1]` reports margins before and after, g-weights, Kish effect, failed margins.
    Margins that cannot be met together end as `converged=False` with the failed margins named.

    Raises
    ------
    WeightingError
        If a margin is impossible by itself (no respondents in a category) or totals disagree.

    References
    ----------
    Deming, Stephan (1940), Annals of Mathematical Statistics 11, 427-444; Deville, Särndal, Sautory (1993),
    JASA 88, 1013-1020.
    """
    check_reachable(margins, design.weights)
    cells = _cells.collapse(margins)
    start = cells.sums(design.weights)
    fit = _fit(cells, margins, start=start, tolerance=tolerance, max_iterations=max_iterations)
    factor = np.divide(fit.mass, start, out=np.ones_like(start), where=start > 0)
    weights = design.weights * factor[cells.cell]
    step = diagnose.report(
        "rake" if len(margins) > 1 else "poststratify",
        before=design.weights,
        after=weights,
        margins=margins,
        tolerance=2.0 * tolerance,  # people and cells may round to either side of the limit
        iterations=fit.iterations,
        converged=fit.converged,
    )
    calibration = Calibration(
        cell=cells.cell, regressors=_cells.regressors(cells, margins), start=design.weights, after=weights
    )
    return design.reweighted(weights, step=step, calibration=calibration)


def poststratify(design: BoundDesign, margin: Margin) -> BoundDesign:
    """A new design whose weights meet one margin (a full table if it is crossed); exact in one step.

    Parameters, result and errors as for `rake`.

    References
    ----------
    Holt, Smith (1979), JRSS A 142, 33-46; Lohr (2022), 3rd ed., sec. 8.5.
    """
    return rake(design, [margin])


def _fit(
    cells: Cells, margins: Sequence[Margin], *, start: FloatArray, tolerance: float, max_iterations: int
) -> Fit:
    """Iterative proportional fitting of the cell weights."""
    mass = start.copy()
    population = margins[0].total
    for sweep in range(1, max_iterations + 1):
        mass *= population / mass.sum()
        for index, margin in enumerate(margins):
            _fit_margin(mass, cells=cells, index=index, margin=margin)
        if _worst(mass, cells, margins) <= tolerance:
            return Fit(mass=mass * (population / mass.sum()), iterations=sweep, converged=True)
    return Fit(mass=mass * (population / mass.sum()), iterations=max_iterations, converged=False)


def _fit_margin(mass: FloatArray, *, cells: Cells, index: int, margin: Margin) -> None:
    """Bring one margin's known cells to the target shares, in place; their common total stays."""
    code = cells.codes[index]
    known = code >= 0
    held = np.bincount(code[known], weights=mass[known], minlength=len(margin.labels))
    wanted = margin.shares * held.sum()
    factor = np.divide(wanted, held, out=np.ones_like(wanted), where=held > 0)
    mass[known] *= factor[code[known]]


def _worst(mass: FloatArray, cells: Cells, margins: Sequence[Margin]) -> float:
    """Largest deviation of a share from its target over all margins."""
    worst = 0.0
    for margin, code in zip(margins, cells.codes, strict=True):
        known = code >= 0
        held = np.bincount(code[known], weights=mass[known], minlength=len(margin.labels))
        worst = max(worst, float(np.abs(held / held.sum() - margin.shares).max()))
    return worst
