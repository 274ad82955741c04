"""docs/expressions.md says what the table of functions says, and its examples and limits are true."""

from __future__ import annotations

import re

import pytest

from survey.instrument.expression import limits, parse, patterns
from survey.instrument.expression.signatures import FUNCTIONS, OPERATORS, REFUSED
from tests.house.test_layout import ROOT

PAGE = (ROOT / "docs/expressions.md").read_text()
_GIVES = {
    "bool": "condition",
    "number": "number",
    "text": "text",
    "any": "as given",
    "date": "date",
    "datetime": "date with time",
}
_MISSING = {"false": "does not hold", "missing": "missing", "skip": "left out", "sees": "see meaning"}


def test_the_table_of_functions_is_the_one_of_the_code() -> None:
    rows = re.findall(r"^\| `([^`]+\))` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.M)
    assert [row[:3] for row in rows] == [
        (function.usage, _GIVES[function.result], _MISSING[function.rule]) for function in FUNCTIONS.values()
    ]
    assert all(len(meaning) > 4 for *_, meaning in rows)


def test_operators_and_refused_functions_are_named() -> None:
    assert all(f"`{op}`" in PAGE for op in OPERATORS if op != "neg")
    named = set(re.findall(r"`([\w:-]+)`", PAGE.split("Not offered")[1].split("## Patterns")[0]))
    assert {"pulldata", "random", "distance", "log"} <= named <= set(REFUSED) | {"name"}


@pytest.mark.parametrize(
    "line", re.findall(r"^(?!evaluate|isTrue|read|write)\S.*$", PAGE.split("```")[1], re.M)
)
def test_the_examples_can_be_read(line: str) -> None:
    assert parse(line).node is not None


def test_the_limits_are_those_of_the_code() -> None:
    section = PAGE.split("## Limits")[1].replace(",", "")
    for limit in (limits.MAX_CHARACTERS, limits.MAX_DEPTH, limits.MAX_NODES, limits.MAX_DIGITS):
        assert re.search(rf"\b{limit}\b", section)
    section = PAGE.split("## Patterns")[1].replace(",", "")
    for limit in (patterns.MAX_PATTERN, patterns.MAX_REPEAT, patterns.MAX_PLACES):
        assert re.search(rf"\b{limit}\b", section)
