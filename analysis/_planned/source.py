"""Home of what every part of a plan works on: the data, the weighted design, domains by their labels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from math import isfinite

import numpy as np

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.dataset import Labels, Table
from analysis.design import BoundDesign
from analysis.plan import AnalysisPlan, DomainPlan, Scale

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Domains:
    """Domain of each row (-1: none) and what the domains are called."""

    by: str
    codes: IntArray
    names: tuple[str, ...]


class PlannedColumns:
    """The columns of a table with the plan's missing codes taken out, for calls by name."""

    def __init__(self, table: Table, *, missing: tuple[str, ...]) -> None:
        self._table, self._missing = table, missing
        self.columns = table.columns

    def numbers(self, column: str) -> FloatArray:
        """(n,) float, nan where missing."""
        return self._table.numbers(column, missing=self._missing)

    def labels(self, column: str) -> Labels:
        """(n,) text, empty where missing."""
        return self._table.labels(column, missing=self._missing)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """The data, the weighted design and the plan that rules them."""

    table: Table
    design: BoundDesign
    plan: AnalysisPlan

    def numbers(self, column: str) -> FloatArray:
        """(n,) values of a column, nan where missing."""
        return self.table.numbers(column, missing=self.plan.missing)

    def matrix(self, columns: Iterable[str]) -> FloatArray:
        """(n, k) values of several columns."""
        return np.column_stack([self.numbers(column) for column in columns])

    def scores(self, column: str, scale: Scale | None) -> FloatArray:
        """(n,) answers as scores: 100 (x - low) / (high - low); unchanged without a scale."""
        answers = self.numbers(column)
        return answers if scale is None else 100.0 * (answers - scale.low) / (scale.high - scale.low)

    def inside(self, where: Mapping[str, tuple[str, ...]]) -> BoolArray:
        """(n,) rows whose labels are all among the listed ones."""
        inside = np.ones(self.table.n, dtype=np.bool_)
        for column, allowed in where.items():
            inside &= np.isin(self.table.labels(column), allowed)
        return inside

    def domains(self, wanted: DomainPlan) -> Domains:
        """Crossed domains in the sorted order of their labels; a row with an empty label is in none."""
        outside = ~self.inside(wanted.where)
        columns = [self.table.labels(column, missing=self.plan.missing) for column in wanted.by]
        for labels in columns:
            outside |= labels == ""
        if not columns:
            return Domains(by="", codes=np.where(outside, -1, 0), names=("",))
        kept = np.flatnonzero(~outside)
        crossed = np.array(
            [" × ".join(row) for row in zip(*(c[kept] for c in columns), strict=True)], dtype=str
        )
        names, place = np.unique(crossed, return_inverse=True)
        codes = np.full(self.table.n, -1, dtype=np.int64)
        codes[kept] = place
        return Domains(by=" × ".join(wanted.by), codes=codes, names=tuple(str(name) for name in names))


def finite(value: object) -> object:
    """A value for JSON: numbers that do not exist are None, arrays are lists."""
    if isinstance(value, np.ndarray):
        return [finite(one) for one in value.tolist()]
    if isinstance(value, np.generic):
        return finite(value.item())
    return None if isinstance(value, float) and not isfinite(value) else value


def nothing() -> Row:
    """A row for a domain without any valid answer."""
    return {"estimate": None, "se": None, "ci_low": None, "ci_high": None, "n": 0, "status": "empty_domain"}


def plain(result: object) -> Row:
    """The numbers and texts of a result as one flat row; arrays are lists, a status its codes joined by semicolons."""
    row: Row = {}
    for one in fields(result):  # type: ignore[arg-type]  # every result is a dataclass
        value = getattr(result, one.name)
        if one.name == "status":
            row["status"] = value if isinstance(value, str) else ";".join(item.code for item in value)
        elif isinstance(value, float | int | str | bool | np.ndarray | np.generic) or value is None:
            row[one.name] = finite(value)
    return row
