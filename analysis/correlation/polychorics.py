"""Home of polychoric correlations: two-step or full maximum likelihood for every pair, from the tables of the pairs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.correlation import _full_likelihood, _two_step
from analysis.correlation._pairs import Pairs, packed
from analysis.correlation._zero_cells import ZeroCells, corrected
from analysis.correlation.smoothing import LEAST_EIGENVALUE, Smoothing, smallest_eigenvalue, smoothed
from analysis.correlation.tables import Contingency
from analysis.errors import AnalysisWarning
from analysis.results import Result, Row


class Method(StrEnum):
    """`two-step`: thresholds from the margins, then each correlation; `ml`: both together for each pair."""

    TWO_STEP = "two-step"
    ML = "ml"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Polychoric(Result):
    """Polychoric correlations of k ordinal items.

    Attributes
    ----------
    names : of the items.
    correlation : (k, k), after smoothing if any.
    se : (k, k) standard errors for a simple random sample, 0 on the diagonal; nan for weighted tables, whose
        standard errors `design_polychoric` gives.
    thresholds : per item, ascending, from its own margin.
    categories : per item, the values somebody chose.
    n, pair_n : rows; rows per pair.
    smallest_eigenvalue : before smoothing.
    """

    names: tuple[str, ...]
    correlation: FloatArray = field(repr=False)
    se: FloatArray = field(repr=False)
    thresholds: tuple[FloatArray, ...] = field(repr=False)
    categories: tuple[FloatArray, ...] = field(repr=False)
    n: int
    pair_n: IntArray = field(repr=False)
    smallest_eigenvalue: float

    @property
    def vector(self) -> FloatArray:
        """(k (k - 1) / 2,) correlations below the diagonal, column by column: (2, 1), (3, 1), ..., (3, 2), ..."""
        return np.asarray(self.correlation[np.triu_indices(len(self.names), 1)])

    def to_rows(self) -> list[Row]:
        """One row per pair."""
        pairs = zip(*np.triu_indices(len(self.names), 1), strict=True)
        return [
            {
                "first": self.names[i],
                "second": self.names[j],
                "correlation": float(self.correlation[i, j]),
                "se": float(self.se[i, j]) if np.isfinite(self.se[i, j]) else None,
                "n": int(self.pair_n[i, j]),
                "method": self.method,
            }
            for i, j in pairs
        ]


def polychoric(
    state: Contingency,
    *,
    method: Method | str = Method.TWO_STEP,
    zero_cells: ZeroCells | str = ZeroCells.KEEP,
    smoothing: Smoothing | str = Smoothing.NONE,
) -> Polychoric:
    """Correlations of the normal variables that are thought to lie behind ordinal items.

    Parameters
    ----------
    state : tables of all pairs (`contingency`); of 2 x 2 tables the result is the tetrachoric correlation.
    zero_cells : `keep` (default) takes the tables as they are; `half` puts 0.5 into every empty cell
        and takes the thresholds of the pair from that table; `half-2x2` puts 0.5 into the single empty cell of a
        2 x 2 table and keeps its margins.
    smoothing : what to do if the matrix is not positive definite; by default nothing but a status.

    Returns
    -------
    Polychoric
        Statuses: `empty_category`, `correlation_at_limit`, `not_converged`, `not_positive_definite`,
        `smoothed`.

    Raises
    ------
    CorrelationError
        ``one_category`` naming the item, ``no_shared_rows`` naming the pair.

    References
    ----------
    Olsson (1979), Psychometrika 44, 443-460.
    """
    way = _check.choice("method", method, among=Method)
    rule = _check.choice("zero_cells", zero_cells, among=ZeroCells)
    smoother = _check.choice("smoothing", smoothing, among=Smoothing)
    pairs = corrected(packed(state), rule)
    first = _two_step.fit(pairs)
    status = _fit_statuses(state, pairs, first)
    if way is Method.ML:
        full = _full_likelihood.fit(pairs, first)
        rho, se = full.rho, full.se
        if not full.converged.all():
            status.append(AnalysisWarning(code="not_converged", context={"iterations": full.steps}))
    else:
        rho, se = first.rho, _two_step.standard_errors(pairs, first.rho)
    raw = _symmetric(rho, state.k, diagonal=1.0)
    least = smallest_eigenvalue(raw)
    correlation = smoothed(raw, way=smoother)
    status += _definiteness(least, smoother)
    if is_weighted(state):
        se = np.full_like(se, np.nan)
    return Polychoric(
        method=f"polychoric, {way.value}, zero cells: {rule.value}, smoothing: {smoother.value}",
        definition="factors.polychoric_ml" if way is Method.ML else "factors.polychoric_two_step",
        status=tuple(status),
        names=state.names,
        correlation=_check.frozen(correlation),
        se=_check.frozen(_symmetric(se, state.k, diagonal=0.0)),
        thresholds=item_thresholds(pairs),
        categories=tuple(values[places] for values, places in zip(state.categories, pairs.used, strict=True)),
        n=state.n,
        pair_n=state.pair_n,
        smallest_eigenvalue=least,
    )


def thresholds(state: Contingency) -> tuple[FloatArray, ...]:
    """Per item the standard normal quantiles of the cumulative shares of its categories."""
    return item_thresholds(packed(state))


def item_thresholds(pairs: Pairs) -> tuple[FloatArray, ...]:
    """The thresholds of packed pairs without fillers."""
    return tuple(_check.frozen(tau[:length]) for tau, length in zip(pairs.tau, pairs.lengths, strict=True))


def is_weighted(state: Contingency) -> bool:
    """Whether the counts are sums of weights rather than numbers of rows."""
    starts = state.starts[:-1]
    totals = np.add.reduceat(np.add.reduceat(state.counts, starts, axis=0), starts, axis=1)
    return not np.array_equal(totals, state.pair_n)


def _symmetric(values: npt.ArrayLike, k: int, *, diagonal: float) -> FloatArray:
    matrix = np.zeros((k, k))
    matrix[np.triu_indices(k, 1)] = values
    matrix += matrix.T
    np.fill_diagonal(matrix, diagonal)
    return matrix


def _fit_statuses(state: Contingency, pairs: Pairs, found: _two_step.Fit) -> list[AnalysisWarning]:
    status = []
    for name, values, places in zip(state.names, state.categories, pairs.used, strict=True):
        empty = np.setdiff1d(np.arange(len(values)), places)
        if empty.size:
            shown = ", ".join(f"{values[place]:g}" for place in empty)
            status.append(AnalysisWarning(code="empty_category", context={"item": name, "values": shown}))
    status += _named_pairs("correlation_at_limit", state.names, pairs, np.flatnonzero(found.at_limit))
    if not found.converged.all():
        status.append(AnalysisWarning(code="not_converged", context={"iterations": found.steps}))
    return status


def _named_pairs(
    code: str, names: Sequence[str], pairs: Pairs, places: npt.NDArray[np.intp]
) -> list[AnalysisWarning]:
    return [
        AnalysisWarning(
            code=code, context={"first": names[pairs.first[place]], "second": names[pairs.second[place]]}
        )
        for place in places
    ]


def _definiteness(least: float, smoother: Smoothing) -> list[AnalysisWarning]:
    if least >= LEAST_EIGENVALUE:
        return []
    code = "not_positive_definite" if smoother is Smoothing.NONE else "smoothed"
    return [AnalysisWarning(code=code, context={"eigenvalue": f"{least:.3g}"})]
