"""Home of replicate variances: replicate factors per sampling unit, and the spread of estimates over replicates."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from analysis._sums import column_sums
from analysis._types import Centre, FloatArray, IntArray
from analysis.errors import DesignError

_BLOCK = 4_000_000  # factors held at a time

Reweighting = Callable[[FloatArray], FloatArray]
"""One weighting step as a function of (n,) starting weights."""


class Factors(Protocol):
    """Where the factors of the replicates come from; they are made in blocks and never held for all rows at once."""

    @property
    def shape(self) -> tuple[int, int]:
        """Replicates and sampling units."""

    def blocks(self, height: int) -> Iterator[FloatArray]:
        """(b, U) factors of consecutive replicates, b at most `height`."""

    def totals(self, sums: FloatArray) -> FloatArray:
        """(R, k) replicate totals of (U, k) sums per unit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replicates:
    """Replicate weights as factors per sampling unit, with what their spread counts.

    Attributes
    ----------
    kind : name of the method, as results show it.
    factors : factor of each unit in each replicate.
    unit : (n,) unit of each row; None where rows are the units.
    scale : common factor of the sum of squares.
    rscales : (R,) factor of each replicate.
    centre : deviations from the mean of the replicates, or from the estimate of the full sample ("mse").
    df : degrees of freedom: rank of the replicate weights minus 1, or what the design gives.
    seed : of the draws, None where nothing was drawn.
    """

    kind: str
    factors: Factors
    unit: IntArray | None
    scale: float
    rscales: FloatArray
    centre: Centre
    df: int
    seed: int | None = None

    @property
    def n_replicates(self) -> int:
        """Replicates."""
        return self.factors.shape[0]

    def totals(self, columns: FloatArray) -> FloatArray:
        """(R, k) replicate totals of (n, k) weighted values, without weighting steps in between."""
        units = self.factors.shape[1]
        sums = columns if self.unit is None else column_sums(self.unit, columns, size=units)
        return self.factors.totals(sums)

    def weights(self, start: FloatArray, *, again: Sequence[Reweighting] = ()) -> Iterator[FloatArray]:
        """(n,) weights of each replicate in turn: the start weights times factors, then every weighting step again."""
        height = max(_BLOCK // max(self.factors.shape[1], 1), 1)
        for block in self.factors.blocks(height):
            for factors in block:
                weights = start * (factors if self.unit is None else factors[self.unit])
                for step in again:
                    weights = step(weights)
                yield weights

    def covariance(self, estimates: FloatArray, *, full: FloatArray) -> FloatArray:
        """(k, k) covariance from (R, k) estimates of the replicates and the (k,) estimates of the full sample.

        Raises
        ------
        DesignError
            `replicate_failed` if an estimate does not exist in some replicate.

        References
        ----------
        Wolter (2007), Introduction to Variance Estimation, 2nd ed., ch. 3 to 5.
        """
        used = self.rscales > 0
        self._refuse_missing(estimates)
        centre = full if self.centre is Centre.ESTIMATE else estimates[used].mean(axis=0)
        spread = (estimates[used] - centre) * np.sqrt(self.scale * self.rscales[used])[:, None]
        return np.asarray(spread.T @ spread)

    def variances(self, above: FloatArray, below: FloatArray, *, full: FloatArray) -> FloatArray:
        """(D,) variances of D ratios from their (U, D) sums per unit; nan where the estimate `full` does not exist."""
        with np.errstate(invalid="ignore", divide="ignore"):
            estimates = self.factors.totals(above) / self.factors.totals(below)
        found = np.full(full.shape, np.nan)
        exists = np.isfinite(full)
        if exists.any():
            used = self.rscales > 0
            chosen = estimates[:, exists]
            self._refuse_missing(chosen)
            centre = full[exists] if self.centre is Centre.ESTIMATE else chosen[used].mean(axis=0)
            found[exists] = self.scale * (self.rscales[used] @ (chosen[used] - centre) ** 2)
        return found

    def _refuse_missing(self, estimates: FloatArray) -> None:
        bad = np.flatnonzero((self.rscales > 0) & ~np.isfinite(estimates).all(axis=1))
        if bad.size:
            raise DesignError("replicate_failed", replicate=int(bad[0]) + 1, kind=self.kind)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dense:
    """Factors that are given or few: one (R, U) table."""

    table: FloatArray

    @property
    def shape(self) -> tuple[int, int]:
        """Replicates and sampling units."""
        return self.table.shape[0], self.table.shape[1]

    def blocks(self, height: int) -> Iterator[FloatArray]:
        """Slices of the table."""
        for begin in range(0, self.table.shape[0], height):
            yield self.table[begin : begin + height]

    def totals(self, sums: FloatArray) -> FloatArray:
        """One matrix product."""
        return np.asarray(self.table @ sums)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DropOne:
    """The jackknife: replicate r leaves out unit `dropped[r]` and spreads its weight over the rest of its stratum.

    Totals follow from the stratum's total and the unit's own, so no table of factors is ever made for them.
    """

    dropped: IntArray
    stratum: IntArray
    count: IntArray

    @property
    def shape(self) -> tuple[int, int]:
        """Replicates and sampling units."""
        return self.dropped.shape[0], self.stratum.shape[0]

    def blocks(self, height: int) -> Iterator[FloatArray]:
        """Factors made as they are asked for."""
        for begin in range(0, self.dropped.shape[0], height):
            units = self.dropped[begin : begin + height]
            strata = self.stratum[units]
            inside = self.stratum[None, :] == strata[:, None]
            grown = (self.count / np.maximum(self.count - 1.0, 1.0))[strata][:, None]
            block = np.where(inside, grown, 1.0)
            block[np.arange(units.shape[0]), units] = 0.0
            yield block

    def totals(self, sums: FloatArray) -> FloatArray:
        """Full total, minus the stratum, plus what is left of it grown to its size."""
        by_stratum = column_sums(self.stratum, sums, size=self.count.shape[0])
        strata = self.stratum[self.dropped]
        grown = (self.count / np.maximum(self.count - 1.0, 1.0))[strata][:, None]
        left = (by_stratum[strata] - sums[self.dropped]) * grown
        return np.asarray(sums.sum(axis=0) - by_stratum[strata] + left)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """Bootstrap factors drawn stratum by stratum, each from a generator of its own.

    The generator of a stratum depends on the seed and the stratum's label only, so every partition of the data that
    holds a stratum makes the same factors, on any machine.

    Attributes
    ----------
    members : units of each stratum.
    keys : 128-bit key of each stratum's generator.
    shrink : square root of 1 - f of each stratum: how far factors may leave 1.
    """

    n_replicates: int
    members: tuple[IntArray, ...]
    keys: tuple[int, ...]
    shrink: FloatArray
    n_units: int = field(default=0)

    @property
    def shape(self) -> tuple[int, int]:
        """Replicates and sampling units."""
        return self.n_replicates, self.n_units

    def blocks(self, height: int) -> Iterator[FloatArray]:
        """The generators stay open from block to block, so the draws do not depend on the height."""
        generators = [np.random.Generator(np.random.Philox(key=key)) for key in self.keys]
        for begin in range(0, self.n_replicates, height):
            block = np.ones((min(height, self.n_replicates - begin), self.n_units))
            for units, generator, shrink in zip(self.members, generators, self.shrink, strict=True):
                block[:, units] = _resampled(generator, block.shape[0], size=units.shape[0], shrink=shrink)
            yield block

    def totals(self, sums: FloatArray) -> FloatArray:
        """One product per stratum, so that units are never many at a time."""
        found = np.zeros((self.n_replicates, sums.shape[1]))
        lonely = np.ones(self.n_units, dtype=np.bool_)
        for units, key, shrink in zip(self.members, self.keys, self.shrink, strict=True):
            generator = np.random.Generator(np.random.Philox(key=key))
            height = max(_BLOCK // units.shape[0], 1)
            for begin in range(0, self.n_replicates, height):
                rows = slice(begin, min(begin + height, self.n_replicates))
                block = _resampled(generator, rows.stop - rows.start, size=units.shape[0], shrink=shrink)
                found[rows] += block @ sums[units]
            lonely[units] = False
        return np.asarray(found + sums[lonely].sum(axis=0))


def kept(factors: Drawn) -> Factors:
    """The same factors, as a table where it is small: then they are drawn once and not for every estimate."""
    replicates, units = factors.shape
    if replicates * units > _BLOCK:
        return factors
    return Dense(table=np.concatenate(list(factors.blocks(replicates))))


def _resampled(generator: np.random.Generator, replicates: int, *, size: int, shrink: float) -> FloatArray:
    """(replicates, size) factors: size - 1 draws with replacement, grown to size, pulled towards 1 by `shrink`.

    References
    ----------
    Rao, Wu, Yue (1992), Survey Methodology 18, 209-217; Beaumont, Patak (2012), International Statistical Review 80,
    127-148.
    """
    if size == 1:
        return np.ones((replicates, 1))
    picks = (generator.random((replicates, size - 1)) * size).astype(np.int64)
    picks += (np.arange(replicates) * size)[:, None]
    times = np.bincount(picks.ravel(), minlength=replicates * size).reshape(replicates, size)
    return np.asarray(1.0 - shrink + shrink * size / (size - 1.0) * times)
