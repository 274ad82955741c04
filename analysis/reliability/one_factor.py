"""Home of omega of one factor (congeneric reliability), with the interval of a survey design."""

from collections.abc import Sequence
from enum import StrEnum
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning
from analysis.reliability._results import IMPROPER, Reliability, few_df, log_complement_interval
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.extraction import maximum_likelihood, minres
from analysis.reliability.influence import covariance_influence, numerical_gradient
from analysis.reliability.states import State, correlation_of, moments


class OneFactor(StrEnum):
    """How one factor is extracted for omega total: `ml` or `minres`."""

    ML = "ml"
    MINRES = "minres"


def omega_one_factor(state: State, *, extract: OneFactor | str = OneFactor.ML) -> Reliability:
    """Omega total of a one-factor model of the covariances (congeneric reliability), without interval.

    A set of two items has no identified factor: nan, ``not_identified``. Three items fit exactly; where their
    correlations admit no proper solution, or a uniqueness ends at its bound, the status is ``heywood`` and the value
    an upper bound, to be read with care.

    References
    ----------
    McDonald (1999), Test Theory, eq. 6.20b.
    """
    way = _check.choice("extract", extract, among=OneFactor)
    value, status = _one_factor(state.covariance, state.labels, way)
    return Reliability(
        method=f"omega total, one factor by {way.value}",
        definition="reliability.omega_one_factor",
        status=status,
        value=value,
        se=nan,
        ci_low=nan,
        ci_high=nan,
        level=0.95,
        n=state.n,
        k=state.k,
    )


def design_omega(
    items: npt.ArrayLike,
    design: BoundDesign,
    *,
    domain: npt.ArrayLike | None = None,
    missing_code: int | None = None,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> Reliability:
    """Weighted omega of one factor with the standard error of the survey design (numerical delta method).

    Parameters
    ----------
    items : (n, k), nan (whole numbers: `missing_code`) where missing; an incomplete row leaves the domain, not the design.
    """
    state = moments(items, weights=design.weights, domain=domain, missing_code=missing_code, names=names)
    value, status = _one_factor(state.covariance, state.labels, OneFactor.ML)
    se, low, high = nan, nan, nan
    if not any(item.code in IMPROPER for item in status):
        gradient = numerical_gradient(
            lambda v: np.array([_one_factor(v, (), OneFactor.ML)[0]]), state.covariance
        )[0]
        influence = covariance_influence(
            items, design, state=state, gradient=gradient, domain=domain, missing_code=missing_code
        )

        def statistic(weights: FloatArray) -> FloatArray:
            again = moments(items, weights=weights, domain=domain, missing_code=missing_code).covariance
            return np.array([_one_factor(again, (), OneFactor.ML)[0]])

        variance = float(design.covariance_of(statistic, influence=influence)[0, 0])
        se = sqrt(max(variance, 0.0))
        low, high = log_complement_interval(value, se, df=design.df, level=level)
    return Reliability(
        method=f"omega total, one factor by ml, {design.variance_method}",
        definition="reliability.omega_design",
        status=(*status, *few_df(design.df)),
        value=value,
        se=se,
        ci_low=low,
        ci_high=high,
        level=level,
        n=state.n,
        k=state.k,
        df=float(design.df),
    )


Found = tuple[float, tuple[AnalysisWarning, ...]]


def _one_factor(v: FloatArray, labels: tuple[str, ...], way: OneFactor) -> Found:
    k = len(v)
    if k < 3:
        return nan, (AnalysisWarning(code="not_identified"),)
    if not float(v.sum()) > 0:
        raise ReliabilityError("zero_total_variance")
    r = correlation_of(v, names=labels)
    if k == 3:
        exact = _three_items(r)
        if exact is None:
            return nan, (AnalysisWarning(code="not_identified"),)
        loadings, uniqueness = exact
        bad, settled = np.flatnonzero(uniqueness <= 0), True
    else:
        found = maximum_likelihood(r, 1) if way is OneFactor.ML else minres(r, 1)
        loadings, uniqueness = found.loadings[:, 0], found.uniqueness
        bad, settled = np.flatnonzero(found.heywood), found.is_converged
    spread = np.sqrt(np.diag(v))
    common = float((loadings * spread).sum()) ** 2
    value = common / (common + float((uniqueness * spread**2).sum()))
    if bad.size:
        names = ", ".join(labels[place] if labels else str(place + 1) for place in bad)
        return value, (AnalysisWarning(code="heywood", context={"items": names}),)
    if not settled:
        return nan, (AnalysisWarning(code="not_converged", context={"iterations": 2_000}),)
    return value, ()


def _three_items(r: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """The exact solution: the squared loading of item 1 is r12 r13 / r23, and so on; None if there is none."""
    a, b, c = float(r[0, 1]), float(r[0, 2]), float(r[1, 2])
    if a * b * c <= 0:
        return None
    squares = np.minimum(np.array([a * b / c, a * c / b, b * c / a]), 1.0)
    loadings = np.sqrt(squares) * np.array([1.0, np.sign(a), np.sign(b)])
    return loadings * (-1.0 if loadings.sum() < 0 else 1.0), 1 - squares
