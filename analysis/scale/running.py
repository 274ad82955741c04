"""Home of the run over partitions: a census, the raking on cells, the sums, and the variance from their tables."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from analysis._types import FloatArray
from analysis.estimate import _tables
from analysis.estimate._moments import Moments
from analysis.estimate.domains import DomainMeans, collected, no_means
from analysis.scale import census, sums
from analysis.scale.census import Ground
from analysis.scale.declared import Declared
from analysis.scale.partitions import Partition, partitions
from analysis.scale.results import ScaledEstimates
from analysis.scale.sums import Sums
from analysis.variance import taylor
from analysis.workers import Workers, opened, summarised

Source = str | Path | Sequence[str | Path] | Mapping[str, Any] | Sequence[Partition]


def run(
    declared: Declared, source: Source, *, workers: Workers = None, rows: int = 1_000_000
) -> ScaledEstimates:
    """Means of all items in all domains, raked if margins are declared, with linearised standard errors.

    Two passes over the partitions: one counts labels and weights, the other sums. Only tables are ever held, so the
    memory does not grow with the rows.

    Parameters
    ----------
    source : a folder, file or list of Parquet files, or a mapping of arrays that is cut into slices of `rows`.
    workers : None for one core, a number of processes, or the address or client of a Dask cluster; the result is the
        same to the last bit.

    Raises
    ------
    DesignError, WeightingError, InvalidInput, DataError
        As for the same rows in memory, naming column, stratum, margin or file.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., eq. 9.4; Deville, Särndal (1992), JASA 87, 376-382.
    """
    parts = _parts(source, rows=rows)
    with opened(workers) as crew:
        counted = summarised(partial(census.take, declared=declared), parts, workers=crew)
        ground = census.settle(counted, declared)
        added = summarised(partial(sums.add_up, ground=ground), parts, workers=crew)
    return estimates(added, ground, partitions=len(parts))


def estimates(added: Sums, ground: Ground, *, partitions: int) -> ScaledEstimates:
    """The result of sums over all rows, on the ground that they were added up on."""
    declared = ground.declared
    return ScaledEstimates(
        means=_means(added, ground),
        domains=tuple(ground.domains),
        items=tuple(declared.items),
        by=tuple(declared.by),
        scales=added.scales,
        n=ground.n,
        partitions=partitions,
        strata=ground.layout.n_strata,
        units=ground.df + ground.layout.n_strata,
        weight_sum=ground.weight_sum,
        weighting=ground.step,
        failed=ground.failed,
        method=f"{'total' if declared.totals else 'mean'}, Taylor, from partitions",
        definition="estimate.partitions",
        status=ground.status,
    )


def _parts(source: Source, *, rows: int) -> list[Partition]:
    if isinstance(source, Sequence) and not isinstance(source, str):
        given = [part for part in source if not isinstance(part, (str, Path))]
        if given:
            return [*given]
    return partitions(source, rows=rows)  # type: ignore[arg-type]  # what is left is a path, paths or a mapping


def _means(added: Sums, ground: Ground) -> DomainMeans:
    tables = added.tables
    shared = _tables.Shared(
        layout=ground.layout,
        clustered=ground.clustered,
        factors=taylor.stratum_factors(ground.layout),
        calibration=ground.calibration,
        unit_cell=tables.get("unit_cell", np.zeros((0, 0))),
        cell_spread=tables.get("cell_spread", np.zeros(0)),
    )
    if not ground.declared.items:
        return no_means(float(ground.df))
    columns = [_item(place, tables, shared, ground) for place in range(len(ground.declared.items))]
    kind = "total" if ground.declared.totals else "mean"
    return collected(columns, df=float(ground.df), clustered=ground.clustered, method=f"{kind}, Taylor")


def _item(
    place: int, tables: Mapping[str, FloatArray], shared: _tables.Shared, ground: Ground
) -> dict[str, FloatArray]:
    at = {name: table[place] for name, table in tables.items() if name not in ("unit_cell", "cell_spread")}
    rows = np.atleast_2d
    unit = _tables.UnitSums(
        plain=Moments(zero=at["zero"], one=at["one"], two=rows(at["two"])),
        squared=Moments(
            zero=rows(at["own_zero"]),
            one=at.get("own_one", rows(at["own_zero"])),
            two=at.get("own_two", rows(at["own_zero"])),
        ),
        count=Moments(zero=at["count"], one=at["count"], two=at["count"]),
    )
    cells = None
    if ground.calibration is not None:
        start, spread = at["start_zero"], at["spread_zero"]
        cells = _tables.CellSums(
            start=Moments(zero=start, one=at["start_one"], two=start),
            spread=Moments(zero=spread, one=at["spread_one"], two=spread),
        )
    made = _tables.total_results if ground.declared.totals else _tables.results
    return made(
        unit,
        variance=lambda value, weight: _tables.variances(
            shared, sums=unit, cells=cells, value=value, weight=weight
        ),
    )
