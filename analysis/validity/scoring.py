"""Home of the search for the parameters: Fisher scoring with step halving, the same for both kinds of targets."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.validity.implied import Values, matrices
from analysis.validity.pattern import Pattern
from analysis.validity.targets import Linear, Target

_MOST_STEPS = 500
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

    A step is the gradient through the expected information; it is halved while it does not lower the discrepancy, and
    the information is made heavier on its diagonal where it is singular. Nothing is bounded: a negative variance is
    a finding about the model and stays visible.
    """
    theta = start.copy()
    distances = _distances(pattern, targets, theta)
    shares = np.array([target.share for target in targets])
    value, weight, converged, taken = float(shares @ distances) / 2, 0.0, False, 0
    for taken in range(1, _MOST_STEPS + 1):  # noqa: B007 (the last step is the count)
        parts = linear_parts(pattern, targets, theta)
        slope, information = _local(targets, parts)
        direction = _step(information, slope, weight)
        if -(slope @ direction) < _FLAT:
            converged = True
            break
        length = 1.0
        while length > 1e-10:
            moved = theta + length * direction
            new = _distances(pattern, targets, moved)
            new_value = float(shares @ new) / 2
            if new_value <= value + 1e-4 * length * float(slope @ direction) + _ROUNDING * (1.0 + abs(value)):
                break
            length /= 2
        else:
            if weight > 1e3:
                break
            weight = max(10 * weight, 1e-3)
            continue
        weight = weight / 10 if length == 1.0 else weight
        theta, value, distances = moved, new_value, new
    else:
        parts = linear_parts(pattern, targets, theta)
    information = _local(targets, parts)[1]
    return Solution(
        theta=theta, distance=distances, information=information, is_converged=converged, iterations=taken
    )


def _distances(pattern: Pattern, targets: Sequence[Target], theta: FloatArray) -> FloatArray:
    return np.array(
        [target.distance(matrices(pattern, theta, group)) for group, target in enumerate(targets)]
    )


def _local(targets: Sequence[Target], parts: Sequence[Linear]) -> tuple[FloatArray, FloatArray]:
    pairs = list(zip(targets, parts, strict=True))
    slope = sum(-target.share * part.weighted @ part.residual for target, part in pairs)
    information = sum(target.share * part.slope @ part.weighted.T for target, part in pairs)
    return np.asarray(slope), np.asarray(information)


def _step(information: FloatArray, slope: FloatArray, weight: float) -> FloatArray:
    scale = np.sqrt(np.maximum(np.diag(information), 1e-12))
    scaled = information / np.outer(scale, scale) + weight * np.eye(len(scale))
    try:
        solved = np.linalg.solve(scaled + 1e-12 * np.eye(len(scale)), slope / scale)
    except np.linalg.LinAlgError:
        solved = np.linalg.lstsq(scaled, slope / scale, rcond=1e-10)[0]
    return np.asarray(-solved / scale)
