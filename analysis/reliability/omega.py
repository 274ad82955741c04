"""Home of McDonald's omega: of one factor with a design-based interval, and hierarchical with group factors."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.reliability.alpha import Reliability, log_complement_interval
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.factor import maximum_likelihood, schmid_leiman
from analysis.reliability.influence import covariance_influence
from analysis.reliability.moments import Moments, correlation_of, moments

OK = "ok"
HEYWOOD = "heywood"
NOT_IDENTIFIED = "not_identified"
NOT_CONVERGED = "not_converged"


@dataclass(frozen=True, slots=True, kw_only=True)
class OmegaHierarchical:
    """Omega with group factors: share of the total's variance due to the general factor, and to all factors."""

    hierarchical: float
    total: float
    status: str


def omega(state: Moments) -> tuple[float, str]:
    """Omega total of a one-factor model by maximum likelihood, and its status.

    A set of two items has no identified factor: nan, ``not_identified``. Three items fit exactly; where their
    correlations admit no proper solution, or a uniqueness ends at its bound, the status is ``heywood`` and
    the value an upper bound, to be read with care.

    References
    ----------
    McDonald (1999), Test Theory, eq. 6.20b.
    """
    return _omega(state.covariance)


def design_omega(items: npt.ArrayLike, design: BoundDesign, *, level: float = 0.95) -> Reliability:
    """Weighted omega of one factor with the standard error of the survey design (numerical delta method).

    Parameters
    ----------
    items : (n, k), nan where missing; an incomplete row leaves the domain and stays in the design.
    """
    state = moments(items, weights=design.weights)
    value, status = omega(state)
    se, low, high = nan, nan, nan
    if status == OK:
        gradient = _gradient(state.covariance)
        influence = covariance_influence(items, design, state=state, gradient=gradient)
        se = sqrt(max(design.variance(influence), 0.0))
        low, high = log_complement_interval(value, se, df=design.df, level=level)
    return Reliability(
        value=value,
        se=se,
        ci_low=low,
        ci_high=high,
        level=level,
        n=state.n,
        k=state.k,
        method="omega total, one factor by maximum likelihood, taylor",
        status=status,
    )


def omega_hierarchical(state: Moments, *, groups: int = 3) -> OmegaHierarchical:
    """Omega by minres, oblimin and Schmid-Leiman on the correlations.

    Items must be keyed in one direction beforehand: nothing is turned around here.

    Raises
    ------
    ReliabilityError
        ``too_few_items`` under three items per group factor; two group factors are not identified without a
        constraint and give the status ``not_identified``.

    References
    ----------
    Zinbarg, Revelle, Yovel and Li (2005), Psychometrika 70, eq. 8 and 10.
    """
    if state.k < 3 * groups:
        raise ReliabilityError("too_few_items", least=3 * groups, actual=state.k)
    if groups < 3:
        return OmegaHierarchical(hierarchical=nan, total=nan, status=NOT_IDENTIFIED)
    r = state.correlation
    solution = schmid_leiman(r, groups)
    total = float(r.sum())
    status = NOT_CONVERGED if not solution.is_converged else HEYWOOD if solution.is_heywood else OK
    return OmegaHierarchical(
        hierarchical=float(solution.general.sum()) ** 2 / total,
        total=(total - float(solution.uniqueness.sum())) / total,
        status=status,
    )


def _omega(v: FloatArray) -> tuple[float, str]:
    k = len(v)
    if k < 3:
        return nan, NOT_IDENTIFIED
    if not float(v.sum()) > 0:
        raise ReliabilityError("zero_total_variance")
    r = correlation_of(v)
    if k == 3:
        loadings, uniqueness, status = _three_items(r)
    else:
        found = maximum_likelihood(r, 1)
        loadings, uniqueness = found.loadings[:, 0], found.uniqueness
        status = HEYWOOD if found.is_heywood else OK if found.is_converged else NOT_CONVERGED
    if status in (NOT_IDENTIFIED, NOT_CONVERGED):
        return nan, status
    spread = np.sqrt(np.diag(v))
    common = float((loadings * spread).sum()) ** 2
    return common / (common + float((uniqueness * spread**2).sum())), status


def _three_items(r: FloatArray) -> tuple[FloatArray, FloatArray, str]:
    """The exact solution: the squared loading of item 1 is r12·r13/r23, and so on."""
    a, b, c = float(r[0, 1]), float(r[0, 2]), float(r[1, 2])
    if a * b * c <= 0:
        return np.zeros(3), np.ones(3), NOT_IDENTIFIED
    squares = np.array([a * b / c, a * c / b, b * c / a])
    signs = np.array([1.0, np.sign(a), np.sign(b)])
    loadings = np.sqrt(np.minimum(squares, 1.0)) * signs
    loadings *= -1.0 if loadings.sum() < 0 else 1.0
    return loadings, 1 - np.minimum(squares, 1.0), HEYWOOD if (squares >= 1).any() else OK


def _gradient(v: FloatArray) -> FloatArray:
    """Symmetric derivative of omega with respect to each element of the covariance, by central differences."""
    k = len(v)
    gradient = np.zeros((k, k))
    step = 1e-4 * float(np.sqrt(np.outer(np.diag(v), np.diag(v))).mean())
    for i in range(k):
        for j in range(i + 1):
            change = np.zeros((k, k))
            change[i, j] = change[j, i] = step
            slope = (_omega(v + change)[0] - _omega(v - change)[0]) / (2 * step)
            # An off-diagonal element occurs twice in the quadratic form of the influence.
            gradient[i, j] = gradient[j, i] = slope if i == j else slope / 2
    return gradient
