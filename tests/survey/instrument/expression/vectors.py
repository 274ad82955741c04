"""Expressions with their scopes and what Python says they come to: what every other runtime has to say too."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from survey.instrument.expression import Node, Scope, Value, evaluate, parse
from survey.instrument.expression.calendar import midnight, read_moment, read_time
from survey.instrument.expression.decimals import read_number
from survey.instrument.expression.patterns import canonical, refusal
from survey.instrument.expression.signatures import SIGNATURES
from survey.instrument.expression.values import as_text

SEED = 20_261_121
GENERATED = 10_000
# A value with its type, as it travels: ["number", "12.5"]; None is missing.
Tagged = list[Any] | None

NUMBERS = (
    *("0", "1", "-1", "2", "3", "7", "10", "0.5", "-0.5", "1.5", "-1.5", "2.5", "0.1", "0.2", "0.3", "100"),
    *("365.25", "3.141592653589793238", "0.000000000000000001", "-0.000000000000000001"),
    *("0.000000000000000003", "999999999999999999", "-999999999999999999.999999999999999999"),
    *("123456789.987654321", "0.333333333333333333", "1000000", "1000000.5", "64", "-64", "41", "-41.5"),
)
TEXTS = (
    *(
        "a",
        "b",
        "yes",
        "no",
        "1",
        "01",
        "1.0",
        "1.50",
        "-3",
        " 7 ",
        "+7",
        "1e3",
        ".5",
        "5.",
        ".",
        "-",
        "0x10",
    ),
    *("١", "１", "½", "1,5", "12 34", "88", "#88", "true", "false", "null", "NaN", "Infinity", "a b c"),
    *("héllo wörld", "满意度", "e\u0301", "😀 ok", "\u00a0", " ", "\t x \n y ", "it's", '"q"', "a" * 70),
    *("9" * 30, "0.1234567890123456785", "2024-02-29", "2023-02-29", "2024-2-9", "2024-12-31T23:59:59"),
    *("0000-01-01", "0001-01-01", "9999-12-31", "08:30", "24:00", "08:30:15", "2024-02-30T10:00", "%Y"),
)
DATES = (
    *("2024-02-29", "2023-02-28", "2023-03-01", "2000-01-31", "1900-03-01", "1970-01-01", "1969-12-31"),
    *("2026-11-21", "0001-01-01", "9999-12-31", "2100-02-28", "2024-12-31"),
)
MOMENTS = (
    *("2024-02-29T23:59:59", "2024-03-01T00:00", "1970-01-01T00:00:01", "2026-11-21T12:34"),
    *("0001-01-01T00:00", "9999-12-31T23:59:59"),
)
TIMES = ("00:00", "08:30", "12:00:01", "23:59:59")
CODES = (["a"], ["b"], ["a", "b"], ["1"], ["3", "1", "2"], ["88"], ["满", "意"])
PATTERNS = (
    *("a", "a*", "a+b?", "(a|b)*c", "[a-c]{2,4}", r"\d{3}-\d{4}", r"^\w+$", r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    *(
        r"[\w-\.]+@([\w-]+\.)+[\w-]{2,}",
        "(a+)+b",
        "(a*)*",
        "(a|a)*b",
        "[一-龥]{1,5}",
        ".",
        ".*",
        "a{0}",
        "(?:ab)+?",
    ),
    *(
        "a|",
        "()",
        "^a$|^b$",
        "a^b",
        "[]",
        r"[\]\-]",
        "[a-]",
        "[-a]",
        "x{2,}",
        r"\s*\S+\s*",
        "[^a-z]",
        "(a{1,3}){2}",
    ),
    *(r"\$\{x\}", "é", "😀+", r"[\d.]+", "[+-]?[0-9]+", "(^a|b)c", "a$b?", r"\D\W", "[a-c-e]", r"[a-\d]"),
)
USABLE = tuple(pattern for pattern in PATTERNS if refusal(pattern) is None)
FORMATS = ("%Y-%m-%d", "%d/%m/%y", "%e.%n.%Y", "%H:%M:%S", "%h %% %M", "plain", "%Y年%m月%d日")


class GivenScope(Scope):
    """A scope of plain data."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.today = untag(given["today"])  # type: ignore[assignment]  # a date, as all vectors have it
        self.now = untag(given["now"])  # type: ignore[assignment]  # a moment

    def answer(self, name: str) -> Value:
        return untag(self.given["answers"].get(name))

    def each(self, name: str) -> Sequence[Value]:
        return [untag(tagged) for tagged in self.given["each"].get(name, [])]

    def context(self, name: str) -> Value:
        return untag(self.given["context"].get(name))

    def column(self, name: str) -> Value:
        return untag(self.given["columns"].get(name))

    def this(self) -> Value:
        return untag(self.given["this"])

    def label(self, item: str, code: str) -> str | None:
        found = self.given["labels"].get(f"{item} {code}")
        return found if isinstance(found, str) else None

    def turn(self) -> int | None:
        turn = self.given["turn"]
        return turn if isinstance(turn, int) else None


