"""Home of weighted means and totals with linearised standard errors."""

import numpy as np
from numpy.typing import ArrayLike

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
