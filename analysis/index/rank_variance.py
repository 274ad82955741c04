"""Home of the question which choice moves the ranks: first-order and total shares of their variance (Sobol)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray
from analysis.errors import InvalidInput
from analysis.index.aggregation import Mean, aggregate
from analysis.index.errors import IndexRefused
from analysis.index.gap import item_weights
from analysis.index.normalisation import Scale, normalise, table
from analysis.rank.simultaneous import competition_ranks
from analysis.results import Result, Row

SOURCES = ("weights", "normalisation", "aggregation", "indicator_left_out", "sampling_error")
_SHIFT = "mean shift"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankVariance(Result):
    """Of u units (and the mean absolute shift of rank over all units, last) and s sources.

    Attributes
    ----------
    outputs : u + 1 names; sources : s names, those that were let vary.
    first, total : (u + 1, s) share of the variance due to the source alone, and with its interactions; nan where the
        rank never moves.
    variance, mean : (u + 1,) of the rank over the draws.
    """

    outputs: tuple[str, ...]
    sources: tuple[str, ...]
    first: FloatArray
    total: FloatArray
    variance: FloatArray = field(repr=False)
    mean: FloatArray = field(repr=False)
    draws: int

    def to_rows(self) -> list[Row]:
        """One row per output and source."""
        return [
            {
                "output": output,
                "source": source,
                "first_order": float(self.first[i, s]) if self.variance[i] > 0 else None,
                "total": float(self.total[i, s]) if self.variance[i] > 0 else None,
                "rank_mean": float(self.mean[i]),
                "rank_variance": float(self.variance[i]),
                "draws": self.draws,
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "seed": self.seed,
                "status": ";".join(item.code for item in self.status),
            }
            for i, output in enumerate(self.outputs)
            for s, source in enumerate(self.sources)
        ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Plan:
    """What may vary, and how one draw of uniforms and normals becomes ranks."""

    x: FloatArray
    weights: FloatArray
    concentration: float
    scales: tuple[Scale, ...]
    rules: tuple[Mean, ...]
    leave_out: bool
    root: FloatArray | None

    def sources(self) -> tuple[str, ...]:
        varied = (
            self.concentration > 0,
            len(self.scales) > 1,
            len(self.rules) > 1,
            self.leave_out,
            self.root is not None,
        )
        return tuple(name for name, on in zip(SOURCES, varied, strict=True) if on)

    def base(self, units: Sequence[str]) -> FloatArray:
        """(u,) ranks under the first of every choice, without any error."""
        even = normalise(self.x, self.scales[0])
        found = aggregate(even.values, self.rules[0], weights=self.weights, units=units, names=even.names)
        return competition_ranks(found.values).astype(np.float64)

    def draw(self, rng: np.random.Generator, draws: int) -> dict[str, FloatArray]:
        """Independent inputs: one block per source, (draws, ...)."""
        k, size = self.x.shape[1], self.x.size
        weights = np.tile(self.weights, (draws, 1))
        if self.concentration > 0:
            used = self.weights > 0
            weights[:, used] = rng.dirichlet(self.concentration * self.weights[used], size=draws)
        noise = rng.standard_normal((draws, size))
        return {
            "weights": weights,
            "normalisation": rng.integers(len(self.scales), size=(draws, 1)).astype(np.float64),
            "aggregation": rng.integers(len(self.rules), size=(draws, 1)).astype(np.float64),
            "indicator_left_out": rng.integers(-1, k if self.leave_out else 0, size=(draws, 1)).astype(
                np.float64
            ),
            "sampling_error": noise if self.root is None else noise @ self.root,
        }

    def ranks(self, inputs: dict[str, FloatArray]) -> FloatArray:
        """(draws, u) ranks."""
        return np.array([self._one(inputs, d) for d in range(len(inputs["weights"]))])

    def _one(self, inputs: dict[str, FloatArray], d: int) -> FloatArray:
        x, k = self.x, self.x.shape[1]
        if self.root is not None:
            x = x + inputs["sampling_error"][d].reshape(x.shape)
        left = int(inputs["indicator_left_out"][d, 0])
        weights = np.where(np.arange(k) == left, 0.0, inputs["weights"][d])
        even = normalise(x, self.scales[int(inputs["normalisation"][d, 0])])
        rule = self.rules[int(inputs["aggregation"][d, 0])]
        found = aggregate(even.values, rule, weights=weights, units=even.units, names=even.names)
        return competition_ranks(found.values).astype(np.float64)


def rank_variance(
    values: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    concentration: float = 100.0,
    scales: Sequence[Scale] = (),
    rules: Sequence[Mean] = (),
    leave_out: bool = False,
    covariance: ArrayLike | None = None,
    draws: int = 256,
    seed: int = 0,
    units: Sequence[object] | None = None,
    names: Sequence[str] | None = None,
) -> RankVariance:
    """Shares of the variance of each unit's rank by source of uncertainty.

    Parameters
    ----------
    values : (u, k) estimates, complete.
    concentration : of the Dirichlet weights; 0 keeps them fixed.
    scales, rules : the ways to normalise and to aggregate that are open; each is as likely as the others.
    leave_out : one indicator or none left out, all as likely.
    covariance : (u, k) variances or (u k, u k) covariance of the values, for their sampling error.
    draws : base draws N; the index is computed N (sources + 2) times.

    References
    ----------
    Saltelli et al. (2010), Computer Physics Communications 181, 259-270, eq. b (first order) and f (total, Jansen);
    Saisana, Saltelli and Tarantola (2005), JRSS A 168 (the mean shift of rank).
    """
    x, labels, _ = table(values, units=units, names=names)
    if len(x) < 2 or x.shape[1] < 2:
        raise IndexRefused("too_few_units", least=2, indicators=2)
    if draws < 2:
        raise InvalidInput("bad_option", name="draws", value=draws, choices="2 or more")
    plan = _Plan(
        x=x,
        weights=item_weights(weights, k=x.shape[1]),
        concentration=float(concentration),
        scales=tuple(scales) or (Scale(method="none"),),
        rules=tuple(rules) or (Mean(),),
        leave_out=leave_out,
        root=None if covariance is None else _root(covariance, shape=(x.shape[0], x.shape[1])),
    )
    base = plan.base(labels)
    first, total, spread, middle = _shares(plan, base, draws=draws, seed=seed)
    return RankVariance(
        method="variance of ranks by source, Saltelli and Jansen",
        definition="index.rank_variance",
        seed=seed,
        outputs=(*labels, _SHIFT),
        sources=plan.sources(),
        first=first,
        total=total,
        variance=spread,
        mean=middle,
        draws=draws,
    )


def _shares(
    plan: _Plan, base: FloatArray, *, draws: int, seed: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """First-order and total shares, (u + 1, s) each, and variance and mean of the outputs, (u + 1,) each."""
    rng, sources = np.random.default_rng(seed), plan.sources()
    first_inputs, second_inputs = plan.draw(rng, draws), plan.draw(rng, draws)
    a, b = _outputs(plan.ranks(first_inputs), base), _outputs(plan.ranks(second_inputs), base)
    both = np.concatenate([a, b])
    middle, spread = both.mean(axis=0), both.var(axis=0)
    first, total = np.full((a.shape[1], len(sources)), np.nan), np.full((a.shape[1], len(sources)), np.nan)
    moving = spread > 0
    for s, source in enumerate(sources):
        mixed = _outputs(plan.ranks({**first_inputs, source: second_inputs[source]}), base)
        # Centring changes nothing in expectation and much in the noise of the estimate.
        first[moving, s] = ((b - middle) * (mixed - a)).mean(axis=0)[moving] / spread[moving]
        total[moving, s] = ((a - mixed) ** 2).mean(axis=0)[moving] / 2.0 / spread[moving]
    return first, total, spread, middle


def _outputs(ranks: FloatArray, base: FloatArray) -> FloatArray:
    """(draws, u + 1) ranks, and the mean absolute shift from the plan's ranks."""
    shift = np.abs(ranks - base).mean(axis=1)
    return np.column_stack([ranks, shift])


def _root(covariance: ArrayLike, *, shape: tuple[int, int]) -> FloatArray:
    given = np.asarray(covariance, dtype=np.float64)
    size = shape[0] * shape[1]
    if given.shape == shape:
        given = np.diag(given.ravel())
    if given.shape != (size, size):
        raise InvalidInput(
            "wrong_shape", name="covariance", expected=f"{shape} or ({size}, {size})", actual=given.shape
        )
    values, vectors = np.linalg.eigh((given + given.T) / 2.0)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)
