"""Home of the tails of the reference distributions of tests: F, chi-square, t, and weighted sums of chi-squares."""

from enum import StrEnum

import numpy as np

from analysis._types import FloatArray

_EDGE = 0.99999  # how near the root search goes to a pole of the cumulant function
_NODES, _TURNS, _AT_ONCE = 16, 4096, 256  # of the numerical inversion
_CENTRE = 1e-4  # nearer to 0 the saddlepoint formula divides by almost 0


class Tail(StrEnum):
    """How the tail is computed: two matched moments, a saddlepoint, or numerical inversion (exact)."""

    SATTERTHWAITE = "satterthwaite"
    SADDLEPOINT = "saddlepoint"
    INTEGRATION = "integration"


def f_tail(x: float, df: float, ddf: float) -> float:
    """P(F > x); `ddf` inf means that x times df is a chi-square."""
    from scipy import special

    if np.isinf(ddf):
        return chi2_tail(x * df, df)
    return float(special.fdtrc(df, ddf, max(x, 0.0))) if ddf > 0 else float("nan")


def chi2_tail(x: float, df: float) -> float:
    """P(chi-square > x)."""
    from scipy import special

    return float(special.chdtrc(df, max(x, 0.0)))


def t_tail(t: float, df: float) -> float:
    """P(T > t); `df` inf means the normal distribution."""
    from scipy import special

    if np.isinf(df):
        return float(special.ndtr(-t))
    return float(special.stdtr(df, -t)) if df > 0 else float("nan")


def weighted_tail(
    x: float, weights: FloatArray, *, ddf: float = np.inf, method: Tail = Tail.SADDLEPOINT
) -> float:
    """Probability that `sum w_j z_j^2`, divided by a chi-square over its `ddf`, exceeds x.

    Parameters
    ----------
    x : the statistic.
    weights : (k,) the w_j; tiny negative ones, which rounding makes, count as 0.
    ddf : degrees of freedom of the variance estimate, inf if it is known.

    Returns
    -------
    Probability between 0 and 1; nan if no weight is positive.

    References
    ----------
    Satterthwaite (1946), Biometrics Bulletin 2, 110-114; Kuonen (1999), Biometrika 86, 929-935, eq. 4-6 (the
    saddlepoint; at the mean, where it divides by 0, Satterthwaite's value); Imhof (1961), Biometrika 48, eq. 3.2.
    """
    positive = weights[weights > 1e-12 * np.max(np.abs(weights), initial=0.0)]
    if not positive.size or not np.isfinite(x):
        return float("nan")
    if x <= 0.0:
        return 1.0
    matched = _satterthwaite(x, positive, ddf)
    alike = np.ptp(positive) <= 1e-12 * positive[0]  # then two moments are the whole distribution
    if method is Tail.SATTERTHWAITE or (method is Tail.INTEGRATION and alike):
        return matched
    # a ratio exceeds x exactly when the numerator less x times the denominator exceeds 0
    finite = np.isfinite(ddf)
    lam = np.append(positive, -x / ddf) if finite else positive
    count = np.append(np.ones(positive.size), ddf) if finite else np.ones(positive.size)
    at, scale = (0.0 if finite else x), float(np.max(lam))
    if method is Tail.INTEGRATION:
        return _imhof(at / scale, lam / scale, count)
    found = _saddlepoint(at / scale, lam / scale, count)
    return matched if np.isnan(found) else found


def _satterthwaite(x: float, weights: FloatArray, ddf: float) -> float:
    total, squares = float(weights.sum()), float(weights @ weights)
    return f_tail(x / total, total**2 / squares, ddf)


def _saddlepoint(x: float, lam: FloatArray, count: FloatArray) -> float:
    from scipy import optimize, special

    def slope(zeta: float) -> float:
        return float((count * lam / (1.0 - 2.0 * zeta * lam)).sum()) - x

    highest = _EDGE * float(np.min(0.5 / lam[lam > 0]))
    if np.any(lam < 0):
        lowest = _EDGE * float(np.max(0.5 / lam[lam < 0]))
    else:
        lowest = -0.01 if x > float(count @ lam) else -float(count.sum()) / (2.0 * x)
    if slope(lowest) > 0.0 or slope(highest) < 0.0:
        return float("nan")
    zeta = float(optimize.brentq(slope, lowest, highest, xtol=1e-14))
    if abs(zeta) < _CENTRE:
        return float("nan")
    cumulant = -0.5 * float(count @ np.log1p(-2.0 * zeta * lam))
    w = np.sign(zeta) * np.sqrt(2.0 * (zeta * x - cumulant))
    v = zeta * np.sqrt(2.0 * float(count @ (lam / (1.0 - 2.0 * zeta * lam)) ** 2))
    return float(special.ndtr(-(w + np.log(v / w) / w)))


def _imhof(x: float, lam: FloatArray, count: FloatArray) -> float:
    """Half a turn at a time by Gauss-Legendre, until the height of the wave is spent."""
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    width = np.pi / max(1.0, 0.5 * float(count @ np.abs(lam)), 0.5 * x)  # the angle turns no faster than this
    starts = width * np.arange(_TURNS)
    total, last = 0.0, 0.0
    for begin in range(0, _TURNS, _AT_ONCE):
        u = starts[begin : begin + _AT_ONCE, None] + 0.5 * width * (node + 1.0)
        turned, spread = np.zeros_like(u), np.zeros_like(u)
        for value, times in zip(lam, count, strict=True):
            turned += 0.5 * times * np.arctan(value * u)
            spread += 0.25 * times * np.log1p((value * u) ** 2)
        pieces = (np.sin(turned - 0.5 * x * u) * np.exp(-spread) / u) @ weight * 0.5 * width
        total, last = total + float(pieces.sum()), float(pieces[-1])
        if spread[-1, -1] > 26.0:
            break
    # where pieces still alternate in sign, the middle of the last two sums is nearer than either
    return float(min(max(0.5 + (total - 0.5 * last) / np.pi, 0.0), 1.0))
