"""Node: one expression as typed JSON, ``[op, ...arguments]``, read back exactly or refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from survey.instrument.expression.decimals import read_number
from survey.instrument.expression.limits import MAX_DEPTH, MAX_LITERAL, MAX_NODES
from survey.instrument.expression.signatures import SIGNATURES

# What holds a text instead of nodes. "each" stands for all turns of a repeated item.
LEAVES = frozenset({"number", "text", "answer", "each", "context", "column"})
SourceKind = Literal["answer", "context", "column", "this"]


@dataclass(frozen=True)
class Node:
    """One operation with its arguments; a leaf holds a text, everything else holds nodes.

    ``at`` is the character where it was written, -1 where nobody wrote it; two nodes that mean the same are equal wherever they stood.
    """

    op: str
    args: tuple[Node | str, ...] = ()
    at: int = field(default=-1, compare=False, repr=False)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The arguments that are nodes."""
        return tuple(part for part in self.args if isinstance(part, Node))

    @property
    def name(self) -> str:
        """The text of a leaf: a name, or a literal as written."""
        first = self.args[0] if self.args else ""
        return first if isinstance(first, str) else ""

    def to_json(self) -> list[Any]:  # Any: a JSON document
        """The node as JSON: ["any-of", ["answer", "A7"], ["text", "edu"]]."""
        return [self.op, *(part if isinstance(part, str) else part.to_json() for part in self.args)]

    @classmethod
    def from_json(cls, document: object) -> Node:
        """The inverse of ``to_json``. Raises ValueError for anything else."""
        return _Reader().read(document)

    def __getstate__(self) -> dict[str, Any]:  # what was compiled from it stays behind
        return {"op": self.op, "args": self.args, "at": self.at}


class _Reader:
    """Reads one stored expression within the limits."""

    def __init__(self) -> None:
        self._left = MAX_NODES

    def read(self, document: object, depth: int = 1) -> Node:
        self._left -= 1
        if depth > MAX_DEPTH or self._left < 0:
            raise ValueError("the stored expression is too large")
        if not isinstance(document, list) or not document or not isinstance(document[0], str):
            raise ValueError(f"no expression: {document!r:.80}")
        op, parts = document[0], document[1:]
        if op in LEAVES:
            if len(parts) != 1 or not isinstance(parts[0], str) or len(parts[0]) > MAX_LITERAL:
                raise ValueError(f"no expression: {document!r:.80}")
            if op == "number" and read_number(parts[0]) is None:
                raise ValueError(f"no number: {document!r:.80}")
            return Node(op, (parts[0],))
        signature = SIGNATURES.get(op)
        if signature is None or not signature.accepts(len(parts)):
            raise ValueError(f"no expression: {document!r:.80}")
        return Node(op, tuple(self.read(part, depth + 1) for part in parts))


def walk(node: Node | None) -> Iterator[Node]:
    """The node and everything below it, in the order of writing."""
    waiting = [node] if node is not None else []
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.nodes))


def conjunction(nodes: Sequence[Node]) -> Node | None:
    """All of the conditions together; None where there is none."""
    if not nodes:
        return None
    return nodes[0] if len(nodes) == 1 else Node("and", tuple(nodes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Something an expression looks up, and where it is written."""

    kind: SourceKind
    name: str
    at: int


def references(node: Node | None) -> tuple[Reference, ...]:
    """Everything the expression looks up, in the order of writing."""
    return tuple(
        Reference(kind=_KINDS[part.op], name=part.name, at=part.at)
        for part in walk(node)
        if part.op in _KINDS
    )


def answer_names(node: Node | None) -> tuple[str, ...]:
    """The items whose answers the expression looks at, each once."""
    return tuple(dict.fromkeys(part.name for part in walk(node) if part.op in ("answer", "each")))


_KINDS: dict[str, SourceKind] = {
    "answer": "answer",
    "each": "answer",
    "context": "context",
    "column": "column",
    "this": "this",
    "once": "this",
}
