"""Home of calibration to totals of any variables: regression, raking and bounded logit distances."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import InvalidInput, WeightingError
from analysis.variance.residuals import Calibration
from analysis.weighting import diagnose


class Distance(StrEnum):
    """How far a weight may go: `linear` (regression), `raking` (exponential), `logit` (between bounds)."""

    LINEAR = "linear"
    RAKING = "raking"
    LOGIT = "logit"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Solution:
    g: FloatArray
    iterations: int
    converged: bool


def calibrate(
    design: BoundDesign,
    variables: ArrayLike,
    *,
    totals: ArrayLike,
    names: Sequence[str],
    distance: Distance = Distance.LINEAR,
    bounds: tuple[float, float] = (0.3, 3.0),
    tolerance: float = 1e-10,
    max_iterations: int = 100,
) -> BoundDesign:
    """A new design whose weighted totals of `variables` equal `totals`.

    Parameters
    ----------
    variables : (n, p) complete; include a column of ones to fix the number of people.
    totals : (p,) population totals.
    bounds : lowest and highest ratio of new to old weight; used by `logit` only.
    tolerance : largest relative deviation of a total.

    Returns
    -------
    BoundDesign; without a solution inside the bounds `history[-1].converged` is False and `failed` names the
    variables whose totals are missed.

    Raises
    ------
    InvalidInput, WeightingError
        Shapes, bounds that exclude 1, totals that contradict each other.

    References
    ----------
    Deville, Särndal (1992), JASA 87, 376-382, cases 1, 2 and 6.
    """
    kind = _check.choice("distance", distance, among=Distance)
    x = np.asarray(variables, dtype=np.float64)
    wanted = _check.numbers("totals", totals, n=len(names))
    if x.shape != (design.n, len(names)):
        raise InvalidInput(
            "wrong_shape", name="variables", expected=f"({design.n}, {len(names)})", actual=x.shape
        )
    solution = _solve(
        x,
        design.weights,
        wanted=wanted,
        ratio=_ratio(kind, bounds),
        tolerance=tolerance,
        max_iterations=max_iterations,
    )
    weights = design.weights * solution.g
    missed = np.abs(x.T @ weights - wanted) > 1e-6 * np.maximum(np.abs(wanted), 1.0)
    failed = tuple(name for name, miss in zip(names, missed, strict=True) if miss)
    if failed and kind is Distance.LINEAR:
        raise WeightingError("calibration_singular", name=failed[0])
    step = diagnose.report(
        f"calibrate, {kind.value}",
        before=design.weights,
        after=weights,
        iterations=solution.iterations,
        converged=solution.converged,
        failed=failed,
    )
    calibration = Calibration(cell=np.arange(design.n), regressors=x, start=design.weights, after=weights)
    return design.reweighted(weights, step=step, calibration=calibration)


def _ratio(
    kind: Distance, bounds: tuple[float, float]
) -> Callable[[FloatArray], tuple[FloatArray, FloatArray]]:
    """The ratio of new to old weight as a function of x'lambda, and its derivative."""
    if kind is Distance.LINEAR:
        return lambda u: (1.0 + u, np.ones_like(u))
    if kind is Distance.RAKING:
        return lambda u: (np.exp(u), np.exp(u))
    low, high = bounds
    if not 0.0 <= low < 1.0 < high:
        raise WeightingError("bad_bounds", low=low, high=high)
    slope = (high - low) / ((1.0 - low) * (high - 1.0))

    def logit(u: FloatArray) -> tuple[FloatArray, FloatArray]:
        e = np.exp(np.clip(slope * u, -500.0, 500.0))
        down = (high - 1.0) + (1.0 - low) * e
        g = (low * (high - 1.0) + high * (1.0 - low) * e) / down
        return g, (g - low) * (high - g) / ((1.0 - low) * (high - 1.0))

    return logit


def _solve(
    x: FloatArray,
    d: FloatArray,
    *,
    wanted: FloatArray,
    ratio: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    tolerance: float,
    max_iterations: int,
) -> _Solution:
    """Newton's method on the calibration equations, halving a step that leads away."""
    size = np.maximum(np.abs(wanted), 1.0)
    at = np.zeros(x.shape[1])
    g, slope = ratio(x @ at)
    miss = wanted - x.T @ (d * g)
    for iteration in range(1, max_iterations + 1):
        move = np.linalg.lstsq(x.T @ (x * (d * slope)[:, None]), miss, rcond=None)[0]
        length = 1.0
        while True:
            trial, trial_slope = ratio(np.clip(x @ (at + length * move), -50.0, 50.0))
            trial_miss = wanted - x.T @ (d * trial)
            if np.linalg.norm(trial_miss / size) < np.linalg.norm(miss / size) or length < 1e-6:
                break
            length /= 2.0
        at, g, slope, miss = at + length * move, trial, trial_slope, trial_miss
        if np.all(np.abs(miss) <= tolerance * size):
            return _Solution(g=g, iterations=iteration, converged=True)
        if length < 1e-6:
            return _Solution(g=g, iterations=iteration, converged=False)
    return _Solution(g=g, iterations=max_iterations, converged=False)
