"""Home of the random vectors behind rank sets, and of the critical values read from them."""

from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from analysis._check import frozen
from analysis._types import BoolArray, FloatArray
from analysis.errors import InvalidInput
from analysis.rank.errors import RankError

DRAWS = 10_000
_BLOCK = 1_000  # draws made at a time
_HELD = 100_000  # studentised differences held at once
_ROUNDING = 1e-8  # relative size of what counts as a rounding error


class RankMethod(StrEnum):
    """Where the critical value comes from.

    `bonferroni`: over the pairs, checked by hand; `max_t`: quantile of the largest studentised difference;
    `stepwise`: `max_t` repeated over the pairs not yet told apart.
    """

    BONFERRONI = "bonferroni"
    MAX_T = "max_t"
    STEPWISE = "stepwise"


class Side(StrEnum):
    """Which end of a rank set is a claim: `both`; `best`: no better than; `worst`: no worse than."""

    BOTH = "both"
    BEST = "best"
    WORST = "worst"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """All pairs of p units, ready to be told apart.

    Attributes
    ----------
    x : (p,) estimates.
    se : (p, p) standard errors of the differences.
    noise : (p, draws) errors of the estimates, or None where no method needs them.
    """

    x: FloatArray
    se: FloatArray
    noise: FloatArray | None

    def t(self) -> FloatArray:
        """(p, p) of (x_i - x_j)/se; infinite where the estimates differ and the difference has no error."""
        difference = self.x[:, None] - self.x[None, :]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = difference / self.se
        t[difference == 0] = 0.0
        return np.asarray(t)

    def told_apart(
        self, pairs: BoolArray, *, level: float, method: RankMethod
    ) -> tuple[BoolArray, float, int]:
        """Which of the ordered `pairs` (p, p) are told apart, the last critical value, and the steps taken.

        References: Romano and Wolf (2005), Econometrica 73, algorithm 3.1, over the ordered pairs.
        """
        t = self.t()
        if method is RankMethod.BONFERRONI:
            critical = NormalDist().inv_cdf(1.0 - (1.0 - level) / max(int(pairs.sum()), 1))
            return pairs & (t > critical), critical, 1
        above, steps = np.zeros_like(pairs), 0
        while True:
            steps += 1
            critical = float(np.quantile(self._maxima(pairs & ~above), level, method="higher"))
            found = above | (pairs & (t > critical))
            if method is RankMethod.MAX_T or (found == above).all():
                return found, critical, steps
            above = found

    def _maxima(self, pairs: BoolArray) -> FloatArray:
        """(draws,) largest studentised difference over the ordered pairs, 0 if none is positive."""
        assert self.noise is not None
        pairs = pairs & (self.se > 0)
        largest = np.zeros(self.noise.shape[1])
        # A pair that is looked at both ways needs one difference, without its sign.
        self._raise(largest, np.triu(pairs & pairs.T), both=True)
        self._raise(largest, pairs & ~pairs.T, both=False)
        return largest

    def _raise(self, largest: FloatArray, pairs: BoolArray, *, both: bool) -> None:
        """Raise `largest` (draws,) to the studentised differences of the pairs, in blocks that stay in the cache."""
        assert self.noise is not None
        first, second = np.nonzero(pairs)
        scale = 1.0 / self.se[first, second]
        size = max(1, _HELD // self.noise.shape[1])
        for start in range(0, len(first), size):
            some = slice(start, start + size)
            t = self.noise[first[some]]
            t -= self.noise[second[some]]
            t *= scale[some, None]
            if both:
                np.abs(t, out=t)
            np.maximum(largest, t.max(axis=0), out=largest)


def checked(estimates: npt.ArrayLike, covariance: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """(p,) finite estimates and their (p, p) covariance, from a matrix or from (p,) variances."""
    x = finite_estimates(estimates)
    try:
        cov = np.asarray(covariance, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="covariance", value=problem) from problem
    if cov.ndim == 1:
        cov = np.diag(cov)
    if cov.shape != (x.size, x.size):
        raise InvalidInput(
            "wrong_shape", name="covariance", expected=f"({x.size}, {x.size})", actual=cov.shape
        )
    bad = np.flatnonzero(~np.isfinite(cov).all(axis=1))
    if bad.size:
        raise InvalidInput("not_finite", name="covariance", row=int(bad[0]) + 1)
    negative = np.flatnonzero(np.diag(cov) < 0)
    if negative.size:
        row = int(negative[0])
        raise InvalidInput("negative", name="covariance", row=row + 1, value=float(cov[row, row]))
    return x, frozen(_possible(cov))


def _possible(cov: FloatArray) -> FloatArray:
    """The symmetric matrix, or a refusal where it is the covariance of nothing; rounding is forgiven."""
    if np.count_nonzero(cov) == np.count_nonzero(np.diag(cov)):
        return cov
    sd = np.sqrt(np.diag(cov))
    scale = np.outer(sd, sd)
    room = _ROUNDING * float(scale.max())
    row, column = np.unravel_index(int(np.abs(cov - cov.T).argmax()), cov.shape)
    if abs(cov[row, column] - cov[column, row]) > room:
        raise RankError(
            "not_symmetric",
            row=int(row) + 1,
            column=int(column) + 1,
            first=float(cov[row, column]),
            second=float(cov[column, row]),
        )
    even = np.asarray((cov + cov.T) / 2)
    beyond = np.abs(even) - scale
    row, column = np.unravel_index(int(beyond.argmax()), cov.shape)
    if beyond[row, column] > room:
        with np.errstate(divide="ignore"):
            value = float(even[row, column] / scale[row, column])
        raise RankError(
            "impossible_correlation", row=int(row) + 1, column=int(column) + 1, value=round(value, 4)
        )
    lowest = float(np.linalg.eigvalsh(even)[0])
    if lowest < -room * len(even):
        raise RankError("not_a_covariance", value=lowest)
    return even


def finite_estimates(estimates: npt.ArrayLike) -> FloatArray:
    """(p,) finite estimates, p at least 1."""
    try:
        x = np.asarray(estimates, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="estimates", value=problem) from problem
    if x.ndim != 1 or x.size == 0:
        raise InvalidInput("wrong_shape", name="estimates", expected="(p,)", actual=x.shape)
    bad = np.flatnonzero(~np.isfinite(x))
    if bad.size:
        raise InvalidInput("not_finite", name="estimates", row=int(bad[0]) + 1)
    return frozen(x)


def from_covariance(x: FloatArray, cov: FloatArray, *, seed: int | None, draws: int) -> Comparison:
    """Pairs under a covariance; `seed` None makes no draws."""
    noise = None if seed is None else np.ascontiguousarray(normal_noise(cov, seed=seed, draws=draws).T)
    return Comparison(x=x, se=_difference_se(cov), noise=noise)


def from_replicates(x: FloatArray, replicates: npt.ArrayLike) -> Comparison:
    """Pairs under (R, p) bootstrap estimates, centred at their own mean."""
    drawn = np.asarray(replicates, dtype=np.float64)
    if drawn.ndim != 2 or drawn.shape[1] != x.size or drawn.shape[0] < 2:
        raise InvalidInput(
            "wrong_shape",
            name="replicates",
            expected=f"(R, {x.size}) with R of 2 or more",
            actual=drawn.shape,
        )
    bad = np.flatnonzero(~np.isfinite(drawn).all(axis=1))
    if bad.size:
        raise InvalidInput("not_finite", name="replicates", row=int(bad[0]) + 1)
    noise = np.ascontiguousarray((drawn - drawn.mean(axis=0)).T)
    return Comparison(x=x, se=_difference_se(noise @ noise.T / (len(drawn) - 1)), noise=noise)


def normal_noise(cov: FloatArray, *, seed: int, draws: int) -> FloatArray:
    """(draws, p) seeded normal vectors with a covariance; negative eigenvalues count as 0."""
    if draws < 2:
        raise InvalidInput("bad_option", name="draws", value=draws, choices="2 or more")
    values, vectors = np.linalg.eigh(cov)
    # The symmetric root is unique, whichever signs the eigenvectors come with.
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    rng = np.random.default_rng(seed)
    blocks = [
        rng.standard_normal((min(_BLOCK, draws - start), len(root))) @ root
        for start in range(0, draws, _BLOCK)
    ]
    return np.concatenate(blocks)


def _difference_se(cov: FloatArray) -> FloatArray:
    variances = np.diag(cov)
    # Perfectly correlated units leave a rounding residue on either side of zero.
    return np.sqrt(np.maximum(variances[:, None] + variances[None, :] - 2 * cov, 0.0))


def unit_names(units: npt.ArrayLike | None, *, p: int) -> tuple[str, ...]:
    """The p names; places from 1 where none are given."""
    if units is None:
        return tuple(str(place) for place in range(1, p + 1))
    names = np.asarray(units)
    if names.shape != (p,):
        raise InvalidInput("wrong_shape", name="units", expected=f"({p},)", actual=names.shape)
    return tuple(str(name) for name in names)
