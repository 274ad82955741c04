"""Home of the first pass: which strata, units, domains and weighting cells there are, before anything is summed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis import _check
from analysis._types import BoolArray, FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning, DesignError, InvalidInput
from analysis.scale import coding
from analysis.scale.coding import Keyed
from analysis.scale.declared import Declared
from analysis.scale.partitions import Arrays, Partition
from analysis.variance import layout as layouts
from analysis.variance.layout import Layout
from analysis.variance.residuals import Calibration
from analysis.weighting.margins import margin_from_labels
from analysis.weighting.rake import rake
from analysis.weighting_step import WeightingStep


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Census:
    """What one part of the rows holds; parts add up.

    Attributes
    ----------
    n : rows.
    units : (stratum, PSU) or (stratum,) -> rows, sum of fpc, sum of squared fpc.
    domains : labels -> rows that are kept; cells : margin labels -> rows with a weight, sum of weights.
    """

    n: int
    units: Keyed
    domains: Keyed
    cells: Keyed

    def merge(self, other: "Census") -> "Census":
        """Both parts."""
        return Census(
            n=self.n + other.n,
            units=self.units.merge(other.units),
            domains=self.domains.merge(other.domains),
            cells=self.cells.merge(other.cells),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What the second pass and the variance need to know of the whole.

    Attributes
    ----------
    units, domains, cells : place of each label combination.
    strata : (U,) stratum of each unit (units are strata where rows are PSUs).
    layout : without its rows.
    factor : (C,) final over starting weight of each cell; calibration : of the final weights, without its rows.
    weight_sum : of the final weights.
    step : the raking as a document, empty without one; failed, status : of it.
    """

    declared: Declared
    n: int
    clustered: bool
    units: dict[coding.Key, int]
    domains: dict[coding.Key, int]
    cells: dict[coding.Key, int]
    strata: IntArray
    layout: Layout
    factor: FloatArray
    calibration: Calibration | None
    weight_sum: float
    step: Mapping[str, object]
    failed: tuple[str, ...]
    status: tuple[AnalysisWarning, ...]

    @property
    def df(self) -> int:
        """PSUs minus strata."""
        return (len(self.units) if self.clustered else self.n) - self.layout.n_strata


def take(partition: Partition, *, declared: Declared) -> Census:
    """The census of one partition."""
    table = partition.read(declared.design_columns)
    n = length(table)
    weights = row_weights(table, declared)
    unit, unit_keys = coding.crossed(_unit_columns(table, declared), n=n, missing=())
    fpc = np.zeros(n) if declared.fpc is None else _check.complete(declared.fpc, table[declared.fpc], n=n)
    missing = declared.missing_codes
    domain, domain_keys = coding.crossed([table[name] for name in declared.by], n=n, missing=missing)
    inside = kept(table, declared).astype(np.float64)
    cell, cell_keys = coding.crossed([table[name] for name in declared.margins], n=n, missing=missing)
    carries = (weights > 0).astype(np.float64)
    return Census(
        n=n,
        units=coding.keyed(unit, unit_keys, values=(None, fpc, fpc**2)),
        domains=coding.keyed(domain, domain_keys, values=(inside,)),
        cells=coding.keyed(cell, cell_keys, values=(carries, weights)),
    )


def settle(census: Census, declared: Declared) -> Ground:
    """The whole survey from the census of its parts: layout, raking, places of all labels.

    Raises
    ------
    DesignError, WeightingError, InvalidInput
        As the design and the raking of the same rows in memory would, by stratum and margin.
    """
    if census.n == 0:
        raise DesignError("no_weight")
    units = _complete(census.units, declared)
    clustered = declared.psu is not None
    names = tuple(sorted({key[0] for key in units.keys}))
    place = {name: number for number, name in enumerate(names)}
    stratum = np.array([place[key[0]] for key in units.keys], dtype=np.int64)
    count = np.bincount(
        stratum, weights=None if clustered else units.sums[:, 0], minlength=len(names)
    ).astype(np.int64)
    fraction = layouts.fractions(
        _population(units, stratum, names=names, declared=declared), count=count, names=names
    )
    layouts.refuse_lonely(count, fraction=fraction, names=names, lonely=declared.lonely)
    layout = Layout(
        n=census.n,
        psu=np.zeros(0, dtype=np.int64) if clustered else None,
        stratum=stratum,
        psu_count=count,
        fraction=fraction,
        labels=names,
        lonely=declared.lonely,
    )
    held = zip(census.domains.keys, census.domains.sums[:, 0], strict=True)
    domains = [key for key, rows in held if rows > 0 and "" not in key]
    factor, calibration, step = _raked(census.cells, declared)
    return Ground(
        declared=declared,
        n=census.n,
        clustered=clustered,
        units={key: number for number, key in enumerate(units.keys)},
        domains={key: number for number, key in enumerate(domains)},
        cells={key: number for number, key in enumerate(census.cells.keys)},
        strata=stratum,
        layout=layout,
        factor=factor,
        calibration=calibration,
        weight_sum=float(census.cells.sums[:, 1] @ factor),
        step={} if step is None else _document(step, census.cells),
        failed=() if step is None else step.failed,
        status=() if step is None else step.status,
    )


