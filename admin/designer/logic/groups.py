"""Home of conditions as the logic builder holds them: groups of comparisons, to and from an expression.

The builder shows what can be said by choosing: comparisons of one item with values, joined by all or any, in groups
of the same. Everything else stays text, and nothing is ever bent to fit: ``from_node`` gives None for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from survey.instrument.expression import Node

Join = Literal["all", "any"]
_OPS = {"all": "and", "any": "or"}
_JOINS: Mapping[str, Join] = {"and": "all", "or": "any"}
_COMPARED = ("=", "!=", "<", "<=", ">", ">=")
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
ANY, NONE, ALL, ANSWERED, UNANSWERED, CONTAINS, AT_LEAST = (
    *("any", "none", "all", "answered", "unanswered", "contains", "at_least"),
)
BARE = frozenset({ANSWERED, UNANSWERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An item that conditions can look at: its name, its kind and what may be chosen."""

    name: str
    label: str
    kind: Literal["one", "many", "number", "text", "moment"]
    options: tuple[tuple[str, str], ...] = ()

    @property
    def operators(self) -> tuple[str, ...]:
        """What can be asked about it."""
        if self.kind == "one":
            return (ANY, NONE, ANSWERED, UNANSWERED)
        if self.kind == "many":
            return (ANY, ALL, NONE, AT_LEAST, ANSWERED, UNANSWERED)
        if self.kind == "text":
            return ("=", "!=", CONTAINS, ANSWERED, UNANSWERED)
        return (*_COMPARED, ANSWERED, UNANSWERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One comparison. It is unfinished while its item, operator or values are missing."""

    item: str = ""
    op: str = ""
    values: tuple[str, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Whether it says something."""
        return bool(self.item and self.op and (self.op in BARE or any(self.values)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Comparisons joined by all or any."""

    join: Join = "all"
    clauses: tuple[Clause, ...] = (Clause(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic:
    """Groups joined by all or any."""

    join: Join = "all"
    groups: tuple[Group, ...] = field(default=(Group(),))


def from_node(node: Node | None, subjects: Mapping[str, Subject]) -> Logic | None:
    """The expression as the builder shows it; None where it cannot."""
    if node is None:
        return Logic()
    alone = _clause(node, subjects)
    if alone is not None:
        return Logic(groups=(Group(clauses=(alone,)),))
    join = _JOINS.get(node.op)
    if join is None:
        return None
    clauses = [_clause(part, subjects) for part in node.nodes]
    if None not in clauses:
        return Logic(groups=(Group(join=join, clauses=tuple(c for c in clauses if c)),))
    groups = [_group(part, subjects) for part in node.nodes]
    if None in groups:
        return None
    return Logic(join=join, groups=tuple(group for group in groups if group))


def to_node(logic: Logic, subjects: Mapping[str, Subject]) -> Node | None:
    """The expression of what is finished; None where nothing is."""
    groups = []
    for group in logic.groups:
        parts = [_said(clause, subjects) for clause in group.clauses if clause.is_finished]
        if parts:
            groups.append(_joined(group.join, parts))
    return _joined(logic.join, groups) if groups else None


def _joined(join: Join, parts: Sequence[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Node(_OPS[join], tuple(parts))


def _group(node: Node, subjects: Mapping[str, Subject]) -> Group | None:
    alone = _clause(node, subjects)
    if alone is not None:
        return Group(clauses=(alone,))
    join = _JOINS.get(node.op)
    clauses = [_clause(part, subjects) for part in node.nodes]
    if join is None or None in clauses:
        return None
    return Group(join=join, clauses=tuple(clause for clause in clauses if clause))


def _clause(node: Node, subjects: Mapping[str, Subject]) -> Clause | None:
    if node.op == "not":
        inner = _clause(node.nodes[0], subjects)
        turned = {ANY: NONE, ANSWERED: UNANSWERED}.get(inner.op if inner else "")
        return Clause(item=inner.item, op=turned, values=inner.values) if inner and turned else None
    first = node.nodes[0] if node.nodes else None
    if first is None:
        return None
    if first.op == "answer":
        return _about(node, first.name, subjects)
    if first.op == "count-selected" and node.op == ">=" and first.nodes[0].op == "answer":
        value = _literal(node.nodes[1])
        return None if value is None else Clause(item=first.nodes[0].name, op=AT_LEAST, values=(value,))
    if node.op in _MIRRORED and node.nodes[1].op == "answer":
        return _about(Node(_MIRRORED[node.op], (node.nodes[1], first)), node.nodes[1].name, subjects)
    return None


def _about(node: Node, item: str, subjects: Mapping[str, Subject]) -> Clause | None:
    subject = subjects.get(item)
    if subject is None:
        return None
    if node.op == "is-answered":
        return Clause(item=item, op=ANSWERED)
    values = [_literal(part) for part in node.nodes[1:]]
    if not values or None in values:
        return None
    said = tuple(value for value in values if value is not None)
    op = {"any-of": ANY, "selected": ANY, "all-of": ALL, "contains": CONTAINS}.get(node.op, node.op)
    if op in ("=", "!=") and said == ("",):
        return Clause(item=item, op=UNANSWERED if op == "=" else ANSWERED)
    if subject.kind == "one" and op == "=":
        op = ANY
    return Clause(item=item, op=op, values=said) if op in subject.operators else None


def _literal(node: Node) -> str | None:
    if node.op in ("text", "number"):
        return node.name
    if node.op == "neg" and node.nodes[0].op == "number":
        return f"-{node.nodes[0].name}"
    if node.op in ("date", "date-time") and node.nodes and node.nodes[0].op == "text":
        return node.nodes[0].name
    return None


def _said(clause: Clause, subjects: Mapping[str, Subject]) -> Node:
    answer = Node("answer", (clause.item,))
    subject = subjects.get(clause.item)
    kind = subject.kind if subject else "text"
    if clause.op in (ANSWERED, UNANSWERED):
        found = Node("is-answered", (answer,))
        return found if clause.op == ANSWERED else Node("not", (found,))
    values = [value for value in clause.values if value]
    if clause.op in (ANY, NONE):
        if len(values) == 1 and kind == "one":
            found = Node("=", (answer, Node("text", (values[0],))))
        else:
            found = Node("any-of", (answer, *(Node("text", (value,)) for value in values)))
        return found if clause.op == ANY else Node("not", (found,))
    if clause.op == ALL:
        return Node("all-of", (answer, *(Node("text", (value,)) for value in values)))
    if clause.op == AT_LEAST:
        return Node(">=", (Node("count-selected", (answer,)), _value(values[0], "number")))
    return Node(clause.op, (answer, _value(values[0], kind)))


def _value(text: str, kind: str) -> Node:
    digits = text.removeprefix("-")
    if kind == "number" and digits.replace(".", "", 1).isdecimal() and digits.isascii():
        number = Node("number", (digits,))
        return Node("neg", (number,)) if text.startswith("-") else number
    return Node("text", (text,))
