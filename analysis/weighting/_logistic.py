"""Home of the fits behind propensities: weighted logistic, log-linear, and the pseudo-likelihood of volunteers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.weighting.errors import StepError
from analysis.weighting.variables import Variables, repeated

_ROUNDS = 100
_ENOUGH = 1e-10  # largest step of a standardised coefficient at which a fit has converged
_FARTHEST = 30.0  # a linear predictor beyond this is a probability of 0 or 1: the data are separated

Score = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""From (p,) coefficients to the (p,) score and the (p, p) information."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Logit:
    """Fitted coefficients (p,), the (p, p) inverse information, and the (n,) fitted values."""

    coefficients: FloatArray
    inverse: FloatArray
    fitted: FloatArray
    iterations: int


def expit(u: FloatArray) -> FloatArray:
    """1 / (1 + exp(-u)) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * u)))


def check_regular(variables: Variables, weights: FloatArray) -> None:
    """Refuse a variable that is a combination of those before it.

    Raises
    ------
    StepError
        `variable_singular`, naming the variable.
    """
    found = repeated(variables.x, weights)
    if found:
        raise StepError("variable_singular", name=variables.names[found[0][0]])


def logistic(variables: Variables, *, chosen: FloatArray, weights: FloatArray) -> Logit:
    """Weighted logistic regression on the variables, an intercept among them.

    Parameters
    ----------
    chosen : (n,) weight of what was chosen in each row: 0 or `weights`, or any part of it where rows are cells.

    Raises
    ------
    StepError
        Collinear variables; `propensity_separated` where the maximum does not exist.
    """
    x = variables.x
    check_regular(variables, weights)

    def score(at: FloatArray) -> tuple[FloatArray, FloatArray]:
        p = expit(x @ at)
        return x.T @ (chosen - weights * p), x.T @ (x * (weights * p * (1.0 - p))[:, None])

    at, information, rounds = newton(score, variables, weights=weights, refusal="propensity_separated")
    return Logit(coefficients=at, inverse=inverted(information), fitted=expit(x @ at), iterations=rounds)


def log_linear(variables: Variables, *, y: FloatArray) -> Logit:
    """Quasi-Poisson regression: the mean of y > 0 is exp(x'gamma)."""
    x = variables.x
    everybody = np.ones(x.shape[0])
    check_regular(variables, everybody)

    def score(at: FloatArray) -> tuple[FloatArray, FloatArray]:
        mean = np.exp(np.clip(x @ at, -700.0, 700.0))
        return x.T @ (y - mean), x.T @ (x * mean[:, None])

    start = np.zeros(x.shape[1])
    start[0] = np.log(y.mean())  # the intercept comes first
    at, information, rounds = newton(
        score, variables, weights=everybody, refusal="no_population", start=start
    )
    return Logit(coefficients=at, inverse=inverted(information), fitted=np.exp(x @ at), iterations=rounds)


def newton(
    score: Score,
    variables: Variables,
    *,
    weights: FloatArray,
    refusal: str,
    start: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray, int]:
    """Root of a score by Newton's method, halving a step after which the score is larger in its own metric.

    Raises
    ------
    StepError
        `refusal`, naming the variable whose coefficient runs away.
    """
    spread, used = _spread(variables.x, weights), weights > 0
    at = np.zeros(variables.x.shape[1]) if start is None else start
    value, information = score(at)
    for rounds in range(1, _ROUNDS + 1):
        inverse = inverted(information)
        move, size = inverse @ value, float(value @ inverse @ value)
        length = 1.0
        while length > 1e-8:
            trial = at + length * move
            new_value, new_information = score(trial)
            if float(new_value @ inverse @ new_value) <= size * (1.0 + 1e-12):
                break
            length /= 2.0
        at, value, information = trial, new_value, new_information
        if np.abs(variables.x @ at)[used].max() > _FARTHEST or length <= 1e-8:
            break
        if np.abs(length * move * spread).max() < _ENOUGH:
            return at, information, rounds
    worst = int(np.abs(at * spread)[1:].argmax()) + 1 if at.shape[0] > 1 else 0
    raise StepError(refusal, name=variables.names[worst])


def inverted(information: FloatArray) -> FloatArray:
    """Inverse of an information matrix, scaled so that units do not matter."""
    scale = np.sqrt(np.diag(information))
    scale = np.where(scale > 0, scale, 1.0)
    inner = np.linalg.pinv(information / np.outer(scale, scale), rcond=1e-13, hermitian=True)
    return np.asarray(inner / np.outer(scale, scale))


def _spread(x: FloatArray, weights: FloatArray) -> FloatArray:
    """(p,) standard deviations; 1 for the intercept and for what does not vary."""
    mean = weights @ x / weights.sum()
    spread = np.sqrt(weights @ (x - mean) ** 2 / weights.sum())
    return np.where(spread > 0, spread, 1.0)
