"""Home of what the psychometric indices share: a checked matrix of answers and correlations within persons."""

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.quality.errors import QualityError


def item_matrix(answers: ArrayLike, *, index: str, least: int = 2) -> FloatArray:
    """Answers as (n, k) float64, nan where missing; every item answered by somebody.

    Raises
    ------
    InvalidInput
        If it is no table of numbers, or holds an infinite value.
    QualityError
        ``too_few_items``, ``too_few_rows``, ``item_unanswered``, naming the index and the item.
    """
    try:
        matrix = np.asarray(answers, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="answers", value=problem) from problem
    if matrix.ndim != 2:
        raise InvalidInput("wrong_shape", name="answers", expected="(n, k)", actual=matrix.shape)
    if matrix.shape[1] < least:
        raise QualityError("too_few_items", index=index, least=least, actual=matrix.shape[1])
    if matrix.shape[0] < 1:
        raise QualityError("too_few_rows", index=index, least=1, actual=0)
    infinite = np.flatnonzero(np.isinf(matrix).any(axis=1))
    if infinite.size:
        raise InvalidInput("not_finite", name="answers", row=int(infinite[0]) + 1)
    empty = np.flatnonzero(~np.isfinite(matrix).any(axis=0))
    if empty.size:
        raise QualityError("item_unanswered", index=index, item=int(empty[0]) + 1)
    return matrix


def row_correlations(first: FloatArray, second: FloatArray, *, least: int = 3) -> tuple[FloatArray, IntArray]:
    """Pearson correlation of each row of `first` with the same row of `second`, and its number of pairs.

    Parameters
    ----------
    first, second : (n, m), nan where missing; a pair counts if both are known.
    least : pairs under which the correlation is nan: two points always lie on a line.

    Returns
    -------
    (n,) correlations, nan also where one side does not vary, and (n,) numbers of pairs.
    """
    both = np.isfinite(first) & np.isfinite(second)
    count = both.sum(axis=1).astype(np.int64)
    size = np.maximum(count, 1)[:, None]
    x, y = np.where(both, first, 0.0), np.where(both, second, 0.0)
    x = np.where(both, x - x.sum(axis=1, keepdims=True) / size, 0.0)
    y = np.where(both, y - y.sum(axis=1, keepdims=True) / size, 0.0)
    xx, yy, xy = (x * x).sum(axis=1), (y * y).sum(axis=1), (x * y).sum(axis=1)
    # What rounding leaves of a constant row is no variation.
    scale = 1e-12 * size[:, 0]
    flat_x = xx <= scale * np.max(np.abs(np.where(both, first, 0.0)), axis=1, initial=0.0) ** 2
    flat_y = yy <= scale * np.max(np.abs(np.where(both, second, 0.0)), axis=1, initial=0.0) ** 2
    defined = (count >= least) & ~flat_x & ~flat_y
    r = np.full(len(count), np.nan)
    r[defined] = np.clip(xy[defined] / np.sqrt(xx[defined] * yy[defined]), -1.0, 1.0)
    return r, count


_BLOCK = 32_768


def pair_correlations(
    matrix: FloatArray, first: IntArray, second: IntArray, *, least: int = 3
) -> tuple[FloatArray, IntArray]:
    """Pearson correlation within each row over pairs of columns, and its number of known pairs.

    The same as `row_correlations(matrix[:, first], matrix[:, second])`, but the sums over pairs are products with
    the (k, k) table of pairs, so that the cost does not grow with the number of pairs.
    """
    k = matrix.shape[1]
    table = np.zeros((k, k))
    table[first, second] = 1.0
    r, count = np.empty(len(matrix)), np.empty(len(matrix), dtype=np.int64)
    for start in range(0, len(matrix), _BLOCK):
        rows = slice(start, start + _BLOCK)
        r[rows], count[rows] = _pair_block(matrix[rows], table, least)
    return r, count


def _pair_block(matrix: FloatArray, table: FloatArray, least: int) -> tuple[FloatArray, IntArray]:
    known = np.isfinite(matrix)
    mask = known.astype(np.float64)
    answered = np.maximum(known.sum(axis=1, keepdims=True), 1)
    # Values about the person's mean: the correlation is the same, and nothing is lost in subtraction.
    x = np.where(known, matrix, 0.0)
    x = np.where(known, x - x.sum(axis=1, keepdims=True) / answered, 0.0)
    partners, partnered = mask @ table.T, mask @ table
    n = (mask * partners).sum(axis=1)
    size = np.maximum(n, 1.0)
    x1, y1 = (x * partners).sum(axis=1), (x * partnered).sum(axis=1)
    x2, y2 = (x * x * partners).sum(axis=1), (x * x * partnered).sum(axis=1)
    xx, yy = x2 - x1**2 / size, y2 - y1**2 / size
    xy = ((x @ table) * x).sum(axis=1) - x1 * y1 / size
    # What rounding leaves of a constant side is no variation.
    defined = (n >= least) & (xx > 1e-10 * x2) & (yy > 1e-10 * y2)
    r = np.full(len(x), np.nan)
    r[defined] = np.clip(xy[defined] / np.sqrt(xx[defined] * yy[defined]), -1.0, 1.0)
    return r, n.astype(np.int64)


def pairwise_correlations(matrix: FloatArray) -> FloatArray:
    """(k, k) correlations of items, each from the respondents who answered both; nan where undefined."""
    covariance, first, second = _pairwise_moments(matrix)
    product = first * second
    r = np.full(covariance.shape, np.nan)
    real = product > 0
    r[real] = covariance[real] / np.sqrt(product[real])
    return r


def pairwise_covariance(matrix: FloatArray) -> FloatArray:
    """(k, k) covariances of items, each from the respondents who answered both, divisor pairs − 1."""
    return _pairwise_moments(matrix)[0]


def _pairwise_moments(matrix: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Covariances of pairs, and the variance of the first and the second item over the same respondents."""
    known = np.isfinite(matrix)
    # Values about the item means keep the cross-products small, so that nothing is lost in subtraction.
    centred = np.where(known, matrix - np.nanmean(matrix, axis=0), 0.0)
    mask = known.astype(np.float64)
    n = mask.T @ mask
    sums = centred.T @ mask
    squares = (centred**2).T @ mask
    cross = centred.T @ centred
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = (cross - sums * sums.T / n) / (n - 1.0)
        variance = (squares - sums**2 / n) / (n - 1.0)
    return covariance, np.where(variance > 1e-14, variance, 0.0), np.where(variance > 1e-14, variance, 0.0).T
