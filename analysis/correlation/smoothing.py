"""Home of what can be done about a correlation matrix that is not positive definite, each way under its name."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import FloatArray
from analysis.correlation.errors import CorrelationError

# Smallest eigenvalue that counts as positive, and what a smaller one is set to.
LEAST_EIGENVALUE = 1e-12
LIFTED = 1e-10


class Smoothing(StrEnum):
    """`none`; `eigenvalue`: lift the eigenvalues below 0 and rescale; `nearest`: the nearest correlation matrix."""

    NONE = "none"
    EIGENVALUE = "eigenvalue"
    NEAREST = "nearest"


def smallest_eigenvalue(correlation: FloatArray) -> float:
    """Smallest eigenvalue; below 0 the matrix is no correlation matrix of any data."""
    return float(np.linalg.eigvalsh(correlation)[0])


def smoothed(correlation: npt.ArrayLike, *, way: Smoothing | str = Smoothing.EIGENVALUE) -> FloatArray:
    """A positive definite correlation matrix in place of (k, k) `correlation`; unchanged if it is one already.

    Raises
    ------
    CorrelationError
        ``not_symmetric`` if it is no symmetric matrix with 1 on the diagonal.

    References
    ----------
    Wothke (1993), in Bollen and Long, Testing Structural Equation Models, 256-293 (eigenvalue); Higham (2002),
    IMA J. Numerical Analysis 22, 329-343, algorithm 3.3 (nearest).
    """
    chosen = _check.choice("way", way, among=Smoothing)
    r = checked(correlation)
    if chosen is Smoothing.NONE or smallest_eigenvalue(r) >= LEAST_EIGENVALUE:
        return r
    if chosen is Smoothing.NEAREST:
        r = _nearest(r)
    values, vectors = np.linalg.eigh(r)
    values = np.where(values < LEAST_EIGENVALUE, LIFTED, values)
    lifted = (vectors * (values * len(r) / values.sum())) @ vectors.T
    scale = 1.0 / np.sqrt(np.diag(lifted))
    result = lifted * np.outer(scale, scale)
    np.fill_diagonal(result, 1.0)
    return np.asarray((result + result.T) / 2.0)


def checked(correlation: npt.ArrayLike) -> FloatArray:
    """A (k, k) correlation matrix, or a refusal that names the first bad element."""
    r = np.asarray(correlation, dtype=np.float64)
    if r.ndim != 2 or r.shape[0] != r.shape[1]:
        raise CorrelationError("not_symmetric", row=1, column=1)
    size = np.maximum(np.abs(r), np.abs(r.T))
    wrong = ~(np.abs(r - r.T) <= 1e-8) | ~(size <= 1.0 + 1e-8)
    wrong |= np.eye(len(r), dtype=np.bool_) & ~(np.abs(r - 1.0) <= 1e-8)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise CorrelationError("not_symmetric", row=int(row) + 1, column=int(column) + 1)
    return r


def _nearest(r: FloatArray) -> FloatArray:
    """Alternating projections on the positive semidefinite matrices and on those with unit diagonal."""
    y, correction = np.asarray(r.copy()), np.zeros_like(r)
    for _ in range(500):
        shifted = y - correction
        values, vectors = np.linalg.eigh(shifted)
        positive = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = positive - shifted
        new: FloatArray = positive.copy()
        np.fill_diagonal(new, 1.0)
        if float(np.abs(new - y).max()) < 1e-10:
            return new
        y = new
    return y
