"""The text of an expression as a designer would write it: ``parse(render(node))`` gives the node back."""

from __future__ import annotations

from survey.instrument.expression.nodes import Node
from survey.instrument.expression.signatures import SPELLED
from survey.instrument.expression.syntax import LEVELS

_TIGHTNESS = {op: level for level, operators in enumerate(LEVELS) for op in operators}
_NEGATION = len(LEVELS)
_ATOM = _NEGATION + 1


def render(node: Node) -> str:
    """The expression as text. What ``check`` put in (scale points, turns of a loop) is not shown."""
    return _render(node)[0]


def quoted(text: str) -> str:
    """A text between quotes that it does not hold; else its own quotes are doubled."""
    if "'" not in text:
        return f"'{text}'"
    return '"' + text.replace('"', '""') + '"'


def _render(node: Node) -> tuple[str, int]:
    """The text, and how tightly it holds together."""
    op = node.op
    if op in ("answer", "each"):
        return f"${{{node.name}}}", _ATOM
    if op in ("number", "column"):
        return node.name, _ATOM
    if op == "text":
        return quoted(node.name), _ATOM
    if op == "context":
        return f"context({quoted(node.name)})", _ATOM
    if op == "this":
        return ".", _ATOM
    if op == "position":
        return "position(..)", _ATOM
    if op == "points":
        return _render(node.nodes[0])
    if op == "neg":
        return f"-{_held(node.nodes[0], _NEGATION)}", _NEGATION
    if op in _TIGHTNESS:
        return _operation(node), _TIGHTNESS[op]
    return f"{SPELLED.get(op, op)}({', '.join(_render(part)[0] for part in node.nodes)})", _ATOM


def _operation(node: Node) -> str:
    """Parts of ``and`` and ``or`` all hold tighter; of the others only what follows the operator."""
    level = _TIGHTNESS[node.op]
    first, *rest = node.nodes
    flat = node.op in ("and", "or")
    parts = [_held(first, level + flat), *(_held(part, level + 1) for part in rest)]
    return f" {node.op} ".join(parts)


def _held(node: Node, tightness: int) -> str:
    text, own = _render(node)
    return text if own >= tightness else f"({text})"
