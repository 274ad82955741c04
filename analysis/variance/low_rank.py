"""Home of weighting steps as matrices of low rank: what lets chains of them meet tables of sums instead of rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis._sums import group_sums
from analysis._types import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LowRank:
    """A step that changes influence values I by `I - write x_c inverse (sum over rows of read x_c I)`.

    Attributes
    ----------
    cell : (n,) cell of each row; x : (C, p) variables of each cell.
    read, write : (n,) factors of each row; inverse : (p, p).
    """

    cell: NDArray[np.signedinteger[Any]]  # Any: the width of the integers
    x: FloatArray
    read: FloatArray
    write: FloatArray
    inverse: FloatArray

    def places(self, group: IntArray, size: int) -> IntArray:
        """(n,) number of each row's cell and group together; made once, for many `project`."""
        return np.asarray(np.multiply(self.cell, size, dtype=np.int64) + group)

    def project(self, values: FloatArray, *, places: IntArray, size: int) -> FloatArray:
        """(p, size) sums of x times (n,) values per group; `places` as from `places`."""
        cells = self.x.shape[0]
        return np.asarray(self.x.T @ group_sums(places, values, size=cells * size).reshape(cells, size))

    def across(self, other: "LowRank", values: FloatArray) -> FloatArray:
        """(p, p of the other) sums of x, the other's x and (n,) values."""
        cells = other.x.shape[0]
        places = self.places(other.cell.astype(np.int64), cells)
        return self.project(values, places=places, size=cells) @ other.x


def low_rank(step: object) -> LowRank | None:
    """The step as a matrix of low rank, if it says how."""
    form: Callable[[], LowRank | None] | None = getattr(step, "low_rank", None)
    return None if form is None else form()
