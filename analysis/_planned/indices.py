"""Home of the indices that a plan asks for: weighted means of means, with the variance of the whole combination."""

from collections.abc import Iterator

import numpy as np

from analysis._planned.source import Row, Source, nothing
from analysis._types import BoolArray, FloatArray
from analysis.design import BoundDesign
from analysis.estimate.domains import means
from analysis.index.aggregate import coefficients
from analysis.index.influence import item_influence
from analysis.index.tree import Node, Tree
from analysis.plan import IndexPlan
from analysis.results import Estimate


def index_rows(source: Source) -> list[Row]:
    """Rows of every index and its indicators, in the order of the plan."""
    return [row for index in source.plan.indices for row in _index(source, index)]


def _index(source: Source, index: IndexPlan) -> Iterator[Row]:
    """Indicators and index per domain, with the variance of the whole linear combination.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 9.1 (linearisation of functions of totals).
    """
    tree = _tree(index)
    domains = source.domains(index.domains)
    scores = np.column_stack([source.scores(item, index.scale) for item in tree.items])
    found = means(scores, source.design, by=domains.codes, n_domains=len(domains.names))
    parts = coefficients(tree, found.n > 0)
    values = parts.values(found.value)
    influence = item_influence(
        scores,
        source.design.weights,
        domain=domains.codes,
        means=np.nan_to_num(found.value),
        sums=found.weight_sum,
    )
    for place, name in enumerate(domains.names):
        inside = domains.codes == place
        for node, code in enumerate(tree.codes):
            head: Row = {
                "index": index.name,
                "level": tree.nodes[node].level,
                "name": code,
                "by": domains.by,
                "domain": name,
                "weight_present": float(parts.present[place, node]),
            }
            if not parts.stands[place, node]:
                yield {**head, **nothing(), "status": "too_little_weight_present"}
                continue
            own = np.where(inside, influence @ parts.matrix[place, node], 0.0)
            asked = inside & np.isfinite(scores[:, parts.matrix[place, node] > 0]).any(axis=1)
            estimate = _combination(float(values[place, node]), own, asked=asked, design=source.design)
            yield {**head, **estimate.to_row(source.plan.level)}


def _tree(index: IndexPlan) -> Tree:
    indicators = [
        Node(code=one.name, level="indicator", children=tuple(one.items), shares=tuple(one.items.values()))
        for one in index.indicators
    ]
    root = Node(
        code=index.name,
        level="index",
        children=tuple(one.name for one in index.indicators),
        shares=tuple(one.weight for one in index.indicators),
    )
    items = tuple(item for one in index.indicators for item in one.items)
    nodes = (*indicators, root)
    return Tree(group=index.name, items=items, nodes=nodes, minimum_present=index.minimum_present)


def _combination(
    value: float,
    influence: FloatArray,
    *,
    asked: BoolArray,
    design: BoundDesign,
) -> Estimate:
    weights = design.weights[asked & (design.weights > 0)]
    return Estimate(
        value=value,
        se=float(np.sqrt(max(design.variance(influence), 0.0))),
        df=float(design.df),
        n=int(weights.shape[0]),
        n_effective=float(weights.sum() ** 2 / (weights @ weights)),
        deff=float("nan"),
        weight_sum=float(weights.sum()),
        method=f"weighted mean of means, {design.variance_method}",
    )
