"""Home of the step from a number and its influence values to an estimate with a t statistic."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._tails import t_tail
from analysis._types import BoolArray, FloatArray, IntArray, Interval
from analysis.design import BoundDesign
from analysis.errors import EstimationError
from analysis.estimate._build import OfTotals, statuses
from analysis.estimate.cell_table import levels
from analysis.results import Estimate
from analysis.test.errors import HypothesisError

ROUNDING = 1e-12  # a standard error this small beside its estimate is rounding


class Alternative(StrEnum):
    """On which side of the null value the alternative lies."""

    TWO_SIDED = "two-sided"
    GREATER = "greater"
    LESS = "less"


def p_of_t(t: float, df: float, *, alternative: Alternative) -> float:
    """p value of a t statistic; nan where it does not exist."""
    if np.isnan(t) or not df > 0:
        return float("nan")
    if alternative is Alternative.TWO_SIDED:
        return 2.0 * t_tail(abs(t), df)
    return t_tail(t if alternative is Alternative.GREATER else -t, df)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouped:
    """The cases of a comparison of groups: (n,) `code` of the group, -1 where a row counts nowhere."""

    code: IntArray
    labels: tuple[str, ...]
    y: FloatArray
    w: FloatArray

    @property
    def inside(self) -> BoolArray:
        """(n,) rows that count."""
        return np.asarray(self.code >= 0)

    @property
    def n(self) -> int:
        """Rows that count."""
        return int(np.count_nonzero(self.code >= 0))


def grouped(
    y: ArrayLike, by: ArrayLike, *, design: BoundDesign, domain: ArrayLike | None, name: str
) -> Grouped:
    """Rows with a value, a group and a weight inside the domain.

    Raises
    ------
    EstimationError, HypothesisError
        ``empty_domain``, or ``one_level`` if fewer than two groups occur.
    """
    values = _check.numbers(name, y, n=design.n)
    groups = levels("by", by, n=design.n)
    inside = _check.mask("domain", domain, n=design.n) & np.isfinite(values)
    inside &= (groups.code >= 0) & (design.weights > 0)
    if not inside.any():
        raise EstimationError("empty_domain", name=name)
    present = np.bincount(groups.code[inside], minlength=groups.count) > 0
    labels = tuple(label for label, held in zip(groups.labels, present, strict=True) if held)
    if len(labels) < 2:
        raise HypothesisError("one_level", name="by", level=labels[0])
    code = np.where(inside, (np.cumsum(present) - 1)[groups.code], -1)
    return Grouped(
        code=code,
        labels=labels,
        y=np.where(inside, values, 0.0),
        w=np.where(inside, design.weights, 0.0),
    )


def refuse_constant(values: FloatArray, *, name: str) -> None:
    """Nothing can be tested where all values agree."""
    if np.ptp(values) == 0.0:
        raise HypothesisError("no_variation", name=name, value=float(values[0]))


def refuse_no_error(estimate: Estimate, *, name: str) -> None:
    """A difference without a standard error (beyond rounding) cannot be tested."""
    if not estimate.se > ROUNDING * abs(estimate.value):
        raise HypothesisError("zero_standard_error", name=name)


def enough(df: float, *, least: int) -> float:
    """Degrees of freedom, refused where there are too few."""
    if df < least:
        raise HypothesisError("no_degrees_of_freedom", df=df, least=least)
    return float(df)


def scalar(
    value: float,
    influence: FloatArray,
    *,
    design: BoundDesign,
    of: OfTotals,
    inside: BoolArray,
    method: str,
    df: float,
    interval: Interval = Interval.T,
) -> Estimate:
    """An estimate that is a function of totals, from its influence values or its replicates.

    Parameters
    ----------
    influence : (n,) weight times linearised value, 0 where not `inside`.
    of : the same number as a function of totals.
    """
    replicates = None
    if design.replicates is None:
        variance = design.variance(influence)
    else:
        again = design.replicate_estimates(of.function, columns=of.columns)
        spread = design.replicate_covariance(again, full=np.array([value]), influence=influence)
        variance = float(spread[0, 0])
        replicates = _check.frozen(again[:, 0])
    weights = design.weights[inside]
    psu = design.layout.psu
    return Estimate(
        value=value,
        se=float(np.sqrt(variance)),
        df=df,
        n=int(np.count_nonzero(inside)),
        n_effective=float(weights.sum() ** 2 / (weights @ weights)),
        deff=float("nan"),
        weight_sum=float(weights.sum()),
        method=f"{method}, {design.variance_method}",
        interval=interval,
        influence=_check.frozen(influence),
        replicates=replicates,
        status=statuses(constant=False, df=design.df, one_psu=psu is not None and np.ptp(psu[inside]) == 0),
    )
