"""Home of unequal inclusion probabilities without replacement: their checks, and the variance inside a stratum."""

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._sums import column_sums, group_sums
from analysis._types import FloatArray, IntArray, Pps
from analysis.errors import DesignError

_DIAGONAL_AGREES = 1e-6


def probabilities(given: ArrayLike | None, *, psu: IntArray | None, n_psu: int, n: int) -> FloatArray:
    """(m,) inclusion probability of each PSU from (n,) values that are equal inside a PSU.

    Raises
    ------
    DesignError
        Probabilities that are missing, outside (0, 1], or differ inside a PSU.
    """
    if given is None:
        raise DesignError("pps_without_probability")
    rows = _check.complete("fpc", given, n=n)
    bad = np.flatnonzero((rows <= 0.0) | (rows > 1.0))
    if bad.size:
        raise DesignError("bad_probability", row=int(bad[0]) + 1, value=float(rows[bad[0]]))
    if psu is None:
        return rows
    found = np.zeros(n_psu)
    found[psu] = rows
    differing = np.flatnonzero(found[psu] != rows)
    if differing.size:
        row = int(differing[0])
        raise DesignError(
            "probability_varies", row=row + 1, first=float(rows[row]), second=float(found[psu[row]])
        )
    return found


def taken_for_sure(probability: FloatArray, *, stratum: IntArray, n_strata: int) -> FloatArray:
    """(H,) 1 for strata whose PSUs were all taken for sure, else 0."""
    unsure = group_sums(stratum, (probability < 1.0).astype(np.float64), size=n_strata)
    return np.where(unsure == 0.0, 1.0, 0.0)


def joint(given: ArrayLike | None, *, probability: FloatArray | None, pps: Pps | None) -> FloatArray | None:
    """(m, m) joint inclusion probabilities, checked, for the exact formulae; None for the approximations.

    Raises
    ------
    DesignError
        If an exact formula lacks them, or their diagonal is not the probability of each PSU.
    """
    if pps not in (Pps.HORVITZ_THOMPSON, Pps.YATES_GRUNDY) or probability is None:
        return None
    if given is None:
        raise DesignError("pps_without_joint", pps=str(pps))
    matrix = np.asarray(given, dtype=np.float64)
    m = probability.shape[0]
    if matrix.shape != (m, m) or not np.all(np.isfinite(matrix)) or np.any(matrix <= 0.0):
        raise DesignError("bad_joint", expected=m, actual=matrix.shape)
    if np.any(np.abs(np.diag(matrix) - probability) > _DIAGONAL_AGREES) or np.any(matrix != matrix.T):
        raise DesignError("joint_disagrees")
    return matrix


def approximate(
    totals: FloatArray, *, pps: Pps, probability: FloatArray, stratum: IntArray, count: IntArray
) -> FloatArray:
    """(k, k) covariance of the (m, k) weighted PSU totals by `brewer` or `hajek`.

    References
    ----------
    Brewer (2002), Combined Survey Sampling Inference, ch. 9; Deville (1999), Survey Methodology 25, 193-203.
    """
    size = count.shape[0]
    rest = 1.0 - probability
    weight = rest if pps is Pps.HAJEK else np.ones_like(rest)
    held = group_sums(stratum, weight, size=size)
    centre = np.divide(
        column_sums(stratum, totals * weight[:, None], size=size),
        held[:, None],
        out=np.zeros((size, totals.shape[1])),
        where=held[:, None] > 0,
    )
    several = count > 1
    factor = np.where(several, count / np.where(several, count - 1.0, 1.0), 0.0)[stratum] * rest
    centred = (totals - centre[stratum]) * np.sqrt(factor)[:, None]
    return np.asarray(centred.T @ centred)


def exact(totals: FloatArray, *, pps: Pps, probability: FloatArray, joint: FloatArray) -> FloatArray:
    """(k, k) covariance of the (m, k) weighted PSU totals from joint inclusion probabilities.

    References
    ----------
    Horvitz, Thompson (1952), JASA 47, 663-685; Yates, Grundy (1953), JRSS B 15, 253-261.
    """
    spread = 1.0 - np.outer(probability, probability) / joint
    if pps is Pps.HORVITZ_THOMPSON:
        np.fill_diagonal(spread, 1.0 - probability)
        return np.asarray(totals.T @ spread @ totals)
    np.fill_diagonal(spread, 0.0)
    # -1/2 sum_ij d_ij (t_i - t_j)(t_i - t_j)' = sum_ij d_ij t_i t_j' - sum_i (sum_j d_ij) t_i t_i'
    own = spread.sum(axis=1)
    return np.asarray(totals.T @ spread @ totals - (totals * own[:, None]).T @ totals)
