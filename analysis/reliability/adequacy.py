"""Home of the checks whether items share enough to be factored: KMO and Bartlett's test."""

from dataclasses import dataclass
from math import log

import numpy as np

from analysis._types import FloatArray
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.moments import Moments


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kmo:
    """Kaiser-Meyer-Olkin measure, overall and per item (k,)."""

    overall: float
    items: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Bartlett:
    """Bartlett's test that the items are uncorrelated."""

    chi_square: float
    df: int
    p_value: float


def kmo(state: Moments) -> Kmo:
    """Share of squared correlations in squared correlations plus squared partial correlations.

    Raises
    ------
    ReliabilityError
        ``singular`` if the correlation matrix cannot be inverted.

    References
    ----------
    Kaiser and Rice (1974), Educational and Psychological Measurement 34, 111-117.
    """
    r = state.correlation
    inverse = _inverse(r)
    scale = 1 / np.sqrt(np.diag(inverse))
    partial = inverse * np.outer(scale, scale)
    off = ~np.eye(len(r), dtype=np.bool_)
    shared, left = np.where(off, r**2, 0.0), np.where(off, partial**2, 0.0)
    per_item = shared.sum(axis=0) / (shared.sum(axis=0) + left.sum(axis=0))
    return Kmo(overall=float(shared.sum() / (shared.sum() + left.sum())), items=per_item)


def bartlett(state: Moments) -> Bartlett:
    """Test of sphericity with the number of complete rows; for a simple random sample.

    References
    ----------
    Bartlett (1951), Biometrika 38, 337-344.
    """
    from scipy import stats

    k = state.k
    sign, determinant = np.linalg.slogdet(state.correlation)
    if sign <= 0 or determinant < log(np.finfo(np.float64).eps):
        raise ReliabilityError("singular")
    chi_square = -(state.n - 1 - (2 * k + 5) / 6) * float(determinant)
    df = k * (k - 1) // 2
    return Bartlett(chi_square=chi_square, df=df, p_value=float(stats.chi2.sf(chi_square, df)))


def _inverse(r: FloatArray) -> FloatArray:
    if np.linalg.cond(r) > 1 / np.finfo(np.float64).eps:
        raise ReliabilityError("singular")
    return np.asarray(np.linalg.inv(r))
