"""Home of ratios of two totals."""

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis.design import BoundDesign
from analysis.errors import EstimationError
from analysis.estimate._build import OfTotals, build, quotient, valid
from analysis.results import Estimate


def ratio(
    y: ArrayLike,
    x: ArrayLike,
    *,
    design: BoundDesign,
    domain: ArrayLike | None = None,
    name: str = "ratio",
) -> Estimate:
    """Weighted total of `y` over weighted total of `x`, with its linearised standard error.

    Parameters
    ----------
    y, x : (n,) float, nan where missing; a row missing either leaves the domain, never the design.
    domain : (n,) bool, None for everybody.

    Raises
    ------
    EstimationError
        If no row has both values, or the weighted total of `x` is 0.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 4.1 and 9.1.
    """
    below = _check.numbers(name, x, n=design.n)
    both = np.where(np.isfinite(below), _check.numbers(name, y, n=design.n), np.nan)
    cases = valid(both, design, domain=domain, name=name)
    below = np.where(cases.inside, below, 0.0)
    denominator = float(cases.w @ below)
    if denominator == 0.0:
        raise EstimationError("zero_denominator", name=name)
    value = float(cases.w @ cases.y) / denominator
    linear = (cases.y - value * below) / denominator
    of = OfTotals(columns=np.column_stack([cases.y, below]), function=quotient)
    return build(value, linear, cases=cases, design=design, method="ratio", of=of)
