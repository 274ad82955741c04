"""Home of the variance components of the nested-error model, from sums per area."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis._types import FloatArray, IntArray

_GRID = 60  # variance ratios at which the likelihood is looked at before it is refined


class Likelihood(StrEnum):
    """`reml` or `ml`: restricted or full maximum likelihood under normality."""

    REML = "reml"
    ML = "ml"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaSums:
    """What the model needs of the units: means per sampled area and cross-products within areas.

    Attributes
    ----------
    n, y : (m,) sizes and means; x : (m, p) means with the intercept.
    xx, xy, yy : (p, p), (p,), number; sums of cross-products about the area means.
    """

    n: FloatArray
    y: FloatArray
    x: FloatArray
    xx: FloatArray
    xy: FloatArray
    yy: float

    @property
    def units(self) -> int:
        """Units in the sample."""
        return int(self.n.sum())

    @property
    def p(self) -> int:
        """Coefficients."""
        return int(self.x.shape[1])


def area_sums(y: FloatArray, x: FloatArray, *, place: IntArray, areas: int) -> AreaSums:
    """The sums of (n,) y and (n, p) x by (n,) place of the area, every area with at least one unit."""
    n = np.bincount(place, minlength=areas).astype(np.float64)
    totals = [np.bincount(place, weights=column, minlength=areas) for column in x.T]
    means = np.asarray(np.column_stack(totals) / n[:, None], dtype=np.float64)
    y_mean = np.bincount(place, weights=y, minlength=areas) / n
    within_x, within_y = x - means[place], y - y_mean[place]
    return AreaSums(
        n=n,
        y=y_mean,
        x=means,
        xx=within_x.T @ within_x,
        xy=within_x.T @ within_y,
        yy=float(within_y @ within_y),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Components:
    """Variances between areas and between units, coefficients (p,), and the full log likelihood."""

    between: float
    within: float
    beta: FloatArray
    log_likelihood: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _At:
    beta: FloatArray
    quadratic: FloatArray
    height: FloatArray
    slope: FloatArray


def components(sums: AreaSums, how: Likelihood) -> Components:
    """The maximum over the ratio of the two variances, 0 included.

    References
    ----------
    Rao and Molina (2015), Small Area Estimation, 2nd ed., sec. 7.1; the likelihood is profiled over the
    coefficients and the variance between units.
    """
    from scipy import optimize

    def slope(ratio: float) -> float:
        return float(_profile(sums, np.array([ratio]), how).slope[0])

    grid = np.append(0.0, np.geomspace(1e-8, 1e6, _GRID))
    slopes = _profile(sums, grid, how).slope
    turns = np.flatnonzero((slopes[:-1] > 0.0) & (slopes[1:] <= 0.0))
    roots = [optimize.brentq(slope, grid[i], grid[i + 1], xtol=1e-15, rtol=1e-13) for i in turns]
    candidates = np.array([0.0, *roots])
    found = _profile(sums, candidates, how)
    best = int(np.argmax(found.height))
    within = float(found.quadratic[best]) / _spare(sums, how)
    full = sums.units * (np.log(2.0 * np.pi) + np.log(within)) + found.quadratic[best] / within
    full += np.log1p(sums.n * candidates[best]).sum()
    return Components(
        between=float(candidates[best]) * within,
        within=within,
        beta=found.beta[best],
        log_likelihood=float(-0.5 * full),
    )


def _spare(sums: AreaSums, how: Likelihood) -> int:
    return sums.units - (sums.p if how is Likelihood.REML else 0)


def _profile(sums: AreaSums, ratios: FloatArray, how: Likelihood) -> _At:
    """Profile log likelihood and its slope at (G,) ratios of the variances."""
    d = sums.n / (1.0 + sums.n * ratios[:, None])
    matrix = sums.xx + np.einsum("gm,mp,mq->gpq", d, sums.x, sums.x)
    vector = sums.xy + np.einsum("gm,mp,m->gp", d, sums.x, sums.y)
    inverse = np.linalg.inv(matrix)
    beta = np.einsum("gpq,gq->gp", inverse, vector)
    residual = sums.y - beta @ sums.x.T
    inside = sums.yy - 2.0 * beta @ sums.xy + np.einsum("gp,pq,gq->g", beta, sums.xx, beta)
    quadratic = inside + (d * residual**2).sum(axis=1)
    spare = _spare(sums, how)
    height = -0.5 * (spare * np.log(quadratic) + np.log1p(sums.n * ratios[:, None]).sum(axis=1))
    slope = 0.5 * (spare * (d**2 * residual**2).sum(axis=1) / quadratic - d.sum(axis=1))
    if how is Likelihood.REML:
        height -= 0.5 * np.linalg.slogdet(matrix)[1]
        squared = np.einsum("gm,mp,mq->gpq", d**2, sums.x, sums.x)
        slope += 0.5 * np.einsum("gpq,gqp->g", inverse, squared)
    return _At(beta=beta, quadratic=quadratic, height=height, slope=slope)
