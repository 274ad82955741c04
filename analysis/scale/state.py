"""Home of means that grow with the data: batches come one after the other, parts are merged, numbers come at the end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis._types import FloatArray, Lonely
from analysis.errors import InvalidInput
from analysis.scale import census, sums
from analysis.scale.census import Census, Ground
from analysis.scale.coding import Key
from analysis.scale.declared import Declared
from analysis.scale.partitions import Slice
from analysis.scale.results import ScaledEstimates
from analysis.scale.running import estimates
from analysis.scale.sums import Sums

_BY_UNIT = 3  # axes of a table of items, units and domains; those of two have no units


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeansState:
    """What has been seen so far, by label; states add up in any grouping of the rows.

    `MeansState(declared=...)` has seen nothing. Each call returns a new state.

    Attributes
    ----------
    declared : without margins: raking looks at all weights before it sums, see `run`.
    counted, added : None before the first rows.
    units, domains : labels of the tables' axes.
    batches : how many were taken in.
    """

    declared: Declared
    counted: Census | None = None
    added: Sums | None = None
    units: tuple[Key, ...] = ()
    domains: tuple[Key, ...] = ()
    batches: int = 0

    def __post_init__(self) -> None:
        if self.declared.margins:
            raise InvalidInput("margins_need_two_passes")

    def update(self, batch: Mapping[str, Any]) -> "MeansState":  # Any: whatever numpy makes an array of
        """The state with the rows of one more batch, a mapping of columns."""
        table = {str(name): np.asarray(values) for name, values in batch.items()}
        part = Slice(table=table, begin=0, end=len(next(iter(table.values()))))
        counted = census.take(part, declared=self.declared)
        # a stratum may show one PSU in this batch; who is alone is asked of all rows at the end
        ground = census.settle(counted, replace(self.declared, lonely=Lonely.CERTAINTY))
        found = MeansState(
            declared=self.declared,
            counted=counted,
            added=sums.add_up(part, ground=ground),
            units=tuple(ground.units),
            domains=tuple(ground.domains),
            batches=1,
        )
        return self.merge(found)

    def merge(self, other: "MeansState") -> "MeansState":
        """The state of the rows of both."""
        if self.counted is None or self.added is None:
            return other
        if other.counted is None or other.added is None:
            return self
        units = tuple(sorted({*self.units, *other.units}))
        domains = tuple(sorted({*self.domains, *other.domains}))
        return MeansState(
            declared=self.declared,
            counted=self.counted.merge(other.counted),
            added=_aligned(self, units, domains).merge(_aligned(other, units, domains)),
            units=units,
            domains=domains,
            batches=self.batches + other.batches,
        )

    def finish(self) -> ScaledEstimates:
        """Means of all items in all domains with linearised standard errors.

        Raises
        ------
        InvalidInput, DesignError
            Nothing was seen; a lonely PSU, population sizes that vary or are too small, by stratum.
        """
        if self.counted is None or self.added is None:
            raise InvalidInput("no_pieces")
        ground: Ground = census.settle(self.counted, self.declared)
        added = _aligned(self, tuple(ground.units), tuple(ground.domains))
        return estimates(added, ground, partitions=self.batches)


def _aligned(state: MeansState, units: tuple[Key, ...], domains: tuple[Key, ...]) -> Sums:
    """The sums of a state on the axes of more labels; what it has not seen counts 0."""
    assert state.added is not None
    if state.units == units and state.domains == domains:
        return state.added
    rows, columns = _places(state.units, units), _places(state.domains, domains)
    tables: dict[str, FloatArray] = {}
    for name, table in state.added.tables.items():
        if table.ndim == _BY_UNIT:
            wide = np.zeros((table.shape[0], len(units), len(domains)))
            wide[:, rows[:, None], columns[None, :]] = table
        else:
            wide = np.zeros((table.shape[0], len(domains)))
            wide[:, columns] = table
        tables[name] = wide
    return Sums(tables=tables, scales=state.added.scales)


def _places(keys: tuple[Key, ...], among: tuple[Key, ...]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    known = {key: place for place, key in enumerate(among)}
    return np.array([known[key] for key in keys], dtype=np.int64)
