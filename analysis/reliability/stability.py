"""Home of test-retest reliability: correlation, agreement and change of one measure on two occasions, by design."""

from dataclasses import dataclass
from math import atanh, nan, sqrt, tanh

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning
from analysis.reliability._results import known, t_quantile
from analysis.reliability.errors import ReliabilityError
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Retest(Result):
    """Two measurements of the same persons.

    Attributes
    ----------
    correlation, se, ci_low, ci_high : Pearson's, with its interval on Fisher's scale.
    agreement : intraclass correlation for absolute agreement of single measurements, from the weighted moments.
    change, change_se : mean of second minus first.
    sem : standard error of measurement, the standard deviation of the change over the root of 2.
    smallest_change : smallest change of one person beyond chance at the level, quantile x root of 2 x sem.
    """

    correlation: float
    se: float
    ci_low: float
    ci_high: float
    level: float
    agreement: float
    change: float
    change_se: float
    sem: float
    smallest_change: float
    n: int
    df: float

    def to_rows(self) -> list[Row]:
        """One row."""
        names = (
            "correlation",
            "se",
            "ci_low",
            "ci_high",
            "agreement",
            "change",
            "change_se",
            "sem",
            "smallest_change",
        )
        row: Row = {name: known(getattr(self, name)) for name in names}
        return [row | {"n": self.n, "df": known(self.df), "method": self.method}]


def retest(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    design: BoundDesign | None = None,
    domain: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> Retest:
    """Correlation and agreement of two occasions.

    Parameters
    ----------
    first, second : (n,) scores, nan where missing; a person with one of them missing leaves the domain.
    design : weights and clusters; None for a simple random sample, with Fisher's interval z ± 1 / sqrt(n - 3).

    Raises
    ------
    ReliabilityError
        ``too_few_rows`` under 4 persons, ``no_variation`` naming the occasion.

    References
    ----------
    Fisher (1921), Metron 1, 3-32; Binder (1983), International Statistical Review 51, 279-292 (linearisation); Bland
    and Altman (1996), BMJ 312, 1654 (standard error of measurement).
    """
    x = _check.numbers("first", first, n=None if design is None else design.n)
    y = _check.numbers("second", second, n=len(x))
    weights = np.ones(len(x)) if design is None else design.weights
    used = np.isfinite(x) & np.isfinite(y) & (weights > 0) & _check.mask("domain", domain, n=len(x))
    n = int(np.count_nonzero(used))
    if n < 4:
        raise ReliabilityError("too_few_rows", least=4, actual=n)
    w = np.where(used, weights, 0.0)
    parts = _Parts.of(np.where(used, x, 0.0), np.where(used, y, 0.0), w)
    r = parts.correlation
    if design is None:
        se, change_se = (1 - r**2) / sqrt(n - 3), parts.sd_of_change / sqrt(n - 1)
        df, quantile = float("inf"), t_quantile(level, float("inf"))
    else:
        se, change_se = _errors_by_design(x, y, used, parts, design)
        df, quantile = float(design.df), t_quantile(level, design.df) if design.df > 0 else nan
    low, high = _fisher(r, se, quantile)
    sem = parts.sd_of_change * sqrt(n / (n - 1)) / sqrt(2)
    return Retest(
        method="Pearson, Fisher's scale" + ("" if design is None else f", {design.variance_method}"),
        definition="agreement.retest",
        status=_left_out(len(x) if domain is None else int(np.count_nonzero(np.asarray(domain))), n),
        correlation=r,
        se=se,
        ci_low=low,
        ci_high=high,
        level=level,
        agreement=parts.agreement(n),
        change=parts.change,
        change_se=change_se,
        sem=sem,
        smallest_change=t_quantile(level, float("inf")) * sqrt(2) * sem,
        n=n,
        df=df,
    )


def _errors_by_design(
    x: FloatArray, y: FloatArray, used: BoolArray, parts: "_Parts", design: BoundDesign
) -> tuple[float, float]:
    """Standard errors of the correlation and of the change."""
    w = np.where(used, design.weights, 0.0)
    influence = np.column_stack([parts.linear_r, parts.linear_change]) * (w / w.sum())[:, None]
    first, second = np.where(used, x, 0.0), np.where(used, y, 0.0)

    def statistic(weights: FloatArray) -> FloatArray:
        again = _Parts.of(first, second, np.where(used, weights, 0.0))
        return np.array([again.correlation, again.change])

    variance = np.diag(design.covariance_of(statistic, influence=influence))
    return sqrt(max(float(variance[0]), 0.0)), sqrt(max(float(variance[1]), 0.0))


def _left_out(asked: int, n: int) -> tuple[AnalysisWarning, ...]:
    return (AnalysisWarning(code="rows_left_out", context={"n": asked - n}),) if asked > n else ()


def _fisher(r: float, se: float, quantile: float) -> tuple[float, float]:
    if abs(r) >= 1 - 1e-15:
        return r, r
    half = quantile * se / (1 - r**2)
    return tanh(atanh(r) - half), tanh(atanh(r) + half)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Parts:
    """Weighted moments of two occasions and the linearised values of what is estimated from them."""

    mean: tuple[float, float]
    variance: tuple[float, float]
    covariance: float
    linear_r: FloatArray
    linear_change: FloatArray

    @classmethod
    def of(cls, x: FloatArray, y: FloatArray, w: FloatArray) -> "_Parts":
        total = float(w.sum())
        mean_x, mean_y = float(w @ x) / total, float(w @ y) / total
        dx, dy = x - mean_x, y - mean_y
        var_x, var_y, both = (float(w @ (a * b)) / total for a, b in ((dx, dx), (dy, dy), (dx, dy)))
        for occasion, variance in (("first", var_x), ("second", var_y)):
            if not variance > 0:
                raise ReliabilityError("no_variation", item=occasion)
        r = both / sqrt(var_x * var_y)
        zx, zy = dx / sqrt(var_x), dy / sqrt(var_y)
        inside = w > 0
        return cls(
            mean=(mean_x, mean_y),
            variance=(var_x, var_y),
            covariance=both,
            linear_r=np.where(inside, zx * zy - r * (zx**2 + zy**2) / 2, 0.0),
            linear_change=np.where(inside, dy - dx, 0.0),
        )

    @property
    def correlation(self) -> float:
        return float(np.clip(self.covariance / sqrt(self.variance[0] * self.variance[1]), -1.0, 1.0))

    @property
    def change(self) -> float:
        return self.mean[1] - self.mean[0]

    @property
    def sd_of_change(self) -> float:
        return sqrt(max(self.variance[0] + self.variance[1] - 2 * self.covariance, 0.0))

    def agreement(self, n: int) -> float:
        """ICC2 of two measurements; the moments are taken as those of n persons."""
        scale = n / (n - 1)
        persons = (self.variance[0] + self.variance[1] + 2 * self.covariance) / 2 * scale
        residual = self.sd_of_change**2 / 2 * scale
        occasions = n * self.change**2 / 2
        return (persons - residual) / (persons + residual + 2 * (occasions - residual) / n)
