"""Home of the statistician's view of a weight tree: items, indicators, dimensions and index with their errors."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning, EstimationError
from analysis.estimate import comparisons
from analysis.estimate.estimates import Estimates, Named, collect
from analysis.estimate.means import mean
from analysis.index.aggregate import coefficients
from analysis.index.errors import IndexRefused, IndexStatus
from analysis.index.scales import columns
from analysis.index.tree import Tree
from analysis.results import Estimate


def framework_index(
    scores: ArrayLike,
    design: BoundDesign,
    *,
    tree: Tree,
    names: Sequence[str] | None = None,
    domain: ArrayLike | None = None,
) -> Estimates:
    """Weighted item means, and every node of the tree as a weighted mean of means.

    Parameters
    ----------
    scores : (n, k) item scores 0 to 100, nan where missing.
    names : k codes, which must hold every item of the tree; the tree's own items by default.
    domain : (n,) bool.

    Returns
    -------
    Items with part "item", then the nodes bottom-up with their level as part; the index stands last. Where an item
    has no answer its parent's weights are scaled up (a status), down to the tree's minimum.

    Raises
    ------
    IndexRefused
        ``item_unknown``; ``not_enough_present`` if the index itself does not stand.
    """
    y, labels = columns(scores, n=design.n, names=tree.items if names is None else names)
    found: list[Estimate | None] = [
        _item(y, labels, item, design=design, domain=domain) for item in tree.items
    ]
    available = np.array([estimate is not None for estimate in found])
    matrix = coefficients(tree, available[None, :])
    _require_index(tree, matrix.present[0], stands=bool(matrix.stands[0, -1]))
    kept = [estimate for estimate in found if estimate is not None]
    named = [
        Named(item=item, part="item", estimate=estimate)
        for item, estimate in zip(tree.items, found, strict=True)
        if estimate is not None
    ]
    status: list[AnalysisWarning] = []
    for m, node in enumerate(tree.nodes):
        if not matrix.stands[0, m]:
            continue
        own = matrix.matrix[0, m][available]
        estimate = comparisons.combine(kept, own, design=design, method=f"weighted mean, {node.level}")
        named.append(Named(item=node.code, part=node.level, estimate=estimate))
        if matrix.present[0, m] < 1.0 - 1e-6:
            context = {"node": node.code, "present": round(float(matrix.present[0, m]), 4)}
            status.append(IndexStatus(code="renormalised", context=context))
    result = collect(
        named, design=design, cov=True, method="index of a framework", definition="index.framework"
    )
    return replace(result, status=tuple(status))


def _item(
    y: FloatArray,
    labels: tuple[str, ...],
    item: str,
    *,
    design: BoundDesign,
    domain: ArrayLike | None,
) -> Estimate | None:
    """The item's mean, None where nobody in the domain answered."""
    if item not in labels:
        raise IndexRefused("item_unknown", item=item, choices=", ".join(labels))
    try:
        return mean(y[:, labels.index(item)], design, domain=domain, name=item)
    except EstimationError as problem:
        if problem.code != "empty_domain":
            raise
        return None


def _require_index(tree: Tree, present: FloatArray, *, stands: bool) -> None:
    if not stands:
        raise IndexRefused(
            "not_enough_present",
            node=tree.root.code,
            present=round(float(present[-1]), 4),
            minimum=tree.minimum_present,
        )
