"""Home of the heterotrait-monotrait ratio: whether two sets of items measure two things."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from math import nan, sqrt

import numpy as np

from analysis import _check
from analysis._types import FloatArray
from analysis.results import Result, Row
from analysis.validity import robust as sandwiches
from analysis.validity.errors import ValidityError
from analysis.validity.measures import known, upper_quantile
from analysis.validity.moments import GroupedMoments, check
from analysis.validity.ordered import OrderedMoments
from analysis.validity.pattern import Blocks, blocks_of
from analysis.validity.rows import vech_index
from analysis.validity.targets import below


class RatioForm(StrEnum):
    """Which mean of correlations: `htmt` arithmetic (Henseler), `htmt2` geometric (Roemer), which allows for loadings
    that differ."""

    HTMT = "htmt"
    HTMT2 = "htmt2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One pair of factors: the ratio, its standard error, and the upper limit of a one-sided 95 % interval."""

    first: str
    second: str
    ratio: float
    se: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Htmt(Result):
    """Ratios of all pairs of factors; near 1, two sets of items measure the same. Usual limits are 0.85 and 0.90.

    Attributes
    ----------
    pairs : of factors; matrix : (m, m) the same with 1 on the diagonal.
    """

    factors: tuple[str, ...]
    pairs: tuple[Ratio, ...]
    matrix: FloatArray = field(repr=False)

    def to_rows(self) -> list[Row]:
        """One row per pair."""
        return [
            {
                "first": pair.first,
                "second": pair.second,
                "ratio": known(pair.ratio),
                "se": known(pair.se),
                "upper": known(pair.upper),
            }
            for pair in self.pairs
        ]


def htmt(
    state: GroupedMoments | OrderedMoments,
    blocks: Mapping[str, Sequence[str]],
    *,
    form: RatioForm | str = RatioForm.HTMT,
    absolute: bool = True,
    group: str | None = None,
) -> Htmt:
    """Mean correlation between the items of two factors over the geometric mean of those inside them.

    Parameters
    ----------
    state : moments; polychoric correlations for ordered items. Standard errors come from its spread (or design), and are nan
        without one.
    form : `htmt` (default) or `htmt2`.
    absolute : take correlations without their sign.
    group : label of one group; needed if there are several.

    Raises
    ------
    ValidityError
        ``shared_item``, ``unknown_item``, ``unknown_group``; ``negative_correlations`` without `absolute`.

    References
    ----------
    Henseler, Ringle and Sarstedt (2015), Journal of the Academy of Marketing Science 43, 115-135, eq. 6; Roemer, Schuberth
    and Henseler (2021), Industrial Management and Data Systems 121, 2637-2650, eq. 6 (htmt2).
    """
    way = _check.choice("form", form, among=RatioForm)
    held = blocks_of(blocks, names=state.items)
    _refuse_shared(held)
    chosen = state.chosen(held.items)
    at = _place(chosen.groups, group)
    vector, covariance, correlate = _correlations(chosen, at)
    m = len(held.factors)
    matrix, pairs = np.eye(m), []
    for a, b in combinations(range(m), 2):

        def value_at(moved: FloatArray, pair: tuple[int, int] = (a, b)) -> float:
            return _value(correlate(moved), held, pair=pair, form=way, absolute=absolute)

        value, se = _ratio(vector, value_at, covariance=covariance)
        matrix[a, b] = matrix[b, a] = value
        upper = value + upper_quantile(0.05, chosen.df) * se
        pairs.append(Ratio(first=held.factors[a], second=held.factors[b], ratio=value, se=se, upper=upper))
    return Htmt(
        method=f"{way.value} of {'polychoric' if isinstance(chosen, OrderedMoments) else 'product-moment'} correlations",
        definition="validity.htmt",
        factors=held.factors,
        pairs=tuple(pairs),
        matrix=_check.frozen(matrix),
    )


