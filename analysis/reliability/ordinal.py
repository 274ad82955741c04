"""Home of reliability on polychoric correlations: ordinal alpha and ordinal omega of one factor."""

from dataclasses import replace
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis._types import FloatArray
from analysis.correlation import Missing, Polychoric, contingency, ordinal_moments, polychoric
from analysis.design import BoundDesign
from analysis.reliability._results import Reliability, log_complement_interval
from analysis.reliability.alphas import coefficient
from analysis.reliability.items import negative_items
from analysis.reliability.one_factor import OneFactor, omega_one_factor
from analysis.reliability.states import moments_of


def ordinal_alpha(matrix: Polychoric) -> Reliability:
    """Alpha of a polychoric matrix, without interval; `design_ordinal_alpha` gives one.

    It is the reliability of the sum of the normal variables thought to lie behind the answers, not of the sum of the
    answers themselves, and mostly above that.

    References
    ----------
    Zumbo, Gadermann and Zeisser (2007), Journal of Modern Applied Statistical Methods 6, 21-29; Chalmers (2018),
    Educational and Psychological Measurement 78, 1056-1071 (what it does not say).
    """
    state = moments_of(matrix.correlation, n=matrix.n, names=matrix.names)
    return Reliability(
        method=f"alpha of polychoric correlations ({matrix.method})",
        definition="reliability.ordinal_alpha",
        status=(*matrix.status, *negative_items(state)),
        value=coefficient(matrix.correlation),
        se=nan,
        ci_low=nan,
        ci_high=nan,
        level=0.95,
        n=matrix.n,
        k=len(matrix.names),
    )


def ordinal_omega(matrix: Polychoric, *, extract: OneFactor | str = OneFactor.MINRES) -> Reliability:
    """Omega total of one factor of a polychoric matrix; minres, because such a matrix may be indefinite."""
    state = moments_of(matrix.correlation, n=matrix.n, names=matrix.names)
    found = omega_one_factor(state, extract=extract)
    return replace(
        found,
        definition="reliability.ordinal_omega",
        method=f"{found.method}, of polychoric correlations",
        status=(*matrix.status, *found.status),
    )


def design_ordinal_alpha(
    items: npt.ArrayLike,
    design: BoundDesign,
    *,
    domain: npt.ArrayLike | None = None,
    missing: Missing | str = Missing.COMPLETE,
    missing_code: int | None = None,
    level: float = 0.95,
) -> Reliability:
    """Weighted ordinal alpha with the standard error of the survey design.

    The linearised value is that of the sum of the polychoric correlations, which carry their thresholds.

    Parameters
    ----------
    items : (n, k) as for `correlation.contingency`; incomplete rows stay in the design.
    """
    tables = contingency(
        items, weights=design.weights, domain=domain, missing=missing, missing_code=missing_code
    )
    point = ordinal_alpha(polychoric(tables))
    found = ordinal_moments(items, design=design, domain=domain, missing=missing, missing_code=missing_code)
    k = point.k
    total = float(found.correlation.sum())
    # alpha = k / (k - 1) (1 - k / total), and the total holds every correlation twice.
    slope: FloatArray = np.zeros(len(found.covariance))
    slope[-k * (k - 1) // 2 :] = 2 * k / (k - 1) * k / total**2
    se = sqrt(max(float(slope @ found.covariance @ slope), 0.0))
    low, high = log_complement_interval(point.value, se, df=design.df, level=level)
    return replace(
        point,
        method=f"alpha of two-step polychoric correlations, {design.variance_method}",
        se=se,
        ci_low=low,
        ci_high=high,
        level=level,
        df=float(design.df),
    )
