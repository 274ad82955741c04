"""Home of the second pass: the tables of sums of one partition, which add up to those of the whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis._sums import group_sums
from analysis._types import FloatArray, IntArray
from analysis.estimate import _moments
from analysis.estimate._moments import Item
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.states import Moments as ScaleMoments
from analysis.reliability.states import moments as scale_moments
from analysis.scale import coding
from analysis.scale.census import Ground, kept, length, row_weights
from analysis.scale.declared import Declared
from analysis.scale.partitions import Arrays, Partition
from analysis.variance import taylor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sums:
    """Tables by name, each (items, units or cells, domains) or smaller, and the moments of scales."""

    tables: Mapping[str, FloatArray]
    scales: Mapping[str, ScaleMoments]

    def merge(self, other: "Sums") -> "Sums":
        """Both parts."""
        return Sums(
            tables={name: table + other.tables[name] for name, table in self.tables.items()},
            scales={name: state.merge(other.scales[name]) for name, state in self.scales.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """The coded rows of one partition."""

    start: FloatArray
    final: FloatArray
    unit: IntArray
    domain: IntArray
    cell: IntArray


def add_up(partition: Partition, *, ground: Ground) -> Sums:
    """The sums of one partition."""
    table = partition.read(ground.declared.columns)
    rows = _coded(table, ground)
    sums = _item_tables(table, rows, ground)
    if ground.calibration is not None:
        sums |= _cell_tables(rows, ground)
    return Sums(tables=sums, scales=_scales(table, rows, ground))


def _coded(table: Arrays, ground: Ground) -> _Rows:
    declared, n = ground.declared, length(table)
    strata = np.zeros(n, dtype=np.int8) if declared.strata is None else table[declared.strata]
    units = [strata] if declared.psu is None else [strata, table[declared.psu]]
    unit, unit_keys = coding.crossed(units, n=n, missing=())
    missing = declared.missing_codes
    domain, domain_keys = coding.crossed([table[name] for name in declared.by], n=n, missing=missing)
    cell, cell_keys = coding.crossed([table[name] for name in declared.margins], n=n, missing=missing)
    nowhere = len(ground.domains)
    place = coding.places(domain_keys, ground.domains, otherwise=nowhere)[domain]
    cell = coding.places(cell_keys, ground.cells, otherwise=0)[cell]
    start = row_weights(table, declared)
    return _Rows(
        start=start,
        final=start * ground.factor[cell],
        unit=coding.places(unit_keys, ground.units, otherwise=0)[unit],
        domain=np.where(kept(table, declared), place, nowhere),
        cell=cell,
    )


def _item_tables(table: Arrays, rows: _Rows, ground: Ground) -> dict[str, FloatArray]:
    width, size = len(ground.domains) + 1, len(ground.units)
    squared = rows.final**2
    units = _moments.grouping(
        rows.unit * width + rows.domain, weights=(rows.final, squared, None), shape=(size, width)
    )
    cells = None
    if ground.calibration is not None:
        spread = squared * _factors(ground)[rows.unit]
        cells = _moments.grouping(
            rows.cell * width + rows.domain, weights=(rows.start, spread), shape=(len(ground.cells), width)
        )
    found: dict[str, list[FloatArray]] = {}
    for name in ground.declared.items:
        item = _prepared(name, table, rows, declared=ground.declared)
        plain, own, count = _moments.moments(item, units)
        parts = {"zero": plain.zero, "one": plain.one, "count": count.zero, "two": plain.two.sum(axis=0)}
        if ground.clustered:
            parts |= {"own_zero": own.zero.sum(axis=0)}
        else:
            parts |= {"own_zero": own.zero, "own_one": own.one, "own_two": own.two}
        if cells is not None:
            start, spread_sums = _moments.moments(item, cells)
            parts |= {"start_zero": start.zero, "start_one": start.one}
            parts |= {"spread_zero": spread_sums.zero, "spread_one": spread_sums.one}
        for key, values in parts.items():
            found.setdefault(key, []).append(values)
    return {key: np.array(values) for key, values in found.items()}


def _cell_tables(rows: _Rows, ground: Ground) -> dict[str, FloatArray]:
    size = len(ground.cells)
    flat = group_sums(rows.unit * size + rows.cell, rows.final, size=len(ground.units) * size)
    spread = rows.final**2 * _factors(ground)[rows.unit]
    return {
        "unit_cell": flat.reshape(len(ground.units), size),
        "cell_spread": group_sums(rows.cell, spread, size=size),
    }


def _factors(ground: Ground) -> FloatArray:
    """(U,) a_h of each unit's stratum."""
    return np.asarray(taylor.stratum_factors(ground.layout)[ground.strata])


def _prepared(name: str, table: Arrays, rows: _Rows, *, declared: Declared) -> Item:
    usable, missing = rows.final > 0, declared.missing_codes
    if name in declared.derived:
        return _moments.prepare(
            declared.derived[name].values(table, missing=missing), missing=None, usable=usable
        )
    column = table[name]
    code = _byte_code(missing)
    if column.dtype.kind in "iu" and (code is not None or not missing):
        return _moments.prepare(column, missing=code, usable=usable)
    return _moments.prepare(coding.numbers(name, column, missing=missing), missing=None, usable=usable)


def _byte_code(missing: tuple[str, ...]) -> int | None:
    """The missing code if there is a single whole number."""
    if len(missing) != 1 or not missing[0].lstrip("-").isdigit():
        return None
    return int(missing[0])


def _scales(table: Arrays, rows: _Rows, ground: Ground) -> dict[str, ScaleMoments]:
    found = {}
    for name, columns in ground.declared.scales.items():
        items, code = _matrix(table, columns, ground.declared)
        try:
            state = scale_moments(items, weights=rows.final, missing_code=code, names=list(columns))
        except ReliabilityError:  # nobody answered everything in this part; another part may tell more
            k = len(columns)
            state = ScaleMoments(
                n=0, weight_sum=0.0, mean=np.zeros(k), scatter=np.zeros((k, k)), names=tuple(columns)
            )
        found[name] = state
    return found


def _matrix(table: Arrays, columns: Sequence[str], declared: Declared) -> tuple[NDArray[Any], int | None]:
    """(n, k) items as they are kept where one code says missing, else as floats."""
    kinds = {table[column].dtype for column in columns}
    code = _byte_code(declared.missing_codes)
    if (
        len(kinds) == 1
        and next(iter(kinds)).kind in "iu"
        and (code is not None or not declared.missing_codes)
    ):
        return np.array([table[column] for column in columns]).T, code
    missing = declared.missing_codes
    return np.column_stack([coding.numbers(c, table[c], missing=missing) for c in columns]), None
