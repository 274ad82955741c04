"""Home of the selection of rows: inclusion probabilities and the ways to draw with them, given random numbers."""

from math import fsum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.sampling.errors import SamplingError

_CERTAIN = 1.0 - 1e-12


def inclusion_probabilities(sizes: ArrayLike, n: int) -> FloatArray:
    """Probabilities proportional to size that sum to n; units too large for that are taken for certain (1).

    Parameters
    ----------
    sizes : (N,) at least 0; a unit of size 0 has no chance.
    n : units to draw.

    Raises
    ------
    SamplingError
        ``too_large``, ``no_size``.

    References
    ----------
    Tillé (2006), Sampling Algorithms, sec. 2.10 (the same as `inclusionprobabilities` of R's package sampling).
    """
    size = _check.complete("sizes", sizes)
    _drawable("sizes", n, len(size))
    positive = int(np.count_nonzero(size))
    if positive < n:
        raise SamplingError("no_size", name="sizes", positive=positive, n=n)
    certain = np.zeros(len(size), dtype=np.bool_)
    while True:
        rest = fsum(size[~certain])  # the same on every machine, whatever the order of addition
        left = n - int(certain.sum())
        pi = np.where(certain, 1.0, left * size / rest if rest > 0 else 0.0)
        grown = certain | (pi >= _CERTAIN)
        if (grown == certain).all():
            return np.asarray(np.where(certain, 1.0, pi))
        certain = grown


def simple_rows(uniforms: FloatArray, n: int) -> IntArray:
    """The n rows with the smallest random numbers: a simple random sample without replacement, ascending."""
    _drawable("n", n, len(uniforms))
    return np.sort(np.argsort(uniforms, kind="stable")[:n]).astype(np.int64)


def systematic_rows(pi: FloatArray, start: float) -> IntArray:
    """Rows hit by a comb of step 1 that begins at `start` (0-1) on the cumulated probabilities.

    With equal probabilities the step is the fractional interval N / n. Neighbours have joint probability 0: the
    order of the frame matters, and no unbiased variance estimator exists.

    References
    ----------
    Madow (1949), Annals of Mathematical Statistics 20, 333-354; Tillé (2006), sec. 7.1.
    """
    reach = np.cumsum(pi)
    # The sum is a whole number up to rounding; without this the last unit could be lost or counted twice.
    total = float(np.round(reach[-1]))
    reach = np.minimum(reach * (total / reach[-1]) if reach[-1] > 0 else reach, total)
    reach[-1] = total
    hits = np.ceil(reach - start)
    return np.flatnonzero(np.diff(hits, prepend=0.0) > 0).astype(np.int64)


def pareto_rows(pi: FloatArray, uniforms: FloatArray) -> IntArray:
    """Order sampling: certain units, then the smallest odds ratios u / (1 - u) over pi / (1 - pi).

    Probabilities hold up to a small error that vanishes with the size; a unit keeps its number from draw to draw,
    so that overlap of samples can be steered.

    References
    ----------
    Rosén (1997), Journal of Statistical Planning and Inference 62, 159-191.
    """
    certain = pi >= _CERTAIN
    n = round(fsum(pi)) - int(certain.sum())
    with np.errstate(divide="ignore"):
        odds = uniforms / (1.0 - uniforms) * (1.0 - pi) / pi
    odds[certain | (pi <= 0)] = np.inf
    chosen = np.argsort(odds, kind="stable")[:n]
    return np.sort(np.concatenate([np.flatnonzero(certain), chosen])).astype(np.int64)


def brewer_rows(pi: FloatArray, uniforms: FloatArray) -> IntArray:
    """Brewer's draw by draw method: fixed size, probabilities exact, joint probabilities positive.

    Parameters
    ----------
    uniforms : one for each draw.

    References
    ----------
    Brewer (1975), Australian Journal of Statistics 17, 166-172; Tillé (2006), algorithm 6.10.
    """
    certain = pi >= _CERTAIN
    open_rows = np.flatnonzero(~certain & (pi > 0))
    p = pi[open_rows]
    n = round(fsum(p))
    left = np.ones(len(p), dtype=np.bool_)
    mass = fsum(p)  # n less the probabilities of the drawn
    chosen = []
    for step in range(n):
        weight = np.where(
            left, p * np.maximum(mass - p, 0.0) / np.maximum(mass - p * (n - step), 1e-300), 0.0
        )
        if step == n - 1:
            weight = np.where(left, p, 0.0)  # the last draw is in proportion to size
        reach = np.cumsum(weight)
        row = int(np.searchsorted(reach, uniforms[step] * reach[-1], side="right"))
        row = min(row, len(p) - 1)
        chosen.append(row)
        left[row] = False
        mass -= float(p[row])
    drawn = open_rows[np.array(chosen, dtype=np.int64)]
    return np.sort(np.concatenate([np.flatnonzero(certain), drawn])).astype(np.int64)


def _drawable(name: str, n: int, population: int) -> None:
    if n != int(n) or n < 1:
        raise SamplingError(
            "out_of_range",
            name="n",
            value=n,
            expected_zh="为不小于 1 的整数",
            expected_en="a whole number of at least 1",
        )
    if n > population:
        raise SamplingError("too_large", name=name, n=n, population=population)
