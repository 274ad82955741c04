"""Home of the cell table: exact weighted counts of every answer code per domain and item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis._types import FloatArray, IntArray
from analysis.index.errors import IndexRefused

#: One weight unit is a millionth, so that sums of weights are sums of integers and exact.
MICRO = 1_000_000
#: Above this a float64 no longer holds every integer.
EXACT = 2**53

BLANK, DONT_KNOW, REFUSED, NOT_APPLICABLE = 97, 88, 98, 99
#: The missing codes of the platform, in the order of the trailing axis of a cell table.
MISSING_CODES = (DONT_KNOW, BLANK, REFUSED, NOT_APPLICABLE)
#: Not asked: the value of an item that was not on the respondent's path.
NOT_ASKED = -1


def micro_weights(weights: FloatArray) -> IntArray:
    """Round final weights once to integer micro-weights.

    Raises
    ------
    IndexRefused
        ``weights_too_large`` when their sum could not be held exactly.
    """
    micro = np.rint(weights * MICRO).astype(np.int64)
    if int(micro.sum()) >= EXACT or (micro < 0).any():
        raise IndexRefused("weights_too_large", total=float(weights.sum()))
    return micro


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellTable:
    """Counts per domain, item and answer code.

    Attributes
    ----------
    points : (p,) answer codes of the scale, lowest first
    scores : (p,) points of the conversion table
    n : (d, k, p + 4) int
        Unweighted answers; the trailing axis holds ``points`` and then ``MISSING_CODES``.
    micro : (d, k, p + 4) int
        Sum of micro-weights of the same answers.
    """

    points: tuple[int, ...]
    scores: tuple[float, ...]
    n: IntArray
    micro: IntArray

    @property
    def valid_n(self) -> IntArray:
        """Answers on the scale, (d, k)."""
        return np.asarray(self.n[:, :, : len(self.points)].sum(axis=2))

    @property
    def valid_micro(self) -> IntArray:
        """Sum of micro-weights of the answers on the scale, (d, k)."""
        return np.asarray(self.micro[:, :, : len(self.points)].sum(axis=2))

    @property
    def score_micro(self) -> FloatArray:
        """Sum of micro-weight times item score, (d, k); exact where the scores are integers."""
        on_scale = self.micro[:, :, : len(self.points)].astype(np.float64)
        return np.asarray(on_scale @ np.array(self.scores))

    def means(self, *, minimum_n: int = 1) -> FloatArray:
        """Weighted item means, (d, k); nan below ``minimum_n`` valid answers."""
        base = self.valid_micro
        shown = (self.valid_n >= minimum_n) & (base > 0)
        return np.where(shown, self.score_micro / np.where(base > 0, base, 1), np.nan)

    def share(self, codes: Sequence[int]) -> FloatArray:
        """Weighted share of scale answers ``codes`` among valid answers, (d, k); nan without any."""
        chosen = [k for k, point in enumerate(self.points) if point in codes]
        return _ratio(self.micro[:, :, chosen].sum(axis=2), self.valid_micro)

    def dont_know_share(self) -> FloatArray:
        """Weighted share of "don't know" among those asked, not-applicable left out, (d, k)."""
        return self._missing_share(DONT_KNOW, leave_out=(NOT_APPLICABLE,))

    def missing_share(self, code: int) -> FloatArray:
        """Weighted share of a missing code among all who were asked, (d, k)."""
        return self._missing_share(code, leave_out=())

    def _missing_share(self, code: int, *, leave_out: tuple[int, ...]) -> FloatArray:
        base = self.micro.sum(axis=2)
        for other in leave_out:
            base = base - self.micro[:, :, self._column(other)]
        return _ratio(self.micro[:, :, self._column(code)], base)

    def _column(self, code: int) -> int:
        return len(self.points) + MISSING_CODES.index(code)


def cell_table(
    answers: NDArray[np.int16],
    micro: IntArray,
    *,
    domain: IntArray,
    n_domains: int,
    conversion: Sequence[tuple[int, float]],
) -> CellTable:
    """Count answers and sum micro-weights per domain, item and answer code.

    Parameters
    ----------
    answers : (n, k) int
        Codes as collected; ``NOT_ASKED`` where the item was not on the path.
    micro : (n,) int
    domain : (n,) int in [0, n_domains), or -1 for a row of no domain
    conversion : pairs of answer code and score, lowest answer first
    """
    points = tuple(code for code, _ in conversion)
    codes = (*points, *MISSING_CODES)
    n_items, width = answers.shape[1], len(codes)
    shape = (n_domains, n_items, width)
    counts = np.zeros(shape, dtype=np.int64)
    sums = np.zeros(shape, dtype=np.int64)
    place = _places(codes)
    weights = micro.astype(np.float64)
    for k in range(n_items):
        category = place[answers[:, k] + 1]
        inside = (category >= 0) & (domain >= 0)
        flat = domain[inside] * width + category[inside]
        size = n_domains * width
        counts[:, k, :] = np.bincount(flat, minlength=size).reshape(n_domains, width)
        total = np.bincount(flat, weights=weights[inside], minlength=size)
        sums[:, k, :] = total.astype(np.int64).reshape(n_domains, width)
    scores = tuple(float(score) for _, score in conversion)
    return CellTable(points=points, scores=scores, n=counts, micro=sums)


def _places(codes: Sequence[int]) -> IntArray:
    place = np.full(max(codes) + 2, -1, dtype=np.int64)
    for position, code in enumerate(codes):
        place[code + 1] = position
    return place


def _ratio(top: IntArray, base: IntArray) -> FloatArray:
    return np.where(base > 0, top / np.where(base > 0, base, 1), np.nan)
