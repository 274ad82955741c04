"""Home of labels as codes: the kinds that occur in a column, and which of them each row holds."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis._types import BoolArray, IntArray

Codes = NDArray[np.signedinteger[Any]]  # Any: the width of the integers
_HEAD, _FEW = 4096, 64  # rows looked at first; kinds up to which looking up beats sorting
_COUNTED = 1 << 16  # whole numbers in a range up to this are counted rather than sorted


def coded(values: ArrayLike) -> tuple[tuple[str, ...], Codes]:
    """Kinds of an (n,) column as text, sorted by value, and the (n,) code of each row."""
    array = np.asarray(values)
    if array.dtype.kind in "iu" and array.size:
        low, high = int(array.min()), int(array.max())
        if high - low < _COUNTED:
            return _counted(array, low=low)
    if array.dtype.kind not in "iub":
        array = array.astype(str)
        known = _looked_up(array)
        if known is not None:
            return known
    kinds, code = np.unique(array, return_inverse=True)
    return tuple(str(kind) for kind in kinds), code.astype(_width(len(kinds)))


def _looked_up(text: NDArray[np.str_]) -> tuple[tuple[str, ...], Codes] | None:
    """Codes by looking every row up among the kinds of a few thousand rows; None if these are not all the kinds."""
    kinds = np.unique(text[:: max(text.shape[0] // _HEAD, 1)])
    if kinds.shape[0] > _FEW:
        return None
    code = np.searchsorted(kinds, text)
    code[code == kinds.shape[0]] = 0
    if not np.array_equal(kinds[code], text):
        return None
    return tuple(str(kind) for kind in kinds), code.astype(_width(len(kinds)))


def _counted(
    array: NDArray[Any], *, low: int
) -> tuple[tuple[str, ...], Codes]:  # Any: the width of the integers
    shifted = array.astype(np.int64) - low
    kinds = np.flatnonzero(np.bincount(shifted))
    place = np.zeros(int(kinds[-1]) + 1, dtype=_width(len(kinds)))
    place[kinds] = np.arange(len(kinds))
    return tuple(str(int(kind) + low) for kind in kinds), place[shifted]


def crossed(
    columns: Sequence[tuple[tuple[str, ...], Codes]],
) -> tuple[list[tuple[str, ...]], Codes | IntArray]:
    """The combinations of kinds that occur over several coded columns, and the (n,) code of each row."""
    if len(columns) == 1:
        kinds, code = columns[0]
        return [(kind,) for kind in kinds], code
    combined = np.zeros(columns[0][1].shape[0], dtype=np.int64)
    for kinds, code in columns:
        combined = combined * len(kinds) + code
    values, code = np.unique(combined, return_inverse=True)
    places = np.unravel_index(values, tuple(len(kinds) for kinds, _ in columns))
    found = [
        tuple(kinds[place] for (kinds, _), place in zip(columns, row, strict=True))
        for row in zip(*places, strict=True)
    ]
    return found, code


def unknown_kinds(found: Sequence[tuple[str, ...]], unknown: Sequence[str]) -> BoolArray:
    """(K,) combinations with a part that means "not known"; an empty label always does."""
    blank = {"", *unknown}
    return np.array([any(part in blank for part in kind) for kind in found], dtype=np.bool_)


def _width(size: int) -> np.dtype[Any]:  # Any: the width of the integers
    return np.min_scalar_type(-size - 1)
