"""Home of the sensitivity to single decisions: an indicator left out, another conversion of answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.index.aggregation import Mean, aggregate
from analysis.index.errors import IndexRefused
from analysis.index.gap import item_weights
from analysis.index.normalisation import table
from analysis.rank.simultaneous import competition_ranks
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alternatives(Result):
    """Scores and ranks of u units under a alternatives.

    Attributes
    ----------
    labels : a names, the plan as it stands first.
    scores, ranks : (a, u); 1 = highest.
    """

    units: tuple[str, ...]
    labels: tuple[str, ...]
    scores: FloatArray
    ranks: IntArray

    @property
    def mean_shift(self) -> FloatArray:
        """(a,) mean absolute change of rank against the plan."""
        return np.asarray(np.abs(self.ranks - self.ranks[0]).mean(axis=1))

    def to_rows(self) -> list[Row]:
        """One row per alternative and unit."""
        return [
            {
                "alternative": label,
                "unit": unit,
                "score": float(self.scores[a, i]),
                "rank": int(self.ranks[a, i]),
                "score_change": float(self.scores[a, i] - self.scores[0, i]),
                "rank_change": int(self.ranks[a, i] - self.ranks[0, i]),
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "status": ";".join(item.code for item in self.status),
            }
            for a, label in enumerate(self.labels)
            for i, unit in enumerate(self.units)
        ]


def drop_one(
    values: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    rule: Mean | None = None,
    units: Sequence[object] | None = None,
    names: Sequence[str] | None = None,
) -> Alternatives:
    """Scores and ranks without each indicator in turn; the other weights are scaled up."""
    x, labels, indicators = table(values, units=units, names=names)
    w, mean = item_weights(weights, k=x.shape[1]), rule or Mean()
    if x.shape[1] < 2:
        raise IndexRefused("too_few_units", least=1, indicators=2)
    scores = [aggregate(x, mean, weights=w, units=labels, names=indicators).values]
    for j in range(x.shape[1]):
        kept = np.arange(x.shape[1]) != j
        names_kept = [name for name, keep in zip(indicators, kept, strict=True) if keep]
        scores.append(aggregate(x[:, kept], mean, weights=w[kept], units=labels, names=names_kept).values)
    return alternatives(
        np.array(scores), labels, ["all", *indicators], method="drop one", definition="index.alternatives"
    )


def vary_conversion(
    shares: ArrayLike,
    tables: Mapping[str, ArrayLike],
    *,
    weights: ArrayLike | None = None,
    units: Sequence[object] | None = None,
) -> Alternatives:
    """Scores and ranks when answers are worth other points.

    Parameters
    ----------
    shares : (u, k, c) weighted share of each answer, lowest answer first; each (unit, item) sums to 1.
    tables : name -> (c,) points, rising from 0 to 100; the first is the plan.

    Raises
    ------
    IndexRefused
        ``table_unordered`` naming the table.
    """
    given = np.asarray(shares, dtype=np.float64)
    if given.ndim != 3 or not np.isfinite(given).all():
        raise InvalidInput("wrong_shape", name="shares", expected="(u, k, c), complete", actual=given.shape)
    w = item_weights(weights, k=given.shape[1])
    names = (
        [str(unit) for unit in units] if units is not None else [f"unit {i + 1}" for i in range(len(given))]
    )
    scores = []
    for name, points in tables.items():
        worth = np.asarray(points, dtype=np.float64)
        if (
            worth.shape != (given.shape[2],)
            or worth[0] != 0
            or worth[-1] != 100
            or (np.diff(worth) <= 0).any()
        ):
            raise IndexRefused("table_unordered", table=name)
        scores.append((given @ worth) @ w)
    if not scores:
        raise IndexRefused("table_unordered", table="")
    return alternatives(
        np.array(scores),
        tuple(names),
        list(tables),
        method="conversion tables",
        definition="index.alternatives",
    )


def alternatives(
    scores: FloatArray, units: tuple[str, ...], labels: Sequence[str], *, method: str, definition: str
) -> Alternatives:
    """The (a, u) scores with their ranks."""
    return Alternatives(
        method=method,
        definition=definition,
        units=units,
        labels=tuple(labels),
        scores=_check.frozen(scores),
        ranks=np.array([competition_ranks(one) for one in scores]),
    )
