"""Home of the variance of domain means from sums: per PSU, or per cell where every row is its own PSU.

For domain d the influence of row i is `u_i = w_i (in_d,i (y_i - m) / W - f[c_i])`, where f is the fit of the
first part on the calibration variables, one value per calibration cell c. All that the variance
`sum_h a_h sum_(i in h) (t_i - centre_h)^2` needs are sums of u per stratum (or PSU) and `sum a_h u_i^2`; both
follow from moments of y per (stratum or PSU, domain) and per (cell, domain), so no row is touched twice.
"""

from dataclasses import dataclass

import numpy as np

from analysis._sums import group_sums
from analysis._types import FloatArray, IntArray, Lonely
from analysis.design import SurveyDesign
from analysis.estimate._moments import Item, moments
from analysis.variance import taylor
from analysis.variance.residuals import Calibration

_DENSE = 50_000_000  # entries of a (PSU or stratum, cell) table above which rows are cheaper
_BLOCK = 8_000_000  # influence values computed at a time on the row path


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """What all items share.

    `unit` is the PSU of each row, or its stratum where rows are PSUs; `by` the domain, with one more code for
    rows in none; `spread` (n,) is a_h w^2; `unit_cell` (U, C) the weights per unit and calibration cell.
    """

    design: SurveyDesign
    by: IntArray
    n_domains: int
    unit_by: IntArray
    n_units: int
    cell_by: IntArray
    n_cells: int
    weights_squared: FloatArray
    spread: FloatArray
    factors: FloatArray
    calibration: Calibration | None
    unit_cell: FloatArray | None
    cell_spread: FloatArray | None
    by_rows: bool


def plan(design: SurveyDesign, codes: IntArray, n_domains: int) -> Plan:
    """Code the groups once for all items."""
    layout = design.layout
    unit = layout.stratum if layout.psu is None else layout.psu
    n_units = layout.n_strata if layout.psu is None else layout.n_psu
    calibration = design.calibrations[-1] if design.calibrations else None
    n_cells = calibration.n_cells if calibration else 1
    cell = calibration.cell if calibration else np.zeros(design.n, dtype=np.int64)
    by_rows = len(design.calibrations) > 1 or n_cells * max(n_units, n_domains) > _DENSE
    by = np.where(codes < 0, n_domains, codes)
    squared = design.weights**2
    factors = taylor.stratum_factors(layout)
    spread = squared * factors[layout.stratum_of_row]
    unit_cell = cell_spread = None
    if calibration and not by_rows:
        flat = group_sums(unit * n_cells + cell, design.weights, size=n_units * n_cells)
        unit_cell = flat.reshape(n_units, n_cells)
        cell_spread = group_sums(cell, spread, size=n_cells)
    return Plan(
        design=design,
        by=by,
        n_domains=n_domains,
        unit_by=unit * (n_domains + 1) + by,
        n_units=n_units,
        cell_by=cell * (n_domains + 1) + by,
        n_cells=n_cells,
        weights_squared=squared,
        spread=spread,
        factors=factors,
        calibration=calibration,
        unit_cell=unit_cell,
        cell_spread=cell_spread,
        by_rows=by_rows,
    )


def variances(item: Item, shared: Plan, *, value: FloatArray, weight: FloatArray) -> FloatArray:
    """(D,) variances of the domain means `value` with weight sums `weight`, both (D,)."""
    if shared.by_rows:
        return _from_rows(item, shared, value=value, weight=weight)
    fit = _fitted(item, shared, value=value, weight=weight)
    zero, one, _ = _by_unit(item, shared, weight_of=shared.design.weights)
    totals = (one - value * zero) / weight
    if fit is not None and shared.unit_cell is not None:
        totals = totals - shared.unit_cell @ fit
    inflation = taylor.average_inflation(shared.design.layout)
    if shared.design.layout.psu is not None:
        return inflation * _cluster(totals, shared)
    return inflation * _element(totals, _squares(item, shared, fit=fit, value=value, weight=weight), shared)


