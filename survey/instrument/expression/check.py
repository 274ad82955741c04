"""Checks an expression against the names it may use: types, options, order of asking; types its literals.

A number that is written beside a choice becomes the code of an option; a scale answer beside a number becomes
its points, with the missing codes as missing. Every problem carries the character.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from survey.instrument.expression import calendar, patterns
from survey.instrument.expression.decimals import read_number, units
from survey.instrument.expression.names import (
    ANY,
    BOOL,
    EMPTY,
    MOMENTS,
    NUMBER,
    TEXT,
    Known,
    Names,
    fits,
    reads_as,
    result_of,
)
from survey.instrument.expression.nodes import Node
from survey.instrument.expression.render import render
from survey.instrument.expression.signatures import SIGNATURES, Kind, Type
from survey.instrument.problems import Findings, Problem, Where

_SHOWN_OPTIONS = 20
# More would not be read; a document of hostile expressions gets no longer a report than that.
_MOST_PROBLEMS = 10
_NOWHERE = Where()
_SEVERAL = frozenset({"sum", "mean", "min", "max", "count", "count-non-empty", "join", "concat"})
_YES, _NO = ("yes", "ok", "true", "1"), ("no", "false", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The expression with its literals typed, what it gives, and everything that is wrong with it."""

    node: Node
    type: Type
    problems: tuple[Problem, ...] = ()


def check(node: Node, names: Names, *, where: Where = _NOWHERE, expected: Type | None = None) -> Checked:
    """Check an expression. ``expected`` is what it must give; a condition is "bool"."""
    checker = _Checker(names, where)
    typed, known = checker.typed(node)
    if expected is not None and not fits(known.type, expected):
        checker.refuse_type(node, expected)
    return Checked(node=typed, type=known.type, problems=checker.findings.as_tuple())


