"""Home of the two ways of sharing R squared among related drivers, from one correlation matrix."""

from functools import lru_cache
from itertools import combinations
from math import factorial

import numpy as np

from analysis._types import FloatArray

Subsets = tuple[tuple[tuple[int, ...], ...], ...]
"""Per size 0 to k, the subsets of that size."""


def lmg(correlation: FloatArray) -> FloatArray:
    """(k,) mean gain in R squared of each driver over all orders of entry; the shares sum to R squared.

    Parameters
    ----------
    correlation : (k + 1, k + 1), the outcome last.

    References
    ----------
    Lindeman, Merenda and Gold (1980), Introduction to Bivariate and Multivariate Analysis, p. 120; Gromping (2007),
    The American Statistician 61, eq. 8 (the same value as Shapley's).
    """
    k = len(correlation) - 1
    explained = _explained(correlation)
    shares = np.zeros(k)
    members = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
    size = members.sum(axis=1)
    weight = np.array([factorial(s) * factorial(k - 1 - s) / factorial(k) for s in range(k)])
    for driver in range(k):
        without = np.flatnonzero(members[:, driver] == 0)
        gain = explained[without | (1 << driver)] - explained[without]
        shares[driver] = weight[size[without]] @ gain
    return shares


def johnson(correlation: FloatArray) -> FloatArray:
    """(k,) relative weights: R squared shared through the nearest orthogonal drivers.

    References
    ----------
    Johnson (2000), Multivariate Behavioral Research 35, 1-19, eq. 1 to 6.
    """
    k = len(correlation) - 1
    values, vectors = np.linalg.eigh(correlation[:k, :k])
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    beta = np.linalg.solve(root, correlation[:k, k])
    return np.asarray(root**2 @ beta**2)


def r_squared(correlation: FloatArray) -> float:
    """R squared of the last variable on the others."""
    k = len(correlation) - 1
    return float(correlation[:k, k] @ np.linalg.solve(correlation[:k, :k], correlation[:k, k]))


def _explained(correlation: FloatArray) -> FloatArray:
    """(2^k,) R squared of every subset of drivers; bit j of the place says whether driver j is in."""
    k = len(correlation) - 1
    explained = np.zeros(2**k)
    for subsets in _subsets(k)[1:]:
        inside = np.array(subsets)
        matrices = correlation[inside[:, :, None], inside[:, None, :]]
        outcome = correlation[inside, k]
        slopes = np.linalg.solve(matrices, outcome[:, :, None])[:, :, 0]
        explained[(1 << inside).sum(axis=1)] = (slopes * outcome).sum(axis=1)
    return explained


@lru_cache(maxsize=16)
def _subsets(k: int) -> Subsets:
    return tuple(tuple(combinations(range(k), size)) for size in range(k + 1))