def untag(tagged: Tagged) -> Value:
    """The value that is written."""
    if tagged is None:
        return None
    kind, raw = tagged
    if kind == "bool":
        return bool(raw)
    if kind == "codes":
        return tuple(raw)
    if kind == "number":
        return read_number(raw)
    if kind == "text":
        return str(raw)
    if kind == "time":
        return read_time(raw)
    moment = read_moment(raw)
    return midnight(moment) if kind == "datetime" and moment is not None else moment


def tag(value: Value) -> Tagged:
    """The value as it travels."""
    if value is None:
        return None
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, tuple):
        return ["codes", list(value)]
    kinds = ((Decimal, "number"), (str, "text"), (datetime, "datetime"), (date, "date"), (time, "time"))
    return [next(kind for known, kind in kinds if isinstance(value, known)), as_text(value) or ""]


def written(value: Value) -> str:
    """The value as bytes to be compared."""
    return json.dumps(tag(value), ensure_ascii=False, separators=(",", ":"))


def samples(chance: random.Random) -> Tagged:
    """Any value of any type, missing every eighth time."""
    kind = chance.choice(
        ("missing", "bool", "number", "number", "text", "text", "codes", "date", "datetime", "time")
    )
    if kind == "missing":
        return None
    if kind == "bool":
        return ["bool", chance.random() < 0.5]
    if kind == "number":
        return ["number", number(chance)]
    pool: Sequence[object] = {
        "text": TEXTS,
        "codes": CODES,
        "date": DATES,
        "datetime": MOMENTS,
        "time": TIMES,
    }[kind]
    return [kind, chance.choice(pool)]


def number(chance: random.Random) -> str:
    """A number of the list, or one with digits at random."""
    if chance.random() < 0.6:
        return chance.choice(NUMBERS)
    whole = chance.randrange(10 ** chance.randrange(1, 19))
    places = chance.randrange(19)
    fraction = f".{chance.randrange(10**places):0{places}}" if places else ""
    return f"{'-' if chance.random() < 0.3 else ''}{whole}{fraction}"


def scope(chance: random.Random) -> dict[str, Any]:
    """A scope with something under every name."""
    return {
        "answers": {name: samples(chance) for name in ("q1", "q2", "题三", "q4")},
        "each": {"loop": [samples(chance) for _ in range(chance.randrange(4))]},
        "context": {"channel": samples(chance)},
        "columns": {"cf": samples(chance)},
        "this": samples(chance),
        "labels": {"q1 a": "Label of a", "q1 1": "一"},
        "turn": chance.choice((None, 1, 2, 12)),
        "today": ["date", chance.choice(DATES)],
        "now": ["datetime", chance.choice(MOMENTS)],
    }


_NAMES = ("q1", "q2", "题三", "q4", "gone")
_CALLS = tuple(op for op in SIGNATURES if op not in ("this", "points", "jr:choice-name"))


def expression(chance: random.Random, depth: int) -> Node:
    """An expression at random: any operation, anything inside it that can be read at all."""
    if depth == 0 or chance.random() < 0.15:
        return leaf(chance)
    op = chance.choice(_CALLS)
    signature = SIGNATURES[op]
    size = chance.randint(signature.least, min(signature.most, signature.least + 2))
    args = [expression(chance, depth - 1) for _ in range(size)]
    if op == "regex":
        args[1] = Node("text", (canonical(chance.choice(USABLE)),))
    if op in ("format-date", "format-date-time"):
        args[1] = Node("text", (chance.choice(FORMATS),))
    if signature.rule == "skip" and chance.random() < 0.3:
        args[-1] = Node("each", ("loop",))
    return Node(op, tuple(args))


def leaf(chance: random.Random) -> Node:
    """Something without parts."""
    kind = chance.choice(("answer", "answer", "number", "text", "more"))
    if kind == "answer":
        return Node("answer", (chance.choice(_NAMES),))
    if kind == "number":
        return Node("number", (number(chance).removeprefix("-"),))
    if kind == "text":
        return Node("text", (chance.choice(("", *TEXTS)),))
    return chance.choice(
        (
            Node("context", ("channel",)),
            Node("column", ("cf",)),
            Node("this"),
            Node("each", ("loop",)),
            Node("points", (Node("answer", ("q1",)), Node("text", ("88",)), Node("text", ("1",)))),
            Node("jr:choice-name", (Node("answer", ("q1",)), Node("text", ("${q1}",)))),
        )
    )


