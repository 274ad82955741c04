"""Home of named columns: one face for a mapping of arrays, a data frame and a file that was read."""

import difflib
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from analysis import _check
from analysis._types import FloatArray
from analysis.errors import InvalidInput

Labels = NDArray[np.str_]


@runtime_checkable
class Columns(Protocol):
    """What a bound design needs of its table; `analysis.dataset.Table` has it, `Frame` gives it to everything else."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names, in order."""

    def numbers(self, column: str) -> FloatArray:
        """(n,) float, nan where missing."""

    def labels(self, column: str) -> Labels:
        """(n,) text, empty where missing."""


class Frame:
    """Columns of a mapping of arrays, or of a data frame (pandas, polars), read when they are asked for."""

    def __init__(
        self, table: Any, *, missing: int | None = None
    ) -> None:  # Any: whatever has columns by name
        self.missing = missing
        names = getattr(table, "columns", None)
        self._table = table
        self.columns = tuple(str(name) for name in (table.keys() if names is None else names))
        if not self.columns:
            raise InvalidInput("no_columns")

    def numbers(self, column: str) -> FloatArray:
        """(n,) float, nan where missing; text that is no number is refused with its row."""
        values = self._column(column)
        if values.dtype.kind in "OUS":
            return _parsed(column, values)
        numbers = _check.numbers(column, values)
        return numbers if self.missing is None else np.where(numbers == self.missing, np.nan, numbers)

    def labels(self, column: str) -> Labels:
        """(n,) text, empty where missing; whole numbers are written without a point."""
        values = self._column(column)
        if values.dtype.kind == "f":
            kinds, code = np.unique(values, return_inverse=True)
            return np.array([_as_label(float(kind)) for kind in kinds], dtype=np.str_)[code]
        if values.dtype.kind == "O":
            return np.array(["" if _is_missing(value) else str(value) for value in values], dtype=np.str_)
        labels = values.astype(np.str_)
        return labels if self.missing is None else np.where(labels == str(self.missing), "", labels)

    def answers(self, columns: Sequence[str]) -> NDArray[np.int8] | None:
        """(n, k) the columns as bytes, with the explicit missing code; None if one is kept otherwise."""
        found = [self._column(column) for column in columns]
        if any(values.dtype != np.int8 for values in found):
            return None
        return np.asarray(np.array(found)).T

    def whole(self, column: str) -> NDArray[Any] | None:  # Any: the width of the integers
        """(n,) the column as it is kept, missing code and all, if it holds whole numbers; None otherwise."""
        values = self._column(column)
        return values if values.dtype.kind in "iu" else None

    def _column(self, column: str) -> NDArray[Any]:
        if column not in self.columns:
            raise unknown_column(column, self.columns)
        values = np.asarray(self._table[column])
        if values.ndim != 1:
            raise InvalidInput("wrong_shape", name=column, expected="(n,)", actual=values.shape)
        return values


def columns_of(table: Any, *, missing: int | None = None) -> Columns:  # Any: whatever has columns by name
    """The named columns of a table of any supported kind; `missing` is the code of a missing answer, if it has one."""
    return table if isinstance(table, Columns) else Frame(table, missing=missing)


def unknown_column(column: str, names: Sequence[str]) -> InvalidInput:
    """The refusal of a name that the table lacks, with the nearest one."""
    nearest = difflib.get_close_matches(column, names, n=1, cutoff=0.0) or ["-"]
    return InvalidInput("unknown_column", column=column, nearest=nearest[0])


def _as_label(value: float) -> str:
    if np.isnan(value):
        return ""
    return str(int(value)) if np.isfinite(value) and value == np.floor(value) else str(value)


def _is_missing(value: object) -> bool:
    return value is None or value != value or str(value) in ("<NA>", "NaT")


def _parsed(column: str, values: NDArray[Any]) -> FloatArray:
    found = np.full(values.shape[0], np.nan)
    for row, value in enumerate(values):
        if _is_missing(value) or not str(value).strip():
            continue
        try:
            found[row] = float(value)
        except (TypeError, ValueError) as problem:
            raise InvalidInput(
                "not_a_number_at", column=column, row=row + 1, value=str(value)[:40]
            ) from problem
    return found
