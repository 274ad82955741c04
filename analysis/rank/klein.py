"""Home of joint rank sets from simultaneous intervals of independent areas (Klein, Wright, Wieczorek)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._check import complete, confidence
from analysis._types import FloatArray, IntArray
from analysis.rank._noise import finite_estimates, unit_names
from analysis.rank.intervals import normal_quantile
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KleinSets(Result):
    """Joint sets, 1 = highest.

    Attributes
    ----------
    rank : (p,) float, average rank of ties
    best, worst : (p,) int
    low, high : (p,) float, the simultaneous intervals the sets are read from
    critical_value : z at level ``level ** (1 / p)``
    units : p names
    """

    rank: FloatArray
    best: IntArray
    worst: IntArray
    low: FloatArray
    high: FloatArray
    critical_value: float
    level: float
    units: tuple[str, ...]

    def to_rows(self) -> list[Row]:
        """One row per unit."""
        return [
            {
                "unit": self.units[i],
                "rank": float(self.rank[i]),
                "rank_low": int(self.best[i]),
                "rank_high": int(self.worst[i]),
                "interval_low": float(self.low[i]),
                "interval_high": float(self.high[i]),
                "critical_value": self.critical_value,
                "level": self.level,
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "status": ";".join(item.code for item in self.status),
            }
            for i in range(len(self.units))
        ]


def klein_sets(
    estimates: npt.ArrayLike, se: npt.ArrayLike, *, level: float = 0.95, units: npt.ArrayLike | None = None
) -> KleinSets:
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
    x = finite_estimates(estimates)
    spread = complete("se", se, n=x.size)
    p = x.size
    z = normal_quantile(confidence(level) ** (1 / p))
    low, high = x - z * spread, x + z * spread
    wholly_above = low[None, :] > high[:, None]
    return KleinSets(
        method="simultaneous intervals of independent units",
        definition="rank.klein",
        units=unit_names(units, p=p),
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
