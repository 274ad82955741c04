"""Conditions as typed JSON: a small closed tree over answers and context, and the one rule for missing values.

The rule: a missing operand (not asked, off the path, left blank) makes ``any_of``, ``all_of`` and ``equal``
false and ``answered`` false. ``not``, ``and`` and ``or`` are plain two-valued logic over that. The special codes
88, 98 and 99 are answers here: they count as answered and can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Op = Literal["any_of", "all_of", "equal", "answered", "and", "or", "not"]
COMPARISONS: tuple[Op, ...] = ("any_of", "all_of", "equal", "answered")
Source = Literal["answer", "context"]

MAX_DEPTH = 6
MAX_NODES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node. A comparison names its operand; ``and``, ``or`` and ``not`` hold nodes.

    ``repeated`` marks an operand that is asked once per unit: it is looked up for the unit at hand.
    """

    op: Op
    source: Source | None = None
    name: str = ""
    codes: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    repeated: bool = False

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """The node as JSON: {"op": "any_of", "answer": "A7", "codes": ["edu"]}."""
        if self.source is None:
            return {"op": self.op, "nodes": [node.to_json() for node in self.nodes]}
        document: dict[str, Any] = {"op": self.op, self.source: self.name}
        if self.op != "answered":
            document["codes"] = list(self.codes)
        if self.repeated:
            document["repeated"] = True
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Node:
        """The inverse of ``to_json``. Raises ValueError for anything else."""
        op = document.get("op")
        if op in ("and", "or", "not"):
            return cls(op=op, nodes=tuple(cls.from_json(node) for node in document["nodes"]))
        source: Source = "answer" if "answer" in document else "context"
        if op not in COMPARISONS or source not in document:
            raise ValueError(f"no condition node: {document!r:.80}")
        return cls(
            op=op,
            source=source,
            name=document[source],
            codes=tuple(document.get("codes", ())),
            repeated=document.get("repeated", False),
        )


# Gives the codes of an operand, empty where it is missing.
Lookup = Callable[[Node], Sequence[str]]


def evaluate(node: Node, lookup: Lookup) -> bool:
    """Whether the condition holds; total, because trees are bounded at compile time."""
    op = node.op
    if op == "any_of":
        return any(code in node.codes for code in lookup(node))
    if op == "and":
        return all(evaluate(child, lookup) for child in node.nodes)
    if op == "or":
        return any(evaluate(child, lookup) for child in node.nodes)
    if op == "not":
        return not evaluate(node.nodes[0], lookup)
    values = lookup(node)
    if op == "answered":
        return bool(values)
    if op == "all_of":
        return bool(values) and all(code in values for code in node.codes)
    return len(values) == 1 and values[0] == node.codes[0]


def conjunction(nodes: Sequence[Node]) -> Node | None:
    """All of the conditions together; None where there is none."""
    if not nodes:
        return None
    return nodes[0] if len(nodes) == 1 else Node(op="and", nodes=tuple(nodes))


def operands(node: Node | None) -> Iterator[Node]:
    """Every comparison in the tree."""
    if node is None:
        return
    if node.source is not None:
        yield node
    for child in node.nodes:
        yield from operands(child)
