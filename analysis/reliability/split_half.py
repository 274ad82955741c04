"""Home of split-half reliability over every way to halve a set of items."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis._types import FloatArray
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.moments import Moments

# 12 items have 462 splits; above that the number of splits doubles with every item.
MOST_ITEMS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitHalf:
    """Split-half reliabilities (Guttman's lambda 4 of each split) over all splits."""

    lowest: float
    mean: float
    highest: float
    splits: int


def split_half(state: Moments) -> SplitHalf:
    """Reliability of every split into equal halves, from the correlations: 4·cov(A, B) / var(A + B).

    Raises
    ------
    ReliabilityError
        ``unequal_halves`` for an odd number of items or more than 16.

    References
    ----------
    Guttman (1945), Psychometrika 10, eq. 40; Revelle and Condon (2019), Psychological Assessment 31.
    """
    k = state.k
    if k % 2 or k > MOST_ITEMS:
        raise ReliabilityError("unequal_halves", actual=k)
    r = state.correlation
    signs = np.array([_signs(k, half) for half in combinations(range(1, k), k // 2)])
    total = float(r.sum())
    # With s = ±1 marking the halves, s' R s = var(A) + var(B) - 2 cov(A, B).
    contrast = np.einsum("si,ij,sj->s", signs, r, signs, optimize=True)
    values = (total - contrast) / total
    return SplitHalf(
        lowest=float(values.min()), mean=float(values.mean()), highest=float(values.max()), splits=len(values)
    )


def half_correlation(state: Moments, *, first: Sequence[int], second: Sequence[int]) -> float:
    """Correlation between the sums of two named halves."""
    v = state.covariance
    between = float(v[np.ix_(first, second)].sum())
    own = float(v[np.ix_(first, first)].sum()) * float(v[np.ix_(second, second)].sum())
    if not own > 0:
        raise ReliabilityError("zero_total_variance")
    return between / float(np.sqrt(own))


def spearman_brown(correlation: float) -> float:
    """Reliability of the whole from the correlation of its halves, 2r/(1 + r)."""
    return 2 * correlation / (1 + correlation)


def _signs(k: int, half: Sequence[int]) -> FloatArray:
    signs = np.ones(k)
    signs[list(half)] = -1.0
    return signs
