"""Home of pairwise comparison: all differences of a set of estimates, adjusted as the family that they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._sums import group_sums
from analysis._tails import t_tail
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning
from analysis.estimate.comparisons import covariance
from analysis.results import Estimate, Result, Row
from analysis.test._scalars import ROUNDING, grouped, refuse_constant
from analysis.test.errors import HypothesisError
from analysis.test.families import Adjust, adjust


class PairAdjust(StrEnum):
    """How p values of all pairs are adjusted: `tukey` by the studentized range, the others as in `Adjust`."""

    TUKEY = "tukey"
    HOLM = "holm"
    BONFERRONI = "bonferroni"
    HOCHBERG = "hochberg"
    HOMMEL = "hommel"
    BH = "bh"
    BY = "by"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairwiseComparison(Result):
    """All m = g (g - 1) / 2 differences, second label minus first; (m,) arrays.

    Attributes
    ----------
    pairs : the two labels of each. difference, se, statistic : with t = difference / se.
    p, p_adjusted : two-sided. ci_low, ci_high : simultaneous for `tukey` and `bonferroni`, one at a time otherwise.
    """

    pairs: tuple[tuple[str, str], ...]
    difference: FloatArray
    se: FloatArray
    statistic: FloatArray
    df: float
    p: FloatArray
    p_adjusted: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    simultaneous: bool

    def to_rows(self) -> list[Row]:
        """One row per pair."""
        columns = {
            "difference": self.difference,
            "se": self.se,
            "t": self.statistic,
            "p": self.p,
            "p_adjusted": self.p_adjusted,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
        }
        rows: list[Row] = []
        for place, (first, second) in enumerate(self.pairs):
            row: Row = {"first": first, "second": second, "df": self.df}
            for name, values in columns.items():
                row[name] = float(values[place]) if np.isfinite(values[place]) else None
            rows.append(row)
        return rows


def pairwise(
    estimates: Sequence[Estimate],
    design: BoundDesign,
    *,
    labels: Sequence[str],
    adjust: PairAdjust = PairAdjust.HOLM,
    level: float = 0.95,
    df: float | None = None,
) -> PairwiseComparison:
    """All differences of estimates of one design, with the covariance that shared clusters give them.

    Parameters
    ----------
    estimates : g of this design that kept their influence values: means, shares, ratios of groups or of items.
    labels : g names.
    adjust : see `PairAdjust`; the family is all pairs.
    df : degrees of freedom if not the design's.

    Raises
    ------
    HypothesisError
        ``few_estimates`` if there are fewer than two.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 9.1; Tukey's range: Hochberg, Tamhane (1987), Multiple
    Comparison Procedures, ch. 3 (conservative for unequal standard errors).
    """
    if len(estimates) < 2 or len(labels) != len(estimates):
        raise HypothesisError("few_estimates", count=min(len(estimates), len(labels)))
    values = np.array([estimate.value for estimate in estimates])
    found = covariance(estimates, design=design)
    return _compared(
        values,
        found,
        labels=tuple(labels),
        how=_check.choice("adjust", adjust, among=PairAdjust),
        level=_check.confidence(level),
        df=float(design.df if df is None else df),
        method=design.variance_method,
    )


def pairwise_means(
    y: ArrayLike,
    by: ArrayLike,
    *,
    design: BoundDesign,
    adjust: PairAdjust = PairAdjust.HOLM,
    level: float = 0.95,
    domain: ArrayLike | None = None,
    name: str = "y",
) -> PairwiseComparison:
    """All differences of group means; df is the design's less the number of groups minus one, as in a regression.

    Parameters
    ----------
    y : (n,) numbers, nan where missing. by : (n,) groups. domain : (n,) bool, None for everybody.

    Raises
    ------
    HypothesisError
        ``one_level`` or ``no_variation``.
    """
    cases = grouped(y, by, design=design, domain=domain, name=name)
    refuse_constant(cases.y[cases.inside], name=name)
    groups, code = len(cases.labels), np.maximum(cases.code, 0)
    weight = group_sums(code, cases.w, size=groups)
    values = group_sums(code, cases.w * cases.y, size=groups) / weight
    member = np.zeros((design.n, groups))
    member[np.arange(design.n), code] = cases.inside
    influence = member * (cases.w * (cases.y - values[code]) / weight[code])[:, None]
    # only replicates ask for the totals themselves
    columns = (
        np.hstack([member, member * cases.y[:, None]]) if design.replicates is not None else member[:, :0]
    )
    found = design.covariance_of_totals(
        lambda totals: totals[:, groups:] / totals[:, :groups], columns=columns, influence=influence
    )
    return _compared(
        values,
        found,
        labels=cases.labels,
        how=_check.choice("adjust", adjust, among=PairAdjust),
        level=_check.confidence(level),
        df=float(design.df - (groups - 1)),
        method=design.variance_method,
    )


def _compared(
    values: FloatArray,
    covariance: FloatArray,
    *,
    labels: tuple[str, ...],
    how: PairAdjust,
    level: float,
    df: float,
    method: str,
) -> PairwiseComparison:
    if df < 1:
        raise HypothesisError("no_degrees_of_freedom", df=df, least=1)
    pairs = list(combinations(range(values.size), 2))
    first, second = np.array(pairs).T
    variance = covariance[first, first] + covariance[second, second] - 2.0 * covariance[first, second]
    difference, se = values[second] - values[first], np.sqrt(np.maximum(variance, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(se > ROUNDING * np.abs(difference), difference / se, np.nan)
    p = np.array([2.0 * t_tail(abs(x), df) for x in t])
    half = _critical(how, level=level, df=df, groups=values.size, pairs=len(pairs)) * se
    return PairwiseComparison(
        method=f"pairwise t, {how.value}, {method}",
        definition="test.pairwise",
        pairs=tuple((labels[a], labels[b]) for a, b in pairs),
        difference=difference,
        se=se,
        statistic=t,
        df=df,
        p=p,
        p_adjusted=_range_tail(t, groups=values.size, df=df)
        if how is PairAdjust.TUKEY
        else adjust(p, method=Adjust(how.value)),
        ci_low=difference - half,
        ci_high=difference + half,
        simultaneous=how in (PairAdjust.TUKEY, PairAdjust.BONFERRONI),
        status=_status(t),
    )


def _status(t: FloatArray) -> tuple[AnalysisWarning, ...]:
    missing = int(np.count_nonzero(np.isnan(t)))
    return (AnalysisWarning(code="zero_standard_error", context={"count": missing}),) if missing else ()


def _range_tail(t: FloatArray, *, groups: int, df: float) -> FloatArray:
    from scipy import stats

    return np.asarray(stats.studentized_range.sf(np.sqrt(2.0) * np.abs(t), groups, df), dtype=np.float64)


def _critical(how: PairAdjust, *, level: float, df: float, groups: int, pairs: int) -> float:
    from scipy import special

    if how is PairAdjust.TUKEY:
        from scipy import stats

        return float(stats.studentized_range.ppf(level, groups, df) / np.sqrt(2.0))
    tail = (1.0 - level) / (2.0 * (pairs if how is PairAdjust.BONFERRONI else 1))
    return float(special.stdtrit(df, 1.0 - tail))
