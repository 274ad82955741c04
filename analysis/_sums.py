"""Home of sums by group, the operation everything fast here is made of."""

import numpy as np

from analysis._types import FloatArray, IntArray


def group_sums(group: IntArray, values: FloatArray, *, size: int) -> FloatArray:
    """(size,) sums of (n,) `values` per group code."""
    return np.bincount(group, weights=values, minlength=size).astype(np.float64, copy=False)


def column_sums(group: IntArray, values: FloatArray, *, size: int) -> FloatArray:
    """(size, k) sums of each column of (n, k) `values` per group code."""
    sums = np.empty((size, values.shape[1]))
    for column in range(values.shape[1]):
        sums[:, column] = np.bincount(group, weights=values[:, column], minlength=size)
    return sums
