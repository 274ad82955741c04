"""Home of the ways from an estimate and its standard error to an interval."""

from dataclasses import dataclass

import numpy as np

from analysis._types import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What an interval rests on; `n_effective` is used only where the standard error is 0."""

    value: float
    se: float
    df: float
    n: int
    n_effective: float


def bounds(kind: Interval, basis: Basis, *, level: float) -> tuple[float, float]:
    """The interval of confidence `level`; (nan, nan) where the estimate or its standard error does not exist.

    References
    ----------
    Korn, Graubard (1998), Survey Methodology 24, 193-201 (beta; effective size as in Parker et al. 2017, Vital
    Health Stat 2(175), at most n); Franco et al. (2019), J. Survey Statistics and Methodology 7, 334-364
    (Wilson, logit, arcsine).
    """
    if not (np.isfinite(basis.value) and np.isfinite(basis.se)) or basis.df <= 0:
        return float("nan"), float("nan")
    if kind in (Interval.BETA, Interval.WILSON) or (kind is not Interval.T and basis.value in (0.0, 1.0)):
        if kind is Interval.WILSON:
            return _wilson(basis, level)
        return _beta(basis.value, _effective_size(basis, level=level), level)
    if kind is Interval.LIKELIHOOD:
        return _likelihood(basis, level)
    half = _t(level, basis.df) * basis.se
    if kind is Interval.LOGIT:
        centre = np.log(basis.value / (1.0 - basis.value))
        half /= basis.value * (1.0 - basis.value)
        return _expit(centre - half), _expit(centre + half)
    if kind is Interval.ARCSINE:
        centre = np.arcsin(np.sqrt(basis.value))
        half /= 2.0 * np.sqrt(basis.value * (1.0 - basis.value))
        low, high = max(centre - half, 0.0), min(centre + half, np.pi / 2)
        return float(np.sin(low) ** 2), float(np.sin(high) ** 2)
    return float(basis.value - half), float(basis.value + half)


def _t(level: float, df: float) -> float:
    from scipy import stats

    return float(stats.norm.isf((1.0 - level) / 2) if np.isinf(df) else stats.t.isf((1.0 - level) / 2, df))


def _expit(x: float) -> float:
    return float(1.0 / (1.0 + np.exp(-x)))


def _effective_size(basis: Basis, *, level: float) -> float:
    """Size of a simple random sample as precise as this one, times the price of few degrees of freedom."""
    if basis.se == 0.0 or basis.n < 2:
        return basis.n_effective
    size = basis.value * (1.0 - basis.value) / basis.se**2
    size *= (_t(level, basis.n - 1) / _t(level, basis.df)) ** 2
    return min(float(basis.n), size)


def _beta(share: float, size: float, level: float) -> tuple[float, float]:
    from scipy import stats

    tail, hits = (1.0 - level) / 2, share * size
    low = 0.0 if share == 0.0 else float(stats.beta.ppf(tail, hits, size - hits + 1.0))
    high = 1.0 if share == 1.0 else float(stats.beta.isf(tail, hits + 1.0, size - hits))
    return low, high


def _wilson(basis: Basis, level: float) -> tuple[float, float]:
    """The score interval; n / (n - 1) makes a simple random sample count with all of its n."""
    share, z2 = basis.value, _t(level, np.inf) ** 2
    size = min(float(basis.n), _effective_size(basis, level=level) * basis.n / max(basis.n - 1, 1))
    centre = share + z2 / (2.0 * size)
    half = np.sqrt(z2 * share * (1.0 - share) / size + (z2 / (2.0 * size)) ** 2)
    low, high = (centre - half) / (1.0 + z2 / size), (centre + half) / (1.0 + z2 / size)
    return max(float(low), 0.0), min(float(high), 1.0)


def _likelihood(basis: Basis, level: float) -> tuple[float, float]:
    """Where the binomial log likelihood, scaled by the design effect, has fallen by t squared over two."""
    from scipy import optimize

    share, drop = basis.value, _t(level, basis.df) ** 2
    size = share * (1.0 - share) / basis.se**2

    def excess(p: float) -> float:
        ratio = share * np.log(share / p) + (1.0 - share) * np.log((1.0 - share) / (1.0 - p))
        return float(2.0 * size * ratio - drop)

    low = optimize.brentq(excess, 1e-12, share, xtol=1e-12)
    return float(low), float(optimize.brentq(excess, share, 1.0 - 1e-12, xtol=1e-12))
