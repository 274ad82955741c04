"""Home of the estimators of the variance between areas in the area-level model."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis._types import FloatArray

_GRID = 80  # values of the variance at which the likelihood is looked at before it is refined


class Method(StrEnum):
    """How the variance between areas is estimated.

    `reml`, `ml`: restricted and full maximum likelihood under normality; `fh`: the moment equation of Fay and
    Herriot, sum of squared standardised residuals = areas - coefficients; `pr`: the closed moment estimator of
    Prasad and Rao. The moment methods need no normality for the estimate itself.
    """

    REML = "reml"
    ML = "ml"
    FH = "fh"
    PR = "pr"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaData:
    """The areas with a direct estimate: (m,) y, (m,) psi, (m, p) x."""

    y: FloatArray
    psi: FloatArray
    x: FloatArray

    @property
    def spare(self) -> int:
        """Areas minus coefficients."""
        return int(self.x.shape[0] - self.x.shape[1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """Everything the estimators need at G values of the variance between areas.

    Attributes
    ----------
    beta : (G, p) generalised least squares.
    moment : (G,) sum of squared standardised residuals.
    log_likelihood, restricted : (G,) with their constants.
    score, restricted_score : (G,) derivatives of the two.
    """

    beta: FloatArray
    moment: FloatArray
    log_likelihood: FloatArray
    restricted: FloatArray
    score: FloatArray
    restricted_score: FloatArray


def profile(data: AreaData, values: FloatArray) -> Profile:
    """The profile at (G,) values of the variance between areas."""
    w = 1.0 / (values[:, None] + data.psi)
    weighted = np.einsum("gm,mp,mq->gpq", w, data.x, data.x)
    inverse = np.linalg.inv(weighted)
    beta = np.einsum("gpq,gm,mq,m->gp", inverse, w, data.x, data.y)
    residual = data.y - beta @ data.x.T
    moment = (w * residual**2).sum(axis=1)
    pulled = (w**2 * residual**2).sum(axis=1)
    squared = np.einsum("gm,mp,mq->gpq", w**2, data.x, data.x)
    trace = w.sum(axis=1)
    lost = np.einsum("gpq,gqp->g", inverse, squared)
    constant = np.log(2.0 * np.pi)
    full = -0.5 * (-np.log(w).sum(axis=1) + moment + len(data.y) * constant)
    determinant = np.linalg.slogdet(weighted)[1]
    return Profile(
        beta=beta,
        moment=moment,
        log_likelihood=full,
        restricted=full - 0.5 * determinant + 0.5 * data.x.shape[1] * constant,
        score=0.5 * (pulled - trace),
        restricted_score=0.5 * (pulled - trace + lost),
    )


def between_variance(data: AreaData, method: Method) -> float:
    """The estimate, 0 where the best value would be negative.

    References
    ----------
    Rao and Molina (2015), Small Area Estimation, 2nd ed., sec. 6.1.2; Fay and Herriot (1979), JASA 74, eq. 2.11;
    Prasad and Rao (1990), JASA 85, eq. 2.17.
    """
    if method is Method.PR:
        return _prasad_rao(data)
    highest = _upper_limit(data)
    if method is Method.FH:
        return _moment_root(data, highest)
    return _likelihood_peak(data, highest, restricted=method is Method.REML)


def _prasad_rao(data: AreaData) -> float:
    inverse = np.linalg.inv(data.x.T @ data.x)
    residual = data.y - data.x @ (inverse @ (data.x.T @ data.y))
    leverage = np.einsum("mp,pq,mq->m", data.x, inverse, data.x)
    return max(0.0, float((residual @ residual - data.psi @ (1.0 - leverage)) / data.spare))


def _upper_limit(data: AreaData) -> float:
    """A value above every root: there the standardised residuals are far below their expectation."""
    coefficients = np.linalg.lstsq(data.x, data.y, rcond=None)[0]
    residual = data.y - data.x @ coefficients
    return float(10.0 * (residual @ residual) + data.psi.max())


def _moment_root(data: AreaData, highest: float) -> float:
    from scipy import optimize

    def excess(value: float) -> float:
        return float(profile(data, np.array([value])).moment[0]) - data.spare

    if excess(0.0) <= 0.0:
        return 0.0
    return float(optimize.brentq(excess, 0.0, highest, xtol=1e-14, rtol=1e-13))


def _likelihood_peak(data: AreaData, highest: float, *, restricted: bool) -> float:
    """The highest of all local maxima and 0: the likelihood can have more than one."""
    from scipy import optimize

    def score(value: float) -> float:
        at = profile(data, np.array([value]))
        return float((at.restricted_score if restricted else at.score)[0])

    grid = np.append(0.0, np.geomspace(1e-7 * float(data.psi.min()), highest, _GRID))
    at = profile(data, grid)
    slopes = at.restricted_score if restricted else at.score
    turns = np.flatnonzero((slopes[:-1] > 0.0) & (slopes[1:] <= 0.0))
    roots = [optimize.brentq(score, grid[i], grid[i + 1], xtol=1e-14, rtol=1e-13) for i in turns]
    candidates = np.array([0.0, *roots])
    found = profile(data, candidates)
    heights = found.restricted if restricted else found.log_likelihood
    return float(candidates[int(np.argmax(heights))])
