"""Home of the distances of calibration: the ratio of new to old weight as a function of x'lambda."""

from collections.abc import Callable
from enum import StrEnum

import numpy as np

from analysis._types import FloatArray
from analysis.errors import AnalysisWarning, WeightingError
from analysis.weighting.errors import StepError, StepWarning

Ratio = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""From (n,) x'lambda to the (n,) ratios and their derivatives."""


class Distance(StrEnum):
    """How far a weight may go: `linear` (regression), `raking` (exponential), `logit` (between bounds).

    With bounds, `linear` and `raking` are cut at them; `logit` approaches them smoothly and needs them.
    """

    LINEAR = "linear"
    RAKING = "raking"
    LOGIT = "logit"


def check_bounds(bounds: tuple[float, float]) -> None:
    """Refuse bounds that do not lie around 1."""
    low, high = bounds
    if not (0.0 <= low < 1.0 < high and np.isfinite(high)):
        raise WeightingError("bad_bounds", low=low, high=high)


def check_tolerance(tolerance: float) -> None:
    """Refuse a tolerance that no iteration can use."""
    if not 0.0 < tolerance < 1.0:
        raise StepError("bad_tolerance", value=tolerance)


def bound_status(
    g: FloatArray, bounds: tuple[float, float] | None, *, converged: bool
) -> tuple[AnalysisWarning, ...]:
    """A status with the number of rows at a bound, if there is no solution inside the bounds."""
    if bounds is None or converged:
        return ()
    low, high = bounds
    n = int(np.count_nonzero((g <= low * (1 + 1e-9)) | (g >= high * (1 - 1e-9))))
    return (StepWarning(code="bounds_bind", context={"low": low, "high": high, "n": n}),)


def ratio_function(distance: Distance, bounds: tuple[float, float] | None) -> Ratio:
    """The ratio of new to old weight and its derivative.

    References
    ----------
    Deville, Särndal (1992), JASA 87, 376-382, table 1, cases 1, 2, 6 and 7.
    """
    if bounds is not None:
        check_bounds(bounds)
    if distance is Distance.LOGIT:
        if bounds is None:
            raise StepError("bounds_needed")
        return _logit(*bounds)
    free = _linear if distance is Distance.LINEAR else _exponential
    return free if bounds is None else _cut(free, low=bounds[0], high=bounds[1])


def _linear(u: FloatArray) -> tuple[FloatArray, FloatArray]:
    return 1.0 + u, np.ones_like(u)


def _exponential(u: FloatArray) -> tuple[FloatArray, FloatArray]:
    e = np.exp(np.clip(u, -500.0, 500.0))
    return e, e


def _cut(free: Ratio, *, low: float, high: float) -> Ratio:
    def cut(u: FloatArray) -> tuple[FloatArray, FloatArray]:
        g, slope = free(u)
        inside = (g > low) & (g < high)
        return np.clip(g, low, high), np.where(inside, slope, 0.0)

    return cut


def _logit(low: float, high: float) -> Ratio:
    slope = (high - low) / ((1.0 - low) * (high - 1.0))

    def logit(u: FloatArray) -> tuple[FloatArray, FloatArray]:
        e = np.exp(np.clip(slope * u, -500.0, 500.0))
        down = (high - 1.0) + (1.0 - low) * e
        g = (low * (high - 1.0) + high * (1.0 - low) * e) / down
        return g, (g - low) * (high - g) / ((1.0 - low) * (high - 1.0))

    return logit
