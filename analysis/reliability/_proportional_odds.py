"""Home of proportional-odds regression on counted cells, as small as the tests of differential functioning need it."""

from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray

_STEPS = 50
_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Rows of equal regressors (m, p) with the counts (m, c) of the c ordered answers."""

    x: FloatArray
    counts: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """The maximum: its log likelihood, the slopes (above 0: higher answers), and whether it was reached."""

    log_likelihood: float
    slopes: FloatArray
    is_converged: bool


def null_log_likelihood(counts: FloatArray) -> float:
    """Of the model without regressors: every row has the shares of all."""
    margin = counts.sum(axis=0)
    used = margin > 0
    return float(margin[used] @ np.log(margin[used] / margin.sum()))


def log_likelihood(cells: Cells) -> Fit:
    """Newton's method with halved steps for logit P(answer <= j) = cut_j - x'slope.

    References
    ----------
    McCullagh (1980), JRSS B 42, 109-142, sec. 2 and appendix.
    """
    c, p = cells.counts.shape[1], cells.x.shape[1]
    below = np.cumsum(cells.counts.sum(axis=0))[:-1] / cells.counts.sum()
    at = np.concatenate([np.log(below / (1 - below)), np.zeros(p)])
    value, gradient, curvature = _derivatives(cells, at)
    for _ in range(_STEPS):
        step = np.linalg.lstsq(curvature, gradient, rcond=None)[0]
        if float(gradient @ step) < _TOLERANCE:
            return Fit(log_likelihood=value, slopes=at[c - 1 :], is_converged=True)
        for _ in range(30):
            moved = at + step
            if (np.diff(moved[: c - 1]) > 0).all():
                new = _derivatives(cells, moved)
                if new[0] >= value - 1e-12 * abs(value):
                    break
            step = step / 2
        at = moved
        value, gradient, curvature = new
    return Fit(log_likelihood=value, slopes=at[c - 1 :], is_converged=False)


def _derivatives(cells: Cells, at: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """Log likelihood, its gradient, and its expected curvature."""
    from scipy.special import expit

    m, c = cells.counts.shape
    eta = at[None, : c - 1] - (cells.x @ at[c - 1 :])[:, None]
    below = np.column_stack([np.zeros(m), expit(eta), np.ones(m)])
    chance = np.maximum(np.diff(below, axis=1), 1e-300)
    density = np.column_stack([np.zeros(m), expit(eta) * expit(-eta), np.zeros(m)])
    # Derivative of the chance of answer j by the cuts and the slopes, (m, c, c - 1 + p).
    jacobian = np.zeros((m, c, len(at)))
    for cut in range(c - 1):
        jacobian[:, cut, cut] = density[:, cut + 1]
        jacobian[:, cut + 1, cut] = -density[:, cut + 1]
    jacobian[:, :, c - 1 :] = -np.diff(density, axis=1)[:, :, None] * cells.x[:, None, :]
    n = cells.counts.sum(axis=1)
    gradient = np.einsum("mc,mcq->q", cells.counts / chance, jacobian)
    curvature = np.einsum("m,mcq,mcr->qr", n, jacobian / chance[:, :, None], jacobian, optimize=True)
    used = cells.counts > 0
    return float((cells.counts[used] * np.log(chance[used])).sum()), gradient, curvature
