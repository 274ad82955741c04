"""Home of intraclass correlations: the six forms for persons rated by the same raters, or measured several times."""

from dataclasses import dataclass
from math import inf

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import FloatArray
from analysis.errors import AnalysisWarning
from analysis.reliability._results import known
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.states import Moments, moments
from analysis.results import Result, Row

FORMS = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Intraclass(Result):
    """The six intraclass correlations of n persons and k raters, in the order of `FORMS`, (6,) each.

    ICC1: raters differ from person to person; ICC2: the same raters, drawn from many, absolute agreement; ICC3: these
    raters only, consistency; with k: of the mean of the k raters.

    Attributes
    ----------
    icc, f, df1, df2, p_value, low, high : estimate, F test that it is 0, interval.
    mean_squares : between persons, between raters, residual, within persons.
    left_out : rows with a missing rating.
    """

    icc: FloatArray
    f: FloatArray
    df1: FloatArray
    df2: FloatArray
    p_value: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    mean_squares: tuple[float, float, float, float]
    n: int
    k: int
    left_out: int

    def to_rows(self) -> list[Row]:
        """One row per form."""
        names = ("icc", "f", "df1", "df2", "p_value", "low", "high")
        rows: list[Row] = []
        for place, form in enumerate(FORMS):
            row: Row = {"form": form, "n": self.n, "k": self.k}
            rows.append(row | {name: known(float(getattr(self, name)[place])) for name in names})
        return rows


def icc(ratings: npt.ArrayLike, *, missing_code: int | None = None, level: float = 0.95) -> Intraclass:
    """Intraclass correlations of (n, k) ratings, a row per person and a column per rater or occasion.

    A row with a missing rating (nan or `missing_code`) is left out, and the status says how many were.

    Raises
    ------
    ReliabilityError
        ``too_few_ratings`` under 2 persons or raters, ``zero_total_variance`` if nothing varies.

    References
    ----------
    Shrout and Fleiss (1979), Psychological Bulletin 86, 420-428; McGraw and Wong (1996), Psychological Methods 1, 30-46.
    """
    values = np.asarray(ratings)
    if values.ndim == 2 and values.shape[1] < 2:
        raise ReliabilityError("too_few_ratings", name="raters", least=2, actual=values.shape[1])
    state = moments(values, missing_code=missing_code)
    return icc_of_moments(state, left_out=len(values) - state.n, level=level)


def icc_of_moments(state: Moments, *, left_out: int = 0, level: float = 0.95) -> Intraclass:
    """The same from an additive state: all mean squares are sums over the means and the scatter of the raters."""
    n, k = state.n, state.k
    if n < 2:
        raise ReliabilityError("too_few_ratings", name="persons", least=2, actual=n)
    persons, raters, residual = _mean_squares(state)
    within = (residual * (n - 1) * (k - 1) + raters * (k - 1)) / (n * (k - 1))
    if not persons + within > 0:
        raise ReliabilityError("zero_total_variance")
    one, three = _ratio(persons, within, k), _ratio(persons, residual, k)
    two = (persons - residual) / (persons + (k - 1) * residual + k * (raters - residual) / n)
    of_within, of_residual = _f(persons, within), _f(persons, residual)
    df_within, df_residual = n * (k - 1), (n - 1) * (k - 1)
    limits = _limits(two, (persons, raters, residual, within), n, k, level)
    single = np.array([one, two, three])
    f = np.array([of_within, of_residual, of_residual] * 2)
    df2 = np.array([df_within, df_residual, df_residual] * 2, dtype=np.float64)
    status = (AnalysisWarning(code="rows_left_out", context={"n": left_out}),) if left_out else ()
    return Intraclass(
        method="intraclass correlations, two-way analysis of variance, complete rows",
        definition="agreement.icc",
        status=status,
        icc=np.concatenate([single, [_mean_form(value, k) for value in single]]),
        f=f,
        df1=np.full(6, float(n - 1)),
        df2=df2,
        p_value=_f_tail(n - 1, df2, f),
        low=np.array([low for low, _ in limits]),
        high=np.array([high for _, high in limits]),
        level=level,
        mean_squares=(persons, raters, residual, within),
        n=n,
        k=k,
        left_out=left_out,
    )


def _limits(
    agreement: float, squares: tuple[float, float, float, float], n: int, k: int, level: float
) -> list[tuple[float, float]]:
    """Limits of the six forms."""
    persons, raters, residual, within = squares
    tail = (1 - _check.confidence(level)) / 2
    single = [
        _f_limits(_f(persons, within), n - 1, n * (k - 1), k, tail),
        _agreement_limits(agreement, persons, raters, residual, n, k, tail),
        _f_limits(_f(persons, residual), n - 1, (n - 1) * (k - 1), k, tail),
    ]
    return single + [(_stepped_up(low, k), _stepped_up(high, k)) for low, high in single]


def _mean_squares(state: Moments) -> tuple[float, float, float]:
    """Between persons, between raters, residual."""
    n, k, v = state.n, state.k, state.scatter
    everything, of_means = float(np.trace(v)), float(v.sum()) / k
    between = n * float(((state.mean - state.mean.mean()) ** 2).sum())
    persons = of_means / (n - 1)
    residual = max(everything - of_means, 0.0) / ((n - 1) * (k - 1))
    scale = max(everything / n, between / n)
    return persons, between / (k - 1), 0.0 if residual < 1e-14 * scale else residual


def _f(above: float, below: float) -> float:
    return above / below if below > 0 else inf


def _ratio(persons: float, error: float, k: int) -> float:
    return (persons - error) / (persons + (k - 1) * error)


def _f_limits(f: float, df1: float, df2: float, k: int, tail: float) -> tuple[float, float]:
    from scipy import special

    if f == inf:
        return 1.0, 1.0
    low = f / float(special.fdtri(df1, df2, 1 - tail))
    high = f * float(special.fdtri(df2, df1, 1 - tail))
    return (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)


def _agreement_limits(
    value: float, persons: float, raters: float, residual: float, n: int, k: int, tail: float
) -> tuple[float, float]:
    """Limits of ICC2 with Satterthwaite's degrees of freedom for the mix of rater and residual variance."""
    from scipy import special

    if residual == 0.0:
        return (1.0, 1.0) if raters == 0.0 else (float("nan"), float("nan"))
    f = raters / residual
    mix = n * (1 + (k - 1) * value) - k * value
    df = (k - 1) * (n - 1) * (k * value * f + mix) ** 2 / ((n - 1) * (k * value * f) ** 2 + mix**2)
    upper, lower = float(special.fdtri(n - 1, df, 1 - tail)), float(special.fdtri(df, n - 1, 1 - tail))
    error = k * raters + (k * n - k - n) * residual
    return (
        n * (persons - upper * residual) / (upper * error + n * persons),
        n * (lower * persons - residual) / (error + n * lower * persons),
    )


def _stepped_up(value: float, k: int) -> float:
    return value * k / (1 + value * (k - 1))


def _mean_form(value: float, k: int) -> float:
    return float(_stepped_up(value, k)) if 1 + value * (k - 1) > 0 else float("-inf")


def _f_tail(df1: float, df2: FloatArray, f: FloatArray) -> FloatArray:
    from scipy import special

    return np.asarray(
        np.where(np.isfinite(f), special.fdtrc(df1, df2, np.where(np.isfinite(f), f, 1.0)), 0.0)
    )