class _Checker:
    """Walks one expression from the leaves up."""

    def __init__(self, names: Names, where: Where) -> None:
        self.names, self.where, self.findings = names, where, Findings()

    def refuse(self, code: str, node: Node, **context: object) -> None:
        if len(self.findings) >= _MOST_PROBLEMS:
            return
        where = replace(self.where, character=node.at) if node.at >= 0 else self.where
        self.findings.add(code, where, **context)

    def refuse_type(self, node: Node, expected: Type) -> None:
        self.refuse(_WANTS.get(expected, "wants_number"), node, found=render(node))

    def typed(self, node: Node) -> tuple[Node, Known]:
        """The node with its literals typed, and what is known of its value."""
        op = node.op
        if op in ("answer", "each"):
            return self._answer(node, inside="")
        if op in _LEAF_TYPES:
            return node, EMPTY if _written(node) == "" else _LEAF_TYPES[op]
        if op == "context":
            return node, self._lookup(node, self.names.context, "unknown_context")
        if op == "column":
            return node, self._column(node)
        if op in ("this", "once"):
            return self._this(node)
        if op == "points":
            return node, NUMBER
        if op in ("=", "!="):
            return self._equality(node)
        if op in ("<", "<=", ">", ">="):
            return self._ordered(node)
        if op in ("+", "-"):
            return self._sum(node)
        if op in ("selected", "any-of", "all-of"):
            return self._choice(node)
        if op == "jr:choice-name":
            return self._label(node)
        return self._call(node)

    def _answer(self, node: Node, inside: str) -> tuple[Node, Known]:
        """``inside`` is the function around it: some take the answers of all turns."""
        known = self.names.answers.get(node.name)
        if known is None:
            close = self.names.suggest(node.name, self.names.answers)
            self.refuse("unknown_reference", node, name=node.name, nearest=close)
            return node, ANY
        standing = self.names.standing(node.name)
        if standing == "later":
            self.refuse("forward_reference", node, name=node.name)
        if standing == "shuffled":
            self.refuse("shuffled_reference", node, name=node.name)
        if standing == "elsewhere":
            if inside in _SEVERAL:
                return replace(node, op="each"), known
            self.refuse("repeated_reference", node, name=node.name)
        if known.type == "none":
            self.refuse("valueless_reference", node, name=node.name)
            return node, ANY
        return node, known

    def _lookup(self, node: Node, known: Mapping[str, Known], code: str) -> Known:
        if node.name not in known:
            shown = ", ".join(list(known)[:_SHOWN_OPTIONS])
            self.refuse(code, node, name=node.name, known=shown, nearest=self.names.suggest(node.name, known))
            return ANY
        return known[node.name]

    def _column(self, node: Node) -> Known:
        if self.names.columns is None:
            self.refuse("column_not_here", node, name=node.name)
            return ANY
        return self._lookup(node, self.names.columns, "unknown_column")

    def _this(self, node: Node) -> tuple[Node, Known]:
        if self.names.this is None:
            self.refuse("this_not_here", node)
        if node.op == "this":
            return node, self.names.this or ANY
        inner, known = self.typed(node.nodes[0])
        return replace(node, args=(inner,)), known

    def _equality(self, node: Node) -> tuple[Node, Known]:
        left, right = node.nodes
        a, first = self.typed(left)
        b, second = self.typed(right)
        a, first = self._beside(a, first, b, second)
        b, second = self._beside(b, second, a, first)
        self._comparable(node, a, first, b, second)
        return replace(node, args=(a, b)), BOOL

    def _ordered(self, node: Node) -> tuple[Node, Known]:
        left, right = node.nodes
        a, first = self.typed(left)
        b, second = self.typed(right)
        if first.type in MOMENTS or second.type in MOMENTS:
            self._comparable(node, a, first, b, second)
        else:
            a, b = self._as("number", a, first), self._as("number", b, second)
        return replace(node, args=(a, b)), BOOL

    def _comparable(self, node: Node, a: Node, first: Known, b: Node, second: Known) -> None:
        """Note two sides that can never be equal, or never be put in order."""
        types = {first.type, second.type}
        if types & set(MOMENTS):
            for part, other in ((a, second), (b, first)):
                if part.op == "text" and part.name and reads_as(part.name, other.type) is False:
                    self.refuse_type(part, other.type)
                    return
            if not types <= {"date", "datetime", "text", "any"} and not types <= {"time", "text", "any"}:
                self.refuse_type(b, first.type)
        elif "bool" in types and not types <= {"bool", "any"} and "" not in (_written(a), _written(b)):
            self.refuse_type(b, first.type)
        elif types == {"number", "text"}:
            for part in (a, b):
                if part.op == "text" and part.name and read_number(part.name) is None:
                    self.refuse_type(part, "number")

    def _beside(self, node: Node, known: Known, other: Node, beside: Known) -> tuple[Node, Known]:
        """A literal as it is meant beside a choice, a number or a yes."""
        if node.op not in ("number", "text") or _written(node) == "":
            return node, known
        if node.name in beside.missing:
            return Node("text", (node.name,), node.at), beside
        if beside.type in ("code", "codes"):
            return self._code(node, beside, other), known
        if beside.type == "bool" and node.name.lower() in (*_YES, *_NO):
            return Node("true" if node.name.lower() in _YES else "false", (), node.at), BOOL
        if beside.type == "number" and node.op == "text":
            number = read_number(node.name)
            if number is not None and number >= 0:
                return Node("number", (node.name.strip(),), node.at), NUMBER
        return node, known

    def _code(self, node: Node, known: Known, operand: Node) -> Node:
        """A literal beside a choice: the option it names, spelled as the option is."""
        if node.op not in ("number", "text"):
            return node
        if not known.codes or node.name in known.codes:
            return Node("text", (node.name,), node.at)
        if node.op == "number":
            value = read_number(node.name)
            for code in known.codes:
                if read_number(code) == value:
                    return Node("text", (code,), node.at)
        shown = ", ".join(list(known.codes)[:_SHOWN_OPTIONS])
        name = operand.name or "."
        self.refuse("unknown_option", node, name=name, value=node.name, known=shown)
        return node

    def _choice(self, node: Node) -> tuple[Node, Known]:
        """``selected`` and its like: literals are codes of the choice."""
        operand, *rest = node.nodes
        first, known = self.typed(operand)
        if known.type == "text" and operand.op in ("answer", "this") and node.op != "selected":
            self.refuse("text_reference", operand, name=operand.name or ".")
        elif known.type not in ("code", "codes", "text", "any"):
            self.refuse_type(operand, "codes")
        codes = []
        for part in rest:
            typed, other = self.typed(part)
            if known.type in ("code", "codes"):
                typed = self._code(typed, known, operand)
            if other.type not in ("code", "codes", "text", "number", "any"):
                self.refuse_type(part, "code")
            codes.append(typed)
        if operand.op == "text" and len(rest) == 1:
            self._check_literal_list(operand, rest[0])
        return replace(node, args=(first, *codes)), BOOL

    def _check_literal_list(self, listed: Node, operand: Node) -> None:
        """``selected('a b', ${item})``: each word must be an option."""
        known = self.names.answers.get(operand.name) if operand.op == "answer" else None
        if known and known.type in ("code", "codes"):
            for word in listed.name.split():
                self._code(Node("text", (word,), listed.at), known, operand)

    def _sum(self, node: Node) -> tuple[Node, Known]:
        left, right = node.nodes
        a, first = self.typed(left)
        b, second = self.typed(right)
        moments = [known.type for known in (first, second) if known.type in MOMENTS]
        if not moments:
            a, b = self._as("number", a, first), self._as("number", b, second)
            return replace(node, args=(a, b)), NUMBER
        typed = replace(node, args=(a, b))
        if node.op == "-" and (len(moments) == 2 or (b.op == "text" and reads_as(b.name, first.type))):
            if not fits(second.type, first.type) and not fits(first.type, second.type):
                self.refuse_type(right, first.type)
            return typed, NUMBER
        other, part, raw = (second, b, right) if first.type in MOMENTS else (first, a, left)
        if len(moments) == 2 or "time" in moments or (node.op == "-" and other is first):
            self.refuse_type(raw, "number")
            return typed, ANY
        number = self._as("number", part, other)
        typed = replace(node, args=(a, number) if other is second else (number, b))
        return typed, Known(type=moments[0])

    def _label(self, node: Node) -> tuple[Node, Known]:
        code, item = node.nodes
        typed, _ = self.typed(code)
        name = item.name.removeprefix("${").removesuffix("}")
        if name not in self.names.answers:
            close = self.names.suggest(name, self.names.answers)
            self.refuse("unknown_reference", item, name=name, nearest=close)
        return replace(node, args=(typed, Node("text", (f"${{{name}}}",), item.at))), TEXT

    def _call(self, node: Node) -> tuple[Node, Known]:
        signature = SIGNATURES[node.op]
        args, seen = [], []
        for at, part in enumerate(node.nodes):
            typed, known = (
                self._answer(part, inside=node.op) if part.op in ("answer", "each") else self.typed(part)
            )
            args.append(self._as(signature.kind(at), typed, known))
            seen.append(known)
        self._check_literals(node)
        if node.op == "regex":
            args[1] = replace(args[1], args=(patterns.canonical(args[1].name),))
        return replace(node, args=tuple(args)), result_of(node.op, seen, signature.result)

    def _as(self, kind: Kind, node: Node, known: Known) -> Node:
        """The argument as the function reads it; what can never be read so is refused."""
        found = known.type
        if kind == "number":
            return self._as_number(node, known)
        if kind == "truth" and found not in ("bool", "any"):
            self.refuse_type(node, "bool")
        elif kind == "codes" and found not in ("code", "codes", "text", "any"):
            self.refuse_type(node, "codes")
        elif kind == "moment" and found not in ("date", "datetime", "any"):
            if not (node.op == "text" and calendar.read_moment(node.name)):
                self.refuse_type(node, "date")
        elif kind == "text" and found == "bool":
            self.refuse_type(node, "text")
        return node

    def _as_number(self, node: Node, known: Known) -> Node:
        if known.type == "code" and known.codes:
            codes = [code for code in known.codes if code not in known.missing]
            if all(read_number(code) is not None for code in codes):
                missing = tuple(Node("text", (code,), node.at) for code in known.missing)
                return Node("points", (node, *missing), node.at) if missing else node
        literal = node.op == "text" and (node.name == "" or read_number(node.name) is not None)
        if known.type not in ("number", "any", "bool") and not literal:
            self.refuse_type(node, "number")
        return node

    def _check_literals(self, node: Node) -> None:
        if node.op == "regex" and node.nodes[1].op == "text":
            pattern = node.nodes[1]
            refused = patterns.refusal(pattern.name)
            if refused:
                code = "pattern_too_long" if refused.at >= patterns.MAX_PATTERN else "pattern_refused"
                self.refuse(code, pattern, found=refused.found, limit=patterns.MAX_PATTERN)
        if node.op in ("format-date", "format-date-time") and node.nodes[1].op == "text":
            unknown = calendar.unknown_format(node.nodes[1].name)
            if unknown:
                self.refuse("format_refused", node.nodes[1], found=unknown)
        if node.op == "pow" and node.nodes[1].op == "number":
            exponent = read_number(node.nodes[1].name)
            if exponent is None or units(exponent) % 10**18:
                self.refuse("power_refused", node.nodes[1], found=node.nodes[1].name)


def _written(node: Node) -> str | None:
    return node.name if node.op == "text" else None


_LEAF_TYPES: Mapping[str, Known] = {"number": NUMBER, "text": TEXT}
_WANTS: Mapping[Type, str] = {
    "bool": "wants_condition",
    "number": "wants_number",
    "text": "wants_text",
    "code": "wants_choice",
    "codes": "wants_choice",
    "date": "wants_date",
    "datetime": "wants_date",
    "time": "wants_time",
}
