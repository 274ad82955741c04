"""Home of the sensitivity to the weights: scores and ranks when the weights are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.index.aggregation import Mean, aggregate
from analysis.index.errors import IndexRefused
from analysis.index.gap import item_weights
from analysis.index.normalisation import table
from analysis.rank.simultaneous import competition_ranks
from analysis.results import Result, Row

DRAWS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightSensitivity(Result):
    """Scores and ranks of u units when the weights are drawn.

    Attributes
    ----------
    score, rank : (u,) under the weights as they stand.
    score_low, score_high, rank_low, rank_high : (u,) limits that hold `level` of the draws.
    rank_mean : (u,).
    share : (u, u), [i, r] share of the draws in which unit i has rank r + 1.
    drawn : (draws, k) the weights.
    """

    units: tuple[str, ...]
    score: FloatArray
    rank: IntArray
    score_low: FloatArray
    score_high: FloatArray
    rank_low: FloatArray
    rank_high: FloatArray
    rank_mean: FloatArray
    share: FloatArray = field(repr=False)
    drawn: FloatArray = field(repr=False)
    level: float

    def to_rows(self) -> list[Row]:
        """One row per unit."""
        return [
            {
                "unit": self.units[i],
                "score": float(self.score[i]),
                "score_low": float(self.score_low[i]),
                "score_high": float(self.score_high[i]),
                "rank": int(self.rank[i]),
                "rank_mean": float(self.rank_mean[i]),
                "rank_low": float(self.rank_low[i]),
                "rank_high": float(self.rank_high[i]),
                "share_same_rank": float(self.share[i, self.rank[i] - 1]),
                "draws": len(self.drawn),
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "seed": self.seed,
                "status": ";".join(item.code for item in self.status),
            }
            for i in range(len(self.units))
        ]


def vary_weights(
    values: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    concentration: float | None = 100.0,
    ranges: ArrayLike | None = None,
    rule: Mean | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    level: float = 0.95,
    units: Sequence[object] | None = None,
    names: Sequence[str] | None = None,
) -> WeightSensitivity:
    """Draw the weights and see which ranks hold.

    Parameters
    ----------
    values : (u, k) on one scale, complete.
    weights : (k,) as they stand, equal by default.
    concentration : the weights are Dirichlet about themselves; a weight w has the standard deviation
        sqrt(w (1 - w) / (concentration + 1)). Ignored where `ranges` are given.
    ranges : (k, 2) lowest and highest weight: drawn uniformly in them and scaled to sum 1.

    Raises
    ------
    IndexRefused
        ``bad_weights``, ``bad_goalposts`` (an empty range), ``values_missing``.

    References
    ----------
    Saisana, Saltelli and Tarantola (2005), JRSS A 168, 307-323; OECD and JRC (2008), Handbook, step 7.
    """
    x, labels, indicators = table(values, units=units, names=names)
    w = item_weights(weights, k=x.shape[1])
    level = _check.confidence(level)
    if draws < 2:
        raise InvalidInput("bad_option", name="draws", value=draws, choices="2 or more")
    rng = np.random.default_rng(seed)
    if ranges is not None:
        drawn, how = _from_ranges(rng, ranges, k=len(w), names=indicators, draws=draws), "ranges"
    else:
        drawn, how = _dirichlet(rng, w, concentration=concentration, draws=draws), "Dirichlet"
    mean = rule or Mean()
    plan = aggregate(x, mean, weights=w, units=labels, names=indicators).values
    scores = np.array(
        [aggregate(x, mean, weights=one, units=labels, names=indicators).values for one in drawn]
    )
    ranks = np.array([competition_ranks(one) for one in scores])
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    score_low, score_high = np.quantile(scores, tails, axis=0)
    rank_low, rank_high = np.quantile(ranks, tails, axis=0, method="nearest")
    share = np.array([np.bincount(one - 1, minlength=len(x)) for one in ranks.T]) / draws
    return WeightSensitivity(
        method=f"weights drawn, {how}",
        definition="index.vary_weights",
        seed=seed,
        units=labels,
        score=plan,
        rank=competition_ranks(plan),
        score_low=score_low,
        score_high=score_high,
        rank_low=rank_low,
        rank_high=rank_high,
        rank_mean=ranks.mean(axis=0),
        share=share,
        drawn=drawn,
        level=level,
    )


def _dirichlet(
    rng: np.random.Generator, w: FloatArray, *, concentration: float | None, draws: int
) -> FloatArray:
    if concentration is None or not np.isfinite(concentration) or concentration <= 0:
        raise InvalidInput(
            "bad_option", name="concentration", value=concentration, choices="a number above 0"
        )
    drawn = np.zeros((draws, len(w)))
    drawn[:, w > 0] = rng.dirichlet(concentration * w[w > 0], size=draws)
    return drawn


def _from_ranges(
    rng: np.random.Generator, ranges: ArrayLike, *, k: int, names: Sequence[str], draws: int
) -> FloatArray:
    ends = np.asarray(ranges, dtype=np.float64)
    if ends.shape != (k, 2):
        raise InvalidInput("wrong_shape", name="ranges", expected=f"({k}, 2)", actual=ends.shape)
    for j, (low, high) in enumerate(ends):
        if not 0.0 <= low <= high or not high > 0.0:
            raise IndexRefused("bad_goalposts", indicator=names[j], low=float(low), high=float(high))
    drawn = rng.uniform(ends[:, 0], ends[:, 1], size=(draws, k))
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))
