"""Home of Newton's method on the calibration equations, in cells or in rows."""

from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.weighting._distance import Ratio

_SHORTEST = 1e-6  # a step halved below this leads nowhere: there is no solution


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """Ratios g (n,), the calibration equations' lambda (p,), and how the iteration ended."""

    g: FloatArray
    at: FloatArray
    iterations: int
    converged: bool


def solve(
    x: FloatArray,
    d: FloatArray,
    *,
    wanted: FloatArray,
    size: FloatArray,
    ratio: Ratio,
    tolerance: float,
    max_iterations: int,
    q: FloatArray | None = None,
) -> Solution:
    """Ratios g = F(q x'lambda) for which x'(d g) = wanted, halving a step that leads away.

    Parameters
    ----------
    x : (n, p); d : (n,) weights; wanted : (p,) totals.
    size : (p,) what a deviation is measured in.
    q : (n,) how easily a row's weight moves; None: all alike.

    Returns
    -------
    Solution; where none exists the nearest found, with `converged=False`.
    """
    spread = d if q is None else d * q
    at = np.zeros(x.shape[1])
    g, slope = ratio(np.zeros(x.shape[0]))
    miss = wanted - x.T @ (d * g)
    for iteration in range(1, max_iterations + 1):
        move = _move(x, spread * slope, miss=miss)
        length = 1.0
        while True:
            u = x @ (at + length * move)
            trial, trial_slope = ratio(u if q is None else u * q)
            trial_miss = wanted - x.T @ (d * trial)
            if np.linalg.norm(trial_miss / size) < np.linalg.norm(miss / size) or length < _SHORTEST:
                break
            length /= 2.0
        if length < _SHORTEST:
            done = bool(np.all(np.abs(miss) <= tolerance * size))
            return Solution(g=g, at=at, iterations=iteration, converged=done)
        at, g, slope, miss = at + length * move, trial, trial_slope, trial_miss
        if np.all(np.abs(miss) <= tolerance * size):
            return Solution(g=g, at=at, iterations=iteration, converged=True)
    return Solution(g=g, at=at, iterations=max_iterations, converged=False)


def _move(x: FloatArray, weight: FloatArray, *, miss: FloatArray) -> FloatArray:
    """Newton's step; variables that repeat each other share it. Scaled, so that units do not matter."""
    gram = x.T @ (x * weight[:, None])
    scale = np.sqrt(np.diag(gram))
    scale = np.where(scale > 0, scale, 1.0)
    inner = np.linalg.lstsq(gram / np.outer(scale, scale), miss / scale, rcond=1e-12)[0]
    return np.asarray(inner / scale)
