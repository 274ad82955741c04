"""Home of the tables of a release as disclosure control sees them: cells, coordinates, lines that add up."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite

from analysis.disclosure.errors import DisclosureError

# The category of a dimension over which a cell is a total.
TOTAL = "total"

# A cell's identity over all tables of a release: the measure and its coordinates without totals.
CellKey = tuple[str, tuple[tuple[str, str], ...]]


class TableKind(StrEnum):
    """`mean`: estimates 0-100 with a base; `count`: numbers of people; `total`: sums of amounts of at least 0."""

    MEAN = "mean"
    COUNT = "count"
    TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell.

    Attributes
    ----------
    at : category per dimension of the table, ``TOTAL`` for a total
    n : unweighted respondents; the count itself in a table of counts
    value : the estimate; None in a table of counts
    weight : sum of weights, by default n
    largest_share : share of the weighted cell carried by its largest enterprise, where that matters
    sensitive : the rule of `dominance` that its contributions do not meet, None if they meet all
    protection : how far a hidden total must stay unknown on each side (`Sensitivity.protection`); None: by the rules
    """

    at: Mapping[str, str]
    n: int
    value: float | None = None
    weight: float | None = None
    largest_share: float | None = None
    sensitive: str | None = None
    protection: float | None = None

    @property
    def mass(self) -> float:
        """What adds up over cells beside the values: the weight, or n."""
        return float(self.n) if self.weight is None else self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table meant for publication.

    ``measure`` names what is measured and about whom (``"index:residents"``); cells of one measure with the
    same coordinates are the same cell in every table of a release. ``additive`` names the dimensions whose
    categories divide the people (all by default): along another one, such as the item, nothing adds up.
    """

    id: str
    measure: str
    kind: TableKind
    dimensions: tuple[str, ...]
    cells: tuple[Cell, ...]
    additive: tuple[str, ...] | None = None
    keys: tuple[CellKey, ...] = field(init=False)

    def __post_init__(self) -> None:
        keys = tuple(cell_key(self.measure, cell.at) for cell in self.cells)
        seen = set()
        for cell, key in zip(self.cells, keys, strict=True):
            where = {"table": self.id, "cell": label(key)}
            if tuple(cell.at) != self.dimensions:
                raise DisclosureError("cell_dimensions", **where, expected=", ".join(self.dimensions))
            if key in seen:
                raise DisclosureError("cell_twice", **where)
            has_value = cell.value is not None and isfinite(cell.value)
            needs_value = self.kind is TableKind.TOTAL or (self.kind is TableKind.MEAN and cell.n > 0)
            negative = self.kind is TableKind.TOTAL and cell.value is not None and cell.value < 0
            if cell.n < 0 or not cell.mass >= 0 or (needs_value and not has_value) or negative:
                raise DisclosureError("cell_value", **where)
            seen.add(key)
        object.__setattr__(self, "keys", keys)

    def lines(self) -> tuple["Line", ...]:
        """Every line of parts along one dimension, with its total where the table shows it."""
        groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[CellKey]] = defaultdict(list)
        totals: dict[tuple[str, tuple[tuple[str, str], ...]], CellKey] = {}
        for cell, key in zip(self.cells, self.keys, strict=True):
            for dimension in self.dimensions if self.additive is None else self.additive:
                rest = tuple((d, c) for d, c in cell.at.items() if d != dimension)
                if cell.at[dimension] == TOTAL:
                    totals[dimension, rest] = key
                else:
                    groups[dimension, rest].append(key)
        return tuple(Line(parts=tuple(parts), total=totals.get(place)) for place, parts in groups.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Cells that add up; ``total`` is None where the table shows none, and a reader may know it all the same."""

    parts: tuple[CellKey, ...]
    total: CellKey | None


def cell_key(measure: str, at: Mapping[str, str]) -> CellKey:
    """The cell's identity over all tables."""
    return measure, tuple(sorted((d, c) for d, c in at.items() if c != TOTAL))


def label(key: CellKey) -> str:
    """A cell's name for a message."""
    measure, place = key
    return f"{measure} [{', '.join(f'{d}={c}' for d, c in place) or TOTAL}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """All tables together: each cell once, with every line it lies in.

    Raises
    ------
    DisclosureError
        ``cells_disagree`` if two tables state different bases or values for one cell.
    """

    tables: tuple[Table, ...]
    cells: Mapping[CellKey, Cell] = field(init=False)
    kinds: Mapping[CellKey, TableKind] = field(init=False)
    lines: tuple[Line, ...] = field(init=False)

    def __post_init__(self) -> None:
        cells: dict[CellKey, Cell] = {}
        kinds: dict[CellKey, TableKind] = {}
        for table in self.tables:
            for key, cell in zip(table.keys, table.cells, strict=True):
                known = cells.setdefault(key, cell)
                if (known.n, known.value, known.mass) != (cell.n, cell.value, cell.mass):
                    raise DisclosureError("cells_disagree", cell=label(key))
                if cell.largest_share is not None or cell.sensitive is not None:
                    cells[key] = cell
                kinds[key] = table.kind
        object.__setattr__(self, "cells", cells)
        object.__setattr__(self, "kinds", kinds)
        object.__setattr__(self, "lines", tuple(line for table in self.tables for line in table.lines()))


def release_of(tables: Sequence[Table]) -> Release:
    """The tables of one release, checked against one another."""
    return Release(tables=tuple(tables))
