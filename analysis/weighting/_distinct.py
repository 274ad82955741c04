"""Home of the collapse of rows that repeat one another: calibration on categories has few distinct rows."""

from dataclasses import dataclass

import numpy as np

from analysis._sums import group_sums
from analysis._types import FloatArray, IntArray

_SAMPLE = 4096  # rows that are looked at first
_MOST = 0.25  # collapsing pays where at most this share of the rows is distinct


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Distinct:
    """Rows of a matrix, each once.

    Attributes
    ----------
    rows : (C, p) distinct rows; all n where collapsing does not pay.
    cell : (n,) distinct row of each row; None where all stay.
    n : rows.
    """

    rows: FloatArray
    cell: IntArray | None
    n: int

    def sums(self, weights: FloatArray) -> FloatArray:
        """(C,) sums of weights."""
        if self.cell is None:
            return weights
        return group_sums(self.cell, weights, size=self.rows.shape[0])

    def spread(self, values: FloatArray) -> FloatArray:
        """(n,) value of each row from the (C,) values of the distinct rows."""
        return values if self.cell is None else values[self.cell]

    @property
    def cells(self) -> IntArray:
        """(n,) distinct row of each row."""
        return np.arange(self.n) if self.cell is None else self.cell


def distinct(x: FloatArray) -> Distinct:
    """The distinct rows of an (n, p) matrix, if they are few.

    Rows are told apart by their product with a fixed vector, then compared in full.
    """
    n, p = x.shape
    whole = Distinct(rows=x, cell=None, n=n)
    key = np.sin(np.arange(1.0, p + 1.0))  # no whole-number combination of these is 0
    head = x[:: max(n // _SAMPLE, 1)] @ key
    if n < 64 or np.unique(head).shape[0] > _MOST * head.shape[0]:
        return whole
    _, first, cell = np.unique(x @ key, return_index=True, return_inverse=True)
    rows = x[first]
    if rows.shape[0] > _MOST * n or not all(np.array_equal(rows[cell, j], x[:, j]) for j in range(p)):
        return whole
    return Distinct(rows=rows, cell=cell, n=n)
