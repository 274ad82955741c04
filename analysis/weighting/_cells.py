"""Home of the collapse of people into cells: those who share every category get the same factor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray, IntArray
from analysis.weighting.margins import Margin

_DENSE = 1 << 22  # up to here a counting table is cheaper than sorting


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """People collapsed by their categories in every margin.

    Attributes
    ----------
    cell : (n,) cell of each row.
    codes : one (C,) array per margin: the cell's category, -1 where unknown.
    """

    cell: IntArray
    codes: tuple[IntArray, ...]

    @property
    def n_cells(self) -> int:
        """Cells that occur."""
        return int(self.codes[0].shape[0])

    def sums(self, weights: FloatArray) -> FloatArray:
        """(C,) sums of weights."""
        return np.bincount(self.cell, weights=weights, minlength=self.n_cells).astype(np.float64)


def collapse(margins: Sequence[Margin]) -> Cells:
    """The cells of people over all margins."""
    sizes = [len(margin.labels) + 1 for margin in margins]
    combined = np.zeros(margins[0].codes.shape[0], dtype=np.int64)
    for margin, size in zip(margins, sizes, strict=True):
        combined *= size
        combined += margin.codes
        combined += 1
    if np.prod([float(size) for size in sizes]) <= _DENSE:
        counts = np.bincount(combined)
        values = np.flatnonzero(counts)
        place = np.zeros(counts.shape[0], dtype=np.int64)
        place[values] = np.arange(values.shape[0])
        cell = place[combined]
    else:
        values, cell = np.unique(combined, return_inverse=True)
    codes = np.unravel_index(values, tuple(sizes))
    return Cells(cell=cell, codes=tuple(code.astype(np.int64) - 1 for code in codes))


def regressors(cells: Cells, margins: Sequence[Margin]) -> FloatArray:
    """(C, 1 + sum k) what the weights were calibrated on: the total, and each category's excess over its share.

    For a margin without unknown rows this spans the same space as its indicators; an unknown row counts
    neither for nor against any category.
    """
    columns = [np.ones((cells.n_cells, 1))]
    for margin, code in zip(margins, cells.codes, strict=True):
        known = code >= 0
        block = np.where(known[:, None], -margin.shares[None, :], 0.0)
        block[np.flatnonzero(known), code[known]] += 1.0
        columns.append(block)
    return np.hstack(columns)