def _correlations(
    state: GroupedMoments | OrderedMoments, group: int
) -> tuple[FloatArray, FloatArray | None, Callable[[FloatArray], FloatArray]]:
    """A group's moments as a vector, their covariance if known, and the way from the vector to correlations."""
    p = len(state.items)
    if isinstance(state, OrderedMoments):
        pairs, size = below(p), state.size
        own = slice(group * size + sum(state.steps), (group + 1) * size)

        def whole(vector: FloatArray) -> FloatArray:
            full = np.eye(p)
            full[pairs] = vector
            full[pairs[1], pairs[0]] = vector
            return full

        return state.correlation[group][pairs], state.covariance[own, own], whole
    check(state)
    rows, columns = vech_index(p)

    def scaled(vector: FloatArray) -> FloatArray:
        full = np.zeros((p, p))
        full[rows, columns] = full[columns, rows] = vector
        root = np.sqrt(np.diag(full))
        return np.asarray(full / np.outer(root, root))

    return state.covariance[group][rows, columns], _spread(state, group), scaled


def _spread(state: GroupedMoments, group: int) -> FloatArray | None:
    """Covariance of the covariances of one group."""
    spread, p = state.spread(), len(state.items)
    if spread is None:
        return None
    zero = [np.zeros(p)] * len(state.groups)
    counts = state.share * state.total
    whole = sandwiches.moment_covariance(spread, counts, gaps=zero, sigmas=list(state.covariance))
    size = whole.shape[0] // len(state.groups)
    own = slice(group * size + p, (group + 1) * size)
    return np.asarray(whole[own, own])


def _ratio(
    vector: FloatArray, value: Callable[[FloatArray], float], *, covariance: FloatArray | None
) -> tuple[float, float]:
    """A function of the moments and its standard error by central differences."""
    centre = value(vector)
    if covariance is None:
        return centre, nan
    steps = 1e-5 * np.maximum(np.abs(vector), 1e-2)
    slope = np.array(
        [
            (value(vector + step * unit) - value(vector - step * unit)) / (2 * step)
            for step, unit in zip(steps, np.eye(len(vector)), strict=True)
        ]
    )
    return centre, sqrt(max(float(slope @ covariance @ slope), 0.0))


def _value(
    correlation: FloatArray, blocks: Blocks, *, pair: tuple[int, int], form: RatioForm, absolute: bool
) -> float:
    first, second = (np.array(blocks.members[at]) for at in pair)
    between = correlation[np.ix_(first, second)].ravel()
    inside = [_below_diagonal(correlation[np.ix_(members, members)]) for members in (first, second)]
    if absolute:
        between, inside = np.abs(between), [np.abs(values) for values in inside]
    for at, values in zip(pair, inside, strict=True):
        if not values.mean() > 0 or (form is RatioForm.HTMT2 and (values <= 0).any()):
            raise ValidityError("negative_correlations", factor=blocks.factors[at])
    if form is RatioForm.HTMT:
        return float(between.mean()) / sqrt(float(inside[0].mean()) * float(inside[1].mean()))
    if (between < 0).any():
        return nan
    return _geometric(between) / sqrt(_geometric(inside[0]) * _geometric(inside[1]))


def _geometric(values: FloatArray) -> float:
    return 0.0 if (values == 0).any() else float(np.exp(np.log(values).mean()))


def _below_diagonal(matrix: FloatArray) -> FloatArray:
    return np.asarray(matrix[np.tril_indices(len(matrix), -1)])


def _refuse_shared(blocks: Blocks) -> None:
    for a, b in combinations(range(len(blocks.factors)), 2):
        shared = set(blocks.members[a]) & set(blocks.members[b])
        if shared:
            raise ValidityError(
                "shared_item",
                item=blocks.items[min(shared)],
                first=blocks.factors[a],
                second=blocks.factors[b],
            )


def _place(groups: tuple[str, ...], group: str | None) -> int:
    if group is None and len(groups) == 1:
        return 0
    if group not in groups:
        raise ValidityError("unknown_group", group=str(group), groups=", ".join(groups))
    return groups.index(group)
