"""Home of the balance of a response: one number for how far respondents lie from the sample on all variables."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.design import BoundDesign
from analysis.nonresponse.sample import sample_of
from analysis.nonresponse.variables import frame_variables
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Balance(Result):
    """Balance of a response set.

    Attributes
    ----------
    response_rate : weighted, P
    imbalance : P² (x̄_r - x̄_s)' Σ⁻¹ (x̄_r - x̄_s), between 0 and P (1 - P): the variance of linear propensities
    distance : the square root of the same without P²: respondents from the sample in standard deviations
    balance : 1 - sqrt(imbalance / (P (1 - P))), 1 for a perfectly balanced response
    balance_r : 1 - 2 sqrt(imbalance), the R-indicator of linear propensities
    """

    response_rate: float
    imbalance: float
    distance: float
    balance: float
    balance_r: float

    def to_rows(self) -> list[Row]:
        """One row per number."""
        names = ("response_rate", "imbalance", "distance", "balance", "balance_r")
        return [{"indicator": name, "value": getattr(self, name)} for name in names]


def balance(
    variables: Mapping[str, ArrayLike],
    responded: ArrayLike,
    *,
    design: BoundDesign | None = None,
    domain: ArrayLike | None = None,
) -> Balance:
    """Imbalance and balance indicators of the respondents against the sample.

    Parameters and errors as for `r_indicator`; variables that others imply do not count twice.

    References
    ----------
    Särndal (2011), Journal of Official Statistics 27, 1-21; Särndal and Lundquist (2014), Journal of Survey
    Statistics and Methodology 2, 361-387 (imbalance).
    """
    sample = sample_of(responded, design=design, domain=domain)
    parts = frame_variables(variables, sample=sample)
    x = np.column_stack([part.columns() for part in parts])
    d = sample.d / sample.population
    rate = float(d @ sample.answered)
    centred = x - d @ x
    moments = (centred * d[:, None]).T @ centred
    gap = (d * sample.answered) @ centred / rate
    distance = float(gap @ np.linalg.pinv(moments, rcond=1e-11, hermitian=True) @ gap)
    imbalance = rate**2 * distance
    return Balance(
        method=f"imbalance on {', '.join(part.name for part in parts)}",
        definition="nonresponse.balance",
        response_rate=rate,
        imbalance=imbalance,
        distance=float(np.sqrt(distance)),
        balance=1.0 - float(np.sqrt(imbalance / (rate * (1.0 - rate)))),
        balance_r=1.0 - 2.0 * float(np.sqrt(imbalance)),
    )
