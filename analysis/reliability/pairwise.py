"""Home of the state of a set of items that uses every pair of answers, not complete rows only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.reliability._gram import BLOCK_ROWS
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.states import checked_keys, item_matrix


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairwiseMoments:
    """The additive state with pairwise deletion: three more products of masks beside the cross-products.

    Attributes
    ----------
    pair_n : (k, k) unweighted rows with both answers
    weight_sum : (k, k) of those rows
    sums : (k, k) weighted sum of item i over the rows that answer i and j, about `origin`
    squares : (k, k) weighted sum of squares of item i over the rows that answer i and j, about `origin`
    products : (k, k) weighted cross-products of i and j, about `origin`
    origin : (k,) what was taken off every answer before summing; parts must share it to be merged
    """

    names: tuple[str, ...]
    pair_n: IntArray
    weight_sum: FloatArray
    sums: FloatArray
    squares: FloatArray
    products: FloatArray
    origin: FloatArray

    @property
    def k(self) -> int:
        """Number of items."""
        return len(self.names)

    @property
    def n(self) -> int:
        """The smallest number of rows of any pair: what tests may count on."""
        return int(self.pair_n.min())

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the items."""
        return self.names

    @property
    def mean(self) -> FloatArray:
        """(k,) weighted means of all answers to each item."""
        return np.asarray(self.origin + np.diag(self.sums) / np.diag(self.weight_sum))

    @property
    def covariance(self) -> FloatArray:
        """(k, k) covariance of each pair over its own rows, divisor n - 1 (weights: the same correction)."""
        centre = self.sums / self.weight_sum
        return np.asarray((self.products / self.weight_sum - centre * centre.T) * self._correction)

    @property
    def correlation(self) -> FloatArray:
        """(k, k) correlation of each pair, with the variances of its own rows; may be indefinite."""
        centre = self.sums / self.weight_sum
        variance = self.squares / self.weight_sum - centre**2
        flat = np.argwhere(~(variance > 1e-14 * (self.squares / self.weight_sum + 1e-300)))
        if flat.size:
            raise ReliabilityError("no_variation", item=self.names[int(flat[0][0])])
        r = (self.products / self.weight_sum - centre * centre.T) / np.sqrt(variance * variance.T)
        np.fill_diagonal(r, 1.0)
        return np.asarray(r)

    @property
    def _correction(self) -> FloatArray:
        if (self.pair_n < 2).any():
            i, j = np.argwhere(self.pair_n < 2)[0]
            raise ReliabilityError("no_shared_rows", first=self.names[i], second=self.names[j])
        return np.asarray(self.pair_n / (self.pair_n - 1.0))

    def merge(self, other: "PairwiseMoments") -> "PairwiseMoments":
        """The state of both parts together."""
        if self.names != other.names or not np.array_equal(self.origin, other.origin):
            raise ReliabilityError("items_differ", first=self.k, second=other.k)
        return replace(
            self,
            pair_n=self.pair_n + other.pair_n,
            weight_sum=self.weight_sum + other.weight_sum,
            sums=self.sums + other.sums,
            squares=self.squares + other.squares,
            products=self.products + other.products,
        )

    def keyed(self, keys: Sequence[int]) -> "PairwiseMoments":
        """The state with the items of key -1 turned around."""
        signs = checked_keys(keys, self.names)
        return replace(
            self,
            sums=self.sums * signs[:, None],
            products=self.products * np.outer(signs, signs),
            origin=self.origin * signs,
        )


def pairwise_moments(
    items: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    domain: npt.ArrayLike | None = None,
    missing_code: int | None = None,
    keys: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
    origin: float = 0.0,
) -> PairwiseMoments:
    """The state that uses all rows with both answers for every pair of items.

    Parameters
    ----------
    items : (n, k) item scores, nan (whole numbers: `missing_code`) where missing.
    origin : taken off every answer; give a value near the mean if it is large against the spread.

    Raises
    ------
    ReliabilityError
        ``all_missing`` naming the item, ``no_shared_rows`` naming the pair.
    """
    y = item_matrix(items)
    n, k = y.shape
    w = np.ones(n) if weights is None else _check.complete("weights", weights, n=n)
    w = np.where(_check.mask("domain", domain, n=n), w, 0.0)
    titles = tuple(str(place + 1) for place in range(k)) if names is None else tuple(names)
    if len(titles) != k:
        raise ReliabilityError("names_differ", name="names", actual=len(titles), expected=k)
    parts = [np.zeros((k, k)) for _ in range(5)]
    for start in range(0, n, BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        for part, added in zip(parts, _products(y[rows], w[rows], missing_code, origin), strict=True):
            part += added
    counted = np.rint(parts[0]).astype(np.int64)
    _refuse_empty(counted, titles)
    state = PairwiseMoments(
        names=titles,
        pair_n=counted,
        weight_sum=parts[1],
        sums=parts[2],
        squares=parts[3],
        products=parts[4],
        origin=np.full(k, float(origin)),
    )
    return state if keys is None else state.keyed(keys)


def _products(
    y: npt.NDArray[np.generic], w: FloatArray, missing_code: int | None, origin: float
) -> tuple[FloatArray, ...]:
    values = np.asarray(y, dtype=np.float64)
    known = np.isfinite(values) & (w > 0)[:, None]
    if missing_code is not None:
        known &= values != missing_code
    mask = known.astype(np.float64)
    centred = np.where(known, values - origin, 0.0)
    weighted = mask * w[:, None]
    return (
        mask.T @ mask,
        weighted.T @ mask,
        (centred * w[:, None]).T @ mask,
        (centred**2 * w[:, None]).T @ mask,
        (centred * w[:, None]).T @ centred,
    )


def _refuse_empty(pair_n: IntArray, names: tuple[str, ...]) -> None:
    empty = np.flatnonzero(np.diag(pair_n) == 0)
    if empty.size:
        raise ReliabilityError("all_missing", item=names[int(empty[0])])
    thin = np.argwhere(pair_n < 2)
    if thin.size:
        raise ReliabilityError("no_shared_rows", first=names[thin[0][0]], second=names[thin[0][1]])
