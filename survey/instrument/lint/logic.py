"""Conditions of an instrument as formulas of the solver: the one module here that knows what a node looks like."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from survey.instrument.expression import Node, evaluate
from survey.instrument.lint.formulas import Binding, Pool, Raw, Term, Use
from survey.instrument.state import codes_of

CONTEXT = "context "


def formula(pool: Pool, node: Node | None) -> int:
    """The condition as a formula; no condition is always true."""
    if node is None:
        return pool.true
    if node.op == "and":
        return pool.all_of(formula(pool, part) for part in node.nodes)
    if node.op == "or":
        return pool.any_of(formula(pool, part) for part in node.nodes)
    if node.op == "not":
        return pool.negation(formula(pool, node.nodes[0]))
    uses = {name: Use(literals=literals(node, name)) for name in names(node)}
    return pool.term(Term(node, names(node), lambda binding: value(node, binding), uses))


def parts(node: Node) -> Iterator[Node]:
    """The conditions that a condition is made of, each of which may decide nothing; itself left out."""
    for part in node.nodes:
        yield part
        yield from parts(part)


def names(node: Node) -> frozenset[str]:
    """The variables that a node refers to."""
    own = {variable(node)} if node.source else set()
    return frozenset(own.union(*(names(part) for part in node.nodes)))


def variable(node: Node) -> str:
    """The variable of a comparison."""
    return node.name if node.source == "answer" else CONTEXT + node.name


def literals(node: Node, name: str) -> frozenset[str]:
    """The codes with which a variable is compared."""
    own = set(node.codes) if node.source and variable(node) == name else set()
    return frozenset(own.union(*(literals(part, name) for part in node.nodes)))


def value(node: Node, binding: Binding) -> Hashable:
    """The value of a node where every variable that it refers to is bound."""
    return evaluate(node, lambda operand: _codes(binding[variable(operand)]))


def _codes(raw: Raw) -> tuple[str, ...]:
    return raw if isinstance(raw, tuple) else tuple(codes_of(raw))


def written(node: Node) -> str:
    """A condition as a reader knows it."""
    if node.op in ("and", "or"):
        return f" {node.op} ".join(written(part) for part in node.nodes)
    if node.op == "not":
        return f"not ({written(node.nodes[0])})"
    return f"{node.name} {node.op} {', '.join(node.codes)}".strip()
