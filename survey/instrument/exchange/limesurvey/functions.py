"""The functions of ExpressionScript that have a counterpart, each with the way it is rewritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from survey.instrument.exchange.limesurvey.patterns import to_re2
from survey.instrument.exchange.limesurvey.script import Script, ScriptError
from survey.instrument.exchange.limesurvey.written import (
    ATOM,
    Written,
    call,
    is_literal,
    join,
    quote,
    to_number,
    to_truth,
)

if TYPE_CHECKING:
    from survey.instrument.exchange.limesurvey.written import Type

Write = Callable[[Script], Written]
Handler = Callable[[Script, Sequence[Written]], Written]

IS_NUMBER = r"^\s*-?[0-9]+(\.[0-9]+)?\s*$"
_OPERATORS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
# Functions of numbers that have the same name and meaning, with the number of arguments.
_SAME = {
    **dict.fromkeys(("abs", "sqrt", "sin", "cos", "tan", "atan"), 1),
    "atan2": 2,
}
_DATE_FORMATS = {"Y": "%Y", "m": "%m", "d": "%d", "Y-m-d": "%Y-%m-%d"}


def call_function(tree: Script, write: Write, arguments: Sequence[Script]) -> Written:
    """A call as one of ours. Raises ScriptError where there is no counterpart."""
    name = tree.value
    parts = [write(argument) for argument in arguments]
    if name in _SAME:
        _expect(tree, parts, _SAME[name])
        return call(name, *(to_number(part).text for part in parts), type="number")
    handler = _HANDLERS.get(name)
    if handler is None:
        raise ScriptError("function", tree.at, name)
    return handler(tree, parts)


def is_known(name: str) -> bool:
    """Whether a function has a counterpart."""
    return name in _SAME or name in _HANDLERS


def _expect(tree: Script, parts: Sequence[Written], least: int, most: int | None = None) -> None:
    if not least <= len(parts) <= (least if most is None else most):
        raise ScriptError("arguments", tree.at, tree.value)


def _empty(part: Written) -> Written:
    if part.type == "bool":
        return call("not", part.text, type="bool")
    return join("=", part, Written("''", ATOM, "text"), "bool")


def _filled(part: Written) -> Written:
    return to_truth(part) if part.type == "bool" else join("!=", part, Written("''", ATOM, "text"), "bool")


def _is_empty(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 1)
    return _empty(parts[0])


def _is_filled(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 1)
    return _filled(parts[0])


def _is_numeric(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 1)
    if parts[0].type in ("number", "any"):
        return _filled(parts[0])
    return call("regex", parts[0].text, quote(IS_NUMBER), type="bool")


def _is_int(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 1)
    number = to_number(parts[0])
    return join("=", call("int", number.text, type="number"), number, "bool")


def _if(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 2, 3)
    then, other = parts[1], parts[2] if len(parts) == 3 else Written("''", ATOM, "text")
    type_: Type = then.type if then.type == other.type else "text"
    if "''" in (then.text, other.text):
        type_ = other.type if then.text == "''" else then.type
    elif "bool" in (then.type, other.type) or {then.type, other.type} <= {"code", "text", "any"}:
        type_ = then.type if then.type == other.type else "text"
    elif then.type != other.type:
        then, other = _as_text(then), _as_text(other)
    return call("if", to_truth(parts[0]).text, then.text, other.text, type=type_)


def _as_text(part: Written) -> Written:
    if part.type in ("text", "code") or is_literal(part):
        return part
    return call("string", part.text, type="text")


def _sum(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 1, 500)
    return call(tree.value, *(to_number(part).text for part in parts), type="number")


def _count(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 1, 500)
    if not any(part.type == "bool" for part in parts):
        return call("count", *(part.text for part in parts), type="number")
    return _added([call("if", _filled(part).text, "1", "0", type="number") for part in parts])


def _added(parts: Sequence[Written]) -> Written:
    total = parts[0]
    for part in parts[1:]:
        total = join("+", total, part, "number")
    return total


def _count_if(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 2, 500)
    return _added([call("if", _compared("=", part, parts[0]), "1", "0", type="number") for part in parts[1:]])


def _compared(sign: str, part: Written, value: Written) -> str:
    if part.type == "bool":
        wanted = value.text in ("'Y'", "1", "'1'")
        return part.text if wanted == (sign == "=") else f"not({part.text})"
    if sign in ("<", "<=", ">", ">=") or part.type == "number":
        return join(sign, to_number(part), to_number(value), "bool").text
    if part.type == "code" and value.type == "number":
        value = Written(quote(value.text), ATOM, "text")
    return join(sign, part, value, "bool").text


def _operator_of(tree: Script, part: Written) -> str:
    sign = _OPERATORS.get(part.text[1:-1]) if is_literal(part) else None
    if sign is None:
        raise ScriptError("function", tree.at, tree.value)
    return sign


def _count_if_op(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 3, 500)
    sign = _operator_of(tree, parts[0])
    ones = [call("if", _compared(sign, part, parts[1]), "1", "0", type="number") for part in parts[2:]]
    return _added(ones)


def _sum_if_op(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 3, 500)
    sign = _operator_of(tree, parts[0])
    return _added([_if_number(_compared(sign, part, parts[1]), part) for part in parts[2:]])


def _sum_if(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 2, 500)
    return _added([_if_number(_compared("=", part, parts[0]), part) for part in parts[1:]])


def _if_number(condition: str, part: Written) -> Written:
    return call("if", condition, to_number(part).text, "0", type="number")


def _implode(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 2, 500)
    return call("join", parts[0].text, *(_readable(part).text for part in parts[1:]), type="text")


def _concat(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 1, 500)
    return call("concat", *(_readable(part).text for part in parts), type="text")


def _readable(part: Written) -> Written:
    return call("if", part.text, "'Y'", "''", type="text") if part.type == "bool" else part


def _length(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 1)
    text = parts[0].text if parts[0].type in ("text", "any") else f"string({parts[0].text})"
    return call("string-length", text, type="number")


def _round(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 1, 2)
    places = parts[1].text if len(parts) == 2 else "0"
    return call("round", to_number(parts[0]).text, places, type="number")


def _one(name: str) -> Handler:
    def handler(tree: Script, parts: Sequence[Written]) -> Written:
        _expect(tree, parts, 1)
        return call(name, to_number(parts[0]).text, type="number")

    return handler


def _float(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 1)
    return to_number(parts[0])


def _same(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 1)
    return parts[0]


def _pi(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 0)
    return call("pi", type="number")


def _power(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 2)
    # Only whole powers have the same last digit everywhere.
    if not parts[1].text.isdigit():
        raise ScriptError("arguments", tree.at, tree.value)
    return call("pow", to_number(parts[0]).text, parts[1].text, type="number")


def _modulo(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 2)
    return join("mod", to_number(parts[0]), to_number(parts[1]), "number")


def _regex(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 2)
    pattern = tree.parts[0]
    if pattern.op != "text":
        raise ScriptError("pattern", tree.at, tree.value)
    found = to_re2(pattern.value)
    if found is None:
        raise ScriptError("pattern", pattern.at, pattern.value)
    text = parts[1].text if parts[1].type in ("text", "code", "any") else f"string({parts[1].text})"
    return call("regex", text, quote(found), type="bool")


def _part_of(tree: Script, parts: Sequence[Written]) -> Written:
    _expect(tree, parts, 2, 3)
    numbers = [part.text for part in parts[1:]]
    if not all(number.isdigit() for number in numbers):
        raise ScriptError("arguments", tree.at, tree.value)
    end = [str(int(numbers[0]) + int(numbers[1]))] if len(numbers) == 2 else []
    return call("substr", parts[0].text, numbers[0], *end, type="text")


def _date(tree: Script, parts: Sequence[Written]) -> Written:
    form = tree.parts[0].value if len(tree.parts) == 1 else ""
    if form not in _DATE_FORMATS:
        raise ScriptError("function", tree.at, tree.value)
    if form == "Y-m-d":
        return call("today", type="date")
    text = call("format-date", "today()", quote(_DATE_FORMATS[form]), type="text")
    return call("number", text.text, type="number")


_HANDLERS: Mapping[str, Handler] = {
    "is_empty": _is_empty,
    "is_null": _is_empty,
    # Not a function of theirs: what "!is_empty" becomes before it is written.
    "!is_empty": _is_filled,
    "is_numeric": _is_numeric,
    "is_int": _is_int,
    "if": _if,
    "sum": _sum,
    "min": _sum,
    "max": _sum,
    "count": _count,
    "countif": _count_if,
    "countifop": _count_if_op,
    "sumif": _sum_if,
    "sumifop": _sum_if_op,
    "implode": _implode,
    "join": _concat,
    "strlen": _length,
    "round": _round,
    "floor": _one("floor"),
    "ceil": _one("ceiling"),
    "intval": _one("int"),
    "floatval": _float,
    "fixnum": _same,
    "nl2br": _same,
    "trim": _same,
    "htmlspecialchars": _same,
    "pi": _pi,
    "pow": _power,
    "modulo": _modulo,
    "regexMatch": _regex,
    "substr": _part_of,
    "date": _date,
}
