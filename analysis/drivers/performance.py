"""Home of importance against performance: quadrants as probabilities and ellipses instead of points."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis import _check
from analysis._types import FloatArray
from analysis.correlation.bivariate_normal import cdf
from analysis.design import BoundDesign
from analysis.drivers.errors import DriverError
from analysis.errors import InvalidInput
from analysis.estimate import comparisons
from analysis.results import Estimate, Result, Row

QUADRANTS = ("keep", "improve", "low_priority", "possible_overkill")
"""High importance and performance; high and low; low and low; low importance and high performance."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportancePerformance(Result):
    """Of k items.

    Attributes
    ----------
    importance, performance : (k,).
    covariance : (2k, 2k) of all importances and then all performances.
    cut_importance, cut_performance : where the quadrants meet.
    quadrant : (k, 4) probability of lying in each of `QUADRANTS`, with the error of the cuts.
    half_axes, angle : (k, 2) and (k,) of the joint confidence ellipse at `level`; the angle of the long axis against
        the importance axis, in radians.
    """

    names: tuple[str, ...]
    importance: FloatArray
    performance: FloatArray
    covariance: FloatArray = field(repr=False)
    cut_importance: float
    cut_performance: float
    quadrant: FloatArray
    half_axes: FloatArray
    angle: FloatArray
    level: float
    df: float

    def ellipse(self, item: str, *, points: int = 90) -> FloatArray:
        """(points, 2) importance and performance along the border of an item's ellipse."""
        if item not in self.names:
            raise DriverError("column_unknown", name=item, choices=", ".join(self.names))
        j = self.names.index(item)
        turn = np.linspace(0.0, 2.0 * np.pi, points)
        long, short = self.half_axes[j, 0] * np.cos(turn), self.half_axes[j, 1] * np.sin(turn)
        cosine, sine = np.cos(self.angle[j]), np.sin(self.angle[j])
        return np.column_stack(
            [
                self.importance[j] + long * cosine - short * sine,
                self.performance[j] + long * sine + short * cosine,
            ]
        )

    def to_rows(self) -> list[Row]:
        """One row per item with the probability of each quadrant."""
        k, se = len(self.names), np.sqrt(np.diag(self.covariance))
        rows: list[Row] = []
        for j, name in enumerate(self.names):
            row: Row = {
                "item": name,
                "importance": float(self.importance[j]),
                "importance_se": float(se[j]),
                "performance": float(self.performance[j]),
                "performance_se": float(se[k + j]),
                "half_axis_long": float(self.half_axes[j, 0]),
                "half_axis_short": float(self.half_axes[j, 1]),
                "angle": float(self.angle[j]),
                "cut_importance": self.cut_importance,
                "cut_performance": self.cut_performance,
            }
            row.update({f"probability_{q}": float(self.quadrant[j, i]) for i, q in enumerate(QUADRANTS)})
            row["likeliest"] = QUADRANTS[int(np.argmax(self.quadrant[j]))]
            row["method"], row["definition"] = self.method, self.definition
            row["version"] = self.version
            row["status"] = ";".join(item.code for item in self.status)
            rows.append(row)
        return rows


def importance_performance(
    importance: Sequence[Estimate],
    performance: Sequence[Estimate],
    *,
    design: BoundDesign,
    names: Sequence[str],
    cuts: tuple[float | None, float | None] = (None, None),
    level: float = 0.95,
) -> ImportancePerformance:
    """Place k items by importance and performance, with the covariance between the two.

    Parameters
    ----------
    importance, performance : k estimates each of this design, with their influence values: for example the
        importances of `key_drivers` and the means of `index.mean_score`.
    cuts : where the quadrants meet; None takes the mean over the items, whose error then counts too.

    References
    ----------
    Martilla and James (1977), Journal of Marketing 41, 77-79; Johnson and Wichern (2007), Applied Multivariate
    Statistical Analysis, 6th ed., eq. 5-18 (ellipses).
    """
    k = len(names)
    if not k or len(importance) != k or len(performance) != k:
        raise DriverError("names_differ", first=len(importance), second=len(performance))
    values = np.array([e.value for e in (*importance, *performance)])
    covariance = comparisons.covariance([*importance, *performance], design=design)
    for cut in cuts:
        if cut is not None and not np.isfinite(cut):
            raise InvalidInput("not_finite", name="cuts", row=1)
    centring = np.zeros((2 * k, 2 * k))
    for side, cut in enumerate(cuts):
        if cut is None:
            centring[side * k : (side + 1) * k, side * k : (side + 1) * k] = 1.0 / k
    fixed = np.repeat([cut if cut is not None else 0.0 for cut in cuts], k)
    middle = centring @ values + fixed
    away = np.eye(2 * k) - centring
    half_axes, angle = _ellipses(covariance, k=k, df=design.df, level=_check.confidence(level))
    return ImportancePerformance(
        method=f"importance and performance, {design.variance_method}",
        definition="drivers.importance_performance",
        status=importance[0].status,
        names=tuple(str(name) for name in names),
        importance=values[:k],
        performance=values[k:],
        covariance=_check.frozen(covariance),
        cut_importance=float(middle[0]),
        cut_performance=float(middle[k]),
        quadrant=_quadrants(values - middle, away @ covariance @ away.T, k=k),
        half_axes=half_axes,
        angle=angle,
        level=level,
        df=float(design.df),
    )


def _quadrants(gap: FloatArray, covariance: FloatArray, *, k: int) -> FloatArray:
    """(k, 4) normal probabilities of the signs of both gaps; a gap without error has its own sign for sure."""
    sd = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(sd > 0, gap / sd, np.sign(gap) * 38.0)  # 38 sd: a probability of 1 in double precision
        both = np.array([covariance[j, k + j] for j in range(k)]) / (sd[:k] * sd[k:])
    rho = np.clip(np.nan_to_num(both), -0.999999, 0.999999)
    x, y = np.clip(z[:k], -38.0, 38.0), np.clip(z[k:], -38.0, 38.0)
    high_high, low_low = cdf(x, y, rho), cdf(-x, -y, rho)
    high_low, low_high = cdf(x, -y, -rho), cdf(-x, y, -rho)
    found = np.column_stack([high_high, high_low, low_low, low_high])
    return np.asarray(np.clip(found, 0.0, 1.0))


def _ellipses(covariance: FloatArray, *, k: int, df: float, level: float) -> tuple[FloatArray, FloatArray]:
    """Half axes (k, 2), long one first, and the angle (k,) of the long axis; nan under 2 degrees of freedom."""
    from scipy import stats

    if df < 2:
        return np.full((k, 2), np.nan), np.full(k, np.nan)
    radius = np.sqrt(2.0 * df / (df - 1.0) * stats.f.ppf(level, 2, df - 1.0))
    axes, angle = np.zeros((k, 2)), np.zeros(k)
    for j in range(k):
        both = covariance[np.ix_([j, k + j], [j, k + j])]
        values, vectors = np.linalg.eigh(both)
        axes[j] = radius * np.sqrt(np.maximum(values[::-1], 0.0))
        angle[j] = np.arctan2(vectors[1, 1], vectors[0, 1]) % np.pi
    return axes, angle
