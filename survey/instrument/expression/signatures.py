"""The closed table of operators and functions: what each takes, gives back and does with a missing value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["bool", "number", "text", "code", "codes", "date", "time", "datetime", "none", "any"]
# What an argument is read as; "value" is taken as it comes, "truth" is never missing.
Kind = Literal["number", "text", "codes", "moment", "truth", "value", "literal"]
# What becomes of a missing operand; ``missing.guard`` is the one place that acts on it.
Rule = Literal["false", "equal", "unequal", "missing", "skip", "sees"]

MANY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One operator or function. The last kind holds for all further arguments."""

    op: str
    kinds: tuple[Kind, ...]
    least: int
    most: int
    result: Type
    rule: Rule
    usage: str

    def accepts(self, number: int) -> bool:
        """Whether it can be called with so many arguments."""
        return self.least <= number <= self.most

    def kind(self, at: int) -> Kind:
        """What the argument at a position is read as."""
        return self.kinds[min(at, len(self.kinds) - 1)]


_LETTERS: dict[str, Kind] = {
    "n": "number",
    "t": "text",
    "c": "codes",
    "d": "moment",
    "b": "truth",
    "v": "value",
    "l": "literal",
}


def _row(
    op: str,
    kinds: str,
    result: Type,
    rule: Rule,
    usage: str,
    least: int | None = None,
    most: int | None = None,
) -> Signature:
    few = len(kinds) if least is None else least
    return Signature(
        op=op,
        kinds=tuple(_LETTERS[letter] for letter in kinds),
        least=few,
        most=max(few, len(kinds)) if most is None else most,
        result=result,
        rule=rule,
        usage=usage,
    )


_OPERATORS = (
    _row("or", "b", "bool", "sees", "a or b", 2, MANY * 20),
    _row("and", "b", "bool", "sees", "a and b", 2, MANY * 20),
    _row("=", "vv", "bool", "equal", "a = b"),
    _row("!=", "vv", "bool", "unequal", "a != b"),
    _row("<", "vv", "bool", "false", "a < b"),
    _row("<=", "vv", "bool", "false", "a <= b"),
    _row(">", "vv", "bool", "false", "a > b"),
    _row(">=", "vv", "bool", "false", "a >= b"),
    _row("+", "vv", "any", "missing", "a + b"),
    _row("-", "vv", "any", "missing", "a - b"),
    _row("*", "nn", "number", "missing", "a * b"),
    _row("div", "nn", "number", "missing", "a div b"),
    _row("mod", "nn", "number", "missing", "a mod b"),
    _row("neg", "n", "number", "missing", "-a"),
)

