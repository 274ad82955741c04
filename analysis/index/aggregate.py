"""Home of renormalisation: which items carry an index where some have no estimate, and with what weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis._types import BoolArray, FloatArray
from analysis.index.tree import Tree

#: Shares are decimals in a document; a present share of exactly the minimum must not fail by a rounding error.
ROUNDING_GUARD = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coefficients:
    """Every node of a tree written as a linear combination of item means, per domain.

    Attributes
    ----------
    tree : Tree
    matrix : (d, m, k) float
        Weight of item ``k`` in node ``m`` of domain ``d``; all zero where the node does not stand.
    present : (d, m) float
        Share of the node's own weight whose children stand, before scaling up.
    stands : (d, m) bool
        Whether the present share reaches the minimum.
    """

    tree: Tree
    matrix: FloatArray
    present: FloatArray
    stands: BoolArray

    def values(self, means: FloatArray) -> FloatArray:
        """Node values from item means.

        Parameters
        ----------
        means : (d, k) float, nan where an item has no estimate.

        Returns
        -------
        (d, m) float, nan where a node does not stand.
        """
        filled = np.nan_to_num(means, nan=0.0)
        values = np.einsum("dmk,dk->dm", self.matrix, filled)
        return np.where(self.stands, values, np.nan)

    def root(self) -> FloatArray:
        """Weights of the items in the group index, (d, k)."""
        return self.matrix[:, -1, :]


def coefficients(tree: Tree, available: BoolArray) -> Coefficients:
    """Scale the weights under each parent up to 1 over the children that stand.

    Parameters
    ----------
    tree : Tree
    available : (d, k) bool
        Whether item ``k`` has an estimate in domain ``d``.

    Notes
    -----
    A parent stands when at least ``tree.minimum_present`` of its weight is present; else it counts as
    missing for its own parent. The result is linear in the item means, so that the variance of every
    indicator, dimension and index is a quadratic form in the covariance of the item means.
    """
    n_domains = available.shape[0]
    place = {item: k for k, item in enumerate(tree.items)}
    rows: dict[str, FloatArray] = {}
    stands: dict[str, BoolArray] = {}
    for item, k in place.items():
        unit = np.zeros((n_domains, len(place)))
        unit[:, k] = available[:, k]
        rows[item], stands[item] = unit, available[:, k]
    present: list[FloatArray] = []
    for node in tree.nodes:
        mass = np.zeros(n_domains)
        total = np.zeros((n_domains, len(place)))
        for child, share in zip(node.children, node.shares, strict=True):
            mass += share * stands[child]
            total += share * rows[child]
        enough = mass >= tree.minimum_present - ROUNDING_GUARD
        rows[node.code] = np.where(enough[:, None], total / np.where(mass > 0.0, mass, 1.0)[:, None], 0.0)
        stands[node.code] = enough & (mass > 0.0)
        present.append(mass)
    return Coefficients(
        tree=tree,
        matrix=np.stack([rows[code] for code in tree.codes], axis=1),
        present=np.stack(present, axis=1),
        stands=np.stack([stands[code] for code in tree.codes], axis=1),
    )
