"""Evaluates a checked expression: compiled once to closures, then applied to any number of scopes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from survey.instrument.expression import values
from survey.instrument.expression.decimals import read_number
from survey.instrument.expression.functions import WORK
from survey.instrument.expression.missing import Value, guard, present
from survey.instrument.expression.nodes import Node
from survey.instrument.expression.signatures import SIGNATURES, Kind


class Scope:
    """What an expression may look up. Everything is missing until a subclass says otherwise."""

    today: date | None = None
    now: datetime | None = None

    def answer(self, name: str) -> Value:
        """The answer of an item; missing if it is blank or not asked."""
        return None

    def each(self, name: str) -> Sequence[Value]:
        """The answers of a repeated item, turn by turn."""
        return ()

    def context(self, name: str) -> Value:
        """Something known about the case."""
        return None

    def column(self, name: str) -> Value:
        """A column of the option that a choice filter looks at."""
        return None

    def this(self) -> Value:
        """The value under check: ``.``"""
        return None

    def label(self, item: str, code: str) -> str | None:
        """The words of an option in the language of the page."""
        return None

    def turn(self) -> int | None:
        """The number of the turn of a loop, from 1."""
        return None


Run = Callable[[Scope], Value]
_READ: dict[Kind, Callable[[Value], Value]] = {
    "number": values.as_number,
    "text": values.as_text,
    "literal": values.as_text,
    "codes": values.as_codes,
    "moment": values.as_moment,
    "truth": values.as_truth,
    "value": lambda value: value,
}


def evaluate(node: Node, scope: Scope) -> Value:
    """The value of the expression; None where it is missing. Total: it raises for no answer."""
    run: Run | None = node.__dict__.get("run")
    if run is None:
        run = node.__dict__["run"] = _compiled(node)
    return run(scope)


def holds(node: Node, scope: Scope) -> bool:
    """Whether the expression, taken as a condition, is true."""
    return values.as_truth(evaluate(node, scope))


def _compiled(node: Node) -> Run:
    maker = _MAKERS.get(node.op)
    return maker(node) if maker else _call(node)


def _call(node: Node) -> Run:
    """Any operator or function by the table: arguments read, the rule for missing values, the work."""
    signature, work = SIGNATURES[node.op], WORK[node.op]
    rule = signature.rule
    if rule == "skip" and any(part.op == "each" for part in node.nodes):
        return _call_with_each(node)
    readers = [(_compiled(part), _READ[signature.kind(at)]) for at, part in enumerate(node.nodes)]

    def run(scope: Scope) -> Value:
        return guard(rule, work, [read(argument(scope)) for argument, read in readers])

    return run


def _call_with_each(node: Node) -> Run:
    """The same where an argument stands for the answers of all turns."""
    signature, work = SIGNATURES[node.op], WORK[node.op]
    lists: list[Callable[[Scope], Sequence[Value]]] = []
    for at, part in enumerate(node.nodes):
        lists.append(_turns(part, _READ[signature.kind(at)]))

    def run(scope: Scope) -> Value:
        return guard(signature.rule, work, [value for many in lists for value in many(scope)])

    return run


def _turns(node: Node, read: Callable[[Value], Value]) -> Callable[[Scope], Sequence[Value]]:
    if node.op == "each":
        name = node.name
        return lambda scope: [read(present(value)) for value in scope.each(name)]
    run = _compiled(node)
    return lambda scope: (read(run(scope)),)


def _number(node: Node) -> Run:
    value = read_number(node.name)
    return lambda scope: value


def _text(node: Node) -> Run:
    value = node.name or None
    return lambda scope: value


def _answer(node: Node) -> Run:
    name = node.name
    return lambda scope: present(scope.answer(name))


def _context(node: Node) -> Run:
    name = node.name
    return lambda scope: present(scope.context(name))


def _column(node: Node) -> Run:
    name = node.name
    return lambda scope: present(scope.column(name))


def _this(node: Node) -> Run:
    return lambda scope: present(scope.this())


def _each(node: Node) -> Run:
    """Outside a function over several values: the answers of all turns as codes."""
    name = node.name
    return lambda scope: values.as_codes(
        tuple(text for value in scope.each(name) if (text := values.as_text(present(value))))
    )


def _and(node: Node) -> Run:
    parts = [_compiled(part) for part in node.nodes]

    def run(scope: Scope) -> Value:
        return all(values.as_truth(part(scope)) for part in parts)

    return run


def _or(node: Node) -> Run:
    parts = [_compiled(part) for part in node.nodes]

    def run(scope: Scope) -> Value:
        return any(values.as_truth(part(scope)) for part in parts)

    return run


def _not(node: Node) -> Run:
    inner = _compiled(node.nodes[0])
    return lambda scope: not values.as_truth(inner(scope))


def _if(node: Node) -> Run:
    condition, then, otherwise = map(_compiled, node.nodes)
    return lambda scope: then(scope) if values.as_truth(condition(scope)) else otherwise(scope)


def _coalesce(node: Node) -> Run:
    parts = [_compiled(part) for part in node.nodes]

    def run(scope: Scope) -> Value:
        for part in parts:
            value = part(scope)
            if value is not None:
                return value
        return None

    return run


def _once(node: Node) -> Run:
    inner = _compiled(node.nodes[0])

    def run(scope: Scope) -> Value:
        value = present(scope.this())
        return inner(scope) if value is None else value

    return run


def _is_answered(node: Node) -> Run:
    inner = _compiled(node.nodes[0])
    return lambda scope: inner(scope) is not None


def _any_of(node: Node) -> Run:
    """The commonest condition by far: an answer or fact against fixed codes."""
    operand, *rest = node.nodes
    if operand.op not in ("answer", "context") or any(part.op != "text" or " " in part.name for part in rest):
        return _call(node)
    codes = frozenset(part.name for part in rest) - {""}
    inner = _compiled(operand)

    def run(scope: Scope) -> Value:
        value = inner(scope)
        if isinstance(value, str) and value in codes:
            return True
        return not codes.isdisjoint(values.as_codes(value) or ())

    return run


def _join(node: Node) -> Run:
    separator, *parts = node.nodes
    first = _compiled(separator)
    lists = [_turns(part, values.as_text) for part in parts]

    def run(scope: Scope) -> Value:
        texts = [str(text) for many in lists for text in many(scope) if text is not None]
        return present((values.as_text(first(scope)) or "").join(texts))

    return run


def _points(node: Node) -> Run:
    operand, *codes = node.nodes
    inner, missing = _compiled(operand), frozenset(part.name for part in codes)

    def run(scope: Scope) -> Value:
        value = inner(scope)
        return None if isinstance(value, str) and value in missing else values.as_number(value)

    return run


def _position(node: Node) -> Run:
    def run(scope: Scope) -> Value:
        turn = scope.turn()
        return None if turn is None else read_number(str(turn))

    return run


def _label(node: Node) -> Run:
    code = _compiled(node.nodes[0])
    item = node.nodes[1].name.removeprefix("${").removesuffix("}")

    def run(scope: Scope) -> Value:
        text = values.as_text(code(scope))
        return None if text is None else present(scope.label(item, text))

    return run


_MAKERS: dict[str, Callable[[Node], Run]] = {
    "number": _number,
    "text": _text,
    "answer": _answer,
    "each": _each,
    "context": _context,
    "column": _column,
    "this": _this,
    "and": _and,
    "or": _or,
    "not": _not,
    "if": _if,
    "true": lambda node: lambda scope: True,
    "false": lambda node: lambda scope: False,
    "coalesce": _coalesce,
    "once": _once,
    "is-answered": _is_answered,
    "any-of": _any_of,
    "join": _join,
    "points": _points,
    "today": lambda node: lambda scope: scope.today,
    "now": lambda node: lambda scope: scope.now,
    "position": _position,
    "jr:choice-name": _label,
}
