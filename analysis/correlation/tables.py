"""Home of the contingency tables of all pairs of items, made by one product of 0/1 columns and added up over parts."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.correlation._codes import Coded, coded
from analysis.correlation.errors import CorrelationError

# Sums of 0/1 values stay exact in float32 up to 2**24; blocks of this many rows also fit the cache.
BLOCK_ROWS = 8_192


class Missing(StrEnum):
    """Which rows count: `complete` rows only, or every `pairwise` answer."""

    COMPLETE = "complete"
    PAIRWISE = "pairwise"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contingency:
    """The additive state of ordinal items: joint counts of every pair of categories.

    Attributes
    ----------
    names : of the k items.
    categories : per item the ascending values of its categories; a category may be empty.
    counts : (c, c) weighted joint counts, c the number of categories of all items; item blocks in order.
    pair_n : (k, k) unweighted rows that answer both items (own answers on the diagonal).
    """

    names: tuple[str, ...]
    categories: tuple[FloatArray, ...]
    counts: FloatArray
    pair_n: IntArray

    @property
    def k(self) -> int:
        """Number of items."""
        return len(self.names)

    @property
    def n(self) -> int:
        """Rows with at least the answers of the best-answered item; the sample size of complete rows."""
        return int(self.pair_n.max())

    @property
    def starts(self) -> IntArray:
        """(k + 1,) where the block of each item begins in `counts`."""
        return np.concatenate([[0], np.cumsum([len(values) for values in self.categories])]).astype(np.int64)

    def margin(self, item: int) -> FloatArray:
        """Weighted counts of the categories of one item."""
        block = slice(*self.starts[item : item + 2])
        return np.asarray(np.diag(self.counts)[block])

    def table(self, first: int, second: int) -> FloatArray:
        """(c1, c2) weighted joint counts of two items."""
        starts = self.starts
        rows, columns = slice(*starts[first : first + 2]), slice(*starts[second : second + 2])
        return np.asarray(self.counts[rows, columns])

    def merge(self, other: "Contingency") -> "Contingency":
        """The state of both parts together; categories that only one part has seen are kept.

        Raises
        ------
        CorrelationError
            ``items_differ`` if the parts are of different items.
        """
        if self.names != other.names:
            raise CorrelationError("items_differ", first=", ".join(self.names), second=", ".join(other.names))
        pairs = zip(self.categories, other.categories, strict=True)
        union = tuple(np.union1d(mine, theirs) for mine, theirs in pairs)
        counts = _spread(self, union) + _spread(other, union)
        return Contingency(
            names=self.names, categories=union, counts=counts, pair_n=self.pair_n + other.pair_n
        )


def contingency(
    items: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    domain: npt.ArrayLike | None = None,
    missing: Missing | str = Missing.COMPLETE,
    missing_code: int | None = None,
    categories: Sequence[npt.ArrayLike] | None = None,
    names: Sequence[str] | None = None,
) -> Contingency:
    """The contingency tables of all pairs of items.

    Parameters
    ----------
    items : (n, k) category values: whole numbers with `missing_code` for no answer, or floats with nan.
    weights : (n,) at least 0, 1 by default; a row of weight 0 counts nowhere.
    domain : (n,) bool, the rows to count; everybody by default.
    missing : `complete` leaves out a row with any missing item, `pairwise` only the pairs it cannot fill.
    categories : per item the values it may take; by default the values found.
    names : of the items, for messages; "1", "2", ... by default.

    Raises
    ------
    CorrelationError, InvalidInput
        Naming the item without an answer, with too many values, or with an undeclared one.

    Notes
    -----
    With the categories as 0/1 columns X the tables are the blocks of X'WX: one product instead of one pass for
    every pair.
    """
    policy = _check.choice("missing", missing, among=Missing)
    data = coded(items, missing_code=missing_code, categories=categories, names=names)
    kept = data.kept(weights=weights, domain=domain, complete=policy is Missing.COMPLETE)
    if weights is None:
        counts, pair_n = _plain(kept, complete=policy is Missing.COMPLETE)
    else:
        w = _check.complete("weights", weights, n=data.n)
        counts, pair_n = _weighted(kept, w)
    state = Contingency(names=data.names, categories=kept.categories, counts=counts, pair_n=pair_n)
    return state if categories is not None else _seen(state)


def _seen(state: Contingency) -> Contingency:
    """The state without values that nobody chose and nobody declared."""
    chosen = np.diag(state.counts) > 0
    if chosen.all():
        return state
    starts = state.starts
    kept = tuple(
        values[chosen[start:stop]]
        for values, (start, stop) in zip(state.categories, itertools.pairwise(starts), strict=True)
    )
    counts = state.counts[np.ix_(chosen, chosen)]
    return Contingency(names=state.names, categories=kept, counts=counts, pair_n=state.pair_n)


def _plain(data: Coded, *, complete: bool) -> tuple[FloatArray, IntArray]:
    """Counts without weights. Complete rows need one column less per item: the margins give it back."""
    sizes = [len(values) for values in data.categories]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    shown = [(item, code) for item in range(data.k) for code in range(int(complete), sizes[item])]
    columns = np.array([starts[item] + code for item, code in shown], dtype=np.int64)
    first = [sum(sizes[:item]) - item * int(complete) for item in range(data.k)]
    gram = np.zeros((len(shown) + 1, len(shown) + 1))
    for rows in _blocks(data.n):
        block = data.codes[:, rows]
        ones = np.empty((len(shown) + 1, block.shape[1]), dtype=np.float32)
        ones[-1] = block[0] >= 0
        for item, (start, stop) in enumerate(zip(first, [*first[1:], len(shown)], strict=True)):
            wanted = np.arange(int(complete), sizes[item], dtype=np.int8)[:, None]
            np.equal(block[item], wanted, out=ones[start:stop], casting="unsafe")
        gram += ones @ ones.T
    counts = np.zeros((starts[-1], starts[-1]))
    counts[np.ix_(columns, columns)] = gram[:-1, :-1]
    if complete:
        _restore_first(counts, gram, columns=columns, starts=starts.astype(np.int64))
    return counts, _pair_sizes(counts, starts.astype(np.int64))


def _restore_first(counts: FloatArray, gram: FloatArray, *, columns: IntArray, starts: IntArray) -> None:
    """The first category of every item from the totals, in place; whole numbers, so exact."""
    total, margin = gram[-1, -1], np.zeros(len(counts))
    margin[columns] = gram[-1, :-1]
    first = starts[:-1]
    margin[first] = total - np.add.reduceat(margin, first)
    inside = np.add.reduceat(counts, first, axis=0)  # (k, c) sums over the known categories of each item
    counts[first] = margin - inside
    counts[:, first] = counts[first].T
    counts[np.ix_(first, first)] = 0.0
    counts[np.ix_(first, first)] = margin[first][:, None] - np.add.reduceat(counts[first], first, axis=1)
    for start, stop in itertools.pairwise(starts):
        counts[start:stop, start:stop] = np.diag(margin[start:stop])


def _weighted(data: Coded, weights: FloatArray) -> tuple[FloatArray, IntArray]:
    """Counts with weights, in double precision; empty cells stay exactly 0."""
    sizes = [len(values) for values in data.categories]
    shown = [(item, code) for item in range(data.k) for code in range(sizes[item])]
    counts, pair_n = np.zeros((len(shown), len(shown))), np.zeros((data.k, data.k))
    for rows in _blocks(data.n):
        block = data.codes[:, rows]
        ones = np.empty((len(shown), block.shape[1]))
        for place, (item, code) in enumerate(shown):
            ones[place] = block[item] == code
        counts += (ones * weights[rows]) @ ones.T
        answered = (block >= 0).astype(np.float32)
        pair_n += answered @ answered.T
    return counts, np.rint(pair_n).astype(np.int64)


def _blocks(n: int) -> list[slice]:
    return [slice(start, start + BLOCK_ROWS) for start in range(0, n, BLOCK_ROWS)]


def _pair_sizes(counts: FloatArray, starts: IntArray) -> IntArray:
    inside = np.add.reduceat(np.add.reduceat(counts, starts[:-1], axis=0), starts[:-1], axis=1)
    return np.rint(inside).astype(np.int64)


def _spread(state: Contingency, union: tuple[FloatArray, ...]) -> FloatArray:
    """The counts of a state in the wider categories of a union."""
    starts = np.concatenate([[0], np.cumsum([len(values) for values in union])])
    places = [
        start + np.searchsorted(wide, own)
        for start, wide, own in zip(starts[:-1], union, state.categories, strict=True)
    ]
    columns = np.concatenate(places)
    counts = np.zeros((int(starts[-1]), int(starts[-1])))
    counts[np.ix_(columns, columns)] = state.counts
    return counts
