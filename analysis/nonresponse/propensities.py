"""Home of response propensities: the logistic model of responding given what the frame knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.errors import AnalysisWarning
from analysis.nonresponse.sample import Sample
from analysis.nonresponse.variables import FrameVariable

_ITERATIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Propensities:
    """A fitted response model over the n sampled cases.

    Attributes
    ----------
    rho : (n,) estimated propensities; outside the domain they mean nothing and carry no weight
    z : (n, p) derivative of each propensity by the coefficients, rho (1 - rho) x
    covariance : (p, p) of the coefficients, inverse information of the weights scaled to mean 1
    coefficients : (p,), intercept first
    """

    rho: FloatArray
    z: FloatArray
    covariance: FloatArray
    coefficients: FloatArray
    status: tuple[AnalysisWarning, ...]


def fit(variables: Sequence[FrameVariable], sample: Sample) -> Propensities:
    """Weighted logistic regression of responding on the main effects of the variables, by Fisher scoring.

    A category where all or none responded has its propensity at 1 or 0: the fit goes to the boundary, as far as
    the deviance still falls, and the status says so.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, 2nd ed., sec. 4.4; weights scaled to mean 1: de Heij,
    Schouten and Shlomo (2015), RISQ manual 2.1.
    """
    x = np.column_stack([np.ones(len(sample.d)), *(variable.columns() for variable in variables)])
    w = sample.d * sample.n / sample.population
    y = sample.answered.astype(np.float64)
    beta = np.zeros(x.shape[1])
    rate = float(w @ y / w.sum())
    beta[0] = np.log(rate / (1.0 - rate))
    deviance, iterations = np.inf, 0
    for iterations in range(1, _ITERATIONS + 1):  # noqa: B007  read after the loop
        rho = _expit(x @ beta)
        before, deviance = deviance, _deviance(w, y, rho)
        if abs(before - deviance) < 1e-12 * (abs(deviance) + 0.1):
            break
        information = (x * (w * rho * (1.0 - rho))[:, None]).T @ x
        beta = beta + _inverse(information) @ (x.T @ (w * (y - rho)))
    rho = _expit(x @ beta)
    slope = rho * (1.0 - rho)
    covariance = _inverse((x * (w * slope)[:, None]).T @ x)
    return Propensities(
        rho=rho,
        z=x * slope[:, None],
        covariance=covariance,
        coefficients=beta,
        status=_statuses(rho[sample.inside], iterations),
    )


def _expit(x: FloatArray) -> FloatArray:
    from scipy import special

    return np.asarray(special.expit(x), dtype=np.float64)


def _deviance(w: FloatArray, y: FloatArray, rho: FloatArray) -> float:
    inside = np.where(y > 0, rho, 1.0 - rho)
    return float(-2.0 * (w @ np.log(np.maximum(inside, 1e-300))))


def _inverse(matrix: FloatArray) -> FloatArray:
    """Inverse that leaves out directions without information, such as a variable that others imply."""
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    scale = np.where(scale > 0, scale, 1.0)
    inverse = np.linalg.pinv(matrix / np.outer(scale, scale), rcond=1e-11, hermitian=True)
    return np.asarray(inverse / np.outer(scale, scale))


def _statuses(rho: FloatArray, iterations: int) -> tuple[AnalysisWarning, ...]:
    found = []
    if iterations >= _ITERATIONS:
        found.append(AnalysisWarning(code="not_converged", context={"iterations": iterations}))
    extreme = int(np.count_nonzero((rho < 1e-6) | (rho > 1.0 - 1e-6)))
    if extreme:
        found.append(AnalysisWarning(code="propensity_at_boundary", context={"n": extreme}))
    return tuple(found)
