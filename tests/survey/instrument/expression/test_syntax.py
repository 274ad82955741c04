"""The dialect: what is read, what is refused and where, and that text and tree give each other back."""

from __future__ import annotations

import random
import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.instrument.expression import Node, parse, references, render
from survey.instrument.expression.limits import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES
from tests.survey.instrument.expression import hostile, vectors

READ: list[tuple[str, list[Any]]] = [
    ("${age} >= 18", [">=", ["answer", "age"], ["number", "18"]]),
    (". > 3 and . < 9", ["and", [">", ["this"], ["number", "3"]], ["<", ["this"], ["number", "9"]]]),
    ("${county}=cf", ["=", ["answer", "county"], ["column", "cf"]]),
    ("selected (., 'no')", ["selected", ["this"], ["text", "no"]]),
    ("1 - 2 - 3", ["-", ["-", ["number", "1"], ["number", "2"]], ["number", "3"]]),
    ("1 + 2 * 3", ["+", ["number", "1"], ["*", ["number", "2"], ["number", "3"]]]),
    ("-1 * 2", ["*", ["neg", ["number", "1"]], ["number", "2"]]),
    ("10 div 2 mod 3", ["mod", ["div", ["number", "10"], ["number", "2"]], ["number", "3"]]),
    (
        "a or b and c = d < e",
        [
            "or",
            ["column", "a"],
            ["and", ["column", "b"], ["=", ["column", "c"], ["<", ["column", "d"], ["column", "e"]]]],
        ],
    ),
    ("a and b and c", ["and", ["column", "a"], ["column", "b"], ["column", "c"]]),
    ("(a and b) and c", ["and", ["and", ["column", "a"], ["column", "b"]], ["column", "c"]]),
    ("div div mod", ["div", ["column", "div"], ["column", "mod"]]),
    ("a-b", ["column", "a-b"]),
    ("a -b", ["-", ["column", "a"], ["column", "b"]]),
    ("${q-1.x} = .5", ["=", ["answer", "q-1.x"], ["number", ".5"]]),
    ("${ 年龄 } = '它''s'", ["=", ["answer", "年龄"], ["text", "它's"]]),
    ("${cafe\u0301} = 'e\u0301'", ["=", ["answer", "caf\u00e9"], ["text", "\u00e9"]]),
    ("position(..)", ["position"]),
    ("ceil(1.5)", ["ceiling", ["number", "1.5"]]),
    ("context('mode') = 'web'", ["=", ["context", "mode"], ["text", "web"]]),
    ("jr:choice-name(${q}, '${q}')", ["jr:choice-name", ["answer", "q"], ["text", "${q}"]]),
    ("if(a, '', 0)\n\tor true()", ["or", ["if", ["column", "a"], ["text", ""], ["number", "0"]], ["true"]]),
]


@pytest.mark.parametrize(("text", "tree"), READ, ids=[text for text, _ in READ])
def test_texts_are_read_as_trees(text: str, tree: list[Any]) -> None:
    node = vectors.from_text(text)
    assert node.to_json() == tree
    assert Node.from_json(tree) == node
    assert vectors.from_text(render(node)) == node


REFUSED = [
    ("expression_empty", 0, "  "),
    ("expression_ends", 4, "1 + "),
    ("expression_ends", 7, "concat("),
    ("expression_unexpected", 4, "1 + )"),
    ("expression_unexpected", 2, "1 2"),
    ("expression_unexpected", 7, "sum(1, )"),
    ("expression_sign", 8, "not(${a}]"),
    ("expression_foreign_sign", 5, "${a} == 1"),
    ("expression_foreign_sign", 5, "${a} && 1"),
    ("expression_foreign_sign", 5, "${a} | 1"),
    ("expression_foreign_sign", 0, "!${a}"),
    ("expression_foreign_sign", 7, "${a} = “x”"),
    ("expression_foreign_sign", 4, "${a}，1"),
    ("expression_open_quote", 7, "${a} = 'x"),
    ("expression_braces", 0, "$a"),
    ("expression_braces", 0, "${a"),
    ("expression_braces", 0, "${}"),
    ("expression_name", 0, "${1a}"),
    ("expression_name", 0, "${last-saved#a}"),
    ("expression_name", 0, "${" + "a" * 200 + "}"),
    ("expression_path", 2, "../a"),
    ("expression_path", 0, "/data/a"),
    ("expression_path", 5, "${a} / 2"),
    ("expression_sign", 4, "1 + @a"),
    ("expression_sign", 2, "1 \x00"),
    ("expression_sign", 0, "'\ud800'"),
    ("expression_number_too_long", 4, "1 + " + "9" * 41),
    ("expression_literal", 9, "regex(., ${p})"),
    ("expression_literal", 0, "context(${a})"),
    ("argument_count", 0, "if(1, 2)"),
    ("argument_count", 4, "1 + round(1, 2, 3)"),
    ("unknown_function", 4, "not(selekted(., 'a'))"),
    ("function_needs_table", 0, "pulldata('a', 'b', 'c', 'd')"),
    ("function_is_random", 0, "random()"),
    ("function_needs_map", 0, "distance(.)"),
    ("function_not_offered", 0, "log(2)"),
    ("expression_too_long", MAX_CHARACTERS, "1" + " " * MAX_CHARACTERS),
    ("expression_too_deep", MAX_DEPTH, "(" * 60 + "1" + ")" * 60),
    ("expression_too_deep", MAX_DEPTH, "-" * 60 + "1"),
    ("expression_too_deep", 2 * MAX_DEPTH - 1, "1" + "+1" * 60),
    ("expression_too_deep", 4 * MAX_DEPTH, "not(" * 60 + "1" + ")" * 60),
]


