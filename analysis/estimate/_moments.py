"""Home of the sums that replace rows: weighted moments of one item per group of respondents."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis._sums import group_sums
from analysis._types import FloatArray, IntArray

_FEW = 32  # items with at most this many different whole values are counted, not summed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """(size,) sums per group of weight, weight times y and weight times y squared over valid values."""

    zero: FloatArray
    one: FloatArray
    two: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Item:
    """One item, ready to be summed.

    Few-valued items are kept as `place` (n,) of each value among `values`, with the last place for missing;
    others as `y` (n,), 0 where not `valid`.
    """

    values: FloatArray | None
    place: NDArray[np.int32] | None
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
        place = np.full(column.shape[0], size, dtype=np.int32)
        place[valid] = (inside - column.dtype.type(low)).astype(np.int32)
        return Item(values=low + np.arange(size, dtype=np.float64), place=place, y=None, valid=None)
    return Item(values=None, place=None, y=np.where(valid, column, 0.0).astype(np.float64), valid=valid)


def moments(item: Item, group: IntArray, *, weight: FloatArray, size: int) -> Moments:
    """Weighted moments of the item per group (0 to size - 1)."""
    if item.place is not None and item.values is not None:
        table = _table(item.place, group, weight=weight, size=size, width=item.values.shape[0] + 1)
        table = table[:, :-1]
        return Moments(zero=table.sum(axis=1), one=table @ item.values, two=table @ item.values**2)
    assert item.y is not None
    assert item.valid is not None
    held = np.where(item.valid, weight, 0.0)
    first = held * item.y
    return Moments(
        zero=group_sums(group, held, size=size),
        one=group_sums(group, first, size=size),
        two=group_sums(group, first * item.y, size=size),
    )


def counts(item: Item, group: IntArray, *, size: int) -> IntArray:
    """(size,) valid values per group."""
    if item.place is not None and item.values is not None:
        table = _table(item.place, group, weight=None, size=size, width=item.values.shape[0] + 1)
        return np.asarray(table[:, :-1].sum(axis=1), dtype=np.int64)
    assert item.valid is not None
    return np.bincount(group[item.valid], minlength=size).astype(np.int64)


def _table(
    place: NDArray[np.int32], group: IntArray, *, weight: FloatArray | None, size: int, width: int
) -> FloatArray:
    """(size, width) weights (or counts) of each value in each group."""
    flat = np.bincount(group * width + place, weights=weight, minlength=size * width)
    return np.asarray(flat.reshape(size, width), dtype=np.float64)