_FUNCTIONS = (
    # conditions
    _row("not", "b", "bool", "sees", "not(condition)"),
    _row("if", "bvv", "any", "sees", "if(condition, then, else)"),
    _row("true", "", "bool", "sees", "true()"),
    _row("false", "", "bool", "sees", "false()"),
    _row("boolean", "v", "bool", "sees", "boolean(value)"),
    _row("boolean-from-string", "t", "bool", "false", "boolean-from-string(text)"),
    _row("is-answered", "v", "bool", "sees", "is-answered(${item})"),
    _row("coalesce", "v", "any", "sees", "coalesce(value, value, …)", 1, MANY),
    _row("once", "v", "any", "sees", "once(value)"),
    # choices
    _row("selected", "cc", "bool", "false", "selected(${item}, code)"),
    _row("any-of", "cc", "bool", "false", "any-of(${item}, code, …)", 2, MANY * 6),
    _row("all-of", "cc", "bool", "false", "all-of(${item}, code, …)", 2, MANY * 6),
    _row("selected-at", "cn", "text", "missing", "selected-at(${item}, number)"),
    _row("count-selected", "c", "number", "sees", "count-selected(${item})"),
    _row("jr:choice-name", "cl", "text", "missing", "jr:choice-name(code, '${item}')"),
    # texts
    _row("string", "t", "text", "missing", "string(value)"),
    _row("concat", "t", "text", "skip", "concat(value, value, …)", 1, MANY),
    _row("join", "tt", "text", "skip", "join(separator, value, …)", 1, MANY),
    _row("string-length", "t", "number", "sees", "string-length(text)"),
    _row("substr", "tnn", "text", "missing", "substr(text, from, to?)", 2, 3),
    _row("substring-before", "tt", "text", "missing", "substring-before(text, part)"),
    _row("substring-after", "tt", "text", "missing", "substring-after(text, part)"),
    _row("normalize-space", "t", "text", "missing", "normalize-space(text)"),
    _row("contains", "tt", "bool", "false", "contains(text, part)"),
    _row("starts-with", "tt", "bool", "false", "starts-with(text, part)"),
    _row("ends-with", "tt", "bool", "false", "ends-with(text, part)"),
    _row("regex", "tl", "bool", "false", "regex(text, 'pattern')"),
    # numbers
    # A number as written is a leaf of that name, so the function has another one in the tree.
    _row("as-number", "v", "number", "missing", "number(value)"),
    _row("int", "n", "number", "missing", "int(number)"),
    _row("round", "nn", "number", "missing", "round(number, digits?)", 1, 2),
    _row("floor", "n", "number", "missing", "floor(number)"),
    _row("ceiling", "n", "number", "missing", "ceiling(number)"),
    _row("abs", "n", "number", "missing", "abs(number)"),
    _row("sqrt", "n", "number", "missing", "sqrt(number)"),
    _row("pow", "nn", "number", "missing", "pow(number, whole number)"),
    _row("pi", "", "number", "sees", "pi()"),
    _row("sin", "n", "number", "missing", "sin(number)"),
    _row("cos", "n", "number", "missing", "cos(number)"),
    _row("tan", "n", "number", "missing", "tan(number)"),
    _row("atan", "n", "number", "missing", "atan(number)"),
    _row("atan2", "nn", "number", "missing", "atan2(number, number)"),
    # several values
    _row("sum", "n", "number", "skip", "sum(number, …)", 1, MANY),
    _row("mean", "n", "number", "skip", "mean(number, …)", 1, MANY),
    _row("min", "v", "any", "skip", "min(value, …)", 1, MANY),
    _row("max", "v", "any", "skip", "max(value, …)", 1, MANY),
    _row("count", "v", "number", "skip", "count(value, …)", 1, MANY),
    _row("count-non-empty", "v", "number", "skip", "count-non-empty(value, …)", 1, MANY),
    # dates and times
    _row("today", "", "date", "sees", "today()"),
    _row("now", "", "datetime", "sees", "now()"),
    _row("date", "v", "date", "missing", "date(value)"),
    _row("date-time", "v", "datetime", "missing", "date-time(value)"),
    _row("format-date", "dl", "text", "missing", "format-date(date, '%Y-%m-%d')"),
    _row("format-date-time", "dl", "text", "missing", "format-date-time(date-time, '%H:%M')"),
    _row("decimal-date-time", "d", "number", "missing", "decimal-date-time(date)"),
    _row("decimal-time", "v", "number", "missing", "decimal-time(time)"),
    _row("days-between", "dd", "number", "missing", "days-between(from, to)"),
    _row("years-between", "dd", "number", "missing", "years-between(from, to)"),
    # the place
    _row("position", "", "number", "sees", "position(..)"),
    _row("this", "", "any", "sees", "."),
    # a scale answer as a number, its missing codes as missing: put in by ``check``, never written
    _row("points", "vl", "number", "sees", "", 1, MANY * 6),
)

OPERATORS = {row.op: row for row in _OPERATORS}
FUNCTIONS = {row.op: row for row in _FUNCTIONS if row.op not in ("this", "points")}
SIGNATURES = {row.op: row for row in (*_OPERATORS, *_FUNCTIONS)}
# The other names under which files call the same function.
ALIASES = {"ceil": "ceiling", "number": "as-number"}
# What an operation is called when it is written, where that is not its name in the tree.
SPELLED = {"as-number": "number"}

# Functions that other programs have and this language does not, by the reason.
REFUSED = {
    **dict.fromkeys(
        ("pulldata", "instance", "indexed-repeat", "search", "lookup", "pulldata-file"),
        "function_needs_table",
    ),
    **dict.fromkeys(("random", "uuid", "randomize", "once-random"), "function_is_random"),
    **dict.fromkeys(("area", "distance", "geofence", "enclosed-area"), "function_needs_map"),
    **dict.fromkeys(
        ("digest", "base64-decode", "extract-signed", "property", "thousands-sep", "translate"),
        "function_not_offered",
    ),
    **dict.fromkeys(("exp", "exp10", "log", "log10", "asin", "acos"), "function_not_offered"),
    **dict.fromkeys(
        ("checklist", "weighted-checklist", "sort-by", "depend", "relevant", "version"),
        "function_not_offered",
    ),
}
