"""Home of successive difference replication, for systematic samples and lists in an order that matters."""

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import Centre, IntArray
from analysis.design import BoundDesign
from analysis.replicates import _ground
from analysis.replicates._hadamard import hadamard
from analysis.variance.replicates import Dense, Replicates


def sdr(
    design: BoundDesign,
    replicates: int = 80,
    *,
    order: ArrayLike | None = None,
    centre: Centre = Centre.ESTIMATE,
    ignore_fpc: bool = False,
) -> BoundDesign:
    """Factors `1 + (a_1r - a_2r) / 2^1.5` from two rows of a Hadamard matrix, neighbours sharing one; scale 4 / R.

    Parameters
    ----------
    replicates : least number of replicates; the next order of a Hadamard matrix is taken.
    order : (n,) place of each row in the order of selection (rows of a PSU: the smallest counts); None: as given.
    centre : deviations from the full estimate (default), or from the mean of the replicates.
    ignore_fpc : treat the sample as drawn with replacement where stages below the first were declared.

    Raises
    ------
    DesignError
        Population sizes or stages, which these replicates cannot carry, unless they are ignored on purpose.

    References
    ----------
    Fay, Train (1995), Proceedings of the ASA Section on Government Statistics, 154-159; Ash (2014), Survey Methodology
    40, 47-59 (row assignment).
    """
    ground = _ground.of(design, kind="SDR", carries_fpc=False, ignore_fpc=ignore_fpc)
    _ground.check_number(replicates)
    units = ground.stratum.shape[0]
    signs = hadamard(replicates)
    place = _unit_order(order, design=design, units=units)
    first, second = _rows(units, rows=signs.shape[0])
    table = np.ones((signs.shape[0], units))
    table[:, place] = 1.0 + (signs[first] - signs[second]).T / 2.0**1.5
    made = Replicates(
        kind="SDR",
        factors=Dense(table=table),
        unit=ground.unit,
        scale=4.0 / signs.shape[0],
        rscales=np.ones(signs.shape[0]),
        centre=_check.choice("centre", centre, among=Centre),
        df=_ground.rank_df(table),
    )
    return design.with_replicates(made)


def _unit_order(order: ArrayLike | None, *, design: BoundDesign, units: int) -> IntArray:
    """Units in the order of selection."""
    layout = design.layout
    given = (
        np.arange(design.n, dtype=np.float64)
        if order is None
        else _check.complete("order", order, n=design.n)
    )
    unit = np.arange(design.n) if layout.psu is None else layout.psu
    first = np.full(units, np.inf)
    np.minimum.at(first, unit, given)
    return np.argsort(first, kind="stable")


def _rows(units: int, *, rows: int) -> tuple[IntArray, ...]:
    """The two rows of each unit: a chain through all rows but the first, closed at the end of each round.

    Each round takes steps of its own length, so that the same pair of rows comes back as late as possible.
    """
    usable = rows - 1
    step, place, chain = 1, 0, [0]
    left = usable - 1
    while len(chain) < units + 1:
        place = (place + step) % usable
        chain.append(place)
        left -= 1
        if left <= 0:
            step, left = step % (usable - 1) + 1, usable - 1
    path = np.array(chain, dtype=np.int64) + 1
    return path[:units], path[1 : units + 1]