def length(table: Arrays) -> int:
    """Rows of the columns that were read."""
    return int(next(iter(table.values())).shape[0])


def kept(table: Arrays, declared: Declared) -> BoolArray:
    """(n,) rows whose labels are all among the kept ones."""
    inside = np.ones(length(table), dtype=np.bool_)
    for name, labels in declared.where.items():
        place, found = coding.distinct(table[name], missing=())
        inside &= np.array([label in labels for label in found], dtype=np.bool_)[place]
    return inside


def row_weights(table: Arrays, declared: Declared) -> FloatArray:
    """(n,) starting weights, checked."""
    if declared.weights is None:
        return np.ones(length(table))
    return _check.complete(declared.weights, table[declared.weights])


def _unit_columns(
    table: Arrays, declared: Declared
) -> Sequence[np.ndarray[tuple[int], np.dtype[np.generic]]]:
    n = length(table)
    strata = np.zeros(n, dtype=np.int8) if declared.strata is None else table[declared.strata]
    return [strata] if declared.psu is None else [strata, table[declared.psu]]


def _complete(units: Keyed, declared: Declared) -> Keyed:
    """Every row must lie in a stratum and a unit."""
    for key in units.keys:
        for label, name in zip(key, (declared.strata, declared.psu), strict=False):
            if label == "" and name is not None:
                raise InvalidInput("label_missing", column=name)
    return units


def _population(
    units: Keyed, stratum: IntArray, *, names: Sequence[str], declared: Declared
) -> FloatArray | None:
    """(H,) population sizes or fractions, which may not vary inside a stratum."""
    if declared.fpc is None:
        return None
    sums = np.array([np.bincount(stratum, weights=column, minlength=len(names)) for column in units.sums.T])
    size = sums[1] / sums[0]
    varying = np.flatnonzero(sums[2] / sums[0] - size**2 > 1e-9 * np.maximum(size**2, 1e-12))
    if varying.size:
        first = int(varying[0])
        raise DesignError(
            "fpc_varies",
            stratum=names[first],
            first=float(size[first]),
            second=float(np.sqrt(sums[2] / sums[0])[first]),
        )
    return np.asarray(size)


def _raked(cells: Keyed, declared: Declared) -> tuple[FloatArray, Calibration | None, WeightingStep | None]:
    """Factors of the cells: raking looks at cells as if each were one person with the cell's weight."""
    mass = cells.sums[:, 1]
    if not declared.margins:
        return np.ones(len(cells.keys)), None, None
    names = declared.margin_names or tuple(declared.margins)
    margins = [
        margin_from_labels(
            names[place],
            [np.array([key[place] for key in cells.keys])],
            targets={(str(label),): float(people) for label, people in targets.items()},
        )
        for place, targets in enumerate(declared.margins.values())
    ]
    design = rake(
        BoundDesign(weights=mass),
        margins,
        tolerance=declared.tolerance,
        max_iterations=declared.max_iterations,
    )
    step, carried = design.history[-1], design.calibrations[-1]
    factor = np.divide(design.weights, mass, out=np.ones_like(mass), where=mass > 0)
    assert isinstance(carried, Calibration)
    calibration = Calibration(
        cell=np.zeros(0, dtype=np.int64),
        regressors=carried.regressors[carried.cell],
        start=np.zeros(0),
        after=np.zeros(0),
        mass=mass,
    )
    return factor, calibration, step


def _document(step: WeightingStep, cells: Keyed) -> dict[str, object]:
    """The report of the raking, counted in people instead of cells."""
    places = list(dict.fromkeys(check.margin for check in step.margins))
    held = cells.sums[:, 0]
    checks = []
    for check in step.margins:
        place = places.index(check.margin)
        inside = np.array([key[place] == check.category for key in cells.keys])
        checks.append(
            {
                "margin": check.margin,
                "category": check.category,
                "respondents": int(held[inside].sum()),
                "target": check.target,
                "before": check.before,
                "after": check.after,
                "deviation_points": check.deviation,
            }
        )
    return {
        "method": step.method,
        "converged": step.converged,
        "iterations": step.iterations,
        "weight_sum": step.weight_sum,
        "g_min": float(step.g_weights.min()),
        "g_max": float(step.g_weights.max()),
        "failed": list(step.failed),
        "status": [item.code for item in step.status],
        "margins": checks,
    }
