"""Home of the two-way table of weights: its levels, cells and totals, and the covariance of what is made of them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis import _check
from analysis._sums import group_sums
from analysis._types import BoolArray, FloatArray, IntArray, Lonely
from analysis.design import BoundDesign
from analysis.errors import EstimationError, InvalidInput
from analysis.variance import taylor

MOST_CELLS = 3000
"""Cells of the largest table whose covariance matrix is made (72 MB)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """A categorical variable: (n,) `code` of each row among `labels`, -1 where missing."""

    code: IntArray
    labels: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of levels."""
        return len(self.labels)


def levels(name: str, values: ArrayLike, *, n: int, missing: object = None) -> Levels:
    """Levels of any column, sorted (numbers by size, text by character).

    Parameters
    ----------
    values : (n,) numbers or text; nan and None are missing.
    missing : one more value that means missing, e.g. the code of a whole-number column.

    Raises
    ------
    InvalidInput
        If the shape is wrong.
    EstimationError
        ``empty_domain`` if no row has a value.
    """
    array = np.asarray(values)
    if array.shape != (n,):
        raise InvalidInput("wrong_shape", name=name, expected=f"({n},)", actual=array.shape)
    known = np.ones(n, dtype=np.bool_)
    if array.dtype.kind == "O":
        known = np.array([_is_known(value) for value in array], dtype=np.bool_)
        array = _plain(array, known)
    elif array.dtype.kind == "f":
        known = ~np.isnan(array)
    if missing is not None:
        known = known & (array != (str(missing) if array.dtype.kind == "U" else missing))
    if not known.any():
        raise EstimationError("empty_domain", name=name)
    return _coded(array, known)


def _is_known(value: Any) -> bool:  # Any: whatever a column of objects holds
    """Neither None nor a value that does not equal itself (nan), nor one that cannot say (pandas' NA)."""
    try:
        return value is not None and bool(value == value)
    except TypeError:
        return False


def _plain(array: NDArray[Any], known: BoolArray) -> NDArray[Any]:
    """A column of objects as numbers if all known values are numbers, else as text."""
    if all(isinstance(value, (int, float, np.number)) for value in array[known]):
        return np.where(known, array, np.nan).astype(np.float64)
    return np.where(known, array, "").astype(str)


def _coded(array: NDArray[Any], known: BoolArray) -> Levels:
    """Codes by counting where whole numbers span a short range, by sorting otherwise."""
    kinds, inverse = _few(array[known]) or np.unique(array[known], return_inverse=True)
    code = np.full(array.shape[0], -1, dtype=np.int64)
    code[known] = inverse
    names = (f"{kind:.10g}" if array.dtype.kind == "f" else str(kind) for kind in kinds)
    return Levels(code=code, labels=tuple(names))


def _few(values: NDArray[Any]) -> tuple[NDArray[Any], IntArray] | None:
    if values.dtype.kind not in "iu":
        return None
    low = int(values.min())
    if int(values.max()) - low > 10_000:
        return None
    place = values.astype(np.int64) - low
    present = np.flatnonzero(np.bincount(place))
    return (present + low).astype(values.dtype), np.searchsorted(present, place).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellTable:
    """Weights and respondents per cell of a two-way table, and which cell each row lies in.

    Attributes
    ----------
    cell : (n,) row * J + column of each row of data, -1 where it counts nowhere.
    shape : (I, J) levels with any weight in the domain; `row_labels`, `column_labels` name them.
    totals, squares : (I * J,) sums of weights and of their squares; `n` : (I, J) respondents.
    rows_of_data : rows of the design in the domain, missing answers included.
    dropped : levels that occur in the column but have no weight in the domain, as "variable: level".
    """

    cell: IntArray = field(repr=False)
    shape: tuple[int, int]
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    totals: FloatArray
    squares: FloatArray
    n: IntArray
    rows_of_data: int
    dropped: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Cells."""
        return self.shape[0] * self.shape[1]

    @property
    def shares(self) -> FloatArray:
        """(I, J) shares of the total."""
        return np.asarray((self.totals / self.totals.sum()).reshape(self.shape))


def cell_table(
    rows: ArrayLike,
    columns: ArrayLike,
    *,
    design: BoundDesign,
    domain: ArrayLike | None = None,
    missing: object = None,
    names: tuple[str, str] = ("rows", "columns"),
) -> CellTable:
    """The table of two categorical variables.

    Parameters
    ----------
    rows, columns : (n,) numbers or text; nan, None and `missing` leave the table, never the design.
    domain : (n,) bool, None for everybody.

    Raises
    ------
    EstimationError
        ``empty_domain`` if no row has both values and a weight; ``too_many_cells``.
    """
    first = levels(names[0], rows, n=design.n, missing=missing)
    second = levels(names[1], columns, n=design.n, missing=missing)
    inside = _check.mask("domain", domain, n=design.n)
    counted = inside & (first.code >= 0) & (second.code >= 0) & (design.weights > 0)
    if not counted.any():
        raise EstimationError("empty_domain", name=" x ".join(names))
    row, kept_rows = _occurring(first, counted)
    column, kept_columns = _occurring(second, counted)
    shape = (len(kept_rows), len(kept_columns))
    size = shape[0] * shape[1]
    if size > MOST_CELLS:
        raise EstimationError("too_many_cells", name=" x ".join(names), cells=size, most=MOST_CELLS)
    cell = np.where(counted, row * shape[1] + column, -1)
    held = cell[counted]
    gone = [f"{names[0]}: {label}" for label in first.labels if label not in kept_rows]
    gone += [f"{names[1]}: {label}" for label in second.labels if label not in kept_columns]
    return CellTable(
        cell=cell,
        shape=shape,
        row_labels=kept_rows,
        column_labels=kept_columns,
        totals=group_sums(held, design.weights[counted], size=size),
        squares=group_sums(held, design.weights[counted] ** 2, size=size),
        n=np.bincount(held, minlength=size).reshape(shape),
        rows_of_data=int(np.count_nonzero(inside)),
        dropped=tuple(gone),
    )


def _occurring(variable: Levels, counted: BoolArray) -> tuple[IntArray, tuple[str, ...]]:
    """Codes among the levels that occur in counted rows."""
    present = np.bincount(variable.code[counted], minlength=variable.count) > 0
    renumbered = np.cumsum(present) - 1
    return renumbered[variable.code], tuple(
        label for label, held in zip(variable.labels, present, strict=True) if held
    )


def covariance(
    table: CellTable,
    design: BoundDesign,
    *,
    function: Callable[[FloatArray], FloatArray],
    jacobian: FloatArray,
) -> FloatArray:
    """(k, k) covariance of k estimates that are a function of the cell totals.

    Parameters
    ----------
    function : from (R, K) cell totals to (R, k) estimates; replicate designs call it.
    jacobian : (k, K) its derivative at the totals.
    """
    if _from_sums(design):
        return np.asarray(jacobian @ totals_covariance(table, design) @ jacobian.T)
    counted = table.cell >= 0
    influence = np.zeros((design.n, jacobian.shape[0]))
    influence[counted] = jacobian.T[table.cell[counted]] * design.weights[counted, None]
    if design.replicates is None:
        return design.covariance(influence)
    return design.covariance_of_totals(
        function, columns=indicators(table, design=design), influence=influence
    )


def totals_covariance(table: CellTable, design: BoundDesign) -> FloatArray:
    """(K, K) covariance of the cell totals: from sums per PSU and cell where the design allows, no row is touched twice."""
    if not _from_sums(design):
        return covariance(table, design, function=lambda totals: totals, jacobian=np.eye(table.size))
    layout, counted = design.layout, table.cell >= 0
    size, cell, weights = table.size, table.cell[counted], design.weights[counted]
    if layout.psu is None:
        stratum = layout.stratum[counted]
        sums = group_sums(stratum * size + cell, weights, size=layout.n_strata * size)
        squares = group_sums(stratum * size + cell, weights**2, size=layout.n_strata * size)
        shape = (layout.n_strata, size)
        return _elements(sums.reshape(shape), squares.reshape(shape), design)
    sums = group_sums(layout.psu[counted] * size + cell, weights, size=layout.n_psu * size)
    per_psu = replace(layout, n=layout.n_psu, psu=None)
    return taylor.covariance(sums.reshape(layout.n_psu, size), per_psu)


def _elements(sums: FloatArray, squares: FloatArray, design: BoundDesign) -> FloatArray:
    """The covariance where every row is a PSU: a row is in one cell, so its squares lie on the diagonal."""
    layout = design.layout
    factor, count = taylor.stratum_factors(layout), layout.psu_count.astype(np.float64)
    alone = layout.psu_count == 1
    centre = sums / count[:, None]
    if layout.lonely is Lonely.ADJUST:
        centre[alone] = sums.sum(axis=0) / count.sum()
    crossed = (factor[:, None] * sums).T @ centre
    spread = (factor * count)[:, None] * centre
    found = np.diag(factor @ squares) - crossed - crossed.T + spread.T @ centre
    return np.asarray(found * taylor.average_inflation(layout))


def _from_sums(design: BoundDesign) -> bool:
    """Whether sums per PSU and cell hold all that the variance needs."""
    return design.replicates is None and not design.calibrations and design.layout.is_plain


def indicators(table: CellTable, *, design: BoundDesign) -> FloatArray:
    """(n, K) 1 where a row lies in the cell; without columns for a linearised design, which does not ask for them."""
    if design.replicates is None:
        return np.zeros((design.n, 0))
    held = np.flatnonzero(table.cell >= 0)
    found = np.zeros((table.cell.shape[0], table.size))
    found[held, table.cell[held]] = 1.0
    return found
