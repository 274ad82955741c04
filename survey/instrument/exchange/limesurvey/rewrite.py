"""Rewrites expressions of ExpressionScript into the expressions of instruments, names and operators included."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from survey.instrument.exchange.limesurvey.functions import call_function
from survey.instrument.exchange.limesurvey.names import LS_OTHER, OTHER
from survey.instrument.exchange.limesurvey.script import Script, ScriptError, parse_script
from survey.instrument.exchange.limesurvey.variables import Variable, Variables
from survey.instrument.exchange.limesurvey.written import (
    ATOM,
    DATE,
    LEVEL,
    NUMBER,
    UNARY,
    Written,
    call,
    is_literal,
    join,
    quote,
    to_number,
    to_truth,
)
from survey.instrument.expression import parse, render

# What follows a name with a dot and means its value.
_VALUE_SUFFIXES = ("NAOK", "value", "code", "valueNAOK")
_SUFFIX = re.compile(
    r"\.(NAOK|value|valueNAOK|code|shown|question|qid|gid|type|relevance|relevanceStatus|sgqa)\Z"
)
_SIGNS = {"==": "=", "||": "or", "&&": "and", "/": "div"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an expression stands: which question is "self", and what "this" is (a name, or "." in a constraint).

    ``inlined`` are expressions that stand in for names of computed items on the way out.
    """

    variables: Variables
    qid: str | None = None
    this: Variable | None = None
    dot: bool = False
    inlined: Mapping[str, str] = field(default_factory=dict)


def rewrite_condition(text: str, place: Place) -> str:
    """A relevance or a validation as a condition of ours.

    Raises
    ------
    ScriptError
        Something in it has no counterpart; the reason and the character say what.
    """
    return _canonical(to_truth(_Rewriter(place).write(parse_script(text)))).text


def _canonical(written: Written) -> Written:
    """The same expression as the language itself writes it."""
    parsed = parse(written.text)
    if parsed.node is None:
        raise ScriptError("unreadable")
    return written._replace(text=render(parsed.node))


def rewrite_value(text: str, place: Place) -> Written:
    """An expression that stands for a value. Raises ScriptError as ``rewrite_condition``."""
    return _canonical(_Rewriter(place).write(parse_script(text)))


def latest_question(text: str, variables: Variables) -> int:
    """The number of the last question whose answer an expression looks at; 0 where it looks at none.

    Raises ScriptError where it cannot be read.
    """
    waiting, latest = [parse_script(text)], 0
    while waiting:
        tree = waiting.pop()
        waiting += tree.parts
        variable = variables.find(tree.value.split(".")[0]) if tree.op == "name" else None
        latest = max(latest, variable.order if variable else 0)
    return latest


