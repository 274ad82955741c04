"""Home of simultaneous confidence sets for ranks, from all pairwise differences and their covariance."""

from dataclasses import dataclass
from enum import StrEnum
from math import comb

import numpy as np
import numpy.typing as npt

from analysis._check import choice, confidence, frozen
from analysis._types import BoolArray, FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.rank.intervals import normal_quantile

DRAWS = 10_000
# Draws are made in blocks, so that memory stays at (block, p(p-1)/2) floats.
_BLOCK = 1_000


class RankMethod(StrEnum):
    """Where the critical value comes from.

    `bonferroni`: over p(p-1)/2 pairs, checked by hand; `max_t`: quantile of the largest studentised
    difference under the covariance; `stepwise`: `max_t` repeated over the pairs not yet told apart.
    """

    BONFERRONI = "bonferroni"
    MAX_T = "max_t"
    STEPWISE = "stepwise"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankSets:
    """Ranks as sets, 1 = highest; all sets hold their units' true ranks together with probability ``level``.

    Attributes
    ----------
    point : (p,) int, 1 + number of larger estimates; ties share the better rank
    low, high : (p,) int, best and worst rank of the set
    above : (p, p) bool, whether unit i is significantly above unit j
    critical_value : of the last step
    steps : 1 unless stepwise
    """

    point: IntArray
    low: IntArray
    high: IntArray
    above: BoolArray
    critical_value: float
    level: float
    method: RankMethod
    steps: int
    seed: int | None

    def wholly_in_top(self, k: int) -> BoolArray:
        """(p,) whether the whole set lies within the first k ranks."""
        return self.high <= k

    def wholly_in_bottom(self, k: int) -> BoolArray:
        """(p,) whether the whole set lies within the last k ranks."""
        return self.low > len(self.low) - k


def rank_sets(
    estimates: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    level: float = 0.95,
    method: str = RankMethod.BONFERRONI,
    seed: int = 0,
    draws: int = DRAWS,
) -> RankSets:
    """Simultaneous confidence sets for the ranks of p units.

    Unit i is above unit j when (x_i − x_j)/se(x_i − x_j) exceeds the critical value;
    ``low`` = 1 + number of units above, ``high`` = p − number of units below.

    Parameters
    ----------
    estimates : (p,) finite; a unit that cannot be scored is left out by the caller.
    covariance : (p, p) of the estimates, or (p,) variances where the units are independent.
    seed, draws : of the simulated normal vectors; unused by `bonferroni`.

    Raises
    ------
    InvalidInput
        For shapes that do not fit, values that are not finite, or a negative variance.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91, sec. 3.
    """
    x, cov = _checked(estimates, covariance)
    how = choice("method", method, among=RankMethod)
    level = confidence(level)
    t = studentised_differences(x, cov)
    if how is RankMethod.BONFERRONI:
        critical = normal_quantile(1 - (1 - level) / max(comb(len(x), 2), 1))
        above, steps = t > critical, 1
    else:
        noise = _NormalDraws(covariance=cov, seed=seed, draws=draws)
        critical, above, steps = _simulated(t, noise, level=level, stepwise=how is RankMethod.STEPWISE)
    return RankSets(
        point=competition_ranks(x),
        low=1 + above.sum(axis=0),
        high=len(x) - above.sum(axis=1),
        above=above,
        critical_value=float(critical),
        level=level,
        method=how,
        steps=steps,
        seed=None if how is RankMethod.BONFERRONI else seed,
    )


def competition_ranks(estimates: npt.ArrayLike) -> IntArray:
    """1 + number of larger estimates, (p,) int."""
    x = np.asarray(estimates, dtype=np.float64)
    return np.asarray(1 + (x[None, :] > x[:, None]).sum(axis=1))


def studentised_differences(x: FloatArray, cov: FloatArray) -> FloatArray:
    """(p, p) of (x_i − x_j)/se; ±inf where the estimates differ and the difference has no error."""
    difference = x[:, None] - x[None, :]
    se = _difference_se(cov)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = difference / se
    t[difference == 0] = 0.0
    return t


def _difference_se(cov: FloatArray) -> FloatArray:
    variances = np.diag(cov)
    # Perfectly correlated units leave a rounding residue on either side of zero.
    return np.sqrt(np.maximum(variances[:, None] + variances[None, :] - 2 * cov, 0.0))


def _checked(estimates: npt.ArrayLike, covariance: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    x = np.asarray(estimates, dtype=np.float64)
    cov = np.asarray(covariance, dtype=np.float64)
    if x.ndim != 1 or x.size == 0:
        raise InvalidInput("wrong_shape", name="estimates", expected="(p,)", actual=x.shape)
    if cov.ndim == 1:
        cov = np.diag(cov)
    if cov.shape != (x.size, x.size):
        raise InvalidInput(
            "wrong_shape", name="covariance", expected=f"({x.size}, {x.size})", actual=cov.shape
        )
    for name, values in (("estimates", x[:, None]), ("covariance", cov)):
        bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
        if bad.size:
            raise InvalidInput("not_finite", name=name, row=int(bad[0]) + 1)
    negative = np.flatnonzero(np.diag(cov) < 0)
    if negative.size:
        row = int(negative[0])
        raise InvalidInput("negative", name="covariance", row=row + 1, value=float(cov[row, row]))
    return frozen(x), frozen((cov + cov.T) / 2)


class _NormalDraws:
    """Studentised differences of seeded normal vectors with a given covariance, in blocks."""

    def __init__(self, *, covariance: FloatArray, seed: int, draws: int) -> None:
        values, vectors = np.linalg.eigh(covariance)
        # The symmetric root is unique, whichever signs the eigenvectors come with.
        self._root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
        se = _difference_se(covariance)
        self._inverse_se = np.divide(1.0, se, out=np.zeros_like(se), where=se > 0)
        self._seed, self._draws = seed, draws

    def maxima(self, remaining: BoolArray) -> FloatArray:
        """(draws,) largest studentised difference over the ordered pairs that remain."""
        rng = np.random.default_rng(self._seed)
        first, second = np.nonzero(remaining & (self._inverse_se > 0))
        scale = self._inverse_se[first, second]
        largest = []
        for start in range(0, self._draws, _BLOCK):
            size = min(_BLOCK, self._draws - start)
            noise = rng.standard_normal((size, len(self._root))) @ self._root
            t = (noise[:, first] - noise[:, second]) * scale
            largest.append(t.max(axis=1, initial=0.0))
        return np.concatenate(largest)


def _simulated(
    t: FloatArray, noise: _NormalDraws, *, level: float, stepwise: bool
) -> tuple[float, BoolArray, int]:
    """Critical value and pairs told apart; stepwise drops told pairs and looks again until none is new.

    References: Romano and Wolf (2005), Econometrica 73, algorithm 3.1, over the ordered pairs.
    """
    off_diagonal = ~np.eye(len(t), dtype=np.bool_)
    above = np.zeros_like(off_diagonal)
    steps = 0
    while True:
        steps += 1
        critical = float(np.quantile(noise.maxima(off_diagonal & ~above), level, method="higher"))
        found = above | (off_diagonal & (t > critical))
        if not stepwise or (found == above).all():
            return critical, found, steps
        above = found
