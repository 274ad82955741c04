"""Home of the array types and closed choices that the whole library shares."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class Lonely(StrEnum):
    """What to do with a stratum that holds a single primary sampling unit.

    `refuse`: no estimate; `certainty` and `remove`: it adds nothing to the variance (it was taken for sure,
    or it is left out on purpose); `adjust`: its total is centred at the mean of all PSU totals;
    `average`: it gets the mean variance of the other strata.
    """

    REFUSE = "refuse"
    CERTAINTY = "certainty"
    ADJUST = "adjust"
    AVERAGE = "average"
    REMOVE = "remove"


class Pps(StrEnum):
    """How unequal inclusion probabilities without replacement enter the variance of a stratum of n PSUs.

    `brewer`: `n / (n - 1) sum (1 - pi_i) (t_i - mean t)^2`, Brewer's approximation as it is commonly computed;
    `hajek`: the same with the centre weighted by 1 - pi_i (Hajek, Deville);
    `horvitz-thompson`, `yates-grundy`: exact, from the joint inclusion probabilities.
    """

    BREWER = "brewer"
    HAJEK = "hajek"
    HORVITZ_THOMPSON = "horvitz-thompson"
    YATES_GRUNDY = "yates-grundy"


class Centre(StrEnum):
    """What the deviations of replicate estimates are taken from.

    `replicates`: their own mean; `estimate`: the estimate of the full sample (often called "mse").
    """

    REPLICATES = "replicates"
    ESTIMATE = "estimate"


class Interval(StrEnum):
    """How an estimate turns into an interval.

    `t`: symmetric with t; `logit`, `arcsine`: symmetric on that scale; `beta`: Korn-Graubard; `wilson`: score
    interval on the effective sample size; `likelihood`: binomial likelihood scaled by the design effect.
    """

    T = "t"
    LOGIT = "logit"
    ARCSINE = "arcsine"
    BETA = "beta"
    WILSON = "wilson"
    LIKELIHOOD = "likelihood"
