"""Reads a condition of an instrument document, a mapping or a text, into an expression, within fixed limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from survey.instrument.codes import as_code
from survey.instrument.drafts.fields import Written
from survey.instrument.expression import Node, parse
from survey.instrument.problems import Findings, Where

MAX_DEPTH, MAX_NODES = 6, 60
_OPERANDS = {"question": "answer", "context": "context"}
_COMPARISONS = {"any_of": "any-of", "all_of": "all-of", "equal": "=", "answered": "is-answered"}


def read_condition(raw: object, where: Where, findings: Findings) -> Node | None:
    """The condition as written, names not yet checked; None (with a problem noted) if it cannot be read.

    A text is an expression; a mapping is the older form, which means the same.
    """
    if isinstance(raw, str):
        return read_expression(raw, where, findings)
    return _Reader(where, findings).read(raw)


def read_expression(raw: str, where: Where, findings: Findings) -> Node | None:
    """The expression, names not yet checked; None (with a problem noted at its character) if it cannot be read."""
    parsed = parse(raw)
    for problem in parsed.problems:
        findings.put(replace(problem, where=replace(where, character=problem.where.character)))
    return parsed.node


def chosen(operand: Node, codes: Sequence[str]) -> Node:
    """That any of the codes was chosen."""
    return Node("any-of", (operand, *(Node("text", (code,)) for code in codes)))


def own_as_this(node: Node, code: str) -> Node:
    """The check of an item's value, in which its own name means the value under check."""
    if node.op == "answer" and node.name == code:
        return Node("this", (), node.at)
    parts = tuple(own_as_this(part, code) if isinstance(part, Node) else part for part in node.args)
    return replace(node, args=parts)


def written_expressions(
    expressions: Mapping[str, Written], findings: Findings
) -> dict[str, tuple[Node, Written]]:
    """The expressions of an item by the field they become; what cannot be read is noted and left out."""
    found: dict[str, tuple[Node, Written]] = {}
    for becomes, written in expressions.items():
        node = read_condition(written.raw, written.where, findings)
        if node is not None:
            found[becomes] = (node, written)
    return found


class _Reader:
    """Walks one condition; stops at the first thing it cannot read."""

    def __init__(self, where: Where, findings: Findings) -> None:
        self._where, self._findings, self._seen = where, findings, 0

    def read(self, raw: object, depth: int = 1) -> Node | None:
        self._seen += 1
        if depth > MAX_DEPTH:
            return self._refuse("condition_too_deep", limit=MAX_DEPTH)
        if self._seen > MAX_NODES:
            return self._refuse("condition_too_large", limit=MAX_NODES)
        if not isinstance(raw, Mapping):
            return self._refuse("bad_condition")
        keys = set(raw)
        if keys in ({"all"}, {"any"}):
            return self._group(
                "and" if keys == {"all"} else "or", raw["all" if keys == {"all"} else "any"], depth
            )
        if keys == {"not"}:
            inner = self.read(raw["not"], depth + 1)
            return None if inner is None else Node("not", (inner,))
        return self._comparison(raw)

    def _group(self, op: str, raw: object, depth: int) -> Node | None:
        if not isinstance(raw, Sequence) or isinstance(raw, (str, bytes)) or not raw:
            return self._refuse("bad_condition")
        nodes: list[Node] = []
        for part in raw:
            node = self.read(part, depth + 1)
            if node is None:
                return None
            nodes.append(node)
        return nodes[0] if len(nodes) == 1 else Node(op, tuple(nodes))

    def _comparison(self, raw: Mapping[object, object]) -> Node | None:
        sources = [key for key in raw if key in _OPERANDS]
        ops = [op for op in _COMPARISONS if op in raw]
        if len(sources) != 1 or len(ops) != 1 or len(raw) != 2:
            return self._refuse("bad_condition")
        name, op, value = raw[sources[0]], ops[0], raw[ops[0]]
        if not isinstance(name, str):
            return self._refuse("bad_condition")
        codes: tuple[str, ...] = ()
        if op == "answered":
            if value is not True:
                return self._refuse("bad_condition")
        else:
            values = [value] if op == "equal" else value
            if not isinstance(values, list) or not values:
                return self._refuse("bad_condition")
            if len(values) > MAX_NODES:
                return self._refuse("condition_too_large", limit=MAX_NODES)
            if any(isinstance(part, bool) for part in values):
                return self._refuse("boolean_code")
            read = [as_code(part) for part in values]
            if None in read:
                return self._refuse("bad_condition")
            codes = tuple(code for code in read if code is not None)
        operand = Node(_OPERANDS[sources[0]], (name,))
        return Node(_COMPARISONS[op], (operand, *(Node("text", (code,)) for code in codes)))

    def _refuse(self, code: str, **context: object) -> Node | None:
        self._findings.add(code, self._where, **context)
        return None
