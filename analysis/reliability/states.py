"""Home of the additive state of a set of items: counts, weighted sums and cross-products of complete rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.errors import InvalidInput
from analysis.reliability import _gram
from analysis.reliability.errors import ReliabilityError


class State(Protocol):
    """What coefficients ask of a state, whichever rows it was made of."""

    @property
    def n(self) -> int: ...
    @property
    def k(self) -> int: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def mean(self) -> FloatArray: ...
    @property
    def covariance(self) -> FloatArray: ...
    @property
    def correlation(self) -> FloatArray: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Everything alpha, omega, KMO and factor models need; states of partitions add up by ``merge``.

    Attributes
    ----------
    n : complete rows with a weight above 0
    weight_sum : of those rows
    mean : (k,) weighted means
    scatter : (k, k) weighted cross-products about the mean, in weight times unit squared
    names : of the items, empty for "1", "2", ...
    """

    n: int
    weight_sum: float
    mean: FloatArray
    scatter: FloatArray
    names: tuple[str, ...] = ()

    @property
    def k(self) -> int:
        """Number of items."""
        return int(self.mean.shape[0])

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the items, or their numbers."""
        return self.names or tuple(str(place + 1) for place in range(self.k))

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
        return correlation_of(self.scatter, names=self.labels)

    def merge(self, other: "Moments") -> "Moments":
        """The state of both parts together (Chan, Golub and LeVeque 1983, eq. 2.1, for weights)."""
        if self.k != other.k:
            raise ReliabilityError("items_differ", first=self.k, second=other.k)
        if self.n == 0 or other.n == 0:
            return replace(other, names=self.names) if self.n == 0 else self
        total = self.weight_sum + other.weight_sum
        gap = other.mean - self.mean
        return replace(
            self,
            n=self.n + other.n,
            weight_sum=total,
            mean=self.mean + gap * (other.weight_sum / total),
            scatter=self.scatter
            + other.scatter
            + np.outer(gap, gap) * (self.weight_sum * other.weight_sum / total),
        )

    def keyed(self, keys: Sequence[int]) -> "Moments":
        """The state with the items of key -1 turned around (their mean becomes minus the mean).

        Keys are declared, never guessed from the signs of correlations.
        """
        signs = checked_keys(keys, self.labels)
        return replace(self, mean=self.mean * signs, scatter=self.scatter * np.outer(signs, signs))

    def items(self, places: Sequence[int]) -> "Moments":
        """The state of some of the items; the rows stay those that are complete on all of them."""
        chosen = np.asarray(places, dtype=np.int64)
        names = tuple(self.labels[place] for place in chosen)
        return replace(
            self, mean=self.mean[chosen], scatter=self.scatter[np.ix_(chosen, chosen)], names=names
        )


def moments(
    items: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    domain: npt.ArrayLike | None = None,
    missing_code: int | None = None,
    keys: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
) -> Moments:
    """The state of the complete rows of a set of items.

    Parameters
    ----------
    items : (n, k) item scores or codes, nan where missing (whole numbers: `missing_code`); a row with a missing
        item is left out whole.
    weights : (n,), 1 by default. A row of weight 0 is left out.
    domain : (n,) bool, the rows to count; everybody by default.
    keys : per item 1, or -1 for an item worded the other way; nothing is turned around without.

    Raises
    ------
    ReliabilityError
        ``too_few_items`` under 2 items, ``all_missing`` naming the item, ``too_few_rows`` without a complete row.

    Notes
    -----
    Small whole numbers without weights are multiplied in single precision in blocks whose sums stay below 2^24:
    every sum is exact and twice as fast.
    """
    y = item_matrix(items)
    w = None if weights is None else _check.complete("weights", weights, n=len(y))
    inside = None if domain is None else _check.mask("domain", domain, n=len(y))
    titles = _titles(names, y.shape[1])
    made = _gram.whole_numbers if y.dtype.kind in "iu" else _gram.real_numbers
    n, total, mean, scatter = made(y, weights=w, inside=inside, missing_code=missing_code)
    if n == 0:
        _refuse_empty(y, missing_code, titles)
    state = Moments(n=n, weight_sum=total, mean=mean, scatter=scatter, names=titles)
    return state if keys is None else state.keyed(keys)


def moments_of(
    matrix: npt.ArrayLike, *, n: int, mean: npt.ArrayLike | None = None, names: Sequence[str] | None = None
) -> Moments:
    """The state of a published covariance or correlation matrix (k, k) of `n` rows."""
    values = np.array(matrix, dtype=np.float64)
    if values.ndim != 2 or values.shape[0] != values.shape[1] or not np.allclose(values, values.T, atol=1e-8):
        raise InvalidInput("wrong_shape", name="matrix", expected="symmetric (k, k)", actual=values.shape)
    if len(values) < 2:
        raise ReliabilityError("too_few_items", least=2, actual=len(values))
    centre = np.zeros(len(values)) if mean is None else _check.numbers("mean", mean, n=len(values))
    return Moments(
        n=n, weight_sum=float(n), mean=centre, scatter=values * n, names=_titles(names, len(values))
    )


def item_matrix(items: npt.ArrayLike) -> npt.NDArray[np.generic]:
    """(n, k) items, whole numbers as they are and everything else as float64."""
    y = np.asarray(items)
    if y.dtype.kind not in "iu" and y.dtype != np.float64:
        try:
            y = np.asarray(items, dtype=np.float64)
        except (TypeError, ValueError) as problem:
            raise InvalidInput("not_numeric", name="items", value=problem) from problem
    if y.ndim != 2:
        raise InvalidInput("wrong_shape", name="items", expected="(n, k)", actual=y.shape)
    if y.shape[1] < 2:
        raise ReliabilityError("too_few_items", least=2, actual=y.shape[1])
    return y


def checked_items(
    items: npt.ArrayLike,
    weights: npt.ArrayLike | None,
    *,
    domain: npt.ArrayLike | None = None,
    missing_code: int | None = None,
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """(n, k) items, (n,) weights, (n,) whether the row is complete, inside the domain and has a weight."""
    y = np.asarray(item_matrix(items), dtype=np.float64)
    w = np.ones(len(y)) if weights is None else _check.complete("weights", weights, n=len(y))
    inside = _check.mask("domain", domain, n=len(y))
    used = np.isfinite(y).all(axis=1) & (w > 0) & inside
    if missing_code is not None:
        used &= (y != missing_code).all(axis=1)
    return y, w, used


def checked_keys(keys: Sequence[int], labels: tuple[str, ...]) -> FloatArray:
    """(k,) 1 or -1 per item."""
    signs = np.asarray(keys, dtype=np.float64)
    if signs.shape != (len(labels),):
        raise ReliabilityError("names_differ", name="keys", actual=signs.size, expected=len(labels))
    wrong = np.flatnonzero(np.abs(signs) != 1)
    if wrong.size:
        place = int(wrong[0])
        raise ReliabilityError("bad_key", item=labels[place], value=float(signs[place]))
    return signs


def correlation_of(covariance: FloatArray, *, names: Sequence[str] = ()) -> FloatArray:
    """Correlation matrix of a covariance matrix."""
    variance = np.diag(covariance)
    flat = np.flatnonzero(~(variance > 0))
    if flat.size:
        place = int(flat[0])
        raise ReliabilityError("no_variation", item=names[place] if names else place + 1)
    scale = 1 / np.sqrt(variance)
    correlation = covariance * np.outer(scale, scale)
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation)


def _titles(names: Sequence[str] | None, k: int) -> tuple[str, ...]:
    if names is not None and len(names) != k:
        raise ReliabilityError("names_differ", name="names", actual=len(names), expected=k)
    return tuple(names or ())


def _refuse_empty(y: npt.NDArray[np.generic], missing_code: int | None, titles: tuple[str, ...]) -> None:
    valid = np.isfinite(y) if y.dtype.kind == "f" else np.asarray(y != missing_code)
    empty = np.flatnonzero(~valid.any(axis=0))
    if empty.size and len(y):
        place = int(empty[0])
        raise ReliabilityError("all_missing", item=titles[place] if titles else str(place + 1))
    raise ReliabilityError("too_few_rows", least=1, actual=0)
