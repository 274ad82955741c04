"""Home of the sums that replace rows: weighted moments of one item per group of respondents."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis._sums import group_sums
from analysis._types import FloatArray, IntArray

_FEW = 32  # items with at most this many different whole values are counted, not summed
_PAIRED = 250  # crossed values of two items that fit a byte
_PAIR_TABLE = 400_000  # entries of their table that stay in the cache
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
    scratch : (n,) room for keys, used again by every item.
    """

    group: IntArray
    present: IntArray
    order: IntArray | None
    weights: tuple[FloatArray | None, ...]
    shape: tuple[int, int]
    scratch: IntArray


def grouping(group: IntArray, *, weights: Sequence[FloatArray | None], shape: tuple[int, int]) -> Grouping:
    """Groups ready for many items: sorted once if their table is too large for the processor's cache."""
    if shape[0] * shape[1] < _CACHED:
        every = np.arange(shape[0] * shape[1], dtype=np.int64)
        return Grouping(
            group=group,
            present=every,
            order=None,
            weights=tuple(weights),
            shape=shape,
            scratch=np.empty_like(group),
        )
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.append(True, ordered[1:] != ordered[:-1])
    moved = tuple(None if weight is None else weight[order] for weight in weights)
    return Grouping(
        group=np.cumsum(starts) - 1,
        present=ordered[starts],
        order=order,
        weights=moved,
        shape=shape,
        scratch=np.empty_like(group),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Item:
    """One item, ready to be summed.

    Few-valued items are kept as `place` (n,) of each answer among `values`, which are nan where an answer counts
    nowhere; others as `y` (n,), 0 where not `valid`.
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
    if column.dtype == np.int8 and (missing is None or -128 < missing < 127):
        return _prepare_bytes(column.astype(np.int8, copy=False), missing=missing, usable=usable)
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
        values = np.append(low + np.arange(size, dtype=np.float64), np.nan)
        return Item(values=values, place=place, y=None, valid=None)
    return Item(values=None, place=None, y=np.where(valid, column, 0.0).astype(np.float64), valid=valid)


def _prepare_bytes(column: NDArray[np.int8], *, missing: int | None, usable: NDArray[np.bool_]) -> Item:
    """As `prepare`, for one byte an answer: distances from the lowest valid code, found without copies of the column.

    Seen from the missing code upwards, bytes wrap round: the missing code is the farthest, the lowest valid one the
    nearest. Valid codes on both sides of the missing one are left to the slow way.
    """
    if missing is None:
        low, high = int(column.min()), int(column.max())
    else:
        low = _signed(int((column - np.int8(missing + 1)).view(np.uint8).min()) + missing + 1)
        high = _signed(int((column - np.int8(missing)).view(np.uint8).max()) + missing)
        both_sides = low == missing or not (missing < low <= high or low <= high < missing)
        if both_sides:
            return prepare(column.astype(np.int16), missing=missing, usable=usable)
    size = high - low + 1
    if size > _FEW:
        return prepare(column.astype(np.int16), missing=missing, usable=usable)
    place = (column - np.int8(low)).view(np.uint8)
    np.minimum(place, np.uint8(size), out=place)
    if not usable.all():
        place[~usable] = size
    return Item(
        values=np.append(np.arange(low, high + 1, dtype=np.float64), np.nan),
        place=place,
        y=None,
        valid=None,
    )


def _signed(byte: int) -> int:
    """A number of any size as the signed byte it wraps to."""
    return (byte + 128) % 256 - 128


def can_pair(first: Item, second: Item, grouping: Grouping) -> bool:
    """Whether two items can be counted in one pass: few values, and a table that stays in the cache."""
    if first.values is None or second.values is None or grouping.order is not None:
        return False
    width = first.values.shape[0] * second.values.shape[0]
    return bool(width < _PAIRED and width * grouping.present.shape[0] < _PAIR_TABLE)


def paired_moments(first: Item, second: Item, grouping: Grouping) -> tuple[list[Moments], list[Moments]]:
    """Moments of two items from one count of their crossed values; the same numbers as one by one."""
    assert first.values is not None
    assert first.place is not None
    assert second.values is not None
    assert second.place is not None
    wide, narrow = first.values.shape[0], second.values.shape[0]
    size, width = grouping.present.shape[0], wide * narrow
    powers = np.empty((wide, narrow, 6))
    powers[:, :, :3] = _powers(first.values)[:, None, :]
    powers[:, :, 3:] = _powers(second.values)[None, :, :]
    crossed = first.place * np.uint8(narrow)
    crossed += second.place
    key = np.multiply(grouping.group, width, out=grouping.scratch)
    key += crossed
    found: tuple[list[Moments], list[Moments]] = ([], [])
    for weight in grouping.weights:
        counted = np.bincount(key, weights=weight, minlength=size * width).reshape(size, width)
        sums = counted.astype(np.float64, copy=False) @ powers.reshape(width, 6)
        found[0].append(_spread(sums[:, :3], grouping))
        found[1].append(_spread(sums[:, 3:], grouping))
    return found


def moments(item: Item, grouping: Grouping) -> list[Moments]:
    """Moments of the item per group, one for each of the grouping's weights."""
    size = grouping.present.shape[0]
    if item.place is None or item.values is None:
        return [_spread(_from_values(item, grouping, weight=w), grouping) for w in grouping.weights]
    place = item.place if grouping.order is None else item.place[grouping.order]
    width, powers = item.values.shape[0], _powers(item.values)
    key = np.multiply(grouping.group, width, out=grouping.scratch)
    key += place
    found = []
    for weight in grouping.weights:
        counted = np.bincount(key, weights=weight, minlength=size * width).reshape(size, width)
        found.append(_spread(counted.astype(np.float64, copy=False) @ powers, grouping))
    return found


def _powers(values: FloatArray) -> FloatArray:
    """(v, 3) 1, y and y squared of each value; 0 where an answer counts nowhere."""
    known = np.isfinite(values)[:, None]
    return np.where(known, np.where(known, values[:, None], 0.0) ** np.arange(3.0), 0.0)


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
