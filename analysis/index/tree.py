"""Home of the weight tree that turns item means into indicators, dimensions and a group index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from analysis.index.errors import IndexRefused

Level = Literal["item", "indicator", "dimension", "index"]

#: How far weights under one parent may miss 1 (thirds are written as .3333, .3333, .3334).
SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One parent of the tree: its children and their shares, which sum to 1."""

    code: str
    level: Level
    children: tuple[str, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The framework of one evaluator group.

    ``nodes`` stand bottom-up, so that every child is computed before its parent; the last node is the group
    index. ``minimum_present`` is the share of a parent's weight that must be present for it to stand.
    """

    group: str
    items: tuple[str, ...]
    nodes: tuple[Node, ...]
    minimum_present: float

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all nodes above the items, bottom-up."""
        return tuple(node.code for node in self.nodes)

    @property
    def root(self) -> Node:
        """The group index."""
        return self.nodes[-1]

    def nominal_weights(self) -> tuple[float, ...]:
        """Weight of each item in the group index when nothing is missing (the product down the tree)."""
        weight = {self.root.code: 1.0}
        for node in reversed(self.nodes):
            for child, share in zip(node.children, node.shares, strict=True):
                weight[child] = weight[node.code] * share
        return tuple(weight[item] for item in self.items)


def tree_of_group(framework: Mapping[str, Any], group: str) -> Tree:
    """Read the weight tree of one evaluator group from a framework document.

    Codes are taken in alphabetical order, so that the order of keys in the document (which a database may
    change) decides nothing.

    Raises
    ------
    IndexRefused
        ``group_unknown``, or ``weights_not_one`` when the weights under a parent do not sum to 1.
    """
    if group not in framework["groups"]:
        raise IndexRefused("group_unknown", group=group)
    nodes: list[Node] = []
    dimensions = framework["groups"][group]
    tops: list[Node] = []
    for dimension, body in sorted(dimensions.items()):
        children = body["indicators"]
        for indicator, leaf in sorted(children.items()):
            nodes.append(_node(group, indicator, "indicator", leaf["items"]))
        shares = {code: child["weight"] for code, child in children.items()}
        tops.append(_node(group, dimension, "dimension", shares))
    index = _node(group, "index", "index", {code: body["weight"] for code, body in dimensions.items()})
    items = tuple(item for node in nodes for item in node.children)
    return Tree(
        group=group,
        items=items,
        nodes=(*nodes, *tops, index),
        minimum_present=float(framework["renormalise"]["min_parent_weight_present"]),
    )


def flat_tree(group: str, weights: Mapping[str, float], *, minimum_present: float) -> Tree:
    """Make a tree of one level, as the unit module and the appraisal by representatives have it."""
    index = _node(group, "index", "index", weights)
    return Tree(group=group, items=index.children, nodes=(index,), minimum_present=minimum_present)


def _node(group: str, code: str, level: Level, shares: Mapping[str, float]) -> Node:
    codes = tuple(sorted(shares))
    values: Sequence[float] = [float(shares[child]) for child in codes]
    if abs(sum(values) - 1.0) > SUM_TOLERANCE or min(values, default=0.0) < 0.0:
        raise IndexRefused("weights_not_one", group=group, parent=code, total=sum(values))
    return Node(code=code, level=level, children=codes, shares=tuple(values))
