"""Home of the search for the parameters: Fisher scoring with step halving, the same for both kinds of targets."""

from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.validity.implied import Matrices, Values, matrices
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
class Problem:
    """A pattern and what each of its groups is fitted to."""

    pattern: Pattern
    targets: tuple[Target, ...]

    @property
    def shares(self) -> FloatArray:
        """(G,) shares of the groups."""
        return np.array([target.share for target in self.targets])

    def now(self, theta: Values) -> list[Matrices]:
        """The matrices of each group at parameters theta (k,)."""
        return [matrices(self.pattern, theta, group=group) for group in range(len(self.targets))]

    def distances(self, theta: FloatArray) -> FloatArray:
        """(G,) discrepancy of each group."""
        pairs = zip(self.targets, self.now(theta), strict=True)
        return np.array([target.distance(here) for target, here in pairs])


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

    problem: Problem
    theta: FloatArray
    distance: FloatArray
    information: FloatArray
    is_converged: bool
    iterations: int

    def now(self) -> list[Matrices]:
        """The matrices of each group."""
        return self.problem.now(self.theta)


def linear_parts(problem: Problem, theta: Values) -> list[Linear]:
    """Each group's moments near theta with slopes in the k parameters, (k, q) each."""
    parts = []
    for target, now, free in zip(problem.targets, problem.now(theta), problem.pattern.free, strict=True):
        part = target.linear(now, free.kinds, count=free.count)
        chosen = free.chosen.T
        parts.append(
            Linear(slope=chosen @ part.slope, weighted=chosen @ part.weighted, residual=part.residual)
        )
    return parts


def hessian(problem: Problem, theta: FloatArray) -> FloatArray:
    """(k, k) observed information of one respondent, exact by the complex step.

    References
    ----------
    Squire and Trapp (1998), SIAM Review 40, 110-112.
    """
    full = np.zeros((len(theta), len(theta)))
    for group, (target, free) in enumerate(zip(problem.targets, problem.pattern.free, strict=True)):
        # A parameter that the group does not have leaves its part alone.
        for at in free.parameters:
            moved = theta.astype(np.complex128)
            moved[at] += 1e-30j
            now = matrices(problem.pattern, moved, group=group)
            part = target.linear(now, free.kinds, count=free.count)
            full[at] -= target.share * (free.chosen.T @ (part.weighted @ part.residual).imag) / 1e-30
    return np.asarray((full + full.T) / 2)


def point(problem: Problem, theta: FloatArray) -> Solution:
    """A point that was not searched for, as a solution."""
    return Solution(
        problem=problem,
        theta=theta,
        distance=problem.distances(theta),
        information=_local(problem, theta)[1],
        is_converged=True,
        iterations=0,
    )


def solve(problem: Problem, start: FloatArray) -> Solution:
    """Lower half the discrepancy from `start` until its gradient vanishes.

    A step is the gradient through the expected information, and after some steps, where the model fits badly and the
    expected information is a poor guide, through the observed one. It is kept short and halved while it does not lower
    the discrepancy. Nothing is bounded: a negative variance is a finding about the model and stays visible.
    """
    theta, distances = start.copy(), problem.distances(start)
    converged, taken = False, 0
    while not converged and taken < _MOST_STEPS:
        slope, information = _local(problem, theta)
        unit = np.sqrt(np.maximum(np.diag(information), 1e-12))
        curvature = information if taken < _SCORING_STEPS else hessian(problem, theta)
        direction = _direction(curvature / np.outer(unit, unit), slope / unit) / unit
        if -(slope @ direction) < _FLAT:
            converged = True
            break
        taken += 1
        found = _descend(problem, theta, distances=distances, slope=slope, direction=direction)
        if found is None:
            break
        theta, distances = found
    information = _local(problem, theta)[1]
    return Solution(
        problem=problem,
        theta=theta,
        distance=distances,
        information=information,
        is_converged=converged,
        iterations=taken,
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
    problem: Problem,
    theta: FloatArray,
    *,
    distances: FloatArray,
    slope: FloatArray,
    direction: FloatArray,
) -> tuple[FloatArray, FloatArray] | None:
    """The first of the halved steps that lowers the discrepancy enough, with its distances; None if none does."""
    value = float(problem.shares @ distances)
    length = 1.0
    while length > 1e-10:
        moved = theta + length * direction
        distances = problem.distances(moved)
        gain = 2e-4 * length * float(slope @ direction)
        if float(problem.shares @ distances) <= value + gain + _ROUNDING * (1.0 + abs(value)):
            return moved, distances
        length /= 2
    return None


def _local(problem: Problem, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gradient (k,) of half the discrepancy, and expected information (k, k)."""
    pairs = list(zip(problem.shares, linear_parts(problem, theta), strict=True))
    slope = sum(-share * part.weighted @ part.residual for share, part in pairs)
    information = sum(share * part.slope @ part.weighted.T for share, part in pairs)
    return np.asarray(slope), np.asarray(information)