class _Rewriter:
    """Walks one tree from its root."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def write(self, tree: Script) -> Written:
        if tree.op == "number":
            return Written(
                tree.value.rstrip(".") if tree.value[0] != "." else f"0{tree.value}", ATOM, "number"
            )
        if tree.op == "text":
            return Written(quote(tree.value), ATOM, "text")
        if tree.op == "name":
            return self._name(tree)
        if tree.op == "call":
            return self._function(tree)
        if tree.op == "not":
            if tree.parts[0].op == "call" and tree.parts[0].value in ("is_empty", "is_null"):
                return self._function(replace(tree.parts[0], value="!is_empty"))
            return call("not", to_truth(self.write(tree.parts[0])).text, type="bool")
        if tree.op == "minus":
            inner = to_number(self.write(tree.parts[0]))
            text = inner.text if inner.level >= UNARY else f"({inner.text})"
            return Written(f"-{text}", UNARY, "number")
        return self._operator(tree)

    def _operator(self, tree: Script) -> Written:
        sign = _SIGNS.get(tree.op, tree.op)
        if sign in ("and", "or"):
            left, right = (to_truth(self.write(part)) for part in tree.parts)
            return join(sign, left, right, "bool")
        if LEVEL[sign] in (3, 4):
            return self._comparison(sign, tree)
        left, right = (self.write(part) for part in tree.parts)
        if sign == "+" and not (left.type == right.type == "number") and (_words(left) or _words(right)):
            return call("concat", left.text, right.text, type="text")
        return join(sign, to_number(left), to_number(right), "number")

    def _comparison(self, sign: str, tree: Script) -> Written:
        left, right = tree.parts
        if special := self._tick_comparison(sign, left, right) or self._position(sign, left, right):
            return special
        first, second = self.write(left), self.write(right)
        if "bool" in (first.type, second.type):
            return self._bool_comparison(sign, first, second)
        first, second = self._with_other(right, first, left), self._with_other(left, second, right)
        first, second = _matched(sign, first, second)
        return join(sign, first, second, "bool")

    def _with_other(self, opposite: Script, own: Written, source: Script) -> Written:
        """The literal "-oth-" beside a question is the code that the question has for "other"."""
        if source.op == "text" and source.value == LS_OTHER:
            variable = self._variable(opposite.value) if opposite.op == "name" else None
            return Written(quote(variable.other if variable and variable.other else OTHER), ATOM, "text")
        return own

    def _tick_comparison(self, sign: str, left: Script, right: Script) -> Written | None:
        """A box compared with "Y" or with nothing is the question whether it is ticked."""
        if left.op in ("text", "number"):
            left, right = right, left
        variable = self._variable(left.value) if left.op == "name" else None
        if (
            variable is None
            or variable.tick is None
            or right.op not in ("text", "number")
            or sign not in ("=", "!=")
        ):
            return None
        if right.value not in ("Y", "", "N", "1", "0"):
            return None
        ticked = (right.value in ("Y", "1")) == (sign == "=")
        box = self._value(variable, left)
        return box if ticked else call("not", box.text, type="bool")

    def _position(self, sign: str, left: Script, right: Script) -> Written | None:
        """A comparison of strpos with a number asks whether one text is in the other."""
        if left.op != "call" or left.value.lower() not in ("strpos", "stripos") or len(left.parts) != 2:
            return None
        text, part = (self.write(argument).text for argument in left.parts)
        asked = (sign, right.value) if right.op in ("number", "name") else None
        if asked in ((">=", "0"), ("!=", "false")):
            return call("contains", text, part, type="bool")
        if asked == (">", "0"):
            return call("contains", f"substr({text}, 1)", part, type="bool")
        if asked == ("=", "0"):
            return call("starts-with", text, part, type="bool")
        if asked in (("=", "false"), ("<", "0")):
            return call("not", f"contains({text}, {part})", type="bool")
        raise ScriptError("function", left.at, left.value)

    def _bool_comparison(self, sign: str, first: Written, second: Written) -> Written:
        """A condition compared with 1, 0, "Y" or nothing is itself or its contrary."""
        if first.type != "bool":
            first, second = second, first
        if sign in ("=", "!=") and second.text in ("1", "0", "''", "'1'", "'Y'", "'0'", "'N'"):
            meant = (second.text in ("1", "'1'", "'Y'")) == (sign == "=")
            return first if meant else call("not", first.text, type="bool")
        return join(sign, to_number(first), to_number(second), "bool")

    def _variable(self, spelling: str) -> Variable | None:
        suffix = _SUFFIX.search(spelling)
        base = spelling[: suffix.start()] if suffix else spelling
        if suffix and suffix[1] not in (*_VALUE_SUFFIXES, "shown"):
            return None
        return self._place.this if base == "this" else self._place.variables.find(base)

    def _name(self, tree: Script) -> Written:
        suffix = _SUFFIX.search(tree.value)
        kind = suffix[1] if suffix else "NAOK"
        base = tree.value[: suffix.start()] if suffix else tree.value
        if base.split(".")[0] in ("self", "that") and base != "self":
            raise ScriptError("set_outside_function", tree.at, tree.value)
        if base in ("true", "false"):
            return Written(f"{base}()", ATOM, "bool")
        if base == "LANG":
            return Written("context('language')", ATOM, "text")
        variable = self._variable_or_self(base)
        if kind in ("qid", "gid", "question", "type", "relevance", "relevanceStatus", "sgqa"):
            raise ScriptError("suffix", tree.at, tree.value)
        if variable is None and base in ("this", "self"):
            raise ScriptError("set_outside_function", tree.at, tree.value)
        if variable is None:
            raise ScriptError("token" if base.startswith("TOKEN:") else "unknown_name", tree.at, base)
        if variable.type == "none":
            raise ScriptError("no_value", tree.at, base)
        if self._place.dot and base in ("this", "self"):
            return self._dot(variable)
        return self._shown(variable, tree) if kind == "shown" else self._value(variable, tree)

    def _variable_or_self(self, base: str) -> Variable | None:
        if base == "this" or base == "self":
            own = self._place.variables.of_question(self._place.qid or "")
            return self._place.this or (next(iter(own.values())) if len(own) == 1 else own.get(""))
        return self._place.variables.find(base)

    def _dot(self, variable: Variable) -> Written:
        if variable.tick is not None:
            return call("selected", ".", quote(variable.tick), type="bool")
        return Written(".", ATOM, variable.type)

    def _value(self, variable: Variable, tree: Script) -> Written:
        reference = "." if self._is_own(variable) else f"${{{variable.name}}}"
        if variable.tick is not None:
            return call("selected", reference, quote(variable.tick), type="bool")
        if variable.rank is not None:
            return call("selected-at", reference, str(variable.rank), type="code")
        return Written(reference, ATOM, variable.type)

    def _is_own(self, variable: Variable) -> bool:
        """In a constraint the value that is checked is written as a dot, by whatever name it is called."""
        return self._place.dot and self._place.this is not None and self._place.this.name == variable.name

    def _shown(self, variable: Variable, tree: Script) -> Written:
        value = self._value(variable, tree)
        if variable.tick is not None:
            label = f"jr:choice-name({quote(variable.tick)}, '${{{variable.name}}}')"
            return call("if", value.text, label, "''", type="text")
        if variable.type == "code":
            return call("jr:choice-name", value.text, f"'${{{variable.name}}}'", type="text")
        return value

    def _function(self, tree: Script) -> Written:
        arguments = self._arguments(tree.parts)
        counted = self._all_boxes(arguments) if tree.value == "count" else None
        return counted or call_function(tree, self.write, arguments)

    def _all_boxes(self, arguments: list[Script]) -> Written | None:
        """All boxes of one question: how many of them are ticked. The text of "other" adds nothing to its box."""
        known = [self._variable(part.value) if part.op == "name" else None for part in arguments]
        boxes = [variable for variable in known if variable is not None and variable.tick is not None]
        names = {variable.name for variable in boxes}
        others = len([variable for variable in known if variable is None or variable.tick is None])
        if (
            len(names) != 1
            or others > 1
            or (others and not arguments[-1].value.split(".")[0].endswith("_other"))
        ):
            return None
        name = names.pop()
        if {variable.tick for variable in boxes} != set(self._place.variables.boxes(name)):
            return None
        return call("count-selected", "." if self._is_own(boxes[0]) else f"${{{name}}}", type="number")

    def _arguments(self, parts: tuple[Script, ...]) -> list[Script]:
        """The arguments of a call, with every "self" and "that.Q1" replaced by the variables they stand for."""
        found: list[Script] = []
        for part in parts:
            found.extend(self._members(part) if part.op == "name" else [part])
        return found

    def _members(self, part: Script) -> list[Script]:
        first, *rest = part.value.split(".")
        if first not in ("self", "that"):
            return [part]
        qid = self._place.qid
        if first == "that":
            qid = self._place.variables.qid_of(rest.pop(0)) if rest else None
        known: Mapping[str, Variable] = self._place.variables.of_question(qid or "")
        if not known:
            raise ScriptError("unknown_name", part.at, part.value)
        question = self._place.variables.question(qid or "")
        title = question.title.strip() if question else ""
        filters = [name for name in rest if name not in (*_VALUE_SUFFIXES, "shown")]
        chosen = [code for code, variable in known.items() if _passes(code, variable, filters)]
        return [Script(op="name", value=f"{title}{code}", at=part.at) for code in chosen]


def _passes(code: str, variable: Variable, filters: list[str]) -> bool:
    """Whether a variable is among those that ".sq_X", ".nocomments" and ".comments" leave."""
    is_comment = code.endswith("comment")
    for name in filters:
        if (name == "nocomments" and is_comment) or (name == "comments" and not is_comment):
            return False
        if name.startswith("sq_") and name[3:] not in code:
            return False
    return True


def _words(part: Written) -> bool:
    """Whether a part is plainly a text: what somebody typed may be a number, and LimeSurvey then adds it."""
    typed = part.text.startswith("${") or (is_literal(part) and bool(NUMBER.match(part.text[1:-1])))
    return part.type == "text" and not typed


def _matched(sign: str, first: Written, second: Written) -> tuple[Written, Written]:
    """Both sides of a comparison as the same kind of value."""
    if "''" in (first.text, second.text):
        return first, second
    if {first.type, second.type} & {"date"}:
        return _date(first), _date(second)
    if sign in ("<", "<=", ">", ">="):
        return to_number(first), to_number(second)
    types = {first.type, second.type}
    if "number" in types and types & {"code", "codes"}:
        return _code_literal(first), _code_literal(second)
    if "number" in types and types != {"number"}:
        return to_number(first), to_number(second)
    return first, second


def _code_literal(part: Written) -> Written:
    """A number written beside a choice is one of its codes."""
    if part.type != "number":
        return part
    if NUMBER.match(part.text):
        return Written(quote(part.text), ATOM, "text")
    return call("string", part.text, type="text")


def _date(part: Written) -> Written:
    if is_literal(part) and DATE.match(part.text[1:-1]):
        return call("date", part.text, type="date")
    return part
