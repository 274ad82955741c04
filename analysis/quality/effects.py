"""Home of what flags do to the estimates: with everybody, without the flagged, and the difference with its error."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.quality.errors import QualityError
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlagEffects(Result):
    """Weighted means with and without the flagged respondents, one entry per item.

    Attributes
    ----------
    flag, items : what was flagged, the names of the k items
    n, n_flagged : (k,) respondents with a value, and how many of them are flagged
    flagged_share : (k,) weighted share of them, 0–1
    with_all, without : (k,) estimates of everybody and of those not flagged
    with_all_se, without_se : (k,) their standard errors
    difference : (k,) without minus with everybody
    se : (k,) standard error of the difference; both estimates share most respondents, so it is far below that of
        two independent estimates
    df : degrees of freedom of the design
    influence : (n, k) influence values of the difference
    """

    flag: str
    items: tuple[str, ...]
    n: FloatArray
    n_flagged: FloatArray
    flagged_share: FloatArray
    with_all: FloatArray
    with_all_se: FloatArray
    without: FloatArray
    without_se: FloatArray
    difference: FloatArray
    se: FloatArray
    df: float
    influence: FloatArray

    def ci(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """(k,) lower and upper limits of the differences, by t."""
        from scipy import stats

        if not self.df > 0:
            return np.full(len(self.se), np.nan), np.full(len(self.se), np.nan)
        half = float(stats.t.isf((1.0 - _check.confidence(level)) / 2, self.df)) * self.se
        return self.difference - half, self.difference + half

    @property
    def p_value(self) -> FloatArray:
        """(k,) two-sided p of no difference; nan where the standard error is 0."""
        from scipy import stats

        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(self.se > 0, np.abs(self.difference) / self.se, np.nan)
        return np.asarray(2.0 * stats.t.sf(t, self.df) if self.df > 0 else np.full(len(t), np.nan))

    def to_rows(self) -> list[Row]:
        """One row per item."""
        low, high = self.ci()
        p = self.p_value
        return [
            {
                "flag": self.flag,
                "item": name,
                "n": int(self.n[k]),
                "n_flagged": int(self.n_flagged[k]),
                "flagged_share": float(self.flagged_share[k]),
                "with_all": float(self.with_all[k]),
                "with_all_se": float(self.with_all_se[k]),
                "without": float(self.without[k]),
                "without_se": float(self.without_se[k]),
                "difference": float(self.difference[k]),
                "se": float(self.se[k]),
                "ci_low": _known(low[k]),
                "ci_high": _known(high[k]),
                "p": _known(p[k]),
            }
            for k, name in enumerate(self.items)
        ]


def effects_of(
    values: ArrayLike,
    flagged: ArrayLike,
    *,
    design: BoundDesign,
    items: Sequence[str] | None = None,
    domain: ArrayLike | None = None,
    flag: str = "flagged",
) -> FlagEffects:
    """How far the weighted means move if the flagged respondents are left out; nobody is deleted.

    Leaving out is a domain: strata, clusters and degrees of freedom stay. A share is the mean of a 0/1 variable.

    Parameters
    ----------
    values : (n, k) or (n,) float, nan where missing.
    flagged : (n,) bool.
    design : the respondents, with the weights the estimates use.
    items : names of the k items for rows and errors.
    domain : (n,) bool, None for everybody.

    Raises
    ------
    QualityError
        ``nothing_left`` naming flag and item if everybody with a value is flagged.

    References
    ----------
    Difference of two overlapping domains by linearisation: Lohr (2022), Sampling: Design and Analysis, 3rd ed.,
    sec. 4.3 and 9.1. Why with and without: Greszki, Meyer and Schoen (2015), Public Opinion Quarterly 79, 471-503.
    """
    try:
        matrix = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="values", value=problem) from problem
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    if matrix.ndim != 2 or matrix.shape[0] != design.n:
        raise InvalidInput("wrong_shape", name="values", expected=f"({design.n}, k)", actual=matrix.shape)
    names = _names(items, matrix.shape[1])
    out = _check.mask("flagged", flagged, n=design.n)
    inside = _check.mask("domain", domain, n=design.n)
    known = np.isfinite(matrix) & inside[:, None] & (design.weights > 0)[:, None]
    kept = known & ~out[:, None]
    empty = np.flatnonzero(~kept.any(axis=0))
    if empty.size:
        raise QualityError("nothing_left", flag=flag, item=names[int(empty[0])])
    y = np.where(known, matrix, 0.0)
    return _result(y, known, kept, design=design, names=names, flag=flag)


def _result(
    y: FloatArray,
    known: BoolArray,
    kept: BoolArray,
    *,
    design: BoundDesign,
    names: tuple[str, ...],
    flag: str,
) -> FlagEffects:
    w = design.weights
    k = y.shape[1]
    with_all, without = _means(w, y, known), _means(w, y, kept)
    influence = np.column_stack([_influence(w, y, known, with_all), _influence(w, y, kept, without)])

    def statistic(weights: FloatArray) -> FloatArray:
        return np.hstack([_means(weights, y, known), _means(weights, y, kept)])

    covariance = design.covariance_of(statistic, influence=influence)
    own = np.diag(covariance)
    # The difference has its own variance: subtracting the parts would lose the digits that count.
    moved = influence[:, k:] - influence[:, :k]
    spread = design.covariance_of(
        lambda weights: _means(weights, y, kept) - _means(weights, y, known), influence=moved
    )
    return FlagEffects(
        method="difference of overlapping domains, linearised",
        definition="quality.flag_effects",
        flag=flag,
        items=names,
        n=known.sum(axis=0).astype(np.float64),
        n_flagged=(known & ~kept).sum(axis=0).astype(np.float64),
        flagged_share=1.0 - (w @ kept) / (w @ known),
        with_all=with_all,
        with_all_se=np.sqrt(np.maximum(own[:k], 0.0)),
        without=without,
        without_se=np.sqrt(np.maximum(own[k:], 0.0)),
        difference=without - with_all,
        se=np.sqrt(np.maximum(np.diag(spread), 0.0)),
        df=float(design.df),
        influence=moved,
    )


def _means(weights: FloatArray, y: FloatArray, cases: BoolArray) -> FloatArray:
    """(k,) weighted means over the cases of each item."""
    mass = weights @ cases
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((weights @ np.where(cases, y, 0.0)) / mass)


def _influence(weights: FloatArray, y: FloatArray, cases: BoolArray, mean: FloatArray) -> FloatArray:
    """(n, k) weight times linearised value of the means."""
    mass = weights @ cases
    return np.asarray(weights[:, None] * np.where(cases, y - mean, 0.0) / mass)


def _names(items: Sequence[str] | None, k: int) -> tuple[str, ...]:
    if items is None:
        return tuple(f"item {number + 1}" for number in range(k))
    if len(items) != k:
        raise QualityError("names_differ", name="items", expected=k, actual=len(items))
    return tuple(items)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
