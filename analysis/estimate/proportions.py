"""Home of proportions, with intervals that stay between 0 and 1."""

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import Interval
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.estimate._build import OfTotals, build, quotient, valid
from analysis.results import Estimate


def proportion(
    y: ArrayLike,
    design: BoundDesign,
    *,
    domain: ArrayLike | None = None,
    interval: Interval = Interval.LOGIT,
    name: str = "proportion",
) -> Estimate:
    """Weighted share of ones with its linearised standard error.

    Parameters
    ----------
    y : (n,) 0 or 1 (bool too), nan where missing; a missing value leaves the domain, never the design.
    domain : (n,) bool, None for everybody.
    interval : `logit`, `t` (Wald), `beta` (Korn-Graubard), `wilson`, `arcsine` or `likelihood`. At 0 or 1 the
        others fall back to `beta` on the Kish effective size, with the status `no_variation`.

    Raises
    ------
    InvalidInput
        If a value is neither 0, 1 nor missing.
    EstimationError
        If no valid value lies in the domain.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 9.1; intervals: see `analysis._intervals`.
    """
    kind = _check.choice("interval", interval, among=Interval)
    cases = valid(y, design, domain=domain, name=name)
    odd = np.flatnonzero((cases.y != 0.0) & (cases.y != 1.0))
    if odd.size:
        raise InvalidInput("not_a_share", name=name, row=int(odd[0]) + 1, value=float(cases.y[odd[0]]))
    value = min(float(cases.w @ cases.y / cases.weight_sum), 1.0)
    linear = np.where(cases.inside, cases.y - value, 0.0) / cases.weight_sum
    of = OfTotals(columns=np.column_stack([cases.y, cases.inside]), function=quotient)
    return build(value, linear, cases=cases, design=design, method="proportion", of=of, interval=kind)
