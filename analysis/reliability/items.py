"""Home of item diagnostics: what each item adds to a set, how hard it is, and how often its ends are chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import nan

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.errors import AnalysisWarning
from analysis.reliability._results import per_item
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.smc import squared_multiple_correlations
from analysis.reliability.states import State, correlation_of, item_matrix
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemDiagnostics(Result):
    """Per item, in the order of the items, (k,) each.

    Attributes
    ----------
    alpha_if_dropped, standardised_if_dropped, correlation_if_dropped : alpha of the other items, their standardised
        alpha and average correlation; nan where only one item would be left.
    item_rest : correlation of the item with the sum of the others (corrected item-total correlation).
    item_total : with the sum of all.
    standardised_item_total : with the sum of the standardised items.
    item_total_smc : item-total correlation with the item's own variance replaced by its squared multiple correlation.
    smc : squared multiple correlation with the others.
    mean_correlation : average correlation with the others.
    mean, sd : of the item.
    """

    labels: tuple[str, ...]
    alpha_if_dropped: FloatArray
    standardised_if_dropped: FloatArray
    correlation_if_dropped: FloatArray
    item_rest: FloatArray
    item_total: FloatArray
    standardised_item_total: FloatArray
    item_total_smc: FloatArray
    smc: FloatArray
    mean_correlation: FloatArray
    mean: FloatArray
    sd: FloatArray

    def to_rows(self) -> list[Row]:
        """One row per item."""
        names = [name for name in self.__dataclass_fields__ if name not in _NOT_COLUMNS]
        return per_item(self.labels, **{name: getattr(self, name) for name in names})


_NOT_COLUMNS = ("method", "definition", "version", "seed", "status", "labels")


def item_diagnostics(state: State) -> ItemDiagnostics:
    """What each item adds to the set.

    References
    ----------
    Lord and Novick (1968), Statistical Theories of Mental Test Scores, ch. 15; Cureton (1966), Psychometrika 31, 93-96
    (the correlation corrected by the squared multiple correlation).
    """
    v, k = state.covariance, state.k
    r = correlation_of(v, names=state.labels)
    own, smc = np.diag(v), squared_multiple_correlations(r)
    rows, total = v.sum(axis=1), float(v.sum())
    common = r - np.diag(1 - smc)
    with np.errstate(divide="ignore", invalid="ignore"):
        return ItemDiagnostics(
            method="item diagnostics of the covariances",
            definition="reliability.item_diagnostics",
            status=negative_items(state),
            labels=state.labels,
            alpha_if_dropped=_alpha_without(v),
            standardised_if_dropped=_alpha_without(r),
            correlation_if_dropped=_correlation_without(r),
            item_rest=item_rest(v),
            item_total=rows / np.sqrt(own * total),
            standardised_item_total=r.sum(axis=1) / np.sqrt(r.sum()),
            item_total_smc=common.sum(axis=1) / np.sqrt(common.sum()),
            smc=smc,
            mean_correlation=(r.sum(axis=1) - 1) / (k - 1),
            mean=state.mean,
            sd=np.sqrt(own * _unbiased(state)),
        )


def item_rest(v: FloatArray) -> FloatArray:
    """(k,) correlation of each item with the sum of the others."""
    rows, own = v.sum(axis=1), np.diag(v)
    rest = v.sum() - 2 * rows + own
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((rows - own) / np.sqrt(own * rest))


def negative_items(state: State) -> tuple[AnalysisWarning, ...]:
    """The status that names items which correlate negatively with the rest; nothing is turned around."""
    found = np.flatnonzero(item_rest(state.covariance) < 0)
    if not found.size:
        return ()
    shown = ", ".join(state.labels[place] for place in found)
    return (AnalysisWarning(code="negative_item_rest", context={"items": shown}),)


def _alpha_without(v: FloatArray) -> FloatArray:
    k, rows, own = len(v), v.sum(axis=1), np.diag(v)
    if k < 3:
        return np.full(k, nan)
    rest = v.sum() - 2 * rows + own
    return np.asarray((k - 1) / (k - 2) * (1 - (np.trace(v) - own) / rest))


def _correlation_without(r: FloatArray) -> FloatArray:
    k = len(r)
    if k < 3:
        return np.full(k, nan)
    return np.asarray((r.sum() - 2 * r.sum(axis=1) + 1 - (k - 1)) / ((k - 1) * (k - 2)))


def _unbiased(state: State) -> float:
    """n / (n - 1) for a state whose divisor is the sum of weights; pairwise states carry it already."""
    from analysis.reliability.states import Moments

    return state.n / max(state.n - 1, 1) if isinstance(state, Moments) else 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseShares(Result):
    """How the answers to each item are spread.

    Attributes
    ----------
    n : (k,) unweighted valid answers.
    missing : (k,) weighted share without an answer.
    floor, ceiling : (k,) weighted share of the valid answers at the lowest and the highest possible score.
    difficulty : (k,) mean as a share of the way from the lowest to the highest score: high is easy.
    values, shares : (v,) answers that occur and (k, v) their weighted shares among the valid answers.
    """

    labels: tuple[str, ...]
    n: IntArray
    missing: FloatArray
    floor: FloatArray
    ceiling: FloatArray
    difficulty: FloatArray
    values: FloatArray = field(repr=False)
    shares: FloatArray = field(repr=False)

    def to_rows(self) -> list[Row]:
        """One row per item."""
        rows = per_item(
            self.labels,
            missing=self.missing,
            floor=self.floor,
            ceiling=self.ceiling,
            difficulty=self.difficulty,
        )
        return [row | {"n": int(n)} for row, n in zip(rows, self.n, strict=True)]


def response_shares(
    items: npt.ArrayLike,
    *,
    low: float,
    high: float,
    weights: npt.ArrayLike | None = None,
    domain: npt.ArrayLike | None = None,
    missing_code: int | None = None,
    names: Sequence[str] | None = None,
) -> ResponseShares:
    """Difficulty, floor and ceiling of each item on its own valid answers.

    Parameters
    ----------
    items : (n, k) scores, nan (whole numbers: `missing_code`) where missing.
    low, high : the lowest and the highest possible score; what nobody chose cannot be seen in the data.

    Raises
    ------
    ReliabilityError
        ``bad_limits`` naming the item with an answer outside; ``all_missing`` naming the item.
    """
    y = item_matrix(items)
    n, k = y.shape
    labels = tuple(str(place + 1) for place in range(k)) if names is None else tuple(names)
    if len(labels) != k:
        raise ReliabilityError("names_differ", name="names", actual=len(labels), expected=k)
    w = np.ones(n) if weights is None else _check.complete("weights", weights, n=n)
    inside = _check.mask("domain", domain, n=n) & (w > 0)
    tallies = [_tally(y[:, place], w, inside, missing_code) for place in range(k)]
    for label, (values, counts, _) in zip(labels, tallies, strict=True):
        if not counts.size:
            raise ReliabilityError("all_missing", item=label)
        if not low < high or values[0] < low or values[-1] > high:
            raise ReliabilityError("bad_limits", low=low, high=high, item=label)
    everything = np.unique(np.concatenate([values for values, _, _ in tallies]))
    shares = np.zeros((k, len(everything)))
    for place, (values, counts, _) in enumerate(tallies):
        shares[place, np.searchsorted(everything, values)] = counts / counts.sum()
    total = float(w[inside].sum())
    return ResponseShares(
        method="shares of the valid answers",
        definition="reliability.response_shares",
        labels=labels,
        n=np.array([answered for _, _, answered in tallies], dtype=np.int64),
        missing=np.array([1 - counts.sum() / total for _, counts, _ in tallies]),
        floor=shares @ (everything == low),
        ceiling=shares @ (everything == high),
        difficulty=(shares @ everything - low) / (high - low),
        values=everything,
        shares=shares,
    )


def _tally(
    column: npt.NDArray[np.generic],
    w: FloatArray,
    inside: npt.NDArray[np.bool_],
    missing_code: int | None,
) -> tuple[FloatArray, FloatArray, int]:
    """The values of an item, their weights, and how many answered."""
    known = inside & (
        np.isfinite(column) if column.dtype.kind == "f" else np.ones(len(column), dtype=np.bool_)
    )
    if missing_code is not None:
        known &= np.asarray(column != missing_code)
    values, place = np.unique(column[known], return_inverse=True)
    counts = np.bincount(place, weights=w[known], minlength=len(values))
    return values.astype(np.float64), np.asarray(counts, dtype=np.float64), int(np.count_nonzero(known))
