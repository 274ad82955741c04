"""Home of marginal confidence sets: each unit's rank by itself, one- or two-sided."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._check import choice, confidence
from analysis._types import BoolArray, FloatArray, IntArray
from analysis.rank._noise import (
    DRAWS,
    Comparison,
    RankMethod,
    Side,
    checked,
    finite_estimates,
    from_covariance,
    from_replicates,
    unit_names,
)
from analysis.rank.simultaneous import competition_ranks
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarginalSets(Result):
    """Each set by itself holds its unit's true rank with probability ``level``; they do not hold together.

    Attributes
    ----------
    point, low, high : (p,) int, 1 = highest.
    critical_value : (p,) of each unit's last step.
    side : `best`: only ``low`` is a claim, ``high`` is p; `worst`: only ``high``.
    """

    units: tuple[str, ...]
    point: IntArray
    low: IntArray
    high: IntArray
    critical_value: FloatArray
    level: float
    side: Side

    def to_rows(self) -> list[Row]:
        """One row per unit."""
        return [
            {
                "unit": self.units[i],
                "rank": int(self.point[i]),
                "rank_low": int(self.low[i]),
                "rank_high": int(self.high[i]),
                "side": self.side.value,
                "level": self.level,
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "seed": self.seed,
                "status": ";".join(item.code for item in self.status),
            }
            for i in range(len(self.point))
        ]


def marginal_sets(
    estimates: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    level: float = 0.95,
    method: str = RankMethod.STEPWISE,
    side: str = Side.BOTH,
    seed: int = 0,
    draws: int = DRAWS,
    units: npt.ArrayLike | None = None,
) -> MarginalSets:
    """A confidence set for the rank of each unit, from its own p − 1 differences.

    Use them for "where does this unit stand", `rank.sets` for a whole table of ranks.

    Parameters
    ----------
    estimates, covariance, level, method, seed, draws, units : as for `rank.sets`.
    side : "both", "best" (the rank is no better than) or "worst" (no worse than).

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91, sec. 3.1 and 3.2.
    """
    x, cov = checked(estimates, covariance)
    how = choice("method", method, among=RankMethod)
    drawn = None if how is RankMethod.BONFERRONI else seed
    pairs = from_covariance(x, cov, seed=drawn, draws=draws)
    return _sets(
        pairs,
        level=confidence(level),
        how=how,
        side=choice("side", side, among=Side),
        units=unit_names(units, p=x.size),
        seed=drawn,
    )


def bootstrap_marginal_sets(
    estimates: npt.ArrayLike,
    replicates: npt.ArrayLike,
    *,
    level: float = 0.95,
    method: str = RankMethod.STEPWISE,
    side: str = Side.BOTH,
    units: npt.ArrayLike | None = None,
) -> MarginalSets:
    """The same sets with errors from (R, p) bootstrap estimates."""
    x = finite_estimates(estimates)
    return _sets(
        from_replicates(x, replicates),
        level=confidence(level),
        how=choice("method", method, among=RankMethod),
        side=choice("side", side, among=Side),
        units=unit_names(units, p=x.size),
        seed=None,
    )


def _sets(
    pairs: Comparison,
    *,
    level: float,
    how: RankMethod,
    side: Side,
    units: tuple[str, ...],
    seed: int | None,
) -> MarginalSets:
    p = len(pairs.x)
    low, high, critical = np.ones(p, dtype=np.int64), np.full(p, p, dtype=np.int64), np.zeros(p)
    for unit in range(p):
        above, critical[unit], _ = pairs.told_apart(_own_pairs(unit, p, side), level=level, method=how)
        low[unit] += above[:, unit].sum()
        high[unit] -= above[unit].sum()
    return MarginalSets(
        method=f"marginal, {how.value}",
        definition="rank.marginal",
        seed=seed,
        units=units,
        point=competition_ranks(pairs.x),
        low=low,
        high=high,
        critical_value=critical,
        level=level,
        side=side,
    )


def _own_pairs(unit: int, p: int, side: Side) -> BoolArray:
    """(p, p) the ordered pairs that speak of the unit's rank: others above it, it above others, or both."""
    pairs = np.zeros((p, p), dtype=np.bool_)
    if side is not Side.WORST:
        pairs[:, unit] = True
    if side is not Side.BEST:
        pairs[unit] = True
    pairs[unit, unit] = False
    return pairs
