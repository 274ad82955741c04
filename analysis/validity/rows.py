"""Home of what happens to rows and their products before they are moments: names, groups, z = (1, d, vech(dd'))."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.validity.errors import ValidityError

ALL = "all"
"""Label of the one group of a state that was made without groups."""


def checked_items(
    items: ArrayLike, names: Sequence[str], *, missing_code: int | None = None
) -> tuple[FloatArray, tuple[str, ...]]:
    """(n, p) answers with nan where missing, and their names, no name twice."""
    try:
        y = np.asarray(items, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="items", value=problem) from problem
    labels = tuple(str(name) for name in names)
    if y.ndim != 2 or y.shape[1] != len(labels):
        raise InvalidInput("wrong_shape", name="items", expected=f"(n, {len(labels)})", actual=y.shape)
    for at, label in enumerate(labels):
        if label in labels[:at]:
            raise ValidityError("repeated_name", item=label)
    return y if missing_code is None else np.where(y == missing_code, np.nan, y), labels


def _known_labels(given: NDArray[Any]) -> BoolArray:
    """(n,) whether a row has a label: not None, nan or an empty text."""
    if given.dtype.kind in "iub":
        return np.ones(given.shape, dtype=np.bool_)
    if given.dtype.kind == "f":
        return np.asarray(~np.isnan(given), dtype=np.bool_)
    if given.dtype.kind in "US":
        return np.asarray(given != given.dtype.type(""))
    return np.array([value is not None and value != "" and value == value for value in given.tolist()])


def group_codes(groups: ArrayLike | None, *, keep: BoolArray) -> tuple[IntArray, tuple[str, ...]]:
    """(n,) codes in order of first appearance among the rows to keep, −1 outside, and the labels."""
    codes = np.full(len(keep), -1, dtype=np.int64)
    if groups is None:
        codes[keep] = 0
        return codes, (ALL,)
    given = np.asarray(groups)
    if given.shape != keep.shape:
        raise InvalidInput("wrong_shape", name="groups", expected=f"({len(keep)},)", actual=given.shape)
    known = keep & _known_labels(given)
    kinds, first, inverse = np.unique(given[known].astype(str), return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(kinds), dtype=np.int64)
    rank[order] = np.arange(len(kinds))
    codes[known] = rank[inverse]
    return codes, tuple(str(kinds[i]) for i in order)


@cache
def vech_index(p: int) -> tuple[IntArray, IntArray]:
    """Rows and columns of the p(p+1)/2 elements of a symmetric matrix, in the order used everywhere here."""
    rows, columns = np.tril_indices(p)
    return rows.astype(np.int64), columns.astype(np.int64)


def products(d: FloatArray) -> FloatArray:
    """(n, 1+q) values z = (1, d, vech(dd')) of centred answers d (n, p)."""
    rows, columns = vech_index(d.shape[1])
    return np.hstack([np.ones((len(d), 1)), d, d[:, rows] * d[:, columns]])


def z_places(at: IntArray, p: int) -> IntArray:
    """Where z of the items at places `at` lies in z of all p items."""
    rows, columns = vech_index(p)
    where = np.zeros((p, p), dtype=np.int64)
    where[rows, columns] = where[columns, rows] = np.arange(len(rows))
    own_rows, own_columns = vech_index(len(at))
    return np.concatenate([[0], 1 + at, 1 + p + where[at[own_rows], at[own_columns]]])


def recentring(gap: FloatArray) -> FloatArray:
    """(1+q, 1+q) matrix that turns z about a centre c into z about c − gap."""
    p = len(gap)
    rows, columns = vech_index(p)
    turn = np.eye(1 + p + len(rows))
    turn[1 : 1 + p, 0] = gap
    at = 1 + p + np.arange(len(rows))
    turn[at, 0] = gap[rows] * gap[columns]
    # (d + δ)(d + δ)' = dd' + dδ' + δd' + δδ'; on the diagonal both mixed terms fall on the same element.
    np.add.at(turn, (at, 1 + rows), gap[columns])
    np.add.at(turn, (at, 1 + columns), gap[rows])
    return turn
