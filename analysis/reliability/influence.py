"""Home of the influence values of functions of a weighted covariance matrix."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.design import BoundDesign
from analysis.reliability._gram import BLOCK_ROWS
from analysis.reliability.states import Moments, item_matrix


def covariance_influence(
    items: npt.ArrayLike,
    design: BoundDesign,
    *,
    state: Moments,
    gradient: FloatArray,
    domain: npt.ArrayLike | None = None,
    missing_code: int | None = None,
) -> FloatArray:
    """(n,) influence values of a function of the weighted covariance matrix.

    Parameters
    ----------
    items : (n, k), nan or `missing_code` where missing.
    state : moments of the same items and weights.
    gradient : (k, k) symmetric derivative of the function with respect to each element of the covariance.

    Notes
    -----
    For V = Σ w (y − m)(y − m)' / Σ w the linearised value of unit i is w_i (d_i' G d_i − tr(G V)) / Σ w with
    d_i = y_i − m; the error of m is of second order. Rows that are incomplete have influence 0.
    """
    y = item_matrix(items)
    inside = _check.mask("domain", domain, n=len(y)) & (design.weights > 0)
    level = float((gradient * state.covariance).sum())
    influence = np.zeros(len(y))
    for start in range(0, len(y), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        block = np.asarray(y[rows], dtype=np.float64)
        used = inside[rows] & answered(block, missing_code)
        centred = block[used] - state.mean
        values = ((centred @ gradient) * centred).sum(axis=1) - level
        influence[rows][used] = design.weights[rows][used] * values / state.weight_sum
    return influence


def answered(block: FloatArray, missing_code: int | None) -> BoolArray:
    """(rows,) which rows answer every item."""
    complete = np.isfinite(block).all(axis=1)
    if missing_code is not None:
        complete &= (block != missing_code).all(axis=1)
    return np.asarray(complete)


def numerical_gradient(function: Callable[[FloatArray], FloatArray], v: FloatArray) -> FloatArray:
    """(m, k, k) symmetric derivatives of m functions by each element of a covariance matrix, by central differences."""
    k = len(v)
    step = 1e-4 * float(np.sqrt(np.outer(np.diag(v), np.diag(v))).mean())
    gradient = np.zeros((len(function(v)), k, k))
    for i in range(k):
        for j in range(i + 1):
            change = np.zeros((k, k))
            change[i, j] = change[j, i] = step
            slope = (function(v + change) - function(v - change)) / (2 * step)
            # An off-diagonal element occurs twice in the quadratic form of the influence.
            gradient[:, i, j] = gradient[:, j, i] = slope if i == j else slope / 2
    return gradient
