"""Home of sharing a total out in proportion to wishes, between a minimum and a maximum, and of rounding the shares."""

import numpy as np

from analysis._types import FloatArray, IntArray
from analysis.sampling.errors import SamplingError
from analysis.sampling.stratum_frame import StratumFrame


def shared(total: float, wish: FloatArray, strata: StratumFrame, *, unit: FloatArray) -> FloatArray:
    """Sizes clip(factor · wish, minimum, population) whose sum in `unit` is the total.

    For Neyman and optimal allocation this is the optimum under the bounds (Kuhn-Tucker conditions).
    """
    high = np.floor(strata.population)
    least, most = float(unit @ strata.low), float(unit @ high)
    if least > total * (1 + 1e-12):
        if unit.max() == unit.min() == 1.0:
            raise SamplingError("minimum_too_large", minimum=least, n=total)
        raise SamplingError("budget_too_small", needed=least, budget=total)
    if total >= most:
        if unit.max() == unit.min() == 1.0 and total > most:
            raise SamplingError("too_large", name="n", n=total, population=most)
        return high
    # Strata that wish for nothing (no variation) take what is left when all others are full.
    relative = wish / (wish.max() or 1.0)
    positive = relative > 1e-12
    top = float(unit @ np.where(positive, high, strata.low))
    if total >= top:
        spare = np.where(positive, 0.0, high - strata.low)
        room = float(unit @ spare)
        return np.asarray(
            np.where(positive, high, strata.low + spare * ((total - top) / room if room else 0.0))
        )
    return _filled(total, np.where(positive, relative, 0.0), strata.low, high, unit)


def _filled(
    total: float, wish: FloatArray, low: FloatArray, high: FloatArray, unit: FloatArray
) -> FloatArray:
    """Sizes clip(factor · wish, low, high) of a given sum: the sum is piecewise linear in the factor."""

    def at(factor: float) -> FloatArray:
        return np.asarray(np.clip(factor * wish, low, high))

    positive = wish > 0
    bends = np.unique(
        np.concatenate([[0.0], low[positive] / wish[positive], high[positive] / wish[positive]])
    )
    sums = np.array([float(unit @ at(bend)) for bend in bends])
    right = int(np.searchsorted(sums, total))
    if right == 0:
        return at(float(bends[0]))
    left = right - 1
    share = (total - sums[left]) / (sums[right] - sums[left])
    return np.asarray(at(float(bends[left])) * (1.0 - share) + at(float(bends[right])) * share)


def whole(exact: FloatArray, total: int, strata: StratumFrame) -> IntArray:
    """Whole sizes with the same sum by largest remainders, inside the bounds."""
    low, high = np.ceil(strata.low), np.floor(strata.population)
    sizes = np.clip(np.floor(exact + 1e-9), low, high).astype(np.int64)
    while sizes.sum() != total:
        step = 1 if sizes.sum() < total else -1
        room = sizes < high if step > 0 else sizes > low
        if not room.any():
            break
        gap = np.where(room, step * (exact - sizes), -np.inf)
        sizes[int(np.argmax(gap))] += step
    return sizes
