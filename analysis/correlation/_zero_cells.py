"""Home of the rules for empty cells of the table of two items."""

from dataclasses import replace
from enum import StrEnum

import numpy as np

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.correlation._pairs import FAR, Pairs


class ZeroCells(StrEnum):
    """`keep`: as they are; `half`: 0.5 into each; `half-2x2`: 0.5 in 2 x 2 tables only, margins kept."""

    KEEP = "keep"
    HALF = "half"
    HALF_2X2 = "half-2x2"


def corrected(pairs: Pairs, rule: ZeroCells) -> Pairs:
    """The pairs after the rule."""
    if rule is ZeroCells.KEEP:
        return pairs
    sizes, place = pairs.lengths + 1, np.arange(pairs.counts.shape[1])
    rows, columns = sizes[pairs.first], sizes[pairs.second]
    inside = (place < rows[:, None])[:, :, None] & (place < columns[:, None])[:, None, :]
    empty = inside & (pairs.counts == 0)
    if rule is ZeroCells.HALF_2X2:
        small = (rows == 2) & (columns == 2) & (empty.sum(axis=(1, 2)) == 1)
        return replace(pairs, counts=_margins_kept(pairs.counts, empty, small))
    changed = empty.any(axis=(1, 2))[:, None]
    counts = np.where(empty, 0.5, pairs.counts)
    return replace(
        pairs,
        counts=counts,
        h=np.where(changed, _cuts(counts.sum(axis=2), rows), pairs.h),
        k=np.where(changed, _cuts(counts.sum(axis=1), columns), pairs.k),
    )


def _margins_kept(counts: FloatArray, empty: BoolArray, small: BoolArray) -> FloatArray:
    """Half a person moves along a diagonal into the empty cell, so that every margin stays as it was."""
    result = counts.copy()
    for pair in np.flatnonzero(small):
        on_diagonal = empty[pair, 0, 0] or empty[pair, 1, 1]
        result[pair, :2, :2] += np.array([[0.5, -0.5], [-0.5, 0.5]]) * (1.0 if on_diagonal else -1.0)
    return result


def _cuts(margin: FloatArray, sizes: IntArray) -> FloatArray:
    """(P, T) thresholds of (P, T + 1) margins, `FAR` beyond the categories of the item."""
    from scipy.special import ndtri

    below = np.cumsum(margin, axis=1)[:, :-1] / margin.sum(axis=1, keepdims=True)
    real = np.arange(1, margin.shape[1]) < sizes[:, None]
    return np.where(real, ndtri(np.where(real, below, 0.5)), FAR)
