"""Home of simultaneous confidence sets for ranks, from all pairwise differences and their covariance."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._check import choice, confidence
from analysis._types import BoolArray, FloatArray, IntArray
from analysis.rank._noise import (
    DRAWS,
    Comparison,
    RankMethod,
    checked,
    finite_estimates,
    from_covariance,
    from_replicates,
    unit_names,
)
from analysis.results import Result, Row

__all__ = ["DRAWS", "RankMethod", "RankSets", "bootstrap_rank_sets", "competition_ranks", "rank_sets"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankSets(Result):
    """Ranks as sets, 1 = highest; all sets hold their units' true ranks together with probability ``level``.

    Attributes
    ----------
    point : (p,) int, 1 + number of larger estimates; ties share the better rank
    low, high : (p,) int, best and worst rank of the set
    above : (p, p) bool, whether unit i is significantly above unit j
    critical_value : of the last step
    steps : 1 unless stepwise
    units : p names
    errors : "normal" from a covariance, "bootstrap" from replicates
    """

    method: RankMethod
    point: IntArray
    low: IntArray
    high: IntArray
    above: BoolArray
    critical_value: float
    level: float
    steps: int
    units: tuple[str, ...] = ()
    errors: str = "normal"

    def wholly_in_top(self, k: int) -> BoolArray:
        """(p,) whether the whole set lies within the first k ranks."""
        return self.high <= k

    def wholly_in_bottom(self, k: int) -> BoolArray:
        """(p,) whether the whole set lies within the last k ranks."""
        return self.low > len(self.low) - k

    def possibly_in_top(self, k: int) -> BoolArray:
        """(p,) whether the set reaches into the first k ranks: the confidence set of the k best units."""
        return self.low <= k

    def to_rows(self) -> list[Row]:
        """One row per unit."""
        return [
            {
                "unit": self.units[i],
                "rank": int(self.point[i]),
                "rank_low": int(self.low[i]),
                "rank_high": int(self.high[i]),
                "level": self.level,
                "critical_value": self.critical_value,
                "method": self.method.value,
                "errors": self.errors,
                "definition": self.definition,
                "version": self.version,
                "seed": self.seed,
                "status": ";".join(item.code for item in self.status),
            }
            for i in range(len(self.point))
        ]


def rank_sets(
    estimates: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    level: float = 0.95,
    method: str = RankMethod.BONFERRONI,
    seed: int = 0,
    draws: int = DRAWS,
    units: npt.ArrayLike | None = None,
) -> RankSets:
    """Simultaneous confidence sets for the ranks of p units.

    Unit i is above unit j when (x_i − x_j)/se(x_i − x_j) exceeds the critical value;
    ``low`` = 1 + number of units above, ``high`` = p − number of units below.

    Parameters
    ----------
    estimates : (p,) finite; a unit that cannot be scored is left out by the caller.
    covariance : (p, p) of the estimates, or (p,) variances where the units are independent.
    method : "bonferroni", "max_t" or "stepwise".
    seed, draws : of the simulated normal vectors; unused by `bonferroni`.
    units : p names, for the rows.

    Raises
    ------
    InvalidInput
        For shapes that do not fit, values that are not finite, or a negative variance.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91, sec. 3.
    """
    x, cov = checked(estimates, covariance)
    how = choice("method", method, among=RankMethod)
    drawn = None if how is RankMethod.BONFERRONI else seed
    pairs = from_covariance(x, cov, seed=drawn, draws=draws)
    return _sets(pairs, level=confidence(level), how=how, units=unit_names(units, p=x.size), seed=drawn)


def bootstrap_rank_sets(
    estimates: npt.ArrayLike,
    replicates: npt.ArrayLike,
    *,
    level: float = 0.95,
    method: str = RankMethod.STEPWISE,
    units: npt.ArrayLike | None = None,
) -> RankSets:
    """The same sets with errors drawn by the bootstrap instead of the normal law.

    Parameters
    ----------
    replicates : (R, p) estimates of bootstrap replicates, centred here at their own mean; jackknife and balanced
        replicates are no draws and do not belong here (use their covariance).

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), remark 3.4.
    """
    x = finite_estimates(estimates)
    how = choice("method", method, among=RankMethod)
    pairs = from_replicates(x, replicates)
    return _sets(
        pairs,
        level=confidence(level),
        how=how,
        units=unit_names(units, p=x.size),
        seed=None,
        errors="bootstrap",
    )


def competition_ranks(estimates: npt.ArrayLike) -> IntArray:
    """1 + number of larger estimates, (p,) int."""
    x = np.asarray(estimates, dtype=np.float64)
    return np.asarray(1 + (x[None, :] > x[:, None]).sum(axis=1))


def studentised_differences(x: FloatArray, cov: FloatArray) -> FloatArray:
    """(p, p) of (x_i − x_j)/se; ±inf where the estimates differ and the difference has no error."""
    return from_covariance(x, cov, seed=None, draws=0).t()


def _sets(
    pairs: Comparison,
    *,
    level: float,
    how: RankMethod,
    units: tuple[str, ...],
    seed: int | None,
    errors: str = "normal",
) -> RankSets:
    p = len(pairs.x)
    above, critical, steps = pairs.told_apart(~np.eye(p, dtype=np.bool_), level=level, method=how)
    return RankSets(
        method=how,
        definition="rank.sets",
        seed=seed,
        point=competition_ranks(pairs.x),
        low=1 + above.sum(axis=0),
        high=p - above.sum(axis=1),
        above=above,
        critical_value=float(critical),
        level=level,
        steps=steps,
        units=units,
        errors=errors,
    )
