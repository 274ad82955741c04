"""Home of the state of ordered items in groups: thresholds, polychoric correlations and their covariance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.correlation import OrdinalMoments, ordinal_moments
from analysis.design import BoundDesign
from analysis.validity import robust as sandwiches
from analysis.validity.errors import ValidityError
from analysis.validity.rows import checked_items, group_codes
from analysis.validity.targets import below

_MOST_CATEGORIES = 12
_LARGEST_CORRELATION = 0.9999


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrderedMoments:
    """Thresholds and polychoric correlations of p ordered items in G groups, with their covariance.

    Attributes
    ----------
    items, groups : names; the first group is the reference.
    n : (G,) complete rows.
    share : (G,) shares of the groups in the sum of weights.
    thresholds : per group, per item ascending.
    correlation : (G, p, p) polychoric.
    covariance : (Q, Q) of the estimates of all groups: per group the thresholds item by item, then the correlations
        (2, 1), (3, 1), ..., (3, 2), ...
    df : degrees of freedom for t.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    n: IntArray
    share: FloatArray
    thresholds: tuple[tuple[FloatArray, ...], ...]
    correlation: FloatArray
    covariance: FloatArray
    df: float = float("inf")

    @property
    def steps(self) -> tuple[int, ...]:
        """(p,) thresholds per item, the same in all groups."""
        return tuple(len(tau) for tau in self.thresholds[0])

    @property
    def size(self) -> int:
        """Moments of one group."""
        p = len(self.items)
        return sum(self.steps) + p * (p - 1) // 2

    def chosen(self, items: Sequence[str]) -> "OrderedMoments":
        """The state of some of the items, in the order given."""
        if tuple(items) == self.items:
            return self
        at = np.array([self.items.index(item) for item in items], dtype=np.int64)
        kept = self._kept(at)
        wide = (np.arange(len(self.groups))[:, None] * self.size + kept).ravel()
        return replace(
            self,
            items=tuple(items),
            thresholds=tuple(tuple(tau[i] for i in at) for tau in self.thresholds),
            correlation=self.correlation[:, at[:, None], at],
            covariance=self.covariance[np.ix_(wide, wide)],
        )

    def _kept(self, at: IntArray) -> IntArray:
        """Where the moments of the items at places `at` lie among those of one group."""
        starts = np.concatenate([[0], np.cumsum(self.steps)])
        steps = [np.arange(starts[i], starts[i + 1]) for i in at]
        rows, columns = below(len(self.items))
        where = np.zeros((len(self.items),) * 2, dtype=np.int64)
        where[rows, columns] = where[columns, rows] = starts[-1] + np.arange(len(rows))
        own_rows, own_columns = below(len(at))
        return np.concatenate([*steps, where[at[own_rows], at[own_columns]]])


def ordered_moments(
    items: ArrayLike,
    names: Sequence[str],
    *,
    groups: ArrayLike | None = None,
    design: BoundDesign | None = None,
    domain: ArrayLike | None = None,
    missing_code: int | None = None,
) -> OrderedMoments:
    """Thresholds, polychoric correlations and the covariance of both, group by group.

    Parameters
    ----------
    items : (n, p) category values, nan where missing; a row with a missing item is left out whole.
    missing_code : what stands for a missing answer in whole numbers, beside nan.
    groups : (n,) labels in order of first appearance. None: one group.
    design : weights and clusters; the covariance between groups that share clusters is kept. None: a simple random
        sample without weights.
    domain : (n,) bool.

    Raises
    ------
    ValidityError, CorrelationError
        ``categories_differ`` if a group did not use all categories of an item, ``no_variation``, ``too_few_rows``, all
        with item and group.
    """
    y, labels_of_items = checked_items(items, names, missing_code=missing_code)
    codes, labels = group_codes(groups, keep=_check.mask("domain", domain, n=len(y)))
    weights = np.ones(len(y)) if design is None else design.weights
    used = np.isfinite(y).all(axis=1) & (codes >= 0) & (weights > 0)
    masks = [used & (codes == g) for g in range(len(labels))]
    _refuse(y, masks, items=labels_of_items, groups=labels)
    found = [ordinal_moments(y, design=design, domain=rows, names=labels_of_items) for rows in masks]
    for label, part in zip(labels, found, strict=True):
        _refuse_certain(part, group=label)
    total = np.array([weights[rows].sum() for rows in masks])
    return OrderedMoments(
        items=labels_of_items,
        groups=labels,
        n=np.array([rows.sum() for rows in masks], dtype=np.int64),
        share=total / total.sum(),
        thresholds=tuple(part.thresholds for part in found),
        correlation=np.array([part.correlation for part in found]),
        covariance=_joint_covariance(found, design),
        df=float("inf") if design is None else float(design.df),
    )


def _joint_covariance(found: Sequence[OrdinalMoments], design: BoundDesign | None) -> FloatArray:
    """(Q, Q): block by block for independent rows, by the design's clusters otherwise."""
    influences = [part.influence for part in found if part.influence is not None]
    blocks = sandwiches.block_diagonal([part.covariance for part in found])
    if design is None or len(found) == 1 or len(influences) < len(found):
        return blocks
    return design.covariance(np.hstack(influences))


def _refuse(
    y: FloatArray, masks: Sequence[FloatArray], *, items: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    for g, rows in enumerate(masks):
        if int(rows.sum()) <= len(items):
            raise ValidityError(
                "too_few_rows", group=groups[g], actual=int(rows.sum()), items=len(items), least=len(items)
            )
    everywhere = np.logical_or.reduce(masks)
    for at, item in enumerate(items):
        categories = np.unique(y[everywhere, at])
        if len(categories) > _MOST_CATEGORIES:
            raise ValidityError(
                "too_many_categories", item=item, actual=len(categories), most=_MOST_CATEGORIES
            )
        for g, rows in enumerate(masks):
            own = np.unique(y[rows, at])
            if len(own) < 2:
                raise ValidityError("no_variation", item=item, group=groups[g])
            if len(own) < len(categories):
                raise ValidityError(
                    "categories_differ", item=item, group=groups[g], actual=len(own), expected=len(categories)
                )


def _refuse_certain(part: OrdinalMoments, *, group: str) -> None:
    """A correlation at its limit has no variance, and so no weight."""
    first, second = np.triu_indices(len(part.names), 1)
    variance = np.diag(part.covariance)[-len(first) :]
    at_limit = np.flatnonzero(
        ~(variance > 1e-12) | (np.abs(part.correlation[first, second]) > _LARGEST_CORRELATION)
    )
    if at_limit.size:
        pair = int(at_limit[0])
        raise ValidityError(
            "correlation_at_limit",
            first=part.names[first[pair]],
            second=part.names[second[pair]],
            group=group,
        )