@pytest.mark.parametrize(
    ("code", "at", "text"), REFUSED, ids=[f"{code}-{number}" for number, (code, _, _) in enumerate(REFUSED)]
)
def test_what_cannot_be_read_is_refused_at_its_character(code: str, at: int, text: str) -> None:
    parsed = parse(text)
    assert parsed.node is None
    (problem,) = parsed.problems
    assert (problem.code, problem.where.character) == (code, at)
    assert problem.message("zh") != problem.message("en")


def test_too_many_parts_are_refused() -> None:
    parsed = parse(" or ".join(["a=1"] * (MAX_NODES // 3 + 1)))
    assert [problem.code for problem in parsed.problems] == ["expression_too_large"]
    assert parse(" or ".join(["a=1"] * (MAX_NODES // 3 - 1))).node is not None


def test_random_trees_come_back_from_their_text() -> None:
    chance = random.Random(7)
    for _ in range(1_500):
        node = vectors.expression(chance, chance.randrange(1, 6))
        if any(part in ("points", "each", "jr:choice-name") for part in _operations(node)):
            continue
        node = _composed(node)
        assert vectors.from_text(render(node)) == node, render(node)


def _composed(node: Node) -> Node:
    """The node as a text would give it: with composed characters."""
    parts = (
        _composed(part) if isinstance(part, Node) else unicodedata.normalize("NFC", part)
        for part in node.args
    )
    return Node(node.op, tuple(parts))


def _operations(node: Node) -> list[str]:
    return [node.op, *(op for part in node.nodes for op in _operations(part))]


@pytest.mark.parametrize(
    "stored",
    [
        *(None, 3, "a", [], {}, [3], ["number"], ["number", 3], ["number", "x"], ["answer", "a", "b"]),
        *(["exec", ["text", "a"]], ["not"], ["not", "a"], ["if", ["true"], ["true"]], ["or", ["true"]]),
        *(["text", "a" * 5_000], ["or", *[["true"]] * 2_001]),
    ],
)
def test_a_spoilt_stored_expression_is_refused(stored: Any) -> None:
    with pytest.raises(ValueError):
        Node.from_json(stored)


def test_a_stored_expression_that_is_too_deep_is_refused() -> None:
    stored: list[Any] = ["true"]
    for _ in range(200):
        stored = ["not", stored]
    with pytest.raises(ValueError):
        Node.from_json(stored)


def test_references_name_what_is_looked_up_and_where() -> None:
    node = vectors.from_text("${a} = cf or . > ${b} + context('mode') or once(1)")
    found = [(part.kind, part.name, part.at) for part in references(node)]
    assert found == [
        ("answer", "a", 0), ("column", "cf", 7), ("this", "", 13), ("answer", "b", 17), ("context", "mode", 24), ("this", "", 43),
    ]  # fmt: skip


def test_hostile_texts_raise_nothing_and_take_no_time() -> None:
    slowest = 0.0
    for text in hostile.texts(3_000, seed=1):
        start = time.thread_time()
        parsed = parse(text)
        slowest = max(slowest, time.thread_time() - start)
        assert (parsed.node is None) == bool(parsed.problems)
    assert slowest < 1


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    parsed = parse(text)
    if parsed.node is not None:
        assert vectors.from_text(render(parsed.node)) == parsed.node
    assert all(problem.message("zh") and problem.to_json() for problem in parsed.problems)
