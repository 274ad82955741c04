"""Home of the search for the parameters: Fisher scoring with step halving, the same for both kinds of targets."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.validity.implied import Values, matrices
from analysis.validity.pattern import Pattern
from analysis.validity.targets import Linear, Target

_MOST_STEPS = 100
# Steps through the expected information; what has not ended by then goes through the observed one.
_SCORING_STEPS = 25
# In units of one respondent's standard deviation of a parameter: a longer step may jump into a valley without an end.
_LONGEST_STEP = 0.3
_LEAST_CURVATURE = 1e-4
# What a step may still gain, in units of half a discrepancy; its root is an error in standard deviations.
_FLAT = 1e-16
_ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """Where the search ended.

    Attributes
    ----------
    theta : (k,) parameters.
    distance : (G,) discrepancy F of each group, unweighted by its share.
    information : (k, k) expected information of one respondent.
    is_converged, iterations : whether the gradient vanished, and after how many steps.
    """

    theta: FloatArray
    distance: FloatArray
    information: FloatArray
    is_converged: bool
    iterations: int


def linear_parts(pattern: Pattern, targets: Sequence[Target], theta: Values) -> list[Linear]:
    """Each group's moments near theta with slopes in the k parameters, (k, q) each."""
    parts = []
    for group, target in enumerate(targets):
        free = pattern.free[group]
        part = target.linear(matrices(pattern, theta, group), free.kinds, count=free.count)
        chosen = free.chosen.T
        parts.append(
            Linear(slope=chosen @ part.slope, weighted=chosen @ part.weighted, residual=part.residual)
        )
    return parts


def hessian(pattern: Pattern, targets: Sequence[Target], theta: FloatArray) -> FloatArray:
    """(k, k) observed information of one respondent, exact by the complex step.

    References
    ----------
    Squire and Trapp (1998), SIAM Review 40, 110-112.
    """
    full = np.zeros((len(theta), len(theta)))
    for group, target in enumerate(targets):
        free = pattern.free[group]
        # A parameter that the group does not have leaves its part alone.
        for at in free.parameters:
            moved = theta.astype(np.complex128)
            moved[at] += 1e-30j
            part = target.linear(matrices(pattern, moved, group), free.kinds, count=free.count)
            full[at] -= target.share * (free.chosen.T @ (part.weighted @ part.residual).imag) / 1e-30
    return np.asarray((full + full.T) / 2)


def solve(pattern: Pattern, targets: Sequence[Target], start: FloatArray) -> Solution:
    """Lower half the discrepancy from `start` until its gradient vanishes.

    A step is the gradient through the expected information, and after some steps, where the model fits badly and the
    expected information is a poor guide, through the observed one. It is kept short and halved while it does not lower
    the discrepancy. Nothing is bounded: a negative variance is a finding about the model and stays visible.
    """
    theta, distances = start.copy(), _distances(pattern, targets, start)
    converged, taken = False, 0
    while not converged and taken < _MOST_STEPS:
        slope, information = _local(targets, linear_parts(pattern, targets, theta))
        unit = np.sqrt(np.maximum(np.diag(information), 1e-12))
        curvature = information if taken < _SCORING_STEPS else hessian(pattern, targets, theta)
        direction = _direction(curvature / np.outer(unit, unit), slope / unit) / unit
        if -(slope @ direction) < _FLAT:
            converged = True
            break
        taken += 1
        found = _descend(pattern, targets, theta, distances, slope=slope, direction=direction)
        if found is None:
            break
        theta, distances = found
    information = _local(targets, linear_parts(pattern, targets, theta))[1]
    return Solution(
        theta=theta, distance=distances, information=information, is_converged=converged, iterations=taken
    )


def _direction(curvature: FloatArray, slope: FloatArray) -> FloatArray:
    """Downhill step in parameters of unit information: eigenvalues are made positive, and no element moves far."""
    try:
        np.linalg.cholesky(curvature)
        step = -np.linalg.solve(curvature, slope)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(curvature)
        step = -vectors @ ((vectors.T @ slope) / np.maximum(np.abs(values), _LEAST_CURVATURE))
    return np.asarray(step * min(1.0, _LONGEST_STEP / max(float(np.abs(step).max()), 1e-300)))


def _descend(
    pattern: Pattern,
    targets: Sequence[Target],
    theta: FloatArray,
    distances: FloatArray,
    *,
    slope: FloatArray,
    direction: FloatArray,
) -> tuple[FloatArray, FloatArray] | None:
    """The first of the halved steps that lowers the discrepancy enough, with its distances; None if none does."""
    shares = np.array([target.share for target in targets])
    value = float(shares @ distances)
    length = 1.0
    while length > 1e-10:
        moved = theta + length * direction
        distances = _distances(pattern, targets, moved)
        gain = 2e-4 * length * float(slope @ direction)
        if float(shares @ distances) <= value + gain + _ROUNDING * (1.0 + abs(value)):
            return moved, distances
        length /= 2
    return None


def _distances(pattern: Pattern, targets: Sequence[Target], theta: FloatArray) -> FloatArray:
    return np.array(
        [target.distance(matrices(pattern, theta, group)) for group, target in enumerate(targets)]
    )


def _local(targets: Sequence[Target], parts: Sequence[Linear]) -> tuple[FloatArray, FloatArray]:
    pairs = list(zip(targets, parts, strict=True))
    slope = sum(-target.share * part.weighted @ part.residual for target, part in pairs)
    information = sum(target.share * part.slope @ part.weighted.T for target, part in pairs)
    return np.asarray(slope), np.asarray(information)
