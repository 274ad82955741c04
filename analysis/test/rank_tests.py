"""Home of design-based rank tests: Wilcoxon, Kruskal-Wallis, van der Waerden, median."""

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._sums import group_sums
from analysis._tails import f_tail
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning
from analysis.estimate._build import OfTotals, statuses
from analysis.results import HypothesisTest
from analysis.test import _rao_scott
from analysis.test._scalars import (
    Alternative,
    Grouped,
    enough,
    grouped,
    p_of_t,
    refuse_constant,
    refuse_no_error,
    scalar,
)
from analysis.test.t_tests import difference


class RankScore(StrEnum):
    """What becomes of a rank r of N: `wilcoxon` and `kruskal-wallis` r/N, `van-der-waerden` its normal quantile,
    `median` whether r is above N/2. R's names are understood too."""

    WILCOXON = "wilcoxon"
    KRUSKAL_WALLIS = "kruskal-wallis"
    VAN_DER_WAERDEN = "van-der-waerden"
    MEDIAN = "median"

    @classmethod
    def _missing_(cls, value: object) -> "RankScore | None":
        names = {"KruskalWallis": cls.KRUSKAL_WALLIS, "vanderWaerden": cls.VAN_DER_WAERDEN}
        return names.get(str(value))


class Ties(StrEnum):
    """The rank of equal values: `midrank`, the middle of the weight they share, or `row-order`, the plain mean of the
    ranks they get in the order of the rows (R's `svyranktest`; it changes when the rows are sorted differently)."""

    MIDRANK = "midrank"
    ROW_ORDER = "row-order"


def rank_test(
    y: ArrayLike,
    by: ArrayLike,
    *,
    design: BoundDesign,
    test: RankScore = RankScore.WILCOXON,
    ties: Ties = Ties.MIDRANK,
    domain: ArrayLike | None = None,
    name: str = "y",
) -> HypothesisTest:
    """Design-based rank test that a value is distributed alike in all groups.

    Values are replaced by their estimated population ranks, these by scores, and the mean scores of the groups are
    compared: with t on df - 1 for two groups (the second minus the first, in sorted order), with a Wald F on
    (g - 1, df - (g - 1)) for more.

    Parameters
    ----------
    y : (n,) numbers, nan where missing; a missing value leaves the domain, never the design.
    by : (n,) groups.
    test : see `RankScore`.
    ties : see `Ties`.
    domain : (n,) bool, None for everybody.

    Raises
    ------
    HypothesisError
        ``one_level``, ``no_variation``, ``zero_standard_error`` or ``no_degrees_of_freedom``.

    References
    ----------
    Lumley, Scott (2013), Biometrika 100, 831-842, sec. 2 (ranks, scores) and 3 (the variance treats ranks as known).
    """
    score = _check.choice("test", test, among=RankScore)
    how = _check.choice("ties", ties, among=Ties)
    cases = grouped(y, by, design=design, domain=domain, name=name)
    refuse_constant(cases.y[cases.inside], name=name)
    scored = _scored(cases, score=score, ties=how)
    enough(design.df, least=len(cases.labels))
    free = design.df - (len(cases.labels) - 1)
    if len(cases.labels) == 2:
        return _two(scored, design, score=score, df=free)
    return _many(scored, design, score=score, df=free)


def population_ranks(y: FloatArray, weights: FloatArray, *, ties: Ties) -> FloatArray:
    """(m,) estimated ranks: weight below a value plus half the weight at it (or R's mean over the order of rows)."""
    _, place, count = np.unique(y, return_inverse=True, return_counts=True)
    held = group_sums(place, weights, size=count.size)
    if ties is Ties.MIDRANK:
        return np.asarray((np.cumsum(held) - 0.5 * held)[place])
    order = np.argsort(y, kind="stable")
    single = np.empty_like(y)
    single[order] = np.cumsum(weights[order]) - 0.5 * weights[order]
    return np.asarray((group_sums(place, single, size=count.size) / count)[place])


def _scored(cases: Grouped, *, score: RankScore, ties: Ties) -> Grouped:
    """The same cases with rank scores for values."""
    from scipy import special

    inside = cases.inside
    ranks = population_ranks(cases.y[inside], cases.w[inside], ties=ties)
    share = ranks / float(cases.w.sum())
    if score is RankScore.VAN_DER_WAERDEN:
        share = special.ndtri(share)
    elif score is RankScore.MEDIAN:
        share = (share > 0.5).astype(np.float64)
    values = np.zeros_like(cases.y)
    values[inside] = share
    return Grouped(code=cases.code, labels=cases.labels, y=values, w=cases.w)


def _two(scored: Grouped, design: BoundDesign, *, score: RankScore, df: float) -> HypothesisTest:
    value, influence, _ = difference(scored)
    linear = np.divide(influence, design.weights, out=np.zeros_like(influence), where=design.weights > 0)

    def again(totals: FloatArray) -> FloatArray:
        return totals + value  # ranks are treated as known in replicates too

    estimate = scalar(
        value,
        influence,
        design=design,
        of=OfTotals(columns=linear[:, None], function=again),
        inside=scored.inside,
        method=f"difference in mean rank score ({scored.labels[1]} minus {scored.labels[0]})",
        df=float(df),
    )
    refuse_no_error(estimate, name=score.value)
    t = value / estimate.se
    return HypothesisTest(
        method=f"{score.value} test, {design.variance_method}",
        definition="test.rank",
        statistic=t,
        statistic_name="t",
        df=(float(df),),
        p=p_of_t(t, df, alternative=Alternative.TWO_SIDED),
        n=scored.n,
        estimate=estimate,
        status=estimate.status,
    )


def _many(scored: Grouped, design: BoundDesign, *, score: RankScore, df: float) -> HypothesisTest:
    groups, code = len(scored.labels), np.maximum(scored.code, 0)
    weight = group_sums(code, scored.w, size=groups)
    means = group_sums(code, scored.w * scored.y, size=groups) / weight
    residual = scored.w * (scored.y - means[code]) / weight[code]
    influence = np.zeros((design.n, groups))
    influence[np.arange(design.n), code] = residual  # rows that do not count have weight 0
    covariance = design.covariance(influence)
    against_first = np.hstack([-np.ones((groups - 1, 1)), np.eye(groups - 1)])
    found = _rao_scott.solve_wald(against_first @ means, against_first @ covariance @ against_first.T)
    statistic = found.x2 / (groups - 1)
    status = statuses(constant=False, df=design.df, one_psu=False)
    if np.isnan(statistic):
        context = {"what": score.value, "size": found.size, "rank": found.rank}
        status += (AnalysisWarning(code="singular_covariance", context=context),)
    return HypothesisTest(
        method=f"{score.value} test, {design.variance_method}",
        definition="test.rank",
        statistic=statistic,
        statistic_name="F",
        df=(float(groups - 1), float(df)),
        p=f_tail(statistic, groups - 1, df) if np.isfinite(statistic) else float("nan"),
        n=scored.n,
        details={"x2": found.x2},
        status=status,
    )
