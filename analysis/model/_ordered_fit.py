"""Home of the likelihood of ordered regression: its value, slopes and curvature, and Newton's way to the top."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis._sums import column_sums, group_sums
from analysis._types import FloatArray, IntArray

_HALVINGS = 40
_FAR = 18.0
_FLAT = 1e-8
_PERFECT = 1e-6
_TINY = 1e-300


class OrderedLink(StrEnum):
    """The distribution F in `P(Y <= j) = F(zeta_j - x b)`; `loglog` is exp(-exp(-u)), R's svyolr "cloglog"."""

    LOGIT = "logit"
    PROBIT = "probit"
    LOGLOG = "loglog"
    CAUCHIT = "cauchit"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """F, its upper tail 1 - F, its density and the derivative of the density."""

    cdf: Callable[[FloatArray], FloatArray]
    tail: Callable[[FloatArray], FloatArray]
    density: Callable[[FloatArray], FloatArray]
    bend: Callable[[FloatArray], FloatArray]


def curve_of(link: OrderedLink) -> Curve:
    """The curve of a link."""
    made = {
        OrderedLink.LOGIT: _logistic,
        OrderedLink.PROBIT: _normal,
        OrderedLink.LOGLOG: _gumbel,
        OrderedLink.CAUCHIT: _cauchy,
    }
    return made[link]()


def _logistic() -> Curve:
    from scipy import special

    def density(u: FloatArray) -> FloatArray:
        return np.asarray(special.expit(u) * special.expit(-u))

    return Curve(
        cdf=special.expit,
        tail=lambda u: special.expit(-u),
        density=density,
        bend=lambda u: density(u) * (special.expit(-u) - special.expit(u)),
    )


def _normal() -> Curve:
    from scipy import special

    def density(u: FloatArray) -> FloatArray:
        return np.asarray(np.exp(-0.5 * u**2) / np.sqrt(2.0 * np.pi))

    return Curve(
        cdf=special.ndtr,
        tail=lambda u: special.ndtr(-u),
        density=density,
        bend=lambda u: -_finite(u) * density(u),
    )


def _gumbel() -> Curve:
    def decay(u: FloatArray) -> FloatArray:
        return np.asarray(np.exp(-np.maximum(u, -700.0)))

    def density(u: FloatArray) -> FloatArray:
        return np.asarray(decay(u) * np.exp(-decay(u)))

    return Curve(
        cdf=lambda u: np.exp(-decay(u)),
        tail=lambda u: -np.expm1(-decay(u)),
        density=density,
        bend=lambda u: density(u) * (decay(u) - 1.0),
    )


def _cauchy() -> Curve:
    return Curve(
        cdf=lambda u: 0.5 + np.arctan(u) / np.pi,
        tail=lambda u: 0.5 - np.arctan(u) / np.pi,
        density=lambda u: 1.0 / (np.pi * (1.0 + u**2)),
        bend=lambda u: -2.0 * _finite(u) / (np.pi * (1.0 + _finite(u) ** 2) ** 2),
    )


