"""Home of the index of a department: the unit module and the domain items it is responsible for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.index.tree import Tree, flat_tree


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitParts:
    """How much of a unit's index comes from the unit module and from its domain items."""

    module: float
    domain: float


def domain_trees(tree: Tree, framework: Mapping[str, Any]) -> dict[str, Tree]:
    """Per responsible unit, the items of a group it answers for, as a tree of one level.

    An item counts with its weight in the group index times the unit's share of responsibility; the weights
    of one unit are scaled to 1.

    Parameters
    ----------
    tree : Tree of the group
    framework : mapping with ``responsible_units``, item -> unit -> share
    """
    raw: dict[str, dict[str, float]] = {}
    for item, weight in zip(tree.items, tree.nominal_weights(), strict=True):
        for unit, share in framework.get("responsible_units", {}).get(item, {}).items():
            raw.setdefault(unit, {})[item] = weight * float(share)
    trees = {}
    for unit in sorted(raw):
        total = sum(raw[unit].values())
        shares = {item: weight / total for item, weight in raw[unit].items()}
        trees[unit] = flat_tree(tree.group, shares, minimum_present=tree.minimum_present)
    return trees


def unit_parts(*, has_domain_items: bool, with_domain: UnitParts, without_domain: UnitParts) -> UnitParts:
    """The shares that hold for a unit: those without domain items where none has an estimate."""
    return with_domain if has_domain_items else without_domain
