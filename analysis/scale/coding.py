"""Home of labels over partitions: each part finds those it holds, and all are coded alike once they are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput

Key = tuple[str, ...]
_SMALL = 1 << 16


def distinct(values: NDArray[Any], *, missing: Sequence[str]) -> tuple[IntArray, list[str]]:
    """(n,) places among the sorted labels of one column, and the labels; "" where missing."""
    if values.dtype.kind in "iu" and values.size:
        low = int(values.min())
        if int(values.max()) - low < _SMALL:
            place = values.astype(np.int64) - low
            present = np.flatnonzero(np.bincount(place))
            table = np.zeros(int(present[-1]) + 1, dtype=np.int64)
            table[present] = np.arange(present.shape[0])
            return table[place], [_label(int(kind) + low, missing) for kind in present]
    kinds, place = np.unique(values, return_inverse=True)
    return place.astype(np.int64), [_label(kind, missing) for kind in kinds.tolist()]


def numbers(column: str, values: NDArray[Any], *, missing: Sequence[str]) -> FloatArray:
    """(n,) float, nan where missing; text that is no number is refused with its value."""
    if values.dtype.kind in "iufb":
        found = values.astype(np.float64)
        for text in missing:
            try:
                found[found == float(text)] = np.nan
            except ValueError:  # a text can mean "missing" in another column
                continue
        return found
    place, labels = distinct(values, missing=missing)
    return np.array([_number(column, label) for label in labels])[place]


def _number(column: str, label: str) -> float:
    try:
        return float(label) if label else np.nan
    except ValueError as problem:
        raise InvalidInput("not_numeric", name=column, value=label[:40]) from problem


def _label(value: Any, missing: Sequence[str]) -> str:
    if isinstance(value, float):
        if np.isnan(value):
            return ""
        value = int(value) if value == np.floor(value) else value
    text = str(value)
    return "" if text in missing else text


def crossed(columns: Sequence[NDArray[Any]], *, n: int, missing: Sequence[str]) -> tuple[IntArray, list[Key]]:
    """(n,) places among the label combinations that occur, and the combinations."""
    code, kinds_of = np.zeros(n, dtype=np.int64), []
    for column in columns:
        place, kinds = distinct(column, missing=missing)
        code = code * len(kinds) + place
        kinds_of.append(kinds)
    if not columns:
        return code, [()]
    possible = int(np.prod([len(kinds) for kinds in kinds_of]))
    if possible <= _SMALL * 64:
        present = np.flatnonzero(np.bincount(code, minlength=possible))
        table = np.zeros(possible, dtype=np.int64)
        table[present] = np.arange(present.shape[0])
        code = table[code]
    else:
        present, code = np.unique(code, return_inverse=True)
    places = np.unravel_index(present, tuple(len(kinds) for kinds in kinds_of))
    keys = [
        tuple(kinds[p] for kinds, p in zip(kinds_of, row, strict=True)) for row in zip(*places, strict=True)
    ]
    return code.astype(np.int64), keys


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keyed:
    """Sums by label combination, which add up over partitions whatever labels each holds.

    Attributes
    ----------
    keys : combinations in sorted order.
    sums : (keys, q).
    """

    keys: tuple[Key, ...]
    sums: FloatArray

    def merge(self, other: "Keyed") -> "Keyed":
        """Sums of both; a combination that one lacks counts 0 there."""
        if self.keys == other.keys:
            return Keyed(keys=self.keys, sums=self.sums + other.sums)
        keys = tuple(sorted({*self.keys, *other.keys}))
        place = {key: number for number, key in enumerate(keys)}
        sums = np.zeros((len(keys), self.sums.shape[1]))
        sums[[place[key] for key in self.keys]] += self.sums
        sums[[place[key] for key in other.keys]] += other.sums
        return Keyed(keys=keys, sums=sums)


def keyed(code: IntArray, keys: Sequence[Key], *, values: Sequence[FloatArray | None]) -> Keyed:
    """Sums of each value (None counts rows) by combination."""
    sums = np.column_stack(
        [np.bincount(code, weights=value, minlength=len(keys)).astype(np.float64) for value in values]
    )
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return Keyed(keys=tuple(keys[place] for place in order), sums=sums[order])


def places(keys: Sequence[Key], known: dict[Key, int], *, otherwise: int) -> IntArray:
    """Place of each combination among the known ones."""
    return np.array([known.get(key, otherwise) for key in keys], dtype=np.int64)
