"""Home of calibration to totals of any variables: regression (GREG), raking and logit distances, with or without bounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.columns import Columns
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning, InvalidInput, WeightingError
from analysis.variance.residuals import Calibration
from analysis.weighting import diagnose
from analysis.weighting._distance import Distance, bound_status, check_tolerance, ratio_function
from analysis.weighting._distinct import Distinct, distinct
from analysis.weighting._newton import Solution, solve
from analysis.weighting._step import Applied, apply
from analysis.weighting.errors import StepError, StepWarning
from analysis.weighting.tables import table_of
from analysis.weighting.variables import (
    Total,
    Variables,
    calibration_table,
    check_totals,
    repeated,
    variables,
)

__all__ = ["CalibrateStep", "Distance", "calibrate"]
_MET = 1e-6  # relative deviation above which a total counts as missed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CalibrateStep:
    """Calibration bound to the variables of n rows.

    Attributes
    ----------
    totals : (p,) population totals of the variables.
    bounds : lowest and highest ratio of new to old weight; None: free.
    q : (n,) how easily each row's weight moves (a large q moves more); None: all alike.
    tolerance : largest deviation of a total, relative to it (or to the population, for totals near 0).
    """

    variables: Variables
    totals: FloatArray
    distance: Distance = Distance.LINEAR
    bounds: tuple[float, float] | None = None
    q: FloatArray | None = None
    tolerance: float = 1e-10
    max_iterations: int = 100
    distinct: Distinct = field(init=False, repr=False)

    def __post_init__(self) -> None:
        ratio_function(self.distance, self.bounds)
        check_tolerance(self.tolerance)
        object.__setattr__(self, "totals", check_totals(self.totals, self.variables.names))
        if self.q is not None:
            bad = np.flatnonzero(~(np.isfinite(self.q) & (self.q > 0)))
            if bad.size:
                raise StepError("bad_scale", row=int(bad[0]) + 1, value=float(self.q[bad[0]]))
        x = self.variables.x
        alone = Distinct(rows=x, cell=None, n=x.shape[0])  # with q, equal rows may move differently
        object.__setattr__(self, "distinct", distinct(x) if self.q is None else alone)

    @property
    def n(self) -> int:
        """Rows."""
        return int(self.variables.x.shape[0])

    @property
    def method(self) -> str:
        """As reports call it."""
        bounded = self.bounds is not None and self.distance is not Distance.LOGIT
        return f"calibrate, {self.distance.value}" + (", bounded" if bounded else "")

    def weights(self, start: FloatArray) -> FloatArray:
        """(n,) calibrated weights from (n,) starting weights; unbounded linear ones may be negative."""
        return start * self.distinct.spread(self._solve(start).g)

    def applied(self, start: FloatArray) -> Applied:
        """The step with its report; the variance carries the residuals on the variables."""
        solution = self._solve(start)
        weights = start * self.distinct.spread(solution.g)
        low = np.flatnonzero(weights < 0)
        if low.size:
            raise StepError("negative_weights", n=int(low.size), least=float(weights.min()))
        return self.between(
            start,
            weights,
            method=self.method,
            iterations=solution.iterations,
            status=bound_status(
                self.distinct.spread(solution.g)[start > 0], self.bounds, converged=solution.converged
            ),
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
        """The report and linearisation of whatever led from `start` to calibrated `weights`."""
        x, names = self.distinct.rows, self.variables.names
        before, after = self.distinct.sums(start), self.distinct.sums(weights)
        lost = self.missed(weights, code="total_missed")
        failed = tuple(str(one.context["name"]) for one in lost)
        _, spread = diagnose.moments(x, after)
        step = diagnose.report(
            method,
            definition="weighting.calibrate",
            before=start,
            after=weights,
            compared=diagnose.balance(
                x, names, target=self.totals / after.sum(), spread=spread, before=before, after=after
            ),
            iterations=iterations,
            converged=not lost,
            failed=failed,
            kept=None if lost else partial(self.missed, code="total_undone"),
            status=(*status, *lost),
        )
        return Applied(
            weights=weights, step=step, carried=self.calibration(start, weights), again=self.weights
        )

    def missed(self, weights: FloatArray, *, code: str) -> tuple[StepWarning, ...]:
        """A status for every total that (n,) `weights` do not meet."""
        mass = self.distinct.sums(weights)
        actual = self.distinct.rows.T @ mass
        away = np.flatnonzero(np.abs(actual - self.totals) > _MET * self._size(mass))
        return tuple(
            StepWarning(
                code=code,
                context={
                    "name": self.variables.names[i],
                    "actual": float(actual[i]),
                    "target": float(self.totals[i]),
                },
            )
            for i in away
        )

    def calibration(self, start: FloatArray, weights: FloatArray) -> Calibration:
        """What the variance must carry from `start` to `weights`."""
        return Calibration(
            cell=self.distinct.cells,
            regressors=self.distinct.rows,
            start=start if self.q is None else start * self.q,
            after=weights,
        )

    def _size(self, mass: FloatArray) -> FloatArray:
        """(p,) what deviations are measured in: the total; near 0 the sum of the sizes of what is added up."""
        reach = np.abs(self.distinct.rows).T @ mass
        return np.maximum(np.abs(self.totals), 1e-3 * np.where(reach > 0, reach, 1.0))

    def _solve(self, start: FloatArray) -> Solution:
        """Ratios of the distinct rows."""
        self.variables.check(start)
        mass = self.distinct.sums(start)
        size = self._size(mass)
        self._check_repeated(mass, size)
        return solve(
            self.distinct.rows,
            mass,
            wanted=self.totals,
            size=size,
            ratio=ratio_function(self.distance, self.bounds),
            tolerance=self.tolerance,
            max_iterations=self.max_iterations,
            q=self.q,
        )

    def _check_repeated(self, mass: FloatArray, size: FloatArray) -> None:
        """Refuse a variable that is a combination of others but whose total is not."""
        for place, coefficients in repeated(self.distinct.rows, mass):
            implied = float(coefficients @ self.totals)
            if abs(implied - self.totals[place]) > _MET * size[place]:
                raise WeightingError("calibration_singular", name=self.variables.names[place])


def calibrate(
    design: BoundDesign,
    values: ArrayLike | None = None,
    *,
    totals: ArrayLike | Mapping[str, Total],
    names: Sequence[str] | None = None,
    columns: Columns | Mapping[str, Any] | None = None,  # Any: whatever numpy makes an array of
    population: float | None = None,
    distance: Distance = Distance.LINEAR,
    bounds: tuple[float, float] | None = None,
    q: ArrayLike | None = None,
    tolerance: float = 1e-10,
    max_iterations: int = 100,
) -> BoundDesign:
    """A new design whose weighted totals of calibration variables equal known totals.

    Parameters
    ----------
    values : (n, p) complete where the weight is above 0; include a column of ones to fix the number of people.
        None: take the columns that `totals` names.
    totals : (p,) population totals with `names`; or totals by column name, a number for a column of numbers and
        people by category for a column of labels: `{"sex": {"f": 52000, "m": 49000}, "income": 1.2e9}`.
    columns, population : where names are looked up; number of people, where no table of categories fixes it.
    distance : `linear` (GREG), `raking`, `logit` (needs bounds).
    bounds : lowest and highest ratio of new to old weight; `linear` and `raking` are cut at them.
    q : (n,) above 0: how easily each weight moves, 1 over the model variance of the row.
    tolerance : largest relative deviation of a total at which the iteration stops.

    Returns
    -------
    BoundDesign; without a solution inside the bounds `history[-1].converged` is False and `failed` names the
    variables whose totals are missed.

    Raises
    ------
    InvalidInput, WeightingError
        Shapes, bounds that exclude 1, totals that contradict each other, negative weights.

    References
    ----------
    Deville, Särndal (1992), JASA 87, 376-382, cases 1, 2, 6 and 7.
    """
    if isinstance(totals, Mapping):
        bound, wanted = calibration_table(
            totals, columns=table_of(design, columns=columns), population=population
        )
    else:
        if values is None or names is None:
            raise InvalidInput("wrong_shape", name="values", expected=f"({design.n}, p)", actual=None)
        bound, wanted = variables(values, names, n=design.n), check_totals(totals, names)
    step = CalibrateStep(
        variables=bound,
        totals=wanted,
        distance=_check.choice("distance", distance, among=Distance),
        bounds=bounds,
        q=None if q is None else _check.numbers("q", q, n=design.n),
        tolerance=tolerance,
        max_iterations=max_iterations,
    )
    return apply(step, design)
