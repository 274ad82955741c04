"""Writes expressions of instruments as ExpressionScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from survey.instrument.exchange.limesurvey.names import LS_OTHER
from survey.instrument.exchange.limesurvey.rewrite import Place
from survey.instrument.exchange.limesurvey.written import LEVEL
from survey.instrument.expression import Node, parse

_SIGNS = {"and": "and", "or": "or", "=": "==", "div": "/"}
# ExpressionScript has no sign for the remainder.
_TIGHTNESS = {op: level for op, level in LEVEL.items() if op != "mod"}
_ATOM = 9
_SAME = frozenset(
    (
        *("if", "round", "floor", "abs", "sqrt", "sin", "cos", "tan", "atan", "atan2", "pow", "pi"),
        *("sum", "min", "max", "count"),
    )
)
_RENAMED = {
    "ceiling": "ceil",
    "int": "intval",
    "as-number": "floatval",
    "string": "join",
    "concat": "join",
    "join": "implode",
    "string-length": "strlen",
    "count-non-empty": "count",
    "mod": "modulo",
}
_CHOICE_NAME = re.compile(r"\$\{(.+)\}\Z")


class _NoCounterpart(Exception):
    """ExpressionScript has no word for it."""


def write_script(text: str, place: Place) -> str | None:
    """The expression in ExpressionScript; None where it has no counterpart."""
    node = parse(text).node
    return None if node is None else write_node(node, place)


def write_node(node: Node, place: Place) -> str | None:
    """As ``write_script``, of an expression that has been read."""
    try:
        return _Writer(place).write(node)[0]
    except _NoCounterpart:
        return None


def literal(text: str) -> str:
    """A text in quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Writer:
    """Walks one expression; every method gives the text and how tightly it holds together."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def write(self, node: Node) -> tuple[str, int]:
        maker = _MAKERS.get(node.op)
        if maker is not None:
            return maker(self, node)
        if node.op in _TIGHTNESS:
            return self._operation(node)
        name = node.op if node.op in _SAME else _RENAMED.get(node.op)
        if name is None:
            raise _NoCounterpart
        return self._call(name, node.nodes)

    def _call(self, name: str, parts: Sequence[Node]) -> tuple[str, int]:
        return f"{name}({', '.join(self.write(part)[0] for part in parts)})", _ATOM

    def _operation(self, node: Node) -> tuple[str, int]:
        own = _TIGHTNESS[node.op]
        flat = own <= 2
        first, *rest = node.nodes
        parts = [self._held(first, own + (0 if own in (5, 6) else 1))]
        parts += [self._held(part, own + 1) for part in rest]
        if flat:
            parts = [self._held(part, own + 1) for part in node.nodes]
        return f" {_SIGNS.get(node.op, node.op)} ".join(parts), own

    def _held(self, node: Node, tightness: int) -> str:
        text, own = self.write(node)
        return text if own >= tightness else f"({text})"

    def number(self, node: Node) -> tuple[str, int]:
        return node.name, _ATOM

    def text(self, node: Node) -> tuple[str, int]:
        return literal(node.name), _ATOM

    def answer(self, node: Node) -> tuple[str, int]:
        if node.name in self._place.inlined:
            return f"({self._place.inlined[node.name]})", _ATOM
        return f"{self._spelled(node.name)}.NAOK", _ATOM

    def _spelled(self, name: str, *, tick: str | None = None, rank: int | None = None) -> str:
        found = self._place.variables.spelling(name, tick=tick, rank=rank)
        if found is None:
            raise _NoCounterpart
        return found

    def context(self, node: Node) -> tuple[str, int]:
        if node.name != "language":
            raise _NoCounterpart
        return "LANG", _ATOM

    def this(self, node: Node) -> tuple[str, int]:
        own = self._place.this
        if own is None or not self._place.dot:
            raise _NoCounterpart
        return "this.NAOK", _ATOM

    def equal(self, node: Node) -> tuple[str, int]:
        """A comparison with nothing asks whether there is an answer; one with "other" has a code of its own."""
        left, right = node.nodes
        if right.op == "text" and not right.name:
            mark = "" if node.op == "=" else "!"
            return f"{mark}is_empty({self._filled(left)})", 8
        if right.op == "text" and left.op == "answer":
            variable = self._place.variables.named(left.name)
            if variable is not None and variable.other == right.name:
                sign = _SIGNS.get(node.op, node.op)
                return f"{self.answer(left)[0]} {sign} {literal(LS_OTHER)}", 3
        return self._operation(node)

    def _filled(self, node: Node) -> str:
        if node.op == "answer" and self._place.variables.boxes(node.name):
            raise _NoCounterpart
        return self.write(node)[0]

    def negation(self, node: Node) -> tuple[str, int]:
        return f"!({self.write(node.nodes[0])[0]})", 8

    def minus(self, node: Node) -> tuple[str, int]:
        return f"-{self._held(node.nodes[0], 8)}", 8

    def answered(self, node: Node) -> tuple[str, int]:
        return f"!is_empty({self._filled(node.nodes[0])})", 8

    def truth(self, node: Node) -> tuple[str, int]:
        return ("1" if node.op == "true" else "0"), _ATOM

    def selected(self, node: Node) -> tuple[str, int]:
        return self._any(node, "or")

    def all_selected(self, node: Node) -> tuple[str, int]:
        return self._any(node, "and")

    def _any(self, node: Node, word: str) -> tuple[str, int]:
        """Whether codes are among the chosen ones."""
        operand, *codes = node.nodes
        parts = [self._box(operand, code) for code in codes]
        if len(parts) == 1:
            return parts[0], 3
        return f" {word} ".join(parts), _TIGHTNESS[word]

    def _box(self, operand: Node, code: Node) -> str:
        if code.op != "text":
            raise _NoCounterpart
        name = operand.name
        if operand.op == "this" and self._place.this is not None:
            name = self._place.this.name
        if name and self._place.variables.boxes(name):
            return f'{self._spelled(name, tick=code.name)}.NAOK == "Y"'
        return self.equal(Node("=", (operand, code)))[0]

    def selected_at(self, node: Node) -> tuple[str, int]:
        operand, number = node.nodes
        if operand.op != "answer" or number.op != "number" or not number.name.isdigit():
            raise _NoCounterpart
        return f"{self._spelled(operand.name, rank=int(number.name))}.NAOK", _ATOM

    def count_selected(self, node: Node) -> tuple[str, int]:
        operand = node.nodes[0]
        own = self._place.this.name if operand.op == "this" and self._place.this else operand.name
        boxes = self._place.variables.boxes(own)
        if not boxes:
            raise _NoCounterpart
        return f"count({', '.join(f'{self._spelled(own, tick=box)}.NAOK' for box in boxes)})", _ATOM

    def label(self, node: Node) -> tuple[str, int]:
        code, item = node.nodes
        found = _CHOICE_NAME.match(item.name)
        name = found[1] if found else item.name
        if code.op != "answer" or code.name != name:
            raise _NoCounterpart
        return f"{self._spelled(name)}.shown", _ATOM

    def either(self, node: Node) -> tuple[str, int]:
        """A choice of values; the label of a box is written with a word of its own."""
        condition, then, otherwise = node.nodes
        if condition.op == "selected" and then.op == "jr:choice-name" and otherwise == Node("text", ("",)):
            operand, code = condition.nodes
            if then.nodes[0] == code and operand.op == "answer":
                return f"{self._spelled(operand.name, tick=code.name)}.shown", _ATOM
        return self._call("if", node.nodes)

    def pattern(self, node: Node) -> tuple[str, int]:
        subject, pattern = node.nodes
        if subject.op == "string":
            subject = subject.nodes[0]
        return f"regexMatch({literal(_delimited(pattern.name))}, {self.write(subject)[0]})", _ATOM

    def part(self, node: Node) -> tuple[str, int]:
        """Whether a text holds another; behind its first character is what strpos above 0 asks."""
        whole, piece = node.nodes
        if node.op == "contains" and whole.op == "substr" and whole.nodes[1:] == (Node("number", ("1",)),):
            return f"strpos({self.write(whole.nodes[0])[0]}, {self.write(piece)[0]}) > 0", 4
        if piece.op != "text":
            raise _NoCounterpart
        escaped = re.sub(r"([^\w\s])", r"\\\1", piece.name)
        shape = {"contains": "{}", "starts-with": "^{}", "ends-with": "{}$"}[node.op]
        pattern = Node("text", (shape.format(escaped),))
        return self.pattern(Node("regex", (whole, pattern)))

    def cut(self, node: Node) -> tuple[str, int]:
        text, *ends = node.nodes
        if not all(end.op == "number" and end.name.isdigit() for end in ends):
            raise _NoCounterpart
        numbers = [int(end.name) for end in ends]
        length = f", {numbers[1] - numbers[0]}" if len(numbers) == 2 else ""
        return f"substr({self.write(text)[0]}, {numbers[0]}{length})", _ATOM

    def mean(self, node: Node) -> tuple[str, int]:
        parts = ", ".join(self.write(part)[0] for part in node.nodes)
        return f"(sum({parts}) / count({parts}))", _ATOM

    def first_given(self, node: Node) -> tuple[str, int]:
        *parts, last = [self.write(part)[0] for part in node.nodes]
        for part in reversed(parts):
            last = f"if(!is_empty({part}), {part}, {last})"
        return last, _ATOM

    def today(self, node: Node) -> tuple[str, int]:
        return 'date("Y-m-d")', _ATOM

    def day(self, node: Node) -> tuple[str, int]:
        if node.nodes[0].op != "text":
            raise _NoCounterpart
        return self.write(node.nodes[0])

    def inner(self, node: Node) -> tuple[str, int]:
        return self.write(node.nodes[0])


def _delimited(pattern: str) -> str:
    """A pattern between slashes, as PHP wants it; flags at its beginning go behind it."""
    flags = re.match(r"\(\?([ims]+)\)", pattern)
    body = pattern[flags.end() :] if flags else pattern
    escaped = re.sub(r"(\\.)|/", lambda found: found[1] or r"\/", body, flags=re.DOTALL)
    return f"/{escaped}/{flags[1] if flags else ''}"


_MAKERS: Mapping[str, Callable[[_Writer, Node], tuple[str, int]]] = {
    "number": _Writer.number,
    "text": _Writer.text,
    "answer": _Writer.answer,
    "context": _Writer.context,
    "this": _Writer.this,
    "=": _Writer.equal,
    "!=": _Writer.equal,
    "not": _Writer.negation,
    "neg": _Writer.minus,
    "is-answered": _Writer.answered,
    "true": _Writer.truth,
    "false": _Writer.truth,
    "selected": _Writer.selected,
    "any-of": _Writer.selected,
    "all-of": _Writer.all_selected,
    "selected-at": _Writer.selected_at,
    "count-selected": _Writer.count_selected,
    "jr:choice-name": _Writer.label,
    "if": _Writer.either,
    "regex": _Writer.pattern,
    "contains": _Writer.part,
    "starts-with": _Writer.part,
    "ends-with": _Writer.part,
    "substr": _Writer.cut,
    "mean": _Writer.mean,
    "coalesce": _Writer.first_given,
    "today": _Writer.today,
    "date": _Writer.day,
    "once": _Writer.inner,
    "points": _Writer.inner,
}
