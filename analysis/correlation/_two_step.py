"""Home of the two-step polychoric fit: thresholds from the margins, then each correlation, all pairs at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis._types import BoolArray, FloatArray
from analysis.correlation._pairs import (
    Pairs,
    edges,
    filled,
    probabilities,
    slopes_in_rho,
    standard_density,
)

LARGEST = 0.99999
# Beyond this the likelihood is flat: the table has no finite latent correlation.
LIMIT = 0.9995
TOLERANCE = 1e-9
MOST_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """Correlations (P,), whether each converged, and whether it ran into the limit of its range."""

    rho: FloatArray
    converged: BoolArray
    at_limit: BoolArray
    steps: int


def fit(pairs: Pairs) -> Fit:
    """Fisher scoring in rho, held inside a shrinking bracket by the sign of the score.

    References
    ----------
    Olsson (1979), Psychometrika 44, 443-460, eq. 6 and 13.
    """
    rho = _start(pairs)
    done = np.zeros(len(rho), dtype=np.bool_)
    low, high = np.full(len(rho), -LARGEST), np.full(len(rho), LARGEST)
    steps = 0
    while steps < MOST_STEPS and not done.all():
        steps += 1
        left = np.flatnonzero(~done)
        score, information = _score(pairs, rho, left)
        low[left] = np.where(score > 0, rho[left], low[left])
        high[left] = np.where(score > 0, high[left], rho[left])
        new = rho[left] + score / information
        middle = (low[left] + high[left]) / 2.0
        outside = ~((new > low[left]) & (new < high[left]))
        # A step to the limit itself is tried before halving: many hopeless tables end there.
        new = np.where(outside, middle, new)
        done[left] = np.abs(new - rho[left]) < TOLERANCE
        rho[left] = new
    at_limit = np.abs(rho) > LIMIT
    return Fit(rho=rho, converged=done, at_limit=at_limit, steps=steps)


def _score(pairs: Pairs, rho: FloatArray, left: npt.NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
    """First derivative of the log likelihood and its expected curvature for some pairs."""
    h, k, r = pairs.h[left], pairs.k[left], rho[left]
    counts = pairs.counts[left]
    chance, slope = probabilities(h, k, r), slopes_in_rho(h, k, r)
    ratio = slope / chance
    score = (counts * ratio).sum(axis=(1, 2))
    information = counts.sum(axis=(1, 2)) * (slope * ratio).sum(axis=(1, 2))
    return score, np.maximum(information, 1e-300)


def _start(pairs: Pairs) -> FloatArray:
    """Product-moment correlation of the category numbers, a little stretched."""
    places = np.arange(pairs.counts.shape[1], dtype=np.float64)
    share = pairs.counts / pairs.totals[:, None, None]
    x, y = share.sum(axis=2), share.sum(axis=1)
    mean_x, mean_y = x @ places, y @ places
    spread = (x @ places**2 - mean_x**2) * (y @ places**2 - mean_y**2)
    both = np.einsum("pab,a,b->p", share, places, places, optimize=True) - mean_x * mean_y
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(spread > 0, both / np.sqrt(spread), 0.0)
    return np.clip(1.15 * found, -0.95, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellInfluence:
    """Influence of one answer on the estimates of a pair, by cell.

    Attributes
    ----------
    score : (P, T + 1, T + 1) derivative of the log probability of the cell by rho, 0 where nobody is.
    from_first, from_second : (P, T) how the score of rho moves with each threshold.
    information : (P,) mean squared score.
    tau : (k, T + 1, T) influence of an answer on the thresholds of its item.
    """

    score: FloatArray
    from_first: FloatArray
    from_second: FloatArray
    information: FloatArray
    tau: FloatArray

    def of_rho(self, pairs: Pairs) -> FloatArray:
        """(P, T + 1, T + 1) influence of a person in each cell on rho, per person."""
        by_first = np.einsum("pct,pt->pc", self.tau[pairs.first], self.from_first)
        by_second = np.einsum("pct,pt->pc", self.tau[pairs.second], self.from_second)
        values = self.score - by_first[:, :, None] - by_second[:, None, :]
        return np.asarray(values / self.information[:, None, None])


def cell_influence(pairs: Pairs, rho: FloatArray) -> CellInfluence:
    """The pieces of the asymptotic covariance of two-step estimates, with the observed cells as weights.

    References
    ----------
    Muthén (1984), Psychometrika 49, 115-132, eq. 21-24 (cross-products of scores as information).
    """
    h, k = pairs.h, pairs.k
    share = pairs.counts / pairs.totals[:, None, None]
    chance = probabilities(h, k, rho)
    score = np.where(share > 0, slopes_in_rho(h, k, rho) / chance, 0.0)
    pull = share * score / chance
    across, along = edges(h, k, rho), edges(k, h, rho).transpose(0, 2, 1)
    return CellInfluence(
        score=score,
        from_first=((pull[:, :-1] - pull[:, 1:]) * across).sum(axis=2),
        from_second=((pull[:, :, :-1] - pull[:, :, 1:]) * along).sum(axis=1),
        information=np.maximum((share * score**2).sum(axis=(1, 2)), 1e-300),
        tau=_threshold_influence(pairs.tau),
    )


def _threshold_influence(tau: FloatArray) -> FloatArray:
    """(k, T + 1, T): (1 if the category lies below the threshold, else 0) minus the share below, over the density."""
    from scipy.special import ndtr

    t = tau.shape[1]
    below = (np.arange(t + 1)[:, None] <= np.arange(t)).astype(np.float64)
    density = np.where(filled(tau), standard_density(tau), np.inf)
    return np.asarray((below - ndtr(tau)[:, None, :]) / density[:, None, :])


def standard_errors(pairs: Pairs, rho: FloatArray) -> FloatArray:
    """(P,) standard errors that carry the estimated thresholds, for a simple random sample."""
    influence = cell_influence(pairs, rho).of_rho(pairs)
    share = pairs.counts / pairs.totals[:, None, None]
    return np.asarray(np.sqrt((share * influence**2).sum(axis=(1, 2)) / pairs.totals))
