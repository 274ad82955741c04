"""Home of Cronbach's alpha with its intervals, and of the item diagnostics beside it."""

from dataclasses import dataclass
from math import exp, isfinite, nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.influence import covariance_influence
from analysis.reliability.moments import Moments, moments


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """A reliability coefficient with its interval.

    ``status`` is "ok", or the reason why the coefficient is only a bound ("heywood") or does not exist
    ("not_identified", "not_converged"); then ``value`` is nan.
    """

    value: float
    se: float
    ci_low: float
    ci_high: float
    level: float
    n: int
    k: int
    method: str
    status: str = "ok"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemDiagnostics:
    """Per item, in the order of the items, (k,) each.

    Attributes
    ----------
    alpha_if_dropped : nan where only one item would be left
    item_rest : correlation of the item with the sum of the others
    """

    alpha_if_dropped: FloatArray
    item_rest: FloatArray


def alpha(state: Moments) -> float:
    """Cronbach's alpha of the (weighted) covariance matrix.

    Raises
    ------
    ReliabilityError
        ``zero_total_variance`` if the sum of the items does not vary.

    References
    ----------
    Cronbach (1951), Psychometrika 16, eq. 2.
    """
    return _alpha(state.covariance)


def standardised_alpha(state: Moments) -> float:
    """Alpha of the correlation matrix."""
    return _alpha(state.correlation)


def average_correlation(state: Moments) -> float:
    """Mean of the correlations between different items."""
    r, k = state.correlation, state.k
    return float((r.sum() - k) / (k * (k - 1)))


def normal_theory_se(state: Moments) -> float:
    """Standard error of alpha for multivariate normal items of a simple random sample.

    References
    ----------
    Duhachek and Iacobucci (2004), Journal of Applied Psychology 89, eq. 2.
    """
    v, k = state.covariance, state.k
    total, trace = float(v.sum()), float(np.trace(v))
    squared = v @ v
    q = total * (float(np.trace(squared)) + trace**2) - 2 * trace * float(squared.sum())
    return sqrt(2 * k**2 / ((k - 1) ** 2 * total**3) * q / state.n)


def feldt_interval(state: Moments, *, level: float = 0.95) -> tuple[float, float]:
    """Exact interval under normality and simple random sampling; too short for a weighted or clustered sample.

    References
    ----------
    Feldt (1965), Psychometrika 30, 357-370.
    """
    from scipy import stats

    tail = (1 - _check.confidence(level)) / 2
    df1, df2 = state.n - 1, (state.n - 1) * (state.k - 1)
    value = alpha(state)
    return (
        float(1 - (1 - value) * stats.f.isf(tail, df1, df2)),
        float(1 - (1 - value) * stats.f.ppf(tail, df1, df2)),
    )


def design_alpha(items: npt.ArrayLike, design: BoundDesign, *, level: float = 0.95) -> Reliability:
    """Weighted alpha with the standard error of the survey design.

    Parameters
    ----------
    items : (n, k), nan where missing; an incomplete row leaves the domain and stays in the design.
    design : of the same n rows.

    Returns
    -------
    Reliability
        The interval is symmetric in log(1 - alpha), so that it never passes 1.

    References
    ----------
    Duhachek and Iacobucci (2004) for the transformation of the problem into a function of covariances;
    Bonett (2002), Journal of Educational and Behavioral Statistics 27, 335-340, for log(1 - alpha).
    """
    state = moments(items, weights=design.weights)
    value = alpha(state)
    k, v = state.k, state.covariance
    total, trace = float(v.sum()), float(np.trace(v))
    gradient = k / (k - 1) * (np.full((k, k), trace / total**2) - np.eye(k) / total)
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
        k=k,
        method="alpha, taylor",
    )


def item_diagnostics(state: Moments) -> ItemDiagnostics:
    """What each item adds to the set."""
    v, k = state.covariance, state.k
    rows, own = v.sum(axis=1), np.diag(v)
    rest_total = v.sum() - 2 * rows + own
    rest_trace = np.trace(v) - own
    with np.errstate(divide="ignore", invalid="ignore"):
        dropped = (k - 1) / (k - 2) * (1 - rest_trace / rest_total) if k > 2 else np.full(k, nan)
        item_rest = (rows - own) / np.sqrt(own * rest_total)
    return ItemDiagnostics(alpha_if_dropped=dropped, item_rest=item_rest)


def log_complement_interval(value: float, se: float, *, df: float, level: float) -> tuple[float, float]:
    """1 − (1 − value)·exp(±t·se/(1 − value)); (nan, nan) where it does not exist."""
    from scipy import stats

    if not (isfinite(value) and isfinite(se)) or value >= 1 or df <= 0:
        return nan, nan
    half = float(stats.t.isf((1 - _check.confidence(level)) / 2, df)) * se / (1 - value)
    return 1 - (1 - value) * exp(half), 1 - (1 - value) * exp(-half)


def _alpha(v: FloatArray) -> float:
    k, total = len(v), float(v.sum())
    if not total > 0:
        raise ReliabilityError("zero_total_variance")
    return float(k / (k - 1) * (1 - np.trace(v) / total))
