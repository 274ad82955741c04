"""Home of squared multiple correlations: how much of an item the other items tell."""

import numpy as np

from analysis._types import FloatArray
from analysis.reliability.errors import ReliabilityError


def squared_multiple_correlations(r: FloatArray) -> FloatArray:
    """(k,) 1 minus 1 over the diagonal of the inverse of a correlation matrix; nan if it is singular."""
    try:
        inverse = inverse_of(r)
    except ReliabilityError:
        return np.full(len(r), np.nan)
    return np.asarray(1 - 1 / np.diag(inverse))


def definite(r: FloatArray) -> FloatArray:
    """The correlation matrix, if it is positive definite.

    Raises
    ------
    ReliabilityError
        ``indefinite`` with its smallest eigenvalue, ``singular`` where that is 0.
    """
    least = float(np.linalg.eigvalsh(r)[0])
    if least < -1e-10:
        raise ReliabilityError("indefinite", eigenvalue=f"{least:.3g}")
    inverse_of(r)
    return r


def inverse_of(r: FloatArray) -> FloatArray:
    """Inverse of a correlation matrix.

    Raises
    ------
    ReliabilityError
        ``singular``.
    """
    if not np.isfinite(r).all() or np.linalg.cond(r) > 1 / np.finfo(np.float64).eps:
        raise ReliabilityError("singular")
    return np.asarray(np.linalg.inv(r))
