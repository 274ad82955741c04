"""Home of the rotations of factors: gradient projection with the criteria of the field, and promax."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from analysis._types import FloatArray

_STEPS = 2_000
_FIRST_STEPS = 60
_TOLERANCE = 1e-8
_SETTLED = 1e-5
_HALVINGS = 30

Criterion = Callable[[FloatArray], tuple[float, FloatArray]]


class Rotate(StrEnum):
    """Orthogonal: `none`, `varimax`, `quartimax`; oblique: `oblimin`, `quartimin`, `geomin`, `promax`."""

    NONE = "none"
    VARIMAX = "varimax"
    QUARTIMAX = "quartimax"
    OBLIMIN = "oblimin"
    QUARTIMIN = "quartimin"
    GEOMIN = "geomin"
    PROMAX = "promax"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rotation:
    """Pattern (k, q), correlations of the factors (q, q), the criterion reached, and whether it converged."""

    pattern: FloatArray
    correlations: FloatArray
    criterion: float
    is_converged: bool


def rotated(
    loadings: FloatArray,
    way: Rotate,
    *,
    normalise: bool,
    gamma: float = 0.0,
    delta: float = 0.01,
    power: float = 4.0,
    starts: int = 0,
    seed: int | None = None,
) -> Rotation:
    """Rotate (k, q) loadings.

    Parameters
    ----------
    normalise : Kaiser's row normalisation before, undone after.
    gamma : of oblimin; 0 is quartimin, negative values make the factors less correlated.
    delta : of geomin, added to the squared loadings.
    power : of promax.
    starts, seed : random starts beside the unrotated one; the lowest criterion wins. Criteria of complex rotations
        have several local minima.

    References
    ----------
    Jennrich (2001) Psychometrika 66, 289-306 (orthogonal) and (2002) Psychometrika 67, 7-20 (oblique); Kaiser (1958)
    Psychometrika 23, 187-200; Browne (2001) Multivariate Behavioral Research 36, 111-150 (criteria); Hendrickson
    and White (1964) British Journal of Statistical Psychology 17, 65-70 (promax).
    """
    q = loadings.shape[1]
    if way is Rotate.NONE or q == 1:
        return Rotation(pattern=loadings, correlations=np.eye(q), criterion=0.0, is_converged=True)
    if way is Rotate.PROMAX:
        return _promax(loadings, power=power, normalise=normalise)
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True)) if normalise else np.ones((len(loadings), 1))
    length = np.where(length > 0, length, 1.0)
    criterion, turn = _criterion(way, gamma=gamma, delta=delta)
    rng = np.random.default_rng(seed)
    found = [turn(loadings / length, criterion, np.eye(q))]
    for _ in range(starts):
        start = np.linalg.qr(rng.standard_normal((q, q)))[0]
        found.append(turn(loadings / length, criterion, start))
    best = min(found, key=lambda rotation: (not rotation.is_converged, rotation.criterion))
    return Rotation(
        pattern=best.pattern * length,
        correlations=best.correlations,
        criterion=best.criterion,
        is_converged=best.is_converged,
    )


Turn = Callable[[FloatArray, Criterion, FloatArray], Rotation]


def _criterion(way: Rotate, *, gamma: float, delta: float) -> tuple[Criterion, Turn]:
    if way is Rotate.VARIMAX:
        return _varimax, orthogonal
    if way is Rotate.QUARTIMAX:
        return _quartimax, orthogonal
    if way is Rotate.GEOMIN:
        return lambda pattern: _geomin(pattern, delta), oblique
    weight = 0.0 if way is Rotate.QUARTIMIN else gamma
    return lambda pattern: _oblimin(pattern, weight), oblique


def _varimax(loadings: FloatArray) -> tuple[float, FloatArray]:
    squares = loadings**2
    centred = squares - squares.mean(axis=0)
    return -float((centred**2).sum()) / 4, -loadings * centred


def _quartimax(loadings: FloatArray) -> tuple[float, FloatArray]:
    return -float((loadings**4).sum()) / 4, -(loadings**3)


def _oblimin(loadings: FloatArray, gamma: float) -> tuple[float, FloatArray]:
    squares = loadings**2
    others = squares.sum(axis=1, keepdims=True) - squares
    if gamma:
        others = others - gamma * others.mean(axis=0)
    return float((squares * others).sum()) / 4, loadings * others


def _geomin(loadings: FloatArray, delta: float) -> tuple[float, FloatArray]:
    q = loadings.shape[1]
    lifted = loadings**2 + delta
    mean = np.exp(np.log(lifted).sum(axis=1) / q)
    return float(mean.sum()), 2 / q * loadings / lifted * mean[:, None]


def orthogonal(loadings: FloatArray, criterion: Criterion, start: FloatArray) -> Rotation:
    """Gradient projection on the orthogonal matrices."""

    def at(turn: FloatArray) -> _Point:
        pattern = loadings @ turn
        value, gradient = criterion(pattern)
        slope = loadings.T @ gradient
        inner = turn.T @ slope
        return _Point(turn, pattern, value, slope - turn @ (inner + inner.T) / 2)

    def back(turn: FloatArray) -> FloatArray:
        left, _, right = np.linalg.svd(turn)
        return np.asarray(left @ right)

    found, is_converged = _descended(start, at, back)
    return Rotation(
        pattern=found.pattern,
        correlations=np.eye(len(start)),
        criterion=found.value,
        is_converged=is_converged,
    )


def oblique(loadings: FloatArray, criterion: Criterion, start: FloatArray) -> Rotation:
    """Gradient projection on the matrices with columns of length 1."""

    def at(turn: FloatArray) -> _Point:
        inverse = np.linalg.inv(turn)
        pattern = loadings @ inverse.T
        value, gradient = criterion(pattern)
        slope = -(pattern.T @ gradient @ inverse).T
        return _Point(turn, pattern, value, slope - turn * (turn * slope).sum(axis=0))

    def back(turn: FloatArray) -> FloatArray:
        return np.asarray(turn / np.sqrt((turn**2).sum(axis=0)))

    found, is_converged = _descended(start, at, back, steps=_FIRST_STEPS)
    if not is_converged:
        found, is_converged = _descended(_hastened(found, at, back), at, back)
    return Rotation(
        pattern=found.pattern,
        correlations=found.turn.T @ found.turn,
        criterion=found.value,
        is_converged=is_converged,
    )


class _Point(NamedTuple):
    """A rotation matrix, the rotated pattern, the criterion and its projected gradient."""

    turn: FloatArray
    pattern: FloatArray
    value: float
    slope: FloatArray


def _hastened(
    here: _Point, at: Callable[[FloatArray], _Point], back: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    """Where a quasi-Newton method ends in the valley that descent has found; columns of any length are directions."""
    from scipy import optimize

    shape = here.turn.shape

    def objective(flat: FloatArray) -> tuple[float, FloatArray]:
        free = flat.reshape(shape)
        point = at(back(free))
        return point.value, (point.slope / np.sqrt((free**2).sum(axis=0))).ravel()

    options = {"ftol": 1e-16, "gtol": 1e-10, "maxiter": 500}
    found = optimize.minimize(objective, here.turn.ravel(), jac=True, method="L-BFGS-B", options=options)
    turn = back(np.asarray(found.x).reshape(shape))
    return turn if found.fun <= here.value else here.turn


def _descended(
    start: FloatArray,
    at: Callable[[FloatArray], _Point],
    back: Callable[[FloatArray], FloatArray],
    *,
    steps: int = _STEPS,
) -> tuple[_Point, bool]:
    """The end of a descent whose steps are projected back, and whether the gradient vanished there.

    Near the end the gain of a step sinks below the rounding of the criterion: no step is accepted any more, and the
    descent ends with the gradient it has.
    """
    here, step, size = at(start), 1.0, np.inf
    for _ in range(steps):
        size = float(np.sqrt((here.slope**2).sum()))
        if size < _TOLERANCE:
            break
        step *= 2
        for _ in range(_HALVINGS):
            there = at(back(here.turn - step * here.slope))
            if there.value < here.value - 0.5 * size**2 * step:
                break
            step /= 2
        else:
            break
        here = there
    return here, size < _SETTLED


def _promax(loadings: FloatArray, *, power: float, normalise: bool) -> Rotation:
    """Varimax, then least squares to the same loadings with large ones raised and small ones lowered."""
    first = rotated(loadings, Rotate.VARIMAX, normalise=normalise)
    target = first.pattern * np.abs(first.pattern) ** (power - 1)
    turn = np.linalg.lstsq(first.pattern, target, rcond=None)[0]
    turn = turn * np.sqrt(np.diag(np.linalg.inv(turn.T @ turn)))
    return Rotation(
        pattern=first.pattern @ turn,
        correlations=np.linalg.inv(turn.T @ turn),
        criterion=first.criterion,
        is_converged=first.is_converged,
    )
