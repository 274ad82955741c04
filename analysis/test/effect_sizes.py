"""Home of effect sizes with design-based standard errors: the result, and standardised differences of means."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.estimate._build import OfTotals
from analysis.results import Estimate, Result, Row
from analysis.test._scalars import Grouped, grouped, refuse_constant, scalar
from analysis.test.errors import HypothesisError
from analysis.test.t_tests import refuse_other_than_two


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EffectSize(Result):
    """An effect size: its `estimate` with influence values; `log_scale` if it is the logarithm of a ratio."""

    estimate: Estimate
    log_scale: bool = False

    @property
    def value(self) -> float:
        """The effect size (its logarithm on the log scale)."""
        return self.estimate.value

    @property
    def se(self) -> float:
        """Its standard error."""
        return self.estimate.se

    def ci(self, level: float = 0.95) -> tuple[float, float]:
        """Interval with t on the degrees of freedom of the design."""
        return self.estimate.ci(level)

    def to_rows(self) -> list[Row]:
        """One row; a log ratio shows the ratio and its interval too."""
        row = self.estimate.to_row() | {"status": ";".join(item.code for item in self.status)}
        if self.log_scale and np.isfinite(self.value):
            low, high = self.ci()
            row |= {
                "ratio": float(np.exp(self.value)),
                "ratio_ci_low": float(np.exp(low)),
                "ratio_ci_high": float(np.exp(high)),
            }
        return [row]


def effect(estimate: Estimate, definition: str, *, log_scale: bool = False) -> EffectSize:
    """The effect size of an estimate."""
    return EffectSize(
        method=estimate.method,
        definition=definition,
        status=estimate.status,
        estimate=estimate,
        log_scale=log_scale,
    )


def cohen_d(
    y: ArrayLike,
    by: ArrayLike,
    *,
    design: BoundDesign,
    domain: ArrayLike | None = None,
    name: str = "y",
) -> EffectSize:
    """Standardised difference of two group means, second minus first in sorted order.

    `d = (m2 - m1) / s`, `s^2 = n / (n - 2) sum w (y - m_g)^2 / sum w` over both groups: with equal weights the
    classical pooled variance.

    Parameters
    ----------
    y : (n,) numbers, nan where missing. by : (n,) two groups. domain : (n,) bool, None for everybody.

    Raises
    ------
    HypothesisError
        ``not_two_levels``, ``one_level``, or ``no_variation`` inside both groups.

    References
    ----------
    Cohen (1988), Statistical Power Analysis, 2nd ed., eq. 2.2.1 and 2.5.2.
    """
    cases = grouped(y, by, design=design, domain=domain, name=name)
    refuse_constant(cases.y[cases.inside], name=name)
    refuse_other_than_two(cases)
    found = _standardised(cases, design, factor=1.0, name=name, method="Cohen d")
    return effect(found, "effect.standardised_difference")


def hedges_g(
    y: ArrayLike,
    by: ArrayLike,
    *,
    design: BoundDesign,
    domain: ArrayLike | None = None,
    name: str = "y",
) -> EffectSize:
    """Cohen's d times Hedges' exact correction for n - 2 degrees of freedom; parameters and errors as for `cohen_d`.

    References
    ----------
    Hedges (1981), Journal of Educational Statistics 6, 107-128, eq. 6d.
    """
    from scipy import special

    cases = grouped(y, by, design=design, domain=domain, name=name)
    refuse_constant(cases.y[cases.inside], name=name)
    refuse_other_than_two(cases)
    free = cases.n - 2
    factor = np.exp(special.gammaln(free / 2) - special.gammaln((free - 1) / 2)) / np.sqrt(free / 2)
    found = _standardised(cases, design, factor=float(factor), name=name, method="Hedges g")
    return effect(found, "effect.standardised_difference")


def _standardised(cases: Grouped, design: BoundDesign, *, factor: float, name: str, method: str) -> Estimate:
    member = np.column_stack([cases.code == 0, cases.code == 1]).astype(np.float64)
    columns = np.hstack([member, member * cases.y[:, None], member * cases.y[:, None] ** 2])
    correction = cases.n / (cases.n - 2) if cases.n > 2 else np.nan

    def function(totals: FloatArray) -> FloatArray:
        weight, first, square = totals[:, :2], totals[:, 2:4], totals[:, 4:]
        within = (square - first**2 / weight).sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)
        means = first / weight
        return np.asarray(factor * (means[:, 1:] - means[:, :1]) / np.sqrt(correction * within))

    totals = cases.w @ columns
    weight, means = totals[:2], totals[2:4] / totals[:2]
    code = np.maximum(cases.code, 0)
    residual = np.where(cases.inside, cases.y - means[code], 0.0)
    within = float(cases.w @ residual**2) / float(weight.sum())
    if not within > 1e-14 * float(cases.w @ cases.y**2) / float(weight.sum()):
        raise HypothesisError("no_variation", name=name, value=float(means[0]))
    spread = np.sqrt(correction * within)
    value = factor * (means[1] - means[0]) / spread
    change = np.where(cases.code == 1, 1.0, -1.0) * residual / weight[code] * factor / spread
    shrink = value / (2.0 * within) * np.where(cases.inside, residual**2 - within, 0.0) / weight.sum()
    return scalar(
        float(value),
        cases.w * (change - shrink),
        design=design,
        of=OfTotals(columns=columns, function=function),
        inside=cases.inside,
        method=f"{method} ({cases.labels[1]} minus {cases.labels[0]})",
        df=float(design.df),
    )