def _finite(u: FloatArray) -> FloatArray:
    """u, 0 where it is infinite: the density vanishes there, whatever it is multiplied by."""
    return np.where(np.isfinite(u), u, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """The used rows: (m, p) `Q` in an orthogonal basis, (m,) answer `y` from 0 to J - 1."""

    Q: FloatArray
    y: IntArray
    answers: int
    curve: Curve


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Point:
    """Log likelihood with its derivatives at (gamma, zeta): (m,) slopes `upper` and `lower` by the two limits."""

    value: float
    upper: FloatArray
    lower: FloatArray
    gradient: FloatArray
    hessian: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    theta: FloatArray
    point: Point
    iterations: int
    converged: bool
    separated: bool


def start_at(problem: Problem, w: FloatArray) -> FloatArray:
    """No slopes, and the thresholds at the weighted shares of the answers."""
    below = np.cumsum(group_sums(problem.y, w, size=problem.answers))[:-1] / w.sum()
    return np.append(np.zeros(problem.Q.shape[1]), _quantile(problem.curve, below))


def _quantile(curve: Curve, shares: FloatArray) -> FloatArray:
    """Where F reaches the shares, by bisection: good enough to start from."""
    low, high = np.full(shares.shape, -60.0), np.full(shares.shape, 60.0)
    for _ in range(60):
        middle = 0.5 * (low + high)
        above = curve.cdf(middle) > shares
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray(0.5 * (low + high))


def _limits(theta: FloatArray, problem: Problem) -> tuple[FloatArray, FloatArray]:
    """(m,) zeta_y - eta and zeta_(y - 1) - eta, infinite at the ends."""
    slopes = problem.Q.shape[1]
    edges = np.concatenate([[-np.inf], theta[slopes:], [np.inf]])
    eta = problem.Q @ theta[:slopes]
    return edges[problem.y + 1] - eta, edges[problem.y] - eta


def _probability(upper: FloatArray, lower: FloatArray, curve: Curve) -> FloatArray:
    """F(upper) - F(lower), from the tails on the right side, where the difference of F would lose its digits."""
    right = lower > 0.0
    found = np.where(right, curve.tail(lower) - curve.tail(upper), curve.cdf(upper) - curve.cdf(lower))
    return np.asarray(found)


def _value(theta: FloatArray, problem: Problem, w: FloatArray) -> float:
    if np.any(np.diff(theta[problem.Q.shape[1] :]) <= 0.0):
        return -np.inf
    chance = _probability(*_limits(theta, problem), problem.curve)
    used = w > 0  # a replicate may leave rows out
    return float(w[used] @ np.log(chance[used])) if np.all(chance[used] > 0.0) else -np.inf


def _point(theta: FloatArray, problem: Problem, w: FloatArray) -> Point:
    """Value, gradient and Hessian of the log likelihood."""
    upper, lower = _limits(theta, problem)
    curve = problem.curve
    chance = np.maximum(_probability(upper, lower, curve), _TINY)
    a, b = curve.density(upper) / chance, curve.density(lower) / chance
    haa = curve.bend(upper) / chance - a**2
    hbb = -curve.bend(lower) / chance - b**2
    Q, y, J = problem.Q, problem.y, problem.answers
    by_zeta = _thresholds(y, w * a, J) - _thresholds(y - 1, w * b, J)
    gradient = np.append(-(Q.T @ (w * (a - b))), by_zeta)
    middle = haa + 2.0 * a * b + hbb
    top = Q.T @ (Q * (w * middle)[:, None])
    at_upper = _threshold_rows(y, Q * (w * (haa + a * b))[:, None], J)
    at_lower = _threshold_rows(y - 1, Q * (w * (hbb + a * b))[:, None], J)
    cross = -(at_upper + at_lower)
    corner = np.diag(_thresholds(y, w * haa, J) + _thresholds(y - 1, w * hbb, J))
    beside = _thresholds(y, w * a * b, J)[1:]  # rows of an answer with both limits move two neighbours
    corner += np.diag(beside, 1) + np.diag(beside, -1)
    hessian = np.block([[top, cross.T], [cross, corner]])
    used = w > 0
    return Point(
        value=float(w[used] @ np.log(chance[used])), upper=a, lower=b, gradient=gradient, hessian=hessian
    )


def _thresholds(place: IntArray, values: FloatArray, answers: int) -> FloatArray:
    """(J - 1,) sums of values per threshold; a place before the first or after the last is none."""
    return group_sums(place + 1, values, size=answers + 1)[1:answers]


def _threshold_rows(place: IntArray, values: FloatArray, answers: int) -> FloatArray:
    """(J - 1, p) sums of rows per threshold."""
    return column_sums(place + 1, values, size=answers + 1)[1:answers]


def newton(problem: Problem, w: FloatArray, *, start: FloatArray, most: int) -> Fit:
    """The maximum of the log likelihood by Newton's method with halved steps."""
    theta, point = start, _point(start, problem, w)
    converged = separated = False
    iterations = 0
    while iterations < most and not converged and not separated:
        iterations += 1
        step = _direction(point)
        decrement = float(point.gradient @ step)
        new, value = theta + step, -np.inf
        for _ in range(_HALVINGS):
            value = _value(new, problem, w)
            if value >= point.value - 1e-10 * (abs(point.value) + 1.0):
                break
            new = 0.5 * (new + theta)
        if not np.isfinite(value):
            break
        theta, point = new, _point(new, problem, w)
        converged = abs(decrement) <= 1e-16 * (abs(point.value) + 1.0) or bool(
            np.linalg.norm(step) <= 1e-10 * np.linalg.norm(theta)
        )
        perfect = -point.value < _PERFECT * float(w.sum())
        separated = perfect or _separates(theta, point, problem)
    return Fit(
        theta=theta,
        point=point,
        iterations=iterations,
        converged=converged and not separated,
        separated=separated,
    )


def _direction(point: Point) -> FloatArray:
    """Newton's step; where the Hessian is not negative definite, the nearest direction that climbs."""
    values, vectors = np.linalg.eigh(-point.hessian)
    safe = np.maximum(np.abs(values), 1e-10 * np.max(np.abs(values)))
    return np.asarray(vectors @ ((vectors.T @ point.gradient) / safe))


def _separates(theta: FloatArray, point: Point, problem: Problem) -> bool:
    if float(np.max(np.abs(problem.Q @ theta[: problem.Q.shape[1]]))) < _FAR:
        return False
    values = np.linalg.eigvalsh(-point.hessian)
    return bool(values[0] < _FLAT * values[-1])


def scores(point: Point, problem: Problem, w: FloatArray) -> FloatArray:
    """(m, p + J - 1) contributions of the rows to the gradient."""
    slopes, rows = problem.Q.shape[1], np.arange(problem.y.size)
    scores = np.zeros((problem.y.size, slopes + problem.answers + 1))
    scores[:, :slopes] = -problem.Q * (w * (point.upper - point.lower))[:, None]
    scores[rows, slopes + 1 + problem.y] += w * point.upper
    scores[rows, slopes + problem.y] -= w * point.lower
    return np.delete(scores, [slopes, slopes + problem.answers], axis=1)
