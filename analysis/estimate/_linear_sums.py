"""Home of the variance of domain means from sums: per PSU, or per cell where every row is its own PSU.

For domain d the influence of row i is `u_i = w_i (in_d,i (y_i - m) / W - f[c_i])`, where f is the fit of the
first part on the calibration variables, one value per calibration cell c. All that the variance
`sum_h a_h sum_(i in h) (t_i - centre_h)^2` needs are sums of u per stratum (or PSU) and `sum a_h u_i^2`; both
follow from moments of y per (stratum or PSU, domain) and per (cell, domain), so no row is touched twice.
"""

from dataclasses import dataclass

import numpy as np

from analysis._sums import group_sums
from analysis._types import FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.estimate import _chained_sums, _tables
from analysis.estimate._chained_sums import Chained, chained
from analysis.estimate._moments import Grouping, Item, can_pair, grouping, moments, paired_moments
from analysis.estimate._tables import CellSums, Shared, UnitSums
from analysis.variance import taylor
from analysis.variance.residuals import Calibration

_DENSE = 50_000_000  # entries of a (PSU or stratum, cell) table above which rows are cheaper
_BLOCK = 8_000_000  # influence values computed at a time on the row path


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """What all items share.

    Attributes
    ----------
    by : (n,) domain of each row, with one more code for rows in none.
    units : units (PSUs, or strata where rows are PSUs) by domains, with weights w, w squared and 1.
    cells : calibration cells by domains, with the starting weights and a_h w squared.
    tables : what the variance from tables needs beside the sums.
    by_rows : whether tables would be too large, or weighting steps were chained.
    chain : the tables of such steps, where they have some; then rows are touched once for each step.
    """

    design: BoundDesign
    by: IntArray
    n_domains: int
    units: Grouping
    cells: Grouping | None
    tables: Shared
    by_rows: bool
    chain: Chained | None


def plan(design: BoundDesign, codes: IntArray, n_domains: int) -> Plan:
    """Code the groups once for all items."""
    layout = design.layout
    unit = layout.stratum if layout.psu is None else layout.psu
    n_units = layout.n_strata if layout.psu is None else layout.n_psu
    by = np.where(codes < 0, n_domains, codes)
    width, squared = n_domains + 1, design.weights**2
    units = grouping(unit * width + by, weights=(design.weights, squared, None), shape=(n_units, width))
    last = design.calibrations[-1] if design.calibrations else None
    calibration = last if isinstance(last, Calibration) else None
    n_cells = calibration.n_cells if calibration else 1
    by_rows = (
        not layout.is_plain
        or _replicates_by_rows(design)
        or len(design.calibrations) > (calibration is not None)
        or (calibration is not None and not np.array_equal(calibration.after, design.weights))
        or n_cells * max(n_units, n_domains) > _DENSE
    )
    cells, unit_cell, cell_spread = None, np.zeros((0, 0)), np.zeros(0)
    if calibration and not by_rows:
        spread = squared * taylor.stratum_factors(layout)[layout.stratum_of_row]
        cells = grouping(
            np.multiply(calibration.cell, width, dtype=np.int64) + by,
            weights=(calibration.start, spread),
            shape=(n_cells, width),
        )
        flat = group_sums(unit * n_cells + calibration.cell, design.weights, size=n_units * n_cells)
        unit_cell = flat.reshape(n_units, n_cells)
        cell_spread = group_sums(calibration.cell, spread, size=n_cells)
    return Plan(
        design=design,
        by=by,
        n_domains=n_domains,
        units=units,
        cells=cells,
        tables=Shared(
            layout=layout,
            clustered=layout.psu is not None,
            factors=taylor.stratum_factors(layout),
            calibration=calibration,
            unit_cell=unit_cell,
            cell_spread=cell_spread,
        ),
        by_rows=by_rows,
        chain=chained(design, by, width=width) if by_rows and _is_simple(design) else None,
    )


def _is_simple(design: BoundDesign) -> bool:
    """One stage, linearised: what the tables of a chain can do."""
    return design.layout.is_plain and design.replicates is None


def _replicates_by_rows(design: BoundDesign) -> bool:
    """Sums per PSU serve replicates of PSUs whose weights are not adjusted again inside."""
    replicates = design.replicates
    if replicates is None:
        return False
    return replicates.unit is None or replicates.unit is not design.layout.psu or bool(design.again)


