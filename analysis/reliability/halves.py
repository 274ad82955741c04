"""Home of split halves: every way to halve a set, named halves, and Guttman's lambdas."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, sqrt

import numpy as np

from analysis._types import FloatArray
from analysis.errors import AnalysisWarning
from analysis.reliability._results import known, status_text
from analysis.reliability.alphas import coefficient, lambda6
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.states import State, correlation_of
from analysis.results import Result, Row

# 16 items have 6,435 splits; above that the number doubles with every item and splits are drawn at random.
MOST_ITEMS = 16
DRAWS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SplitHalf(Result):
    """Split-half reliabilities (Guttman's lambda 4 of each split) over all splits.

    Attributes
    ----------
    lowest, mean, highest : over the splits; `highest` is lambda 4 of the set.
    best : (k,) 1 or 2, the half of each item in the highest split; worst : in the lowest.
    splits : how many were looked at.
    """

    lowest: float
    mean: float
    highest: float
    best: tuple[int, ...]
    worst: tuple[int, ...]
    splits: int

    def to_rows(self) -> list[Row]:
        """One row."""
        return [
            {
                "lowest": self.lowest,
                "mean": self.mean,
                "highest": self.highest,
                "splits": self.splits,
                "status": status_text(self),
            }
        ]


def split_half(state: State, *, standardised: bool = True, draws: int = DRAWS, seed: int = 0) -> SplitHalf:
    """Reliability of every split into halves: 4 cov(A, B) / var(A + B).

    An odd number of items is split into halves that differ by one item.

    Parameters
    ----------
    standardised : of the correlations (default), otherwise of the covariances.
    draws, seed : above 16 items this many splits are drawn at random, and the status says so.

    References
    ----------
    Guttman (1945), Psychometrika 10, eq. 40; Revelle and Condon (2019), Psychological Assessment 31, 1395-1411.
    """
    v = state.correlation if standardised else state.covariance
    k, total = state.k, float(v.sum())
    if not total > 0:
        raise ReliabilityError("zero_total_variance")
    everything = comb(k, k // 2) // (1 if k % 2 else 2)
    sampled = k > MOST_ITEMS
    signs = _drawn(k, draws, seed) if sampled else _all_signs(k)
    # With s = ±1 marking the halves, s' V s = var(A) + var(B) - 2 cov(A, B).
    values = (total - ((signs @ v) * signs).sum(axis=1)) / total
    context = {"all": everything, "n": len(values)}
    return SplitHalf(
        method="all splits" if not sampled else "random splits",
        definition="reliability.split_half",
        seed=seed if sampled else None,
        status=(AnalysisWarning(code="splits_sampled", context=context),) if sampled else (),
        lowest=float(values.min()),
        mean=float(values.mean()),
        highest=float(values.max()),
        best=_halves(signs[values.argmax()]),
        worst=_halves(signs[values.argmin()]),
        splits=len(values),
    )


def half_correlation(state: State, *, first: Sequence[int], second: Sequence[int]) -> float:
    """Correlation between the sums of two named halves (item numbers from 0)."""
    v = state.covariance
    between = float(v[np.ix_(first, second)].sum())
    own = float(v[np.ix_(first, first)].sum()) * float(v[np.ix_(second, second)].sum())
    if not own > 0:
        raise ReliabilityError("zero_total_variance")
    return between / sqrt(own)


def spearman_brown(correlation: float, *, lengths: float = 2.0) -> float:
    """Reliability of a set `lengths` times as long as the one of this reliability, m r / (1 + (m - 1) r)."""
    return lengths * correlation / (1 + (lengths - 1) * correlation)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GuttmanLambdas(Result):
    """Guttman's six lower bounds of reliability; lambda 3 is alpha, lambda 6 nan if the matrix is singular."""

    lambda1: float
    lambda2: float
    lambda3: float
    lambda4: float
    lambda5: float
    lambda6: float

    def to_rows(self) -> list[Row]:
        """One row per bound."""
        return [{"bound": place, "value": known(getattr(self, f"lambda{place}"))} for place in range(1, 7)]


def guttman_lambdas(state: State, *, standardised: bool = True, seed: int = 0) -> GuttmanLambdas:
    """Six lower bounds of reliability, of the correlations (default) or of the covariances.

    References
    ----------
    Guttman (1945), Psychometrika 10, 255-282, eq. 30-63.
    """
    v = state.correlation if standardised else state.covariance
    k, total = state.k, float(v.sum())
    first = 1 - float(np.trace(v)) / total
    off = v - np.diag(np.diag(v))
    squares = (off**2).sum(axis=0)
    halves = split_half(state, standardised=standardised, seed=seed)
    return GuttmanLambdas(
        method="Guttman's bounds of the " + ("correlations" if standardised else "covariances"),
        definition="reliability.guttman",
        seed=halves.seed,
        status=halves.status,
        lambda1=first,
        lambda2=first + sqrt(k / (k - 1) * float(squares.sum())) / total,
        lambda3=coefficient(v),
        lambda4=halves.highest,
        lambda5=first + 2 * sqrt(float(squares.max())) / total,
        lambda6=_lambda6(v),
    )


def _lambda6(v: FloatArray) -> float:
    """1 minus the summed residual variances of each item given the others over the variance of the total."""
    r = correlation_of(v)
    if np.allclose(np.diag(v), 1.0):
        return lambda6(r)
    from analysis.reliability.smc import squared_multiple_correlations

    return float(1 - (np.diag(v) * (1 - squared_multiple_correlations(r))).sum() / v.sum())


def _all_signs(k: int) -> FloatArray:
    """One row of ±1 per split; with even k the first item stays in the first half, so that none comes twice."""
    places = range(1, k) if k % 2 == 0 else range(k)
    halves = np.array(list(combinations(places, k // 2)))
    signs = np.ones((len(halves), k))
    np.put_along_axis(signs, halves, -1.0, axis=1)
    return signs


def _drawn(k: int, draws: int, seed: int) -> FloatArray:
    order = np.random.default_rng(seed).random((draws, k)).argsort(axis=1)
    return np.where(order < k // 2, -1.0, 1.0)


def _halves(signs: FloatArray) -> tuple[int, ...]:
    return tuple(1 if sign > 0 else 2 for sign in signs)
