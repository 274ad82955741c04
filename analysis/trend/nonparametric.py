"""Home of distribution-free trends of a series and of proportions: Mann-Kendall, Theil-Sen, Cochran-Armitage."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._tails import chi2_tail, t_tail
from analysis._types import FloatArray
from analysis.errors import AnalysisWarning, InvalidInput
from analysis.results import HypothesisTest, Result, Row
from analysis.trend.errors import TrendError
from analysis.trend.series import autocorrelated

_FEW = 8  # Mann (1945): from here on the normal approximation of S holds


def mann_kendall(
    values: ArrayLike, *, times: ArrayLike | None = None, season: ArrayLike | None = None
) -> HypothesisTest:
    """Mann-Kendall test of a monotone trend, with the correction for ties and for continuity.

    Parameters
    ----------
    values : (m,) in the order of time, nan where missing; such points are left out.
    times : (m,) if the values are not in the order of time; equal times are refused.
    season : (m,) labels; then pairs are compared inside seasons only and S and its variance are summed.

    Returns
    -------
    HypothesisTest : `statistic` is z; `details` holds S, var_S, Kendall's tau-b and Sen's slope per step of time.

    Raises
    ------
    TrendError
        ``too_few_points`` below three, ``no_variation``.

    References
    ----------
    Mann (1945), Econometrica 13, 245-259; Kendall (1975), Rank Correlation Methods, 4th ed., sec. 4; Hirsch, Slack
    (1984), Water Resources Research 20, 727-732 (seasons).
    """
    y = _check.numbers("values", values)
    t = _ordered_times(times, size=y.size)
    groups = np.zeros(y.size, dtype=np.int64)
    if season is not None:
        groups = _check.labels("season", season, n=y.size)[0]
    kept = np.isfinite(y)
    order = np.argsort(t[kept], kind="stable")
    y, t, groups = y[kept][order], t[kept][order], groups[kept][order]
    if y.size < 3:
        raise TrendError("too_few_points", actual=int(y.size), least=3)
    parts = [_kendall(y[groups == group]) for group in np.unique(groups)]
    s, variance, pairs = (float(sum(part[place] for part in parts)) for place in range(3))
    if variance <= 0.0:
        raise TrendError("no_variation", name="values")
    z = (s - np.sign(s)) / np.sqrt(variance)
    slope = float(np.median(_slopes(y, t, groups)))
    few = (AnalysisWarning(code="few_points", context={"n": int(y.size)}),) if y.size < _FEW else ()
    return HypothesisTest(
        method="Mann-Kendall, ties and continuity corrected" + (", by season" if season is not None else ""),
        definition="trend.mann_kendall",
        statistic=float(z),
        statistic_name="z",
        df=(float("inf"),),
        p=2.0 * t_tail(abs(float(z)), float("inf")),
        n=int(y.size),
        details={"S": s, "var_S": variance, "tau": s / pairs, "slope": slope},
        status=few + autocorrelated(y - slope * t - np.mean(y - slope * t)),
    )


def _ordered_times(times: ArrayLike | None, *, size: int) -> FloatArray:
    if times is None:
        return np.arange(size, dtype=np.float64)
    t = _check.numbers("times", times, n=size)
    missing = np.flatnonzero(~np.isfinite(t))
    if missing.size:
        raise InvalidInput("not_finite", name="times", row=int(missing[0]) + 1)
    return t


def _kendall(y: FloatArray) -> tuple[float, float, float]:
    """S, its variance with ties, and the denominator of tau-b."""
    n = y.size
    s = float(np.sign(y[None, :] - y[:, None])[np.triu_indices(n, 1)].sum())
    tied = np.unique(y, return_counts=True)[1].astype(np.float64)
    variance = (n * (n - 1) * (2 * n + 5) - float((tied * (tied - 1) * (2 * tied + 5)).sum())) / 18.0
    pairs = 0.5 * n * (n - 1)
    return s, variance, float(np.sqrt(pairs * (pairs - 0.5 * float((tied * (tied - 1)).sum()))))


def _slopes(y: FloatArray, t: FloatArray, groups: np.ndarray[tuple[int], np.dtype[np.int64]]) -> FloatArray:
    first, second = np.triu_indices(y.size, 1)
    used = (t[second] != t[first]) & (groups[second] == groups[first])
    first, second = first[used], second[used]
    if not first.size:
        raise TrendError("no_variation", name="times")
    return np.asarray((y[second] - y[first]) / (t[second] - t[first]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SenSlope(Result):
    """Theil-Sen slope per unit of time with its interval, and the intercept median(y) - slope * median(t)."""

    slope: float
    intercept: float
    ci_low: float
    ci_high: float
    level: float
    n: int

    def to_rows(self) -> list[Row]:
        """One row."""
        return [
            {
                "slope": self.slope,
                "intercept": self.intercept,
                "ci_low": self.ci_low,
                "ci_high": self.ci_high,
                "level": self.level,
                "n": self.n,
                "status": ";".join(item.code for item in self.status),
            }
        ]


def theil_sen(values: ArrayLike, *, times: ArrayLike | None = None, level: float = 0.95) -> SenSlope:
    """Median of the slopes of all pairs of points, with Sen's interval from the variance of Kendall's S with ties.

    Parameters
    ----------
    values : (m,) nan where missing. times : (m,) 0, 1, 2, ... if None.

    Raises
    ------
    TrendError
        ``too_few_points`` below three; ``no_variation`` of the times.

    References
    ----------
    Theil (1950), Proceedings of the KNAW 53, 386-392; Sen (1968), JASA 63, 1379-1389, sec. 6: the limits are the
    ordered slopes at round((N - C) / 2) and round((N + C) / 2) + 1, counted from 1, C = z sqrt(var S).
    """
    from scipy import special

    wanted = _check.confidence(level)
    y = _check.numbers("values", values)
    t = _ordered_times(times, size=y.size)
    kept = np.isfinite(y)
    y, t = y[kept], t[kept]
    if y.size < 3:
        raise TrendError("too_few_points", actual=int(y.size), least=3)
    slopes = np.sort(_slopes(y, t, np.zeros(y.size, dtype=np.int64)))
    slope = float(np.median(slopes))
    half = float(special.ndtri(1.0 - (1.0 - wanted) / 2.0)) * np.sqrt(max(_kendall(y)[1], 0.0))
    low = max(int(np.round((slopes.size - half) / 2.0)) - 1, 0)
    high = min(int(np.round((slopes.size + half) / 2.0)), slopes.size - 1)
    few = (AnalysisWarning(code="few_points", context={"n": int(y.size)}),) if y.size < _FEW else ()
    return SenSlope(
        method="Theil-Sen slope, Sen's interval",
        definition="trend.theil_sen",
        slope=slope,
        intercept=float(np.median(y) - slope * np.median(t)),
        ci_low=float(slopes[low]),
        ci_high=float(slopes[high]),
        level=wanted,
        n=int(y.size),
        status=few,
    )


def cochran_armitage(events: ArrayLike, n: ArrayLike, *, scores: ArrayLike | None = None) -> HypothesisTest:
    """Cochran-Armitage test of a linear trend of proportions over ordered groups of independent people.

    For a weighted or clustered sample use `linear_trend`, which takes the design.

    Parameters
    ----------
    events, n : (g,) whole numbers of people with the event and of all people; groups with nan or nobody are left out.
    scores : (g,) positions of the groups, 1, 2, ... if None.

    Returns
    -------
    HypothesisTest : `statistic` is chi-square on 1 degree of freedom; `details` holds z (its sign is the direction)
        and the slope of the share per unit of score.

    Raises
    ------
    TrendError
        ``too_few_points``, ``no_variation``, ``events_exceed``.

    References
    ----------
    Armitage (1955), Biometrics 11, 375-386, eq. 5; Cochran (1954), Biometrics 10, 417-451.
    """
    x = _check.numbers("events", events)
    size = _check.numbers("n", n, n=x.size)
    position = np.arange(1.0, x.size + 1.0) if scores is None else _check.numbers("scores", scores, n=x.size)
    kept = np.isfinite(x) & np.isfinite(size) & np.isfinite(position) & (size > 0)
    for row in np.flatnonzero(kept & ((x > size) | (x < 0))):
        raise TrendError("events_exceed", row=int(row) + 1, events=float(x[row]), n=float(size[row]))
    x, size, position = x[kept], size[kept], position[kept]
    if x.size < 2:
        raise TrendError("too_few_points", actual=int(x.size), least=2)
    share = float(x.sum() / size.sum())
    centred = position - float(size @ position) / float(size.sum())
    spread = float(size @ centred**2)
    if share in (0.0, 1.0) or spread <= 0.0:
        raise TrendError("no_variation", name="events" if spread > 0.0 else "scores")
    slope = float(x @ centred) / spread
    z = slope * np.sqrt(spread / (share * (1.0 - share)))
    return HypothesisTest(
        method="Cochran-Armitage trend of proportions",
        definition="trend.cochran_armitage",
        statistic=float(z**2),
        statistic_name="chi2",
        df=(1.0,),
        p=chi2_tail(float(z**2), 1.0),
        n=int(size.sum()),
        details={"z": float(z), "slope": slope},
    )