def unit_sums(item: Item, shared: Plan) -> UnitSums:
    """The one pass over people that every result of an item needs."""
    plain, squared, count = moments(item, shared.units)
    return UnitSums(plain=plain, squared=squared, count=count)


def paired_unit_sums(first: Item, second: Item, shared: Plan) -> tuple[UnitSums, UnitSums]:
    """The sums of two items from one pass over people."""
    if not can_pair(first, second, shared.units):
        return unit_sums(first, shared), unit_sums(second, shared)
    one, two = paired_moments(first, second, shared.units)
    return (
        UnitSums(plain=one[0], squared=one[1], count=one[2]),
        UnitSums(plain=two[0], squared=two[1], count=two[2]),
    )


def variances(
    item: Item, shared: Plan, *, sums: UnitSums, value: FloatArray, weight: FloatArray
) -> FloatArray:
    """(D,) variances of the domain means `value` with weight sums `weight`, both (D,)."""
    replicates = shared.design.replicates
    if replicates is not None and not shared.by_rows:
        return replicates.variances(sums.plain.one, sums.plain.zero, full=value)
    if shared.chain is not None:
        return _from_chain(item, shared, value=value, weight=weight)
    if shared.by_rows:
        return _from_rows(item, shared, value=value, weight=weight)
    cells = None
    if shared.cells is not None:
        start, spread = moments(item, shared.cells)
        cells = CellSums(start=start, spread=spread)
    return _tables.variances(shared.tables, sums=sums, cells=cells, value=value, weight=weight)


def _from_chain(item: Item, shared: Plan, *, value: FloatArray, weight: FloatArray) -> FloatArray:
    """(D,) variances after several weighting steps, from sums."""
    assert shared.chain is not None
    y, valid = _values(item)
    mean, total = np.append(value, 0.0)[shared.by], np.append(weight, 0.0)[shared.by]
    inside = valid & (total > 0)
    influence = np.zeros(shared.design.n)
    np.divide((y - mean) * shared.design.weights, total, out=influence, where=inside)
    totals, squares = _chained_sums.sums(influence, shared.chain)
    return _tables.spread(shared.tables, totals=totals, squares=squares)


def _from_rows(item: Item, shared: Plan, *, value: FloatArray, weight: FloatArray) -> FloatArray:
    """(D,) variances by influence values of rows: for chains of calibrations, or too many cells."""
    design, found = shared.design, np.empty(shared.n_domains)
    width = max(_BLOCK // design.n, 1)
    y, valid = _values(item)
    if design.replicates is not None:
        return _replicated_rows(item, shared, value=value)
    for begin in range(0, shared.n_domains, width):
        domains = np.arange(begin, min(begin + width, shared.n_domains))
        inside = (shared.by[:, None] == domains) & valid[:, None]
        centred = np.where(inside, (y[:, None] - value[domains]) / weight[domains], 0.0)
        found[domains] = np.diag(design.covariance(centred * design.weights[:, None]))
    return found


def _replicated_rows(item: Item, shared: Plan, *, value: FloatArray) -> FloatArray:
    """(D,) variances over replicates that move rows, or whose weights are adjusted inside."""
    design, found = shared.design, np.empty(shared.n_domains)
    assert design.replicates is not None
    y, valid = _values(item)
    for domain in range(shared.n_domains):
        inside = ((shared.by == domain) & valid).astype(np.float64)
        columns = np.column_stack([np.where(inside > 0, y, 0.0), inside])
        again = design.replicate_estimates(lambda totals: totals[:, :1] / totals[:, 1:], columns=columns)
        full = value[domain : domain + 1]
        if not np.isfinite(full[0]):
            found[domain] = np.nan
            continue
        linear = np.where(inside > 0, y - full[0], 0.0) * design.weights / float(inside @ design.weights)
        found[domain] = design.replicate_covariance(again, full=full, influence=linear)[0, 0]
    return found


def _values(item: Item) -> tuple[FloatArray, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """(n,) values and validity of an item, whichever way it is kept."""
    if item.place is not None and item.values is not None:
        known = np.isfinite(item.values)
        return np.where(known, item.values, 0.0)[item.place], known[item.place]
    assert item.y is not None
    assert item.valid is not None
    return item.y, item.valid
