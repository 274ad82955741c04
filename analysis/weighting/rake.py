"""Home of raking and post-stratification: weights that meet margins, fitted on cells of people with equal categories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis._types import FloatArray
from analysis.columns import Columns
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning
from analysis.variance.residuals import Calibration
from analysis.weighting import _cells, _fitting, diagnose
from analysis.weighting._cells import Cells
from analysis.weighting._distance import Distance, bound_status, check_bounds, check_tolerance, ratio_function
from analysis.weighting._newton import solve
from analysis.weighting._step import Applied, apply
from analysis.weighting.errors import StepWarning
from analysis.weighting.margins import Margin, check_margins
from analysis.weighting.tables import Targets, margins_of

Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RakeStep:
    """Raking bound to the categories of n rows; people are collapsed into cells once, for all replicates.

    Attributes
    ----------
    margins : all describe the same population.
    bounds : lowest and highest ratio of new to old weight; None: free.
    tolerance : largest deviation of a share (0 to 1) from its target at which the iteration stops.
    max_iterations : sweeps over all margins.
    """

    margins: tuple[Margin, ...]
    bounds: Bounds | None = None
    tolerance: float = 1e-9
    max_iterations: int = 1000
    cells: Cells = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_margins(self.margins)
        check_tolerance(self.tolerance)
        if self.bounds is not None:
            check_bounds(self.bounds)
        object.__setattr__(self, "cells", _cells.collapse(self.margins))

    @property
    def n(self) -> int:
        """Rows."""
        return self.margins[0].n

    @property
    def method(self) -> str:
        """As reports call it."""
        if self.bounds is not None:
            return "rake, bounded"
        return "rake" if len(self.margins) > 1 else "poststratify"

    def weights(self, start: FloatArray) -> FloatArray:
        """(n,) raked weights from (n,) starting weights."""
        return self._raked(start)[0]

    def applied(self, start: FloatArray) -> Applied:
        """The step with its report; the variance carries the residuals on the margins."""
        weights, mass, fitted = self._raked(start)
        return self._described(
            start,
            weights,
            method=self.method,
            mass=mass,
            fitted=fitted,
            status=self._at_bounds(start, weights, converged=fitted.converged),
        )

    def between(
        self,
        start: FloatArray,
        weights: FloatArray,
        *,
        method: str,
        iterations: int,
        status: tuple[AnalysisWarning, ...] = (),
    ) -> Applied:
        """The report and linearisation of whatever led from `start` to raked `weights`."""
        mass, final = self.cells.sums(start), self.cells.sums(weights)
        fitted = _fitting.Fit(mass=final, iterations=iterations, converged=True)
        return self._described(start, weights, method=method, mass=mass, fitted=fitted, status=status)

    def _described(
        self,
        start: FloatArray,
        weights: FloatArray,
        *,
        method: str,
        mass: FloatArray,
        fitted: _fitting.Fit,
        status: tuple[AnalysisWarning, ...],
    ) -> Applied:
        """A step from `start` to `weights`, whose (C,) sums in cells are `mass` and `fitted.mass`."""
        step = diagnose.report(
            method,
            definition="weighting.poststratify" if method == "poststratify" else "weighting.rake",
            before=start,
            after=weights,
            table=diagnose.MarginTable(
                cells=self.cells, margins=self.margins, before=mass, after=fitted.mass, weights=start
            ),
            tolerance=max(2.0 * self.tolerance, 1e-12),  # cells may round to either side of the limit
            iterations=fitted.iterations,
            converged=fitted.converged,
            status=status,
        )
        carried = self.calibration(start, weights, mass=mass)
        return Applied(weights=weights, step=step, carried=carried, again=self.weights)

    def calibration(
        self, start: FloatArray, weights: FloatArray, *, mass: FloatArray | None = None
    ) -> Calibration:
        """What the variance must carry from `start` to `weights`."""
        return Calibration(
            cell=self.cells.cell,
            regressors=_cells.regressors(self.cells, self.margins),
            start=start,
            after=weights,
            mass=mass,
        )

    def _raked(self, start: FloatArray) -> tuple[FloatArray, FloatArray, _fitting.Fit]:
        """Weights, sums of the starting weights in cells, and the fit."""
        mass = self.cells.sums(start)
        _fitting.check_start(self.cells, self.margins, mass=mass, weights=start)
        fitted = self._bounded(mass) if self.bounds is not None else self._free(mass)
        factor = np.divide(fitted.mass, mass, out=np.ones_like(mass), where=mass > 0)
        weights = self.cells.spread(factor, start)
        return weights, mass, fitted

    def _at_bounds(
        self, start: FloatArray, weights: FloatArray, *, converged: bool
    ) -> tuple[AnalysisWarning, ...]:
        if self.bounds is None or converged:
            return ()
        used, (low, high) = start > 0, self.bounds
        status = bound_status(weights[used] / start[used], self.bounds, converged=converged)
        ratio = self.margins[0].total / float(start.sum())
        if low <= ratio <= high:
            return status
        context = {"ratio": round(ratio, 4), "low": low, "high": high}
        return (*status, StepWarning(code="bounds_exclude_population", context=context))

    def _free(self, mass: FloatArray) -> _fitting.Fit:
        return _fitting.fit(
            self.cells,
            self.margins,
            start=mass,
            tolerance=self.tolerance,
            max_iterations=self.max_iterations,
        )

    def _bounded(self, mass: FloatArray) -> _fitting.Fit:
        """Exponential ratios cut at the bounds, by Newton on the cells."""
        x = _cells.regressors(self.cells, self.margins)
        population = self.margins[0].total
        wanted = np.zeros(x.shape[1])
        wanted[0] = population
        found = solve(
            x,
            mass,
            wanted=wanted,
            size=np.full(x.shape[1], population),
            ratio=ratio_function(Distance.RAKING, self.bounds),
            tolerance=self.tolerance,
            max_iterations=self.max_iterations,
        )
        return _fitting.Fit(mass=mass * found.g, iterations=found.iterations, converged=found.converged)


def rake(
    design: BoundDesign,
    margins: Sequence[Margin] | Mapping[Any, Targets],
    *,
    bounds: Bounds | None = None,
    columns: Columns | Mapping[str, Any] | None = None,  # Any: whatever numpy makes an array of
    tolerance: float = 1e-9,
    max_iterations: int = 1000,
) -> BoundDesign:
    """A new design whose weights meet every margin; its variance carries the calibration residuals.

    Rows whose category is unknown (-1) leave that margin: the known rows take the target shares, and known
    and unknown rows keep the proportion they had. The weights sum to the margins' total. Rows of weight 0 are
    nobody and stay at 0.

    Parameters
    ----------
    margins : may be crossed tables; all describe the same population. Or targets by column name,
        `{"sex": {"f": 52000, "m": 49000}, ("city", "age"): {("A", "18-29"): 9000, ...}}`.
    bounds : lowest and highest ratio of new to old weight (exponential distance, cut at the bounds).
    columns : where names are looked up; by default the table that the design is bound to.
    tolerance : largest deviation of a share (0 to 1) from its target at which the iteration stops.
    max_iterations : sweeps over all margins.

    Returns
    -------
    BoundDesign whose `history[-1]` reports margins before and after, g-weights, Kish effect, failed margins.
    Margins that cannot be met together, or not inside the bounds, end as `converged=False` with the failed
    margins named.

    Raises
    ------
    WeightingError
        If a margin is impossible by itself (no respondents in a category) or totals disagree.

    References
    ----------
    Deming, Stephan (1940), Annals of Mathematical Statistics 11, 427-444; Deville, Särndal, Sautory (1993),
    JASA 88, 1013-1020.
    """
    bound = margins_of(margins, design=design, columns=columns)
    step = RakeStep(margins=bound, bounds=bounds, tolerance=tolerance, max_iterations=max_iterations)
    return apply(step, design)


def poststratify(
    design: BoundDesign,
    margin: Margin | Mapping[Any, Targets],
    *,
    columns: Columns | Mapping[str, Any] | None = None,  # Any: as for `rake`
) -> BoundDesign:
    """A new design whose weights meet one margin (a full table if it is crossed); exact in one step.

    Parameters, result and errors as for `rake`.

    References
    ----------
    Holt, Smith (1979), JRSS A 142, 33-46; Lohr (2022), 3rd ed., sec. 8.5.
    """
    given = [margin] if isinstance(margin, Margin) else margin
    return rake(design, given, columns=columns)
