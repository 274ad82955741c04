"""Home of design-based t tests: one mean, two groups, two answers of the same people."""

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.estimate._build import OfTotals
from analysis.estimate.means import mean
from analysis.results import Estimate, HypothesisTest
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
from analysis.test.errors import HypothesisError


def t_test(
    y: ArrayLike,
    design: BoundDesign,
    *,
    by: ArrayLike | None = None,
    paired_with: ArrayLike | None = None,
    null: float = 0.0,
    alternative: Alternative = Alternative.TWO_SIDED,
    domain: ArrayLike | None = None,
    df: float | None = None,
    name: str = "y",
) -> HypothesisTest:
    """Design-based t test of a mean, of a difference of two group means, or of a mean difference within people.

    Parameters
    ----------
    y : (n,) numbers, nan where missing; a missing value leaves the domain, never the design.
    by : (n,) two groups; tested is the mean of the second minus that of the first, in sorted order.
    paired_with : (n,) a second value of the same people; tested is the mean of `y - paired_with`.
    null : value under the hypothesis.
    alternative : `two-sided`, `greater` or `less`.
    domain : (n,) bool, None for everybody.
    df : degrees of freedom if not the design's: PSUs minus strata, for two groups one less (a regression on one
        dummy). R's `svyttest` takes one less for one mean too.

    Returns
    -------
    HypothesisTest whose `estimate` is the mean or difference with its interval.

    Raises
    ------
    HypothesisError
        ``not_two_levels``, ``one_level``, ``no_variation``, ``zero_standard_error`` or ``no_degrees_of_freedom``.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 9.1 and 11.2; Korn, Graubard (1999), Analysis of Health
    Surveys, sec. 3.2.
    """
    side = _check.choice("alternative", alternative, among=Alternative)
    if by is not None and paired_with is not None:
        raise InvalidInput("bad_option", name="by", value="by and paired_with", choices="by, paired_with")
    if by is not None:
        estimate, definition = _two_groups(y, by, design, domain=domain, name=name, df=df), "test.t.groups"
    elif paired_with is not None:
        second = _check.numbers("paired_with", paired_with, n=design.n)
        difference = _check.numbers(name, y, n=design.n) - second
        estimate, definition = _one(difference, design, domain=domain, name=name, df=df), "test.t.paired"
    else:
        estimate, definition = _one(y, design, domain=domain, name=name, df=df), "test.t.mean"
    refuse_no_error(estimate, name=name)
    t = (estimate.value - null) / estimate.se
    return HypothesisTest(
        method=f"t test, {estimate.method}",
        definition=definition,
        statistic=t,
        statistic_name="t",
        df=(estimate.df,),
        p=p_of_t(t, estimate.df, alternative=side),
        n=estimate.n,
        estimate=estimate,
        null=null,
        status=estimate.status,
    )


def _one(
    y: ArrayLike, design: BoundDesign, *, domain: ArrayLike | None, name: str, df: float | None
) -> Estimate:
    from dataclasses import replace

    estimate = mean(y, design, domain=domain, name=name)
    if estimate.se == 0.0:
        raise HypothesisError("no_variation", name=name, value=estimate.value)
    return replace(estimate, df=enough(design.df if df is None else df, least=1))


def _two_groups(
    y: ArrayLike,
    by: ArrayLike,
    design: BoundDesign,
    *,
    domain: ArrayLike | None,
    name: str,
    df: float | None,
) -> Estimate:
    cases = grouped(y, by, design=design, domain=domain, name=name)
    refuse_constant(cases.y[cases.inside], name=name)
    refuse_other_than_two(cases)
    value, influence, columns = difference(cases)
    return scalar(
        value,
        influence,
        design=design,
        of=OfTotals(columns=columns, function=_difference_of_totals),
        inside=cases.inside,
        method=f"difference of means ({cases.labels[1]} minus {cases.labels[0]})",
        df=enough(design.df - 1 if df is None else df, least=1),
    )


def refuse_other_than_two(cases: Grouped) -> None:
    """Two groups, or a refusal that lists those found."""
    if len(cases.labels) != 2:
        shown = ", ".join(cases.labels[:6]) + (", ..." if len(cases.labels) > 6 else "")
        raise HypothesisError("not_two_levels", name="by", count=len(cases.labels), levels=shown)


def difference(cases: Grouped) -> tuple[float, FloatArray, FloatArray]:
    """Mean of the second group minus that of the first, its (n,) influence, and the (n, 4) columns of its totals."""
    columns = np.empty((cases.code.shape[0], 4))
    influence = np.zeros(cases.code.shape[0])
    means = []
    for group, sign in ((0, -1.0), (1, 1.0)):
        inside = (cases.code == group).astype(np.float64)
        weight = float(cases.w @ inside)
        means.append(float(cases.w @ (cases.y * inside)) / weight)
        influence += sign * cases.w * inside * (cases.y - means[-1]) / weight
        columns[:, 2 * group], columns[:, 2 * group + 1] = inside, cases.y * inside
    return means[1] - means[0], influence, columns


def _difference_of_totals(totals: FloatArray) -> FloatArray:
    return totals[:, 3:4] / totals[:, 2:3] - totals[:, 1:2] / totals[:, 0:1]
