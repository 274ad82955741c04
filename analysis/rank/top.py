"""Home of the probabilities of ranks: being among the first k, expected rank, one unit above another."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.rank._noise import (
    DRAWS,
    checked,
    finite_estimates,
    from_replicates,
    normal_noise,
    unit_names,
)
from analysis.rank.simultaneous import competition_ranks
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankProbabilities(Result):
    """Of p units, 1 = highest.

    Attributes
    ----------
    probability : (p, p), [i, r] probability that unit i has rank r + 1; rows and columns sum to 1.
    top : (p,) probability of being among the first k.
    expected_rank : (p,).
    above : (p, p), [i, j] probability that unit i is above unit j.
    draws : simulated rankings behind them; the standard error of a probability is at most 0.5 / sqrt(draws).
    """

    units: tuple[str, ...]
    point: IntArray
    k: int
    probability: FloatArray = field(repr=False)
    top: FloatArray
    expected_rank: FloatArray
    above: FloatArray = field(repr=False)
    draws: int

    def to_rows(self) -> list[Row]:
        """One row per unit."""
        return [
            {
                "unit": self.units[i],
                "rank": int(self.point[i]),
                "k": self.k,
                "probability_top_k": float(self.top[i]),
                "expected_rank": float(self.expected_rank[i]),
                "probability_first": float(self.probability[i, 0]),
                "probability_last": float(self.probability[i, -1]),
                "draws": self.draws,
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "seed": self.seed,
                "status": ";".join(item.code for item in self.status),
            }
            for i in range(len(self.point))
        ]


def top_probabilities(
    estimates: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    k: int,
    seed: int = 0,
    draws: int = DRAWS,
    units: npt.ArrayLike | None = None,
) -> RankProbabilities:
    """Probability of each rank when the true values are normal about the estimates.

    That is the posterior under a flat prior. Estimates spread more widely than the truth, so shrink them first
    (`smallarea.fay_herriot`) where many noisy units are compared; a set from `rank.sets` needs no prior.

    Parameters
    ----------
    estimates : (p,); covariance : (p, p) or (p,) variances.
    k : 1 to p.
    """
    x, cov = checked(estimates, covariance)
    drawn = x + normal_noise(cov, seed=seed, draws=draws)
    return _probabilities(x, drawn, k=k, names=unit_names(units, p=x.size), how="normal", seed=seed)


def bootstrap_top_probabilities(
    estimates: npt.ArrayLike, replicates: npt.ArrayLike, *, k: int, units: npt.ArrayLike | None = None
) -> RankProbabilities:
    """The same from (R, p) bootstrap estimates, centred at the estimates."""
    x = finite_estimates(estimates)
    noise = from_replicates(x, replicates).noise
    assert noise is not None
    return _probabilities(x, x + noise.T, k=k, names=unit_names(units, p=x.size), how="bootstrap", seed=None)


def _probabilities(
    x: FloatArray, drawn: FloatArray, *, k: int, names: tuple[str, ...], how: str, seed: int | None
) -> RankProbabilities:
    p, draws = x.size, len(drawn)
    if not 1 <= k <= p:
        raise InvalidInput("bad_option", name="k", value=k, choices=f"1 to {p}")
    order = np.argsort(-drawn, axis=1, kind="stable")
    counts = np.zeros((p, p))
    for rank in range(p):
        counts[:, rank] = np.bincount(order[:, rank], minlength=p)
    probability = counts / draws
    above = np.array([(drawn[:, [i]] > drawn).mean(axis=0) for i in range(p)])
    return RankProbabilities(
        method=f"rank probabilities, {how}",
        definition="rank.top",
        seed=seed,
        units=names,
        point=competition_ranks(x),
        k=k,
        probability=probability,
        top=probability[:, :k].sum(axis=1),
        expected_rank=probability @ np.arange(1.0, p + 1.0),
        above=above,
        draws=draws,
    )