GRID: tuple[Tagged, ...] = (
    *(None, ["bool", True], ["bool", False], ["number", "0"], ["number", "2.5"], ["number", "-1"]),
    *(["text", "2.5"], ["text", "a"], ["text", "2024-02-29"], ["text", "08:30"], ["codes", ["a"]]),
    *(["codes", ["1", "a"]], ["date", "2024-02-29"], ["datetime", "2024-02-29T08:30"], ["time", "08:30"]),
)


def grid() -> Iterator[tuple[Node, dict[str, Any]]]:
    """Every operator and function with every type and with missing in every place."""
    empty = {**scope(random.Random(SEED)), "this": None}
    for op, signature in SIGNATURES.items():
        if op in ("this", "points", "jr:choice-name"):
            continue
        for size in range(signature.least, min(signature.most, max(signature.least, 2)) + 1):
            for given in itertools.product(GRID, repeat=min(size, 2)):
                names = [f"a{at}" for at in range(len(given))]
                parts = [Node("answer", (name,)) for name in names]
                parts += parts[-1:] * (size - len(parts))
                if op == "regex":
                    parts[1] = Node("text", ("[a-z0-9.]+",))
                if op in ("format-date", "format-date-time"):
                    parts[1] = Node("text", ("%Y/%m/%d %H:%M:%S",))
                yield (
                    Node(op, tuple(parts)),
                    {**empty, "answers": dict(zip(names, given, strict=True))},
                )


def hard() -> Iterator[tuple[Node, dict[str, Any]]]:
    """Every pattern on many texts, and pairs of numbers and of texts that look like numbers."""
    chance = random.Random(SEED + 1)
    empty = scope(chance)
    for pattern in USABLE:
        texts = [
            *TEXTS[:30],
            *("".join(chance.choices("abcde@.-1 é😀一\n", k=chance.randrange(1, 9))) for _ in range(30)),
        ]
        for text in texts:
            yield (
                Node("regex", (Node("answer", ("t",)), Node("text", (canonical(pattern),)))),
                given(empty, t=["text", text]),
            )
    for op in ("+", "-", "*", "div", "mod", "=", "<", ">=", "atan2", "pow", "round"):
        for a, b in itertools.product(NUMBERS, repeat=2):
            yield two(op, empty, ["number", a], ["number", b])
    for op in ("=", "!=", "<"):
        for a, b in itertools.product(TEXTS, repeat=2):
            yield two(op, empty, ["text", a], ["text", b])
        for a, b in itertools.product(TEXTS, NUMBERS[:12]):
            yield two(op, empty, ["text", a], ["number", b])
        for a, b in itertools.product(TEXTS, (*DATES[:4], *MOMENTS[:2])):
            yield two(op, empty, ["text", a], ["datetime" if "T" in b else "date", b])
    for op in ("-", "days-between", "years-between", "="):
        for a, b in itertools.product((*DATES, *MOMENTS), repeat=2):
            yield two(
                op, empty, ["datetime" if "T" in a else "date", a], ["datetime" if "T" in b else "date", b]
            )
    for a, b in itertools.product((*DATES, *MOMENTS), NUMBERS):
        yield two("+", empty, ["datetime" if "T" in a else "date", a], ["number", b])


def two(op: str, empty: dict[str, Any], a: Tagged, b: Tagged) -> tuple[Node, dict[str, Any]]:
    """One operation on two values."""
    return Node(op, (Node("answer", ("a",)), Node("answer", ("b",)))), given(empty, a=a, b=b)


def given(empty: dict[str, Any], **answers: Tagged) -> dict[str, Any]:
    """A scope with these answers."""
    return {**empty, "answers": answers}


def generated(count: int = GENERATED, seed: int = SEED) -> Iterator[tuple[Node, dict[str, Any]]]:
    """Expressions at random, each with a scope at random."""
    chance = random.Random(seed)
    for _ in range(count):
        yield expression(chance, chance.randrange(1, 5)), scope(chance)


def document(cases: Iterator[tuple[Node, dict[str, Any]]]) -> tuple[list[list[Any]], list[str]]:
    """Cases as plain data for another runtime, and what Python says to each."""
    asked: list[list[Any]] = []
    expected: list[str] = []
    for node, about in cases:
        asked.append([node.to_json(), about])
        expected.append(written(evaluate(node, GivenScope(about))))
    return asked, expected


def from_text(text: str) -> Node:
    """An expression that must be readable."""
    parsed = parse(text)
    assert parsed.node is not None, parsed.problems
    return parsed.node
