"""Home of the additive state of a factor model: per group count, mean, cross-products and their spread."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.validity.errors import ValidityError
from analysis.validity.rows import checked_items, group_codes, products, recentring, vech_index, z_places

_BLOCK = 16_384


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupedMoments:
    """All that a factor model of p items in G groups needs; states of partitions add up by ``merge``.

    Attributes
    ----------
    items : (p,) names.
    groups : (G,) labels; the first one is the reference group.
    n : (G,) complete rows with a weight above 0.
    weight_sum : (G,) of those rows.
    mean : (G, p) weighted means.
    scatter : (G, p, p) weighted cross-products about the mean.
    fourth : (G, 1+q, 1+q) sums of w² z z' with z = (1, y − mean, vech((y − mean)(y − mean)')), q = p + p(p+1)/2;
        None if it was not asked for.
    design_spread : (G(1+q), G(1+q)) covariance of the totals of w z of all groups under a survey design; None without
        one.
    df : degrees of freedom for t, infinite without a design.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    n: IntArray
    weight_sum: FloatArray
    mean: FloatArray
    scatter: FloatArray
    fourth: FloatArray | None = None
    design_spread: FloatArray | None = None
    df: float = float("inf")

    @property
    def total(self) -> int:
        """Complete rows of all groups."""
        return int(self.n.sum())

    @property
    def covariance(self) -> FloatArray:
        """(G, p, p) maximum likelihood covariances (divisor: the sum of weights)."""
        return np.asarray(self.scatter / self.weight_sum[:, None, None])

    @property
    def share(self) -> FloatArray:
        """(G,) shares of the groups in the sum of weights."""
        return np.asarray(self.weight_sum / self.weight_sum.sum())

    def spread(self) -> FloatArray | None:
        """(G(1+q), G(1+q)) covariance of the groups' totals of w z, weights scaled to mean 1 over all; or None."""
        scale = (self.total / float(self.weight_sum.sum())) ** 2
        if self.design_spread is not None:
            return np.asarray(self.design_spread * scale)
        if self.fourth is None:
            return None
        size = self.fourth.shape[1]
        full = np.zeros((len(self.groups) * size,) * 2)
        for g, block in enumerate(self.fourth * scale):
            full[g * size : (g + 1) * size, g * size : (g + 1) * size] = block
        return full

    def pooled(self) -> tuple[FloatArray, FloatArray]:
        """Mean (p,) and covariance (p, p) inside groups, over all groups."""
        return np.asarray(self.share @ self.mean), np.asarray(
            np.tensordot(self.share, self.covariance, axes=1)
        )

    def chosen(self, items: Sequence[str]) -> "GroupedMoments":
        """The state of some of the items, in the order given."""
        if tuple(items) == self.items:
            return self
        at = np.array([self.items.index(item) for item in items], dtype=np.int64)
        z = z_places(at, len(self.items))
        groups = np.arange(len(self.groups))[:, None] * (
            1 + len(self.items) + len(vech_index(len(self.items))[0])
        )
        wide = (groups + z).ravel()
        return replace(
            self,
            items=tuple(items),
            mean=self.mean[:, at],
            scatter=self.scatter[:, at[:, None], at],
            fourth=None if self.fourth is None else self.fourth[:, z[:, None], z],
            design_spread=None if self.design_spread is None else self.design_spread[wide[:, None], wide],
        )

    def merge(self, other: "GroupedMoments") -> "GroupedMoments":
        """The state of both parts together; groups are matched by their label (Chan, Golub, LeVeque 1983)."""
        if self.items != other.items:
            raise ValidityError("items_differ", first=", ".join(self.items), second=", ".join(other.items))
        if self.design_spread is not None or other.design_spread is not None:
            raise ValidityError("not_additive")
        labels = (*self.groups, *(label for label in other.groups if label not in self.groups))
        parts = []
        for label in labels:
            found = [_part(s, s.groups.index(label)) for s in (self, other) if label in s.groups]
            parts.append(found[0] if len(found) == 1 else _join(*found))
        return _stack(self.items, labels, parts=parts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """One group of a state."""

    n: int
    weight_sum: float
    mean: FloatArray
    scatter: FloatArray
    fourth: FloatArray | None


def moments(
    items: ArrayLike,
    names: Sequence[str],
    *,
    groups: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    domain: ArrayLike | None = None,
    missing_code: int | None = None,
    spread: bool = False,
) -> GroupedMoments:
    """The state of the complete rows of p items, group by group.

    Parameters
    ----------
    items : (n, p) scores, nan where missing; a row with a missing item is left out whole.
    missing_code : what stands for a missing answer in whole numbers, beside nan.
    names : (p,) item names.
    groups : (n,) labels of any kind (counties, waves, languages, modes), in order of first appearance; a row
        without a label belongs to no group. None: one group.
    weights : (n,), 1 by default; a row of weight 0 is left out.
    domain : (n,) bool.
    spread : also keep fourth moments, which robust standard errors and scaled statistics need.

    Raises
    ------
    InvalidInput, ValidityError
        With what is at fault. A group too small for a model is refused by the model: a partition may be small.
    """
    y, label_names = checked_items(items, names, missing_code=missing_code)
    w = np.ones(len(y)) if weights is None else _check.complete("weights", weights, n=len(y))
    codes, labels = group_codes(groups, keep=_check.mask("domain", domain, n=len(y)))
    used = np.isfinite(y).all(axis=1) & (w > 0) & (codes >= 0)
    parts = [
        _of_rows(y[rows], w[rows], spread=spread)
        for rows in (used & (codes == g) for g in range(len(labels)))
    ]
    return _stack(label_names, labels, parts=parts)


def design_moments(
    items: ArrayLike,
    names: Sequence[str],
    *,
    design: BoundDesign,
    groups: ArrayLike | None = None,
    domain: ArrayLike | None = None,
    missing_code: int | None = None,
) -> GroupedMoments:
    """Like ``moments`` with the weights of a survey design, and the spread of the moments under that design.

    A cluster may hold people of several groups: the covariance between groups is kept. A replicate design computes
    the totals again in every replicate.

    References
    ----------
    Oberski (2014), Journal of Statistical Software 57(1), eq. 7 (the design's covariance of the moments in place of
    the one of independent rows).
    """
    y, label_names = checked_items(items, names, missing_code=missing_code)
    codes, labels = group_codes(groups, keep=_check.mask("domain", domain, n=len(y)))
    state = moments(y, label_names, groups=groups, weights=design.weights, domain=domain)
    used = np.isfinite(y).all(axis=1) & (codes >= 0)
    size = 1 + len(label_names) + len(vech_index(len(label_names))[0])
    values = np.zeros((len(y), len(labels) * size))
    for g in range(len(labels)):
        rows = used & (codes == g)
        values[rows, g * size : (g + 1) * size] = products(y[rows] - state.mean[g])
    spread = design.covariance_of_totals(
        lambda totals: totals, columns=values, influence=values * design.weights[:, None]
    )
    return replace(state, design_spread=spread, df=float(design.df))


def check(state: GroupedMoments) -> None:
    """Refuse a group with too few rows, an item that does not vary in a group, a singular covariance matrix."""
    p = len(state.items)
    for g, label in enumerate(state.groups):
        if state.n[g] <= p:
            raise ValidityError("too_few_rows", group=label, actual=int(state.n[g]), items=p, least=p)
        variance = np.diag(state.covariance[g])
        # Relative to the mean square: a constant such as 0.1 leaves rounding, no variance.
        flat = np.flatnonzero(~(variance > 1e-12 * (variance + state.mean[g] ** 2)))
        if flat.size:
            raise ValidityError("no_variation", item=state.items[int(flat[0])], group=label)
        _refuse_singular(state, g)


def _refuse_singular(state: GroupedMoments, g: int) -> None:
    root = np.sqrt(np.diag(state.covariance[g]))
    correlation = state.covariance[g] / np.outer(root, root)
    values, vectors = np.linalg.eigh(correlation)
    if values[0] < 1e-10:
        # The last item that takes part in the vanishing combination is the one that adds nothing new.
        part = np.flatnonzero(np.abs(vectors[:, 0]) > 1e-4)
        raise ValidityError("singular", group=state.groups[g], item=state.items[int(part[-1])])


def _of_rows(y: FloatArray, w: FloatArray, *, spread: bool) -> _Part:
    p, total = y.shape[1], float(w.sum())
    mean = w @ y / total if total > 0 else np.full(p, np.nan)
    centred = y - mean
    scatter = (centred * w[:, None]).T @ centred
    fourth = None
    if spread:
        size = 1 + p + p * (p + 1) // 2
        fourth = np.zeros((size, size))
        for start in range(0, len(y), _BLOCK):
            z = products(centred[start : start + _BLOCK]) * w[start : start + _BLOCK, None]
            fourth += z.T @ z
    return _Part(n=int((w > 0).sum()), weight_sum=total, mean=mean, scatter=scatter, fourth=fourth)


def _part(state: GroupedMoments, g: int) -> _Part:
    return _Part(
        n=int(state.n[g]),
        weight_sum=float(state.weight_sum[g]),
        mean=state.mean[g],
        scatter=state.scatter[g],
        fourth=None if state.fourth is None else state.fourth[g],
    )


def _join(one: _Part, two: _Part) -> _Part:
    if one.n == 0 or two.n == 0:
        return one if two.n == 0 else two
    total = one.weight_sum + two.weight_sum
    gap = two.mean - one.mean
    mean = one.mean + gap * (two.weight_sum / total)
    fourth = None
    if one.fourth is not None and two.fourth is not None:
        first, second = recentring(one.mean - mean), recentring(two.mean - mean)
        fourth = first @ one.fourth @ first.T + second @ two.fourth @ second.T
    mixed = np.outer(gap, gap) * (one.weight_sum * two.weight_sum / total)
    return _Part(
        n=one.n + two.n, weight_sum=total, mean=mean, scatter=one.scatter + two.scatter + mixed, fourth=fourth
    )


def _stack(items: tuple[str, ...], labels: tuple[str, ...], *, parts: list[_Part]) -> GroupedMoments:
    fourths = [part.fourth for part in parts if part.fourth is not None]
    return GroupedMoments(
        items=items,
        groups=labels,
        n=np.array([part.n for part in parts], dtype=np.int64),
        weight_sum=np.array([part.weight_sum for part in parts]),
        mean=np.array([part.mean for part in parts]),
        scatter=np.array([part.scatter for part in parts]),
        fourth=np.array(fourths) if len(fourths) == len(parts) else None,
    )
