"""Home of weighted means and totals with linearised standard errors."""

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.estimate._build import OfTotals, Valid, build, quotient, valid
from analysis.results import Estimate


def mean(
    y: ArrayLike, design: BoundDesign, *, domain: ArrayLike | None = None, name: str = "mean"
) -> Estimate:
    """Weighted mean with its linearised standard error.

    Parameters
    ----------
    y : (n,) float, nan where missing; a missing value leaves the domain, never the design.
    domain : (n,) bool, None for everybody.
    name : what an error message calls this estimate.

    Raises
    ------
    EstimationError
        If no valid value lies in the domain.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 9.1; domains: sec. 4.3.
    """
    cases = valid(y, design, domain=domain, name=name)
    return mean_of(cases, design, method="mean")


def mean_of(cases: Valid, design: BoundDesign, *, method: str) -> Estimate:
    """The mean of checked cases."""
    value = float(cases.w @ cases.y / cases.weight_sum)
    linear = np.where(cases.inside, cases.y - value, 0.0) / cases.weight_sum
    of = OfTotals(columns=np.column_stack([cases.y, cases.inside]), function=quotient)
    return build(value, linear, cases=cases, design=design, method=method, of=of)


def total(
    y: ArrayLike, design: BoundDesign, *, domain: ArrayLike | None = None, name: str = "total"
) -> Estimate:
    """Weighted total over the domain; a missing value adds nothing.

    Parameters and errors as for `mean`.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 6.2.
    """
    cases = valid(y, design, domain=domain, name=name)
    of = OfTotals(columns=cases.y[:, None], function=lambda totals: totals)
    return build(float(cases.w @ cases.y), cases.y.copy(), cases=cases, design=design, method="total", of=of)


def variance(
    y: ArrayLike, design: BoundDesign, *, domain: ArrayLike | None = None, name: str = "variance"
) -> Estimate:
    """Weighted variance of a variable in the population, with n / (n - 1), and its standard error.

    Parameters and errors as for `mean`; a single valid answer has no variance (nan).

    References
    ----------
    Särndal, Swensson, Wretman (1992), Model Assisted Survey Sampling, sec. 5.9.
    """
    cases = valid(y, design, domain=domain, name=name)
    centre = float(cases.w @ cases.y / cases.weight_sum)
    grown = cases.n / (cases.n - 1.0) if cases.n > 1 else float("nan")
    squares = np.where(cases.inside, (cases.y - centre) ** 2, 0.0) * grown
    value = float(cases.w @ squares / cases.weight_sum)
    linear = np.where(cases.inside, squares - value, 0.0) / cases.weight_sum

    def of_sums(totals: FloatArray) -> FloatArray:
        middle = totals[:, 1:2] / totals[:, 2:3]
        return (totals[:, 0:1] / totals[:, 2:3] - middle**2) * grown

    deviation = np.where(
        cases.inside, cases.y - centre, 0.0
    )  # centred first: no digits are lost in the squares
    of = OfTotals(columns=np.column_stack([deviation**2, deviation, cases.inside]), function=of_sums)
    return build(value, linear, cases=cases, design=design, method="variance", of=of)
