"""Home of the cut of weights at limits, the excess shared out among the others."""

from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.errors import WeightingError
from analysis.weighting.errors import StepError

_CUT = 1e-9  # relative; the excess that is too small to be shared out again
_ROUNDS = 10_000  # far above what sharing the excess out ever takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where weights are cut: one upper limit at most, in one of three ways, and a lower one.

    Attributes
    ----------
    upper, lower : weights.
    over_mean, over_median : upper limit as a multiple of the mean or median weight (of the weights above 0).
    """

    upper: float | None = None
    lower: float | None = None
    over_mean: float | None = None
    over_median: float | None = None

    def __post_init__(self) -> None:
        given = [self.upper, self.over_mean, self.over_median]
        if sum(one is not None for one in given) > 1:
            raise StepError("two_limits")
        if all(one is None for one in (*given, self.lower)):
            raise StepError("no_limit")

    def of(self, weights: FloatArray) -> tuple[float, float]:
        """Lower and upper limit for these weights."""
        used = weights[weights > 0]
        upper = np.inf if self.upper is None else self.upper
        if self.over_mean is not None:
            upper = self.over_mean * float(used.mean())
        if self.over_median is not None:
            upper = self.over_median * float(np.median(used))
        return (0.0 if self.lower is None else self.lower), float(upper)


def cut(weights: FloatArray, *, lower: float, upper: float, strict: bool = True) -> FloatArray:
    """(n,) weights between `lower` and `upper` with the same sum; weights of 0 stay 0."""
    used = weights > 0
    mean = float(weights[used].mean())
    if not upper > mean:
        raise WeightingError("trim_impossible", upper=upper, mean=mean)
    if not lower < mean:
        raise StepError("bad_limits", lower=lower, upper=upper, mean=mean)
    held = weights.copy()
    for _ in range(_ROUNDS):
        outside = used & ((held < lower) | (held > upper))
        if not outside.any():
            return held
        inside = np.clip(held, lower, upper)
        excess = float((held - inside)[used].sum())
        free = used & ~outside
        if strict:  # a row at a limit would only be cut again
            free &= held < upper if excess > 0 else held > lower
        held = np.where(used, inside, 0.0)
        if abs(excess) <= _CUT * mean or not free.any():
            return held
        held[free] += excess / np.count_nonzero(free)
        if not strict:
            return held
    return np.where(used, np.clip(held, lower, upper), 0.0)
