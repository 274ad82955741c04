"""Home of the steps all estimators share: which cases count, and how a linearised value becomes a result."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray, Interval
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning, EstimationError
from analysis.results import Estimate

RELIABLE_DF = 8  # Parker et al. (2017): below this the variance itself is too unstable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Valid:
    """The cases of an estimate: (n,) inside the domain with a value, weight 0 and y 0 outside."""

    inside: BoolArray
    y: FloatArray
    w: FloatArray
    n: int
    weight_sum: float

    @property
    def n_effective(self) -> float:
        """Kish effective size of the weights inside."""
        return self.weight_sum**2 / float(self.w @ self.w)


def valid(y: ArrayLike, design: BoundDesign, *, domain: ArrayLike | None, name: str) -> Valid:
    """Cases with a value, a weight above 0 and inside the domain.

    Raises
    ------
    EstimationError
        If there are none.
    """
    values = _check.numbers(name, y, n=design.n)
    inside = _check.mask("domain", domain, n=design.n) & np.isfinite(values) & (design.weights > 0)
    weights = np.where(inside, design.weights, 0.0)
    n = int(np.count_nonzero(inside))
    if n == 0:
        raise EstimationError("empty_domain", name=name)
    return Valid(
        inside=inside, y=np.where(inside, values, 0.0), w=weights, n=n, weight_sum=float(weights.sum())
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OfTotals:
    """An estimate as a function of totals, so that replicates compute it again.

    Attributes
    ----------
    columns : (n, q) values whose weighted totals it takes, 0 outside the domain.
    function : from (R, q) totals to (R, 1) estimates.
    """

    columns: FloatArray
    function: Callable[[FloatArray], FloatArray]


def quotient(totals: FloatArray) -> FloatArray:
    """(R, 1) first total over the second: means, shares and ratios."""
    return totals[:, :1] / totals[:, 1:]


def build(
    value: float,
    linear: FloatArray,
    *,
    cases: Valid,
    design: BoundDesign,
    method: str,
    of: OfTotals,
    interval: Interval = Interval.T,
) -> Estimate:
    """The estimate whose linearised values are `linear` (n,), 0 outside the domain."""
    influence = cases.w * linear
    replicates = None
    if design.replicates is None:
        variance = design.variance(influence)
    else:
        again = design.replicate_estimates(of.function, columns=of.columns)
        spread = design.replicate_covariance(again, full=np.array([value]), influence=influence)
        variance = float(spread[0, 0])
        replicates = _check.frozen(again[:, 0])
    psu = design.layout.psu
    return Estimate(
        value=value,
        se=float(np.sqrt(variance)),
        df=float(design.df),
        n=cases.n,
        n_effective=cases.n_effective,
        deff=_design_effect(variance, linear, cases=cases),
        weight_sum=cases.weight_sum,
        method=f"{method}, {design.variance_method}",
        definition=f"estimate.{method}",
        seed=None if design.replicates is None else design.replicates.seed,
        interval=interval,
        influence=_check.frozen(influence),
        replicates=replicates,
        status=statuses(
            constant=variance == 0.0 and np.ptp(cases.y[cases.inside]) == 0.0,
            df=design.df,
            one_psu=psu is not None and np.ptp(psu[cases.inside]) == 0,
        ),
    )


def _design_effect(variance: float, linear: FloatArray, *, cases: Valid) -> float:
    """Variance over that of a simple random sample of n from the sum of weights; with replacement if n is larger."""
    n, total = cases.n, cases.weight_sum
    if n < 2:
        return float("nan")
    centre = float(cases.w @ linear) / total
    spread = float(cases.w @ np.where(cases.inside, linear - centre, 0.0) ** 2) / total * n / (n - 1)
    simple = total**2 * spread / n * (1.0 - n / total if total > n else 1.0)
    return variance / simple if simple > 0 else float("nan")


def statuses(*, constant: bool, df: float, one_psu: bool) -> tuple[AnalysisWarning, ...]:
    """What the reader of an estimate must know."""
    found = []
    if constant:
        found.append(AnalysisWarning(code="no_variation"))
    if 0 < df < RELIABLE_DF:
        found.append(AnalysisWarning(code="few_degrees_of_freedom", context={"df": int(df)}))
    if one_psu:
        found.append(AnalysisWarning(code="one_psu"))
    return tuple(found)
