"""Home of all pairs of ordinal items packed into one array, and of the normal probabilities of their cells."""

from dataclasses import dataclass

import numpy as np

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.correlation import bivariate_normal as normal
from analysis.correlation.errors import CorrelationError
from analysis.correlation.tables import Contingency

# Stands for an infinite threshold: its density and its tail are exactly 0 in double precision.
FAR = 40.0
# Cell probabilities are kept above this, so that an empty cell of a hopeless model does not divide by 0.
LEAST_PROBABILITY = 1e-14


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """P pairs of items with at most T thresholds; shorter items are filled up with `FAR` and empty cells.

    Attributes
    ----------
    first, second : (P,) item numbers, first < second, in the order (0, 1), (0, 2), ..., (1, 2), ...
    used : per item the places of its categories that somebody chose.
    tau : (k, T) thresholds of the items from their own margins.
    h, k : (P, T) thresholds of the first and the second item of each pair: those of the items, unless a rule for
        empty cells changed the table.
    counts : (P, T + 1, T + 1) joint counts.
    """

    first: IntArray
    second: IntArray
    used: tuple[IntArray, ...]
    tau: FloatArray
    h: FloatArray
    k: FloatArray
    counts: FloatArray

    @property
    def lengths(self) -> IntArray:
        """(k,) thresholds of each item."""
        return np.array([len(places) - 1 for places in self.used], dtype=np.int64)

    @property
    def totals(self) -> FloatArray:
        """(P,) sum of each table."""
        return np.asarray(self.counts.sum(axis=(1, 2)))


def packed(state: Contingency) -> Pairs:
    """The pairs of a state without its empty categories.

    Raises
    ------
    CorrelationError
        ``one_category`` naming the item, ``no_shared_rows`` naming the pair.
    """
    margins = [state.margin(item) for item in range(state.k)]
    used = tuple(np.flatnonzero(margin > 0) for margin in margins)
    for name, places, values in zip(state.names, used, state.categories, strict=True):
        if len(places) < 2:
            chosen = f"{values[places[0]]:g}" if len(places) else "-"
            raise CorrelationError("one_category", item=name, category=chosen)
    most = max(len(places) for places in used)
    first, second = np.triu_indices(state.k, 1)
    lonely = np.flatnonzero(state.pair_n[first, second] == 0)
    if lonely.size:
        pair = int(lonely[0])
        raise CorrelationError(
            "no_shared_rows", first=state.names[first[pair]], second=state.names[second[pair]]
        )
    tau = _thresholds(margins, used, most - 1)
    return Pairs(
        first=first.astype(np.int64),
        second=second.astype(np.int64),
        used=used,
        tau=tau,
        h=tau[first],
        k=tau[second],
        counts=_tables(state, used, most)[first, second],
    )


def _thresholds(margins: list[FloatArray], used: tuple[IntArray, ...], most: int) -> FloatArray:
    from scipy.special import ndtri

    tau = np.full((len(margins), most), FAR)
    for item, (margin, places) in enumerate(zip(margins, used, strict=True)):
        below = np.cumsum(margin[places])
        tau[item, : len(places) - 1] = ndtri(below[:-1] / below[-1])
    return tau


def _tables(state: Contingency, used: tuple[IntArray, ...], most: int) -> FloatArray:
    """(k, k, most, most) all tables at once: the state's matrix with the blocks made equally large."""
    k, target = state.k, [item * most + np.arange(len(places)) for item, places in enumerate(used)]
    source = np.concatenate([start + places for start, places in zip(state.starts[:-1], used, strict=True)])
    place = np.concatenate(target)
    wide = np.zeros((k * most, k * most))
    wide[np.ix_(place, place)] = state.counts[np.ix_(source, source)]
    return wide.reshape(k, most, k, most).transpose(0, 2, 1, 3)


def probabilities(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """(P, T + 1, T + 1) probability of every cell for thresholds (P, T) and correlations (P,)."""
    from scipy.special import ndtr

    p, t = h.shape
    below = np.zeros((p, t + 2, t + 2))
    below[:, 1:-1, 1:-1] = normal.cdf(h[:, :, None], k[:, None, :], rho[:, None, None])
    below[:, 1:-1, -1], below[:, -1, 1:-1], below[:, -1, -1] = ndtr(h), ndtr(k), 1.0
    return np.maximum(rectangles(below), LEAST_PROBABILITY)


def slopes_in_rho(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """(P, T + 1, T + 1) derivative of the cell probabilities with respect to rho."""
    p, t = h.shape
    below = np.zeros((p, t + 2, t + 2))
    below[:, 1:-1, 1:-1] = normal.density(h[:, :, None], k[:, None, :], rho[:, None, None])
    return rectangles(below)


def edges(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """(P, T, T + 1) how fast probability crosses threshold h_a within column b when the threshold moves up."""
    from scipy.special import ndtr

    p, t = h.shape
    inside = (k[:, None, :] - rho[:, None, None] * h[:, :, None]) / np.sqrt(1.0 - rho**2)[:, None, None]
    share = np.zeros((p, t, t + 2))
    share[:, :, 1:-1], share[:, :, -1] = ndtr(inside), 1.0
    return np.asarray(np.diff(share, axis=2) * standard_density(h)[:, :, None])


def standard_density(x: FloatArray) -> FloatArray:
    """Density of the standard normal."""
    return np.asarray(np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi))


def rectangles(below: FloatArray) -> FloatArray:
    """Cell values from values below and left of every corner."""
    rows = below[:, 1:] - below[:, :-1]
    return np.asarray(rows[:, :, 1:] - rows[:, :, :-1])


def filled(tau: FloatArray) -> BoolArray:
    """Whether a threshold is one of the item, not a filler."""
    return np.asarray(tau < FAR)
