"""Home of the Mahalanobis distance of a person's answers from what is usual, with its p value."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.quality.errors import QualityError
from analysis.quality.items import item_matrix, pairwise_covariance
from analysis.results import Result, Row

_BLOCK = 1_000_000
"""Numbers of small systems held at once."""


class MissingInDistance(StrEnum):
    """`available`: distance over the items a person answered, with as many degrees of freedom; `centre`: a missing
    answer counts as the item's mean; `complete`: nan for a person with a missing answer."""

    AVAILABLE = "available"
    CENTRE = "centre"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Distances(Result):
    """Squared Mahalanobis distances.

    Attributes
    ----------
    squared : (n,) D², nan where the missing rule gives none
    df : (n,) degrees of freedom of the chi-square distribution it is compared with
    p_value : (n,) upper tail; small means unusual
    centre, covariance : (k,), (k, k) of the items
    """

    squared: FloatArray
    df: IntArray
    p_value: FloatArray
    centre: FloatArray
    covariance: FloatArray

    def to_rows(self) -> list[Row]:
        """One row per respondent."""
        return [
            {"respondent": row + 1, "d_squared": _known(d), "df": int(df), "p": _known(p)}
            for row, (d, df, p) in enumerate(zip(self.squared, self.df, self.p_value, strict=True))
        ]


def mahalanobis(
    answers: ArrayLike,
    *,
    missing: str = "available",
    centre: ArrayLike | None = None,
    covariance: ArrayLike | None = None,
) -> Distances:
    """Squared distance of each person from the mean answers, in units of the items' covariance.

    Parameters
    ----------
    answers : (n, k) answers, nan where missing.
    missing : `available`, `centre` (as psych::outlier in R) or `complete`.
    centre, covariance : (k,) and (k, k) from elsewhere, for example robust ones or those of a whole wave; by
        default the means and the pairwise covariances of these answers, divisor pairs − 1.

    Raises
    ------
    QualityError
        ``no_variation`` naming the item, ``singular`` if the covariance matrix cannot be inverted.

    References
    ----------
    Mahalanobis (1936), Proceedings of the National Institute of Sciences of India 2, 49-55; Meade and Craig
    (2012), Psychological Methods 17, 437-455.
    """
    from scipy import special

    rule = _check.choice("missing", missing, among=MissingInDistance)
    matrix = item_matrix(answers, index="mahalanobis")
    k = matrix.shape[1]
    middle = np.nanmean(matrix, axis=0) if centre is None else _check.numbers("centre", centre, n=k)
    spread = _covariance(matrix, covariance)
    known = np.isfinite(matrix)
    if rule is MissingInDistance.AVAILABLE:
        squared, df = _available(matrix - middle, known, spread)
    else:
        squared = _distance(np.where(known, matrix - middle, 0.0), spread)
        df = np.full(len(matrix), k, dtype=np.int64)
    none = ~known.any(axis=1) if rule is not MissingInDistance.COMPLETE else ~known.all(axis=1)
    squared[none] = np.nan
    return Distances(
        method=f"Mahalanobis distance, missing answers: {rule.value}",
        definition="quality.mahalanobis",
        squared=squared,
        df=df,
        p_value=np.asarray(special.chdtrc(np.maximum(df, 1), squared)),
        centre=_check.frozen(middle),
        covariance=_check.frozen(spread),
    )


def _covariance(matrix: FloatArray, given: ArrayLike | None) -> FloatArray:
    k = matrix.shape[1]
    if given is not None:
        spread = np.asarray(given, dtype=np.float64)
        if spread.shape != (k, k):
            raise InvalidInput("wrong_shape", name="covariance", expected=f"({k}, {k})", actual=spread.shape)
    else:
        spread = pairwise_covariance(matrix)
    flat = np.flatnonzero(~(np.diag(spread) > 1e-14))
    if flat.size:
        raise QualityError("no_variation", index="mahalanobis", item=int(flat[0]) + 1)
    scale = np.sqrt(np.diag(spread))
    r = spread / np.outer(scale, scale)
    if not np.isfinite(r).all() or float(np.linalg.eigvalsh(r)[0]) < 1e-10:
        raise QualityError("singular", index="mahalanobis")
    return spread


def _distance(deviations: FloatArray, spread: FloatArray) -> FloatArray:
    """(m,) squared lengths of the rows after whitening with the Cholesky factor."""
    from scipy import linalg

    white = linalg.solve_triangular(np.linalg.cholesky(spread), deviations.T, lower=True, check_finite=False)
    return np.asarray((white**2).sum(axis=0), dtype=np.float64)


def _available(deviations: FloatArray, known: BoolArray, spread: FloatArray) -> tuple[FloatArray, IntArray]:
    """Distances over the answered items only.

    With P the inverse of the covariance and deviations 0 where missing, the distance over the answered items is
    d'Pd less the part that the missing ones could take away, (Pd)_m' (P_mm)⁻¹ (Pd)_m: small systems, many at once.
    """
    filled = np.where(known, deviations, 0.0)
    squared = _distance(filled, spread)
    precision = np.linalg.inv(spread)
    missing = (~known).sum(axis=1)
    for count in np.unique(missing[(missing > 0) & (missing < known.shape[1])]):
        rows = np.flatnonzero(missing == count)
        step = max(1, _BLOCK // int(count) ** 2)
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            items = np.argsort(known[part], axis=1, kind="stable")[:, :count]
            pull = np.take_along_axis(filled[part] @ precision, items, axis=1)
            blocks = precision[items[:, :, None], items[:, None, :]]
            squared[part] -= (pull * np.linalg.solve(blocks, pull[:, :, None])[:, :, 0]).sum(axis=1)
    return np.maximum(squared, 0.0), known.sum(axis=1).astype(np.int64)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
