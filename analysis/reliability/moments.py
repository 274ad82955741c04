"""Home of the additive state of a set of items: counts, weighted sums and cross-products."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.errors import InvalidInput
from analysis.reliability.errors import ReliabilityError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Everything alpha, omega, KMO and factor models need; states of partitions add up by ``merge``.

    Attributes
    ----------
    n : complete rows with a weight above 0
    weight_sum : of those rows
    mean : (k,) weighted means
    scatter : (k, k) weighted cross-products about the mean, in weight times unit squared
    """

    n: int
    weight_sum: float
    mean: FloatArray
    scatter: FloatArray

    @property
    def k(self) -> int:
        """Number of items."""
        return int(self.mean.shape[0])

    @property
    def covariance(self) -> FloatArray:
        """(k, k) covariance with the sum of weights as divisor; reliability does not depend on the divisor."""
        return np.asarray(self.scatter / self.weight_sum)

    @property
    def correlation(self) -> FloatArray:
        """(k, k).

        Raises
        ------
        ReliabilityError
            ``no_variation`` naming the first item that does not vary.
        """
        return correlation_of(self.scatter)

    def merge(self, other: "Moments") -> "Moments":
        """The state of both parts together (Chan, Golub and LeVeque 1983, eq. 2.1, for weights)."""
        if self.k != other.k:
            raise ReliabilityError("items_differ", first=self.k, second=other.k)
        total = self.weight_sum + other.weight_sum
        gap = other.mean - self.mean
        return Moments(
            n=self.n + other.n,
            weight_sum=total,
            mean=self.mean + gap * (other.weight_sum / total),
            scatter=self.scatter
            + other.scatter
            + np.outer(gap, gap) * (self.weight_sum * other.weight_sum / total),
        )


def moments(items: npt.ArrayLike, *, weights: npt.ArrayLike | None = None) -> Moments:
    """The state of the complete rows of a set of items.

    Parameters
    ----------
    items : (n, k) item scores or codes, nan where missing; a row with a missing item is left out whole.
    weights : (n,), 1 by default. A row of weight 0 is left out.

    Raises
    ------
    ReliabilityError
        ``too_few_items`` under 2 items, ``too_few_rows`` without a complete row.
    """
    y, w, used = checked_items(items, weights)
    if not used.any():
        raise ReliabilityError("too_few_rows", least=1, actual=0)
    complete, weight = y[used], w[used]
    total = float(weight.sum())
    mean = weight @ complete / total
    centred = complete - mean
    return Moments(
        n=int(used.sum()), weight_sum=total, mean=mean, scatter=(centred * weight[:, None]).T @ centred
    )


def checked_items(
    items: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """(n, k) items, (n,) weights, (n,) whether the row is complete and has a weight."""
    y = np.asarray(items, dtype=np.float64)
    if y.ndim != 2:
        raise InvalidInput("wrong_shape", name="items", expected="(n, k)", actual=y.shape)
    if y.shape[1] < 2:
        raise ReliabilityError("too_few_items", least=2, actual=y.shape[1])
    w = np.ones(len(y)) if weights is None else _check.complete("weights", weights, n=len(y))
    return y, w, np.isfinite(y).all(axis=1) & (w > 0)


def correlation_of(covariance: FloatArray) -> FloatArray:
    """Correlation matrix of a covariance matrix."""
    variance = np.diag(covariance)
    flat = np.flatnonzero(~(variance > 0))
    if flat.size:
        raise ReliabilityError("no_variation", item=int(flat[0]) + 1)
    scale = 1 / np.sqrt(variance)
    correlation = covariance * np.outer(scale, scale)
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation)
