"""Home of the products that make the state of a set of items, block by block: n, sum of weights, mean, scatter."""

import numpy as np
import numpy.typing as npt

from analysis._types import BoolArray, FloatArray

BLOCK_ROWS = 16_384
# A block's sums of products stay below 2**24, where single precision is still exact, up to this answer.
EXACT_ANSWER = 32

Sums = tuple[int, float, FloatArray, FloatArray]


def whole_numbers(
    y: npt.NDArray[np.generic],
    *,
    weights: FloatArray | None,
    inside: BoolArray | None,
    missing_code: int | None,
) -> Sums:
    """Raw sums of whole numbers, about a whole number near them: the mean is taken off at the end."""
    k = y.shape[1]
    ends = _extremes(y, missing_code)
    is_small = weights is None and float(np.abs(ends).max()) <= EXACT_ANSWER
    origin = 0.0 if is_small else float(np.rint(ends.mean()))
    n, total, sums, products = 0, 0.0, np.zeros(k), np.zeros((k, k))
    for start in range(0, len(y), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        kept = _kept(y[rows], None if inside is None else inside[rows], missing_code)
        block = y[rows] if kept is None else y[rows][kept]
        if is_small:
            _add_exactly(block, sums, products)
            n, total = n + len(block), total + len(block)
            continue
        weight = np.ones(len(y[rows])) if weights is None else weights[rows]
        weight = weight if kept is None else weight[kept]
        values = np.asarray(block, dtype=np.float64) - origin
        products += (values * weight[:, None]).T @ values
        sums += weight @ values
        n, total = n + int(np.count_nonzero(weight > 0)), total + float(weight.sum())
    mean = sums / total if total > 0 else np.zeros(k)
    return n, total, mean + origin, products - np.outer(mean, mean) * total


def _add_exactly(block: npt.NDArray[np.generic], sums: FloatArray, products: FloatArray) -> None:
    """Add the sums of a block in single precision; every one is a whole number below 2**24."""
    values: npt.NDArray[np.float32] = block.astype(np.float32)
    products += values.T @ values
    sums += np.ones(len(values), dtype=np.float32) @ values


def real_numbers(
    y: npt.NDArray[np.generic],
    *,
    weights: FloatArray | None,
    inside: BoolArray | None,
    missing_code: int | None,
) -> Sums:
    """Sums about the mean of real numbers, nan or `missing_code` where missing."""
    k = y.shape[1]
    n, total, mean, scatter = 0, 0.0, np.zeros(k), np.zeros((k, k))
    for start in range(0, len(y), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        block = np.asarray(y[rows], dtype=np.float64)
        kept = np.isfinite(block).all(axis=1)
        if missing_code is not None:
            kept &= (block != missing_code).all(axis=1)
        if inside is not None:
            kept &= inside[rows]
        weight = np.ones(len(block)) if weights is None else weights[rows]
        kept &= weight > 0
        values, weight = block[kept], weight[kept]
        if not len(values):
            continue
        added = float(weight.sum())
        own = weight @ values / added
        centred = values - own
        gap = own - mean
        scatter += (centred * weight[:, None]).T @ centred
        scatter += np.outer(gap, gap) * (total * added / (total + added))
        total += added
        mean = mean + gap * (added / total)
        n += len(values)
    return n, total, mean, scatter


def _extremes(y: npt.NDArray[np.generic], missing_code: int | None) -> FloatArray:
    """Lowest and highest answer; a missing code outside the answers costs a second look."""
    if not y.size:
        return np.zeros(2)
    ends = np.array([int(np.min(y)), int(np.max(y))], dtype=np.float64)
    if missing_code is None or missing_code not in (ends[0], ends[1]) or np.abs(ends).max() <= EXACT_ANSWER:
        return ends
    valid = y[y != missing_code]
    if not valid.size:
        return np.zeros(2)
    return np.array([int(valid.min()), int(valid.max())], dtype=np.float64)


def _kept(
    block: npt.NDArray[np.generic], inside: BoolArray | None, missing_code: int | None
) -> BoolArray | None:
    """(rows,) which rows of a block count; None for all of them."""
    kept: BoolArray | None = inside
    if missing_code is not None:
        gone = np.asarray(block == missing_code)
        if gone.any():
            complete = np.asarray(~gone.any(axis=1))
            kept = complete if kept is None else kept & complete
    return kept
