"""Home of the collapse of people into cells: those who share every category get the same factor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis._types import FloatArray, IntArray
from analysis.weighting._labels import Codes
from analysis.weighting.margins import Margin

_DENSE = 1 << 22  # up to here a counting table is cheaper than sorting
_LARGEST = 2.0**62
_BLOCK = 1 << 15  # rows at a time
_ROWS_PER_CELL = 64  # with more rows than this for each possible cell, empty cells are kept


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """People collapsed by their categories in every margin.

    Attributes
    ----------
    cell : (n,) cell of each row, in narrow integers.
    codes : one (C,) array per margin: the cell's category, -1 where unknown.
    """

    cell: Codes
    codes: tuple[IntArray, ...]

    @property
    def n_cells(self) -> int:
        """Cells; some may be empty."""
        return int(self.codes[0].shape[0])

    def sums(self, weights: FloatArray) -> FloatArray:
        """(C,) sums of weights, a block of rows at a time so that what numpy copies stays in the cache."""
        total = np.zeros(self.n_cells)
        for begin in range(0, self.cell.shape[0], _BLOCK):
            rows = slice(begin, begin + _BLOCK)
            total += np.bincount(self.cell[rows], weights=weights[rows], minlength=self.n_cells)
        return total

    def counts(self, weights: FloatArray) -> IntArray:
        """(C,) rows that carry weight."""
        everybody = weights.min() > 0
        return np.bincount(self.cell if everybody else self.cell[weights > 0], minlength=self.n_cells)

    def spread(self, factors: FloatArray, weights: FloatArray) -> FloatArray:
        """(n,) weights times the (C,) factors of their cells, read-only."""
        found = np.empty(self.cell.shape[0])
        for begin in range(0, self.cell.shape[0], _BLOCK):
            rows = slice(begin, begin + _BLOCK)
            part = found[rows]
            np.take(factors, self.cell[rows], out=part, mode="clip")  # codes are right; raise would copy
            part *= weights[rows]
        found.setflags(write=False)  # nobody else holds it, so the design need not copy it
        return found

    def margin_sums(self, place: int, values: FloatArray, *, size: int) -> FloatArray:
        """(size,) sums of (C,) cell values by category of the margin at `place`, the unknown left out."""
        sums = np.bincount(self.codes[place] + 1, weights=values, minlength=size + 1)
        return sums[1:].astype(np.float64, copy=False)


def collapse(margins: Sequence[Margin]) -> Cells:
    """The cells of people over all margins."""
    lowest = [int(margin.codes.min(initial=0)) for margin in margins]  # -1 where somebody is unknown
    sizes = [len(margin.labels) - low for margin, low in zip(margins, lowest, strict=True)]
    possible = float(np.prod([float(size) for size in sizes]))
    combined = _combine(margins, lowest=lowest, sizes=sizes, possible=possible)
    if possible * _ROWS_PER_CELL <= combined.shape[0]:
        return _as_cells(combined, np.arange(int(possible)), sizes=sizes, lowest=lowest)
    if possible <= _DENSE:
        counts = np.bincount(combined)
        values = np.flatnonzero(counts)
        place = np.zeros(counts.shape[0], dtype=np.min_scalar_type(-values.shape[0]))
        place[values] = np.arange(values.shape[0])
        return _as_cells(place[combined], values, sizes=sizes, lowest=lowest)
    _, first, cell = np.unique(combined, return_index=True, return_inverse=True)
    return Cells(cell=cell, codes=tuple(margin.codes[first].astype(np.int64) for margin in margins))


def _as_cells(cell: Codes, values: IntArray, *, sizes: Sequence[int], lowest: Sequence[int]) -> Cells:
    """Cells whose combined number is known."""
    codes = np.unravel_index(values, tuple(sizes))
    return Cells(
        cell=cell,
        codes=tuple(code.astype(np.int64) + low for code, low in zip(codes, lowest, strict=True)),
    )


def _combine(
    margins: Sequence[Margin], *, lowest: Sequence[int], sizes: Sequence[int], possible: float
) -> Codes:
    """(n,) one number for each combination of categories, in the narrowest integers that hold all of them."""
    width: type[np.signedinteger[Any]] = np.int64
    for narrow in (np.int16, np.int32):
        if possible < np.iinfo(narrow).max:
            width = narrow
            break
    combined = np.zeros(margins[0].n, dtype=width)
    if possible >= _LARGEST:
        return _compress(margins, combined)
    for margin, low, size in zip(margins, lowest, sizes, strict=True):
        combined *= width(size)
        np.add(combined, margin.codes, out=combined, casting="unsafe")
        if low:
            combined += width(1)
    return combined


def _compress(margins: Sequence[Margin], combined: Codes) -> Codes:
    """Numbers of the combinations that occur, where all that could occur are too many to number."""
    for margin in margins:
        both = combined * (len(margin.labels) + 1) + margin.codes + 1
        combined = np.unique(both, return_inverse=True)[1].astype(np.int64)
    return combined


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
