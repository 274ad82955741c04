"""Home of the sums that replace rows: weighted moments of one item per group of respondents."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis._sums import group_sums
from analysis._types import FloatArray, IntArray

_FEW = 32  # items with at most this many different whole values are counted, not summed
_CACHED = 20_000  # groups up to which sums in any order stay in the cache


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """(groups, D) sums of weight, weight times y and weight times y squared over valid values."""

    zero: FloatArray
    one: FloatArray
    two: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouping:
    """Groups of people and the weights to sum in them.

    Attributes
    ----------
    group : (n,) places in `present`, in the order of `order`.
    present : (g,) the group codes that occur, each below `shape[0] * shape[1]`.
    order : (n,) rows sorted by group, which keeps the sums near each other in memory; None: rows as they are.
    weights : each (n,) in the same order; None weighs every answer 1.
    shape : (rows, columns) of the tables; the last column collects the rows of no domain and is dropped.
    """

    group: IntArray
    present: IntArray
    order: IntArray | None
    weights: tuple[FloatArray | None, ...]
    shape: tuple[int, int]


def grouping(group: IntArray, *, weights: Sequence[FloatArray | None], shape: tuple[int, int]) -> Grouping:
    """Groups ready for many items: sorted once if their table is too large for the processor's cache."""
    if shape[0] * shape[1] < _CACHED:
        every = np.arange(shape[0] * shape[1], dtype=np.int64)
        return Grouping(group=group, present=every, order=None, weights=tuple(weights), shape=shape)
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.append(True, ordered[1:] != ordered[:-1])
    moved = tuple(None if weight is None else weight[order] for weight in weights)
    return Grouping(
        group=np.cumsum(starts) - 1, present=ordered[starts], order=order, weights=moved, shape=shape
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Item:
    """One item, ready to be summed.

    Few-valued items are kept as `place` (n,) of each value among `values`, with the last place for missing;
    others as `y` (n,), 0 where not `valid`.
    """

    values: FloatArray | None
    place: NDArray[np.uint8] | None
    y: FloatArray | None
    valid: NDArray[np.bool_] | None


def prepare(column: NDArray[np.generic], *, missing: int | None, usable: NDArray[np.bool_]) -> Item:
    """Code one item; rows that are missing or not `usable` count nowhere.

    Parameters
    ----------
    column : (n,) numbers, nan where missing.
    missing : the code of a missing answer, for whole-number arrays that have no nan.
    """
    if column.dtype.kind == "f":
        valid = np.isfinite(column) & usable
    else:
        valid = usable if missing is None else usable & (column != missing)
    inside = column[valid]
    if not inside.size:
        return Item(values=None, place=None, y=np.zeros(column.shape[0]), valid=valid)
    low, high = float(inside.min()), float(inside.max())
    if high - low < _FEW and (column.dtype.kind != "f" or np.array_equal(inside, np.floor(inside))):
        size = int(high - low) + 1
        place = np.full(column.shape[0], size, dtype=np.uint8)
        place[valid] = (inside - column.dtype.type(low)).astype(np.uint8)
        return Item(values=low + np.arange(size, dtype=np.float64), place=place, y=None, valid=None)
    return Item(values=None, place=None, y=np.where(valid, column, 0.0).astype(np.float64), valid=valid)


def moments(item: Item, grouping: Grouping) -> list[Moments]:
    """Moments of the item per group, one for each of the grouping's weights."""
    size = grouping.present.shape[0]
    if item.place is None or item.values is None:
        return [_spread(_from_values(item, grouping, weight=w), grouping) for w in grouping.weights]
    place = item.place if grouping.order is None else item.place[grouping.order]
    width = item.values.shape[0] + 1
    powers = np.zeros((width, 3))  # the last row, all zero, drops the missing answers
    powers[:-1] = item.values[:, None] ** np.arange(3.0)
    key = grouping.group * width
    key += place
    found = []
    for weight in grouping.weights:
        counted = np.bincount(key, weights=weight, minlength=size * width).reshape(size, width)
        found.append(_spread(counted.astype(np.float64, copy=False) @ powers, grouping))
    return found


def _from_values(item: Item, grouping: Grouping, *, weight: FloatArray | None) -> FloatArray:
    """(g, 3) sums for an item with many values."""
    assert item.y is not None
    assert item.valid is not None
    y, valid = item.y, item.valid
    if grouping.order is not None:
        y, valid = y[grouping.order], valid[grouping.order]
    held = valid.astype(np.float64) if weight is None else np.where(valid, weight, 0.0)
    size = grouping.present.shape[0]
    parts = (held, held * y, held * y**2)
    return np.column_stack([group_sums(grouping.group, part, size=size) for part in parts])


def _spread(sums: FloatArray, grouping: Grouping) -> Moments:
    """The (g, 3) sums of the groups that occur, put into whole tables."""
    tables = np.zeros((3, grouping.shape[0] * grouping.shape[1]))
    tables[:, grouping.present] = sums.T
    zero, one, two = tables.reshape(3, *grouping.shape)[:, :, :-1]
    return Moments(zero=zero, one=one, two=two)
