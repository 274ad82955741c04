"""Home of joint rank sets from simultaneous intervals of independent areas (Klein, Wright, Wieczorek)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._check import complete, confidence, numbers
from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.rank.intervals import normal_quantile


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KleinSets:
    """Joint sets, 1 = highest.

    Attributes
    ----------
    rank : (p,) float, average rank of ties
    best, worst : (p,) int
    low, high : (p,) float, the simultaneous intervals the sets are read from
    critical_value : z at level ``level ** (1 / p)``
    """

    rank: FloatArray
    best: IntArray
    worst: IntArray
    low: FloatArray
    high: FloatArray
    critical_value: float
    level: float


def klein_sets(estimates: npt.ArrayLike, se: npt.ArrayLike, *, level: float = 0.95) -> KleinSets:
    """Joint confidence sets for the ranks of p independent areas.

    ``best`` = 1 + number of intervals wholly above, ``worst`` = p − number of intervals wholly below.

    Parameters
    ----------
    estimates, se : (p,) finite; standard errors at least 0.

    Raises
    ------
    InvalidInput
        For shapes that do not fit or values that are not finite.

    References
    ----------
    Klein, Wright and Wieczorek (2020), JRSS A 183, 589-606, theorem 1.
    """
    x = numbers("estimates", estimates)
    spread = complete("se", se, n=x.size)
    bad = np.flatnonzero(~np.isfinite(x))
    if bad.size:
        raise InvalidInput("not_finite", name="estimates", row=int(bad[0]) + 1)
    p = x.size
    z = normal_quantile(confidence(level) ** (1 / max(p, 1)))
    low, high = x - z * spread, x + z * spread
    wholly_above = low[None, :] > high[:, None]
    return KleinSets(
        rank=average_ranks(x),
        best=1 + wholly_above.sum(axis=1),
        worst=p - wholly_above.sum(axis=0),
        low=low,
        high=high,
        critical_value=z,
        level=level,
    )


def average_ranks(estimates: npt.ArrayLike) -> FloatArray:
    """(p,) ranks, 1 = highest; ties share the mean of their places."""
    x = np.asarray(estimates, dtype=np.float64)
    above = (x[None, :] > x[:, None]).sum(axis=1)
    equal = (x[None, :] == x[:, None]).sum(axis=1)
    return np.asarray(above + (equal + 1) / 2)