def _by_unit(item: Item, shared: Plan, *, weight_of: FloatArray) -> tuple[FloatArray, ...]:
    """Moments of order 0, 1, 2 as (U, D) tables."""
    return _tables(item, shared.unit_by, shared, weight_of=weight_of, n_groups=shared.n_units)


def _by_cell(item: Item, shared: Plan, *, weight_of: FloatArray) -> tuple[FloatArray, ...]:
    """Moments of order 0, 1, 2 as (C, D) tables."""
    return _tables(item, shared.cell_by, shared, weight_of=weight_of, n_groups=shared.n_cells)


def _tables(
    item: Item, group: IntArray, shared: Plan, *, weight_of: FloatArray, n_groups: int
) -> tuple[FloatArray, ...]:
    width = shared.n_domains + 1
    sums = moments(item, group, weight=weight_of, size=n_groups * width)
    return tuple(part.reshape(-1, width)[:, :-1] for part in (sums.zero, sums.one, sums.two))


def _fitted(item: Item, shared: Plan, *, value: FloatArray, weight: FloatArray) -> FloatArray | None:
    """(C, D) fit of the linearised values on the calibration variables."""
    if shared.calibration is None:
        return None
    start = shared.calibration.start
    zero, one, _ = _by_cell(item, shared, weight_of=start)
    return shared.calibration.fitted(np.nan_to_num((one - value * zero) / weight))


def _squares(
    item: Item, shared: Plan, *, fit: FloatArray | None, value: FloatArray, weight: FloatArray
) -> FloatArray:
    """(D,) sums of a_h u_i^2 over all rows."""
    zero, one, two = _by_cell(item, shared, weight_of=shared.spread)
    own = (two.sum(axis=0) - 2.0 * value * one.sum(axis=0) + value**2 * zero.sum(axis=0)) / weight**2
    if fit is None or shared.cell_spread is None:
        return np.asarray(own)
    cross = (fit * ((one - value * zero) / weight)).sum(axis=0)
    return np.asarray(own - 2.0 * cross + shared.cell_spread @ fit**2)


def _cluster(totals: FloatArray, shared: Plan) -> FloatArray:
    """(D,) variances from the (m, D) PSU totals."""
    layout = shared.design.layout
    centred = totals - taylor.centres(totals, layout)[layout.stratum]
    return np.asarray(shared.factors[layout.stratum] @ centred**2)


def _element(totals: FloatArray, squares: FloatArray, shared: Plan) -> FloatArray:
    """(D,) variances from the (H, D) stratum sums and the weighted squares, rows being PSUs."""
    layout = shared.design.layout
    count = layout.psu_count[:, None].astype(np.float64)
    centre = totals / count
    if layout.lonely is Lonely.ADJUST:
        centre[layout.psu_count == 1] = totals.sum(axis=0) / layout.n
    taken = shared.factors @ (2.0 * centre * totals - count * centre**2)
    return np.asarray(squares - taken)


def _from_rows(item: Item, shared: Plan, *, value: FloatArray, weight: FloatArray) -> FloatArray:
    """(D,) variances by influence values of rows: for chains of calibrations, or too many cells."""
    design, found = shared.design, np.empty(shared.n_domains)
    width = max(_BLOCK // design.n, 1)
    y, valid = _values(item)
    for begin in range(0, shared.n_domains, width):
        domains = np.arange(begin, min(begin + width, shared.n_domains))
        inside = (shared.by[:, None] == domains) & valid[:, None]
        centred = np.where(inside, (y[:, None] - value[domains]) / weight[domains], 0.0)
        found[domains] = np.diag(design.covariance(centred * design.weights[:, None]))
    return found


def _values(item: Item) -> tuple[FloatArray, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """(n,) values and validity of an item, whichever way it is kept."""
    if item.place is not None and item.values is not None:
        padded = np.append(item.values, 0.0)
        return padded[item.place], item.place < item.values.shape[0]
    assert item.y is not None
    assert item.valid is not None
    return item.y, item.valid
