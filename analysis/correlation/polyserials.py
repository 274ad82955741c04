"""Home of the polyserial correlation: a continuous variable with the normal variable behind an ordinal item."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.correlation._pairs import FAR, standard_density
from analysis.correlation.errors import CorrelationError
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning
from analysis.results import Result, Row

_STEPS = 60
_LIMIT = 0.9995


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Polyserial(Result):
    """A polyserial correlation with its standard error, which carries mean, spread and thresholds as estimated."""

    correlation: float
    se: float
    thresholds: FloatArray
    n: int
    df: float

    def ci(self, level: float = 0.95) -> tuple[float, float]:
        """Symmetric interval on Fisher's scale, with t on the degrees of freedom of the design."""
        from scipy import special

        tail = 1 - (1 - _check.confidence(level)) / 2
        quantile = float(special.ndtri(tail) if np.isinf(self.df) else special.stdtrit(self.df, tail))
        half = quantile * self.se / (1 - self.correlation**2)
        centre = np.arctanh(self.correlation)
        return float(np.tanh(centre - half)), float(np.tanh(centre + half))

    def to_rows(self) -> list[Row]:
        """One row."""
        low, high = self.ci()
        row: Row = {"correlation": self.correlation, "se": self.se, "ci_low": low, "ci_high": high}
        return [row | {"n": self.n, "method": self.method}]


def polyserial(
    continuous: npt.ArrayLike,
    ordinal: npt.ArrayLike,
    *,
    design: BoundDesign | None = None,
    domain: npt.ArrayLike | None = None,
) -> Polyserial:
    """Two-step polyserial correlation of two (n,) variables, nan where missing.

    Parameters
    ----------
    design : weights and clusters; None for a simple random sample.
    domain : (n,) bool; the other rows stay in the design.

    Raises
    ------
    CorrelationError
        ``no_variation`` of the continuous, ``one_category`` of the ordinal variable, ``all_missing``.

    References
    ----------
    Olsson, Drasgow and Dorans (1982), Psychometrika 47, 337-347; Muthén (1984), Psychometrika 49, 115-132.
    """
    x = _check.numbers("continuous", continuous, n=None if design is None else design.n)
    y = _check.numbers("ordinal", ordinal, n=len(x))
    w = np.ones(len(x)) if design is None else design.weights
    used = np.isfinite(x) & np.isfinite(y) & (w > 0) & _check.mask("domain", domain, n=len(x))
    if not used.any():
        raise CorrelationError("all_missing", item="continuous, ordinal")
    fit = _fit(x[used], y[used], w[used])
    influence = np.zeros(len(x))
    influence[used] = w[used] * fit.influence / w[used].sum()
    n = int(np.count_nonzero(used))
    if design is None:
        variance, df = float(influence @ influence), np.inf
    else:

        def statistic(new: FloatArray) -> FloatArray:
            kept: BoolArray = used & (new > 0)
            return np.array([_fit(x[kept], y[kept], new[kept]).rho])

        variance = float(design.covariance_of(statistic, influence=influence)[0, 0])
        df = float(design.df)
    at_limit = abs(fit.rho) > _LIMIT
    status = AnalysisWarning(
        code="correlation_at_limit", context={"first": "continuous", "second": "ordinal"}
    )
    return Polyserial(
        method="polyserial, two-step" + ("" if design is None else f", {design.variance_method}"),
        definition="factors.polyserial",
        status=(status,) if at_limit else (),
        correlation=fit.rho,
        se=nan if at_limit else sqrt(max(variance, 0.0)),
        thresholds=_check.frozen(fit.tau),
        n=n,
        df=df,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fit:
    rho: float
    tau: FloatArray
    influence: FloatArray


def _fit(x: FloatArray, y: FloatArray, w: FloatArray) -> _Fit:
    """Fisher scoring in rho inside a bracket that the sign of the score shrinks."""
    from scipy.special import ndtri

    total = float(w.sum())
    mean = float(w @ x) / total
    spread = sqrt(float(w @ (x - mean) ** 2) / total)
    if not spread > 1e-12 * (abs(mean) + 1e-300):
        raise CorrelationError("no_variation", item="continuous")
    z = (x - mean) / spread
    values, place = np.unique(y, return_inverse=True)
    if len(values) < 2:
        raise CorrelationError("one_category", item="ordinal", category=f"{values[0]:g}")
    below = np.cumsum(np.bincount(place, weights=w)) / total
    tau = ndtri(below[:-1])
    edges = np.concatenate([[-FAR], tau, [FAR]])
    low, high, rho = -0.99999, 0.99999, float(np.clip(np.corrcoef(z, place)[0, 1], -0.9, 0.9))
    for _ in range(_STEPS):
        score = _score(z, edges[place], edges[place + 1], rho)
        gradient = float(w @ score)
        low, high = (rho, high) if gradient > 0 else (low, rho)
        new = rho + gradient / max(float(w @ score**2), 1e-300)
        new = new if low < new < high else (low + high) / 2
        moved, rho = abs(new - rho), new
        if moved < 1e-10:
            break
    return _Fit(rho=rho, tau=tau, influence=_influence(z, place, tau, w / total, rho))


def _score(z: FloatArray, lower: FloatArray, upper: FloatArray, rho: float) -> FloatArray:
    """(n,) derivative of the log likelihood of each person by rho."""
    from scipy.special import ndtr

    root = sqrt(1 - rho**2)
    a, b = (lower - rho * z) / root, (upper - rho * z) / root
    chance = np.maximum(ndtr(b) - ndtr(a), 1e-300)
    slope = standard_density(b) * (upper * rho - z) - standard_density(a) * (lower * rho - z)
    return np.asarray(slope / chance / root**3)


def _influence(
    z: FloatArray, place: npt.NDArray[np.intp], tau: FloatArray, share: FloatArray, rho: float
) -> FloatArray:
    """(n,) influence on rho, with thresholds, mean and spread as estimated.

    The derivatives of the mean score are taken numerically, so that the error also holds where the continuous variable
    is not normal.
    """
    from scipy.special import ndtr

    def mean_score(at: FloatArray) -> float:
        """At (rho, mean, spread, thresholds), the mean and spread in units of z."""
        edges = np.concatenate([[-FAR], at[3:], [FAR]])
        return float(share @ _score((z - at[1]) / at[2], edges[place], edges[place + 1], at[0]))

    at = np.concatenate([[rho, 0.0, 1.0], tau])
    steps = np.eye(len(at)) * 1e-5
    slopes = np.array([(mean_score(at + step) - mean_score(at - step)) / 2e-5 for step in steps])
    edges = np.concatenate([[-FAR], tau, [FAR]])
    parts = [_score(z, edges[place], edges[place + 1], rho), slopes[1] * z, slopes[2] * (z**2 - 1) / 2]
    parts += [
        slope * ((place <= cut) - ndtr(threshold)) / standard_density(threshold)
        for cut, (slope, threshold) in enumerate(zip(slopes[3:], tau, strict=True))
    ]
    return np.asarray(-np.sum(parts, axis=0) / slopes[0])
