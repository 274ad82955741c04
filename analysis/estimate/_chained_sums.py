"""Home of variances of domain means after several weighting steps, from sums: rows are touched once for each step.

For domain d the influence of row i is `u_i = I_i [i in d] - sum over steps of write_i x_i' b_d`, where b_d (one small
vector for each step) follows from the sums of `read x I` over d and from the vectors of the steps taken back before.
So all domains of an item need one pass over the rows for each step, not one for each domain.
"""

from dataclasses import dataclass

import numpy as np

from analysis._sums import group_sums
from analysis._types import FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.variance import taylor
from analysis.variance.low_rank import LowRank, low_rank

_LARGEST = 20_000_000  # entries of a table of cells by groups above which rows are cheaper


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chained:
    """What all items share; steps stand as they are taken back, the last one first.

    Attributes
    ----------
    places : per step, number of each row's cell and domain together.
    by_unit : per step, (U, p) sums of `write x` per unit (PSU, or stratum where rows are PSUs).
    between : per pair of steps, (p, p) sums of `read x` of the one and `write x` of one taken back before.
    factors : (n,) the a_h of each row where rows are PSUs, else None; squares : per pair, sums of a write x write x.
    """

    steps: tuple[LowRank, ...]
    by: IntArray
    width: int
    unit: IntArray
    n_units: int
    places: tuple[IntArray, ...]
    by_unit: tuple[FloatArray, ...]
    between: dict[tuple[int, int], FloatArray]
    factors: FloatArray | None
    squares: dict[tuple[int, int], FloatArray]


def chained(design: BoundDesign, by: IntArray, *, width: int) -> Chained | None:
    """The tables of a design's weighting steps; None if one of them has no such form or too many cells.

    Parameters
    ----------
    by : (n,) domain of each row, `width` - 1 for rows in none.
    """
    found = [low_rank(step) for step in reversed(design.calibrations)]
    steps = tuple(step for step in found if step is not None)
    layout = design.layout
    unit = layout.stratum if layout.psu is None else layout.psu
    n_units = layout.n_strata if layout.psu is None else layout.n_psu
    widest = max((step.x.shape[0] for step in steps), default=0)
    if not steps or len(steps) < len(found) or widest * max(n_units, width, widest) > _LARGEST:
        return None
    pairs = [(s, t) for s in range(len(steps)) for t in range(s + 1)]
    a = None if layout.psu is not None else taylor.stratum_factors(layout)[layout.stratum]
    return Chained(
        steps=steps,
        by=by,
        width=width,
        unit=unit,
        n_units=n_units,
        places=tuple(step.places(by, width) for step in steps),
        by_unit=tuple(
            step.project(step.write, places=step.places(unit, n_units), size=n_units).T for step in steps
        ),
        between={
            (s, t): steps[s].across(steps[t], steps[s].read * steps[t].write) for s, t in pairs if t < s
        },
        factors=a,
        squares={}
        if a is None
        else {(s, t): steps[s].across(steps[t], a * steps[s].write * steps[t].write) for s, t in pairs},
    )


def sums(influence: FloatArray, shared: Chained) -> tuple[FloatArray, FloatArray]:
    """(U, D) sums of u per unit, and (D,) sums of a u^2 where rows are PSUs (0 elsewhere).

    Parameters
    ----------
    influence : (n,) influence of each row in its own domain, 0 where it counts nowhere.
    """
    size = shared.n_units * shared.width
    flat = group_sums(shared.unit * shared.width + shared.by, influence, size=size)
    totals = flat.reshape(shared.n_units, shared.width)
    pulls: list[FloatArray] = []
    for place, step in enumerate(shared.steps):
        read = step.project(step.read * influence, places=shared.places[place], size=shared.width)
        for before, pull in enumerate(pulls):
            read -= shared.between[place, before] @ pull
        pulls.append(step.inverse @ read)
        totals = totals - shared.by_unit[place] @ pulls[-1]
    squares = np.zeros(shared.width) if shared.factors is None else _squares(influence, shared, pulls=pulls)
    return totals[:, :-1], squares[:-1]


def _squares(influence: FloatArray, shared: Chained, *, pulls: list[FloatArray]) -> FloatArray:
    """(D,) sums of a (I - sum of write x b)^2, multiplied out."""
    assert shared.factors is not None
    weighted = shared.factors * influence
    found = group_sums(shared.by, weighted * influence, size=shared.width)
    for place, step in enumerate(shared.steps):
        cross = step.project(weighted * step.write, places=shared.places[place], size=shared.width)
        found -= 2.0 * (cross * pulls[place]).sum(axis=0)
    for (first, second), table in shared.squares.items():
        twice = 1.0 if first == second else 2.0
        found += twice * (pulls[first] * (table @ pulls[second])).sum(axis=0)
    return found
