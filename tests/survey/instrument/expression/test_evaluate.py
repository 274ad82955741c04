"""What expressions come to, stated by hand: the missing rule, readings, arithmetic, dates, texts."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.instrument.expression import Node, decimals, evaluate
from survey.instrument.expression.values import as_text
from tests.survey.instrument.expression.vectors import GivenScope, from_text

SCOPE: dict[str, Any] = {
    "answers": {
        "age": ["number", "42"],
        "size": ["number", "1.5"],
        "one": ["text", "school"],
        "many": ["codes", ["school", "clinic"]],
        "alone": ["codes", ["school"]],
        "scale": ["text", "4"],
        "unsure": ["text", "88"],
        "refused": ["text", "#98"],
        "born": ["date", "2004-02-29"],
        "at": ["datetime", "2024-03-01T06:00"],
        "clock": ["time", "08:30"],
        "blank": ["text", ""],
        "none": ["codes", []],
        "yes": ["bool", True],
        "name": ["text", " 李  雷 "],
    },
    "each": {"paid": [["number", "10"], None, ["number", "2.5"], ["text", "#88"]]},
    "context": {"mode": ["text", "web"]},
    "columns": {"county": ["text", "990101"]},
    "this": ["number", "7"],
    "labels": {"one school": "School"},
    "turn": 2,
    "today": ["date", "2026-11-21"],
    "now": ["datetime", "2026-11-21T12:34:56"],
}

TABLE: list[tuple[str, str | None]] = [
    # missing: comparisons do not hold, equality only with missing, arithmetic is missing, sums skip
    ("${gone} > 1", "false"),
    ("${gone} <= 1", "false"),
    ("not(${gone} > 1)", "true"),
    ("${gone} = ${gone}", "true"),
    ("${gone} = 1", "false"),
    ("${gone} != 1", "true"),
    ("${gone} = ''", "true"),
    ("${blank} = ''", "true"),
    ("${none} = ''", "true"),
    ("${one} != ''", "true"),
    ("${gone} + 1", None),
    ("1 div 0", None),
    ("sum(${gone}, 1, 2)", "3"),
    ("sum(${gone}, ${blank})", None),
    ("mean(1, ${gone}, 2)", "1.5"),
    ("count(${gone}, 1, 'a')", "2"),
    ("count(${gone})", "0"),
    ("is-answered(${gone})", "false"),
    ("is-answered(${unsure})", "true"),
    ("is-answered(${refused})", "true"),
    ("selected(${gone}, 'a')", "false"),
    ("contains(${gone}, 'a')", "false"),
    ("string-length(${gone})", "0"),
    ("count-selected(${gone})", "0"),
    ("concat('a', ${gone}, 1)", "a1"),
    ("coalesce(${gone}, ${blank}, 'x')", "x"),
    ("if(${gone}, 'a', 'b')", "b"),
    ("${gone} or true()", "true"),
    ("${gone} and true()", "false"),
    # one kind read as another
    ("${scale} > 3", "true"),
    ("${scale} = 4", "true"),
    ("'04' = 4", "true"),
    ("'04' = '4'", "false"),
    ("'a' < 'b'", "false"),
    ("'9' < '10'", "true"),
    ("${refused} > 1", "false"),
    ("${refused} = '#98'", "true"),
    ("${alone} = 'school'", "true"),
    ("${many} = 'school'", "false"),
    ("${many} = ${many}", "true"),
    ("${yes} = true()", "true"),
    ("${yes} = 'true'", "false"),
    ("${yes} + 1", "2"),
    # choices
    ("selected(${many}, 'clinic')", "true"),
    ("selected('school shop', ${one})", "true"),
    ("selected(${one}, 'school')", "true"),
    ("any-of(${many}, 'x', 'clinic')", "true"),
    ("all-of(${many}, 'school', 'clinic')", "true"),
    ("all-of(${one}, 'school', 'clinic')", "false"),
    ("selected-at(${many}, 1)", "clinic"),
    ("selected-at(${many}, 2)", None),
    ("count-selected(${many})", "2"),
    ("jr:choice-name(${one}, '${one}')", "School"),
    # numbers
    ("0.1 + 0.2", "0.3"),
    ("2 div 3", "0.666666666666666667"),
    ("-7 mod 3", "-1"),
    ("7 mod -3", "1"),
    ("round(2.5)", "3"),
    ("round(-2.5)", "-2"),
    ("round(1234.5678, 2)", "1234.57"),
    ("round(1250, -2)", "1300"),
    ("int(-2.7)", "-2"),
    ("floor(-2.1)", "-3"),
    ("ceiling(-2.9)", "-2"),
    ("abs(-0.5)", "0.5"),
    ("sqrt(2)", "1.414213562373095049"),
    ("sqrt(-1)", None),
    ("pow(2, 10)", "1024"),
    ("pow(2, -2)", "0.25"),
    ("pow(0, -1)", None),
    ("pow(2, 0.5)", None),
    ("999999999999999999 + 1", None),
    ("0.000000000000000001 div 2", "0"),
    ("number('1e3')", None),
    ("number('  -3.50 ')", "-3.5"),
    ("sum(${size}, '2', true())", "4.5"),
    ("min(3, '2', 'x')", "2"),
    # dates
    ("${born} + 365", "2005-02-28"),
    ("date('2024-03-01') - date('2024-02-28')", "2"),
    ("${at} - date('2024-03-01')", "0.25"),
    ("${at} > '2024-03-01'", "true"),
    ("${at} = date('2024-03-01')", "false"),
    ("${clock} < '09:00'", "true"),
    ("years-between(${born}, today())", "22"),
    ("years-between(${born}, date('2025-02-28'))", "20"),
    ("years-between(${born}, date('2025-03-01'))", "21"),
    ("date('2023-02-29')", None),
    ("format-date(${born}, '%d.%m.%Y')", "29.02.2004"),
    ("format-date-time(now(), '%H:%M:%S')", "12:34:56"),
    ("decimal-date-time(date('1970-01-02'))", "1"),
    ("decimal-time(${clock})", "0.354166666666666667"),
    ("max(${born}, today())", "2026-11-21"),
    ("max(${born}, 1)", None),
    ("date('9999-12-31') + 1", None),
    # texts
    ("normalize-space(${name})", "李 雷"),
    ("string-length('😀é')", "2"),
    ("substr('abcdef', 1, 3)", "bc"),
    ("substr('abcdef', -2)", "ef"),
    ("substring-before('a-b-c', '-')", "a"),
    ("substring-after('a-b-c', '-')", "b-c"),
    ("join(', ', 'a', ${gone}, 'b')", "a, b"),
    ("regex(${one}, '[a-z]{6}')", "true"),
    ("regex(${one}, '[a-z]{5}')", "false"),
    # the place
    (". > 5", "true"),
    ("once(3)", "7"),
    ("county = '990101'", "true"),
    ("context('mode') = 'web'", "true"),
    ("position(..)", "2"),
]


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[text for text, _ in TABLE])
def test_what_an_expression_comes_to(text: str, expected: str | None) -> None:
    assert as_text(evaluate(from_text(text), GivenScope(SCOPE))) == expected


def test_answers_of_all_turns_are_added_up() -> None:
    for op, expected in (("sum", "12.5"), ("count", "3"), ("mean", "6.25"), ("max", "10")):
        assert as_text(evaluate(Node(op, (Node("each", ("paid",)),)), GivenScope(SCOPE))) == expected


def test_today_is_the_day_of_the_scope() -> None:
    assert evaluate(from_text("today()"), GivenScope(SCOPE)) == date(2026, 11, 21)


numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=18)


@given(numbers, numbers)
def test_arithmetic_is_the_exact_result_rounded_once(a: Decimal, b: Decimal) -> None:
    exact = [
        (decimals.plus(a, b), Fraction(a) + Fraction(b)),
        (decimals.times(a, b), Fraction(a) * Fraction(b)),
    ]
    if b:
        exact.append((decimals.divided(a, b), Fraction(a) / Fraction(b)))
    for found, wanted in exact:
        scaled = round(wanted * decimals.ONE)  # Python rounds fractions half to even
        if abs(scaled) >= decimals.LIMIT:
            assert found is None
        else:
            assert found is not None
            assert Fraction(found) * decimals.ONE == scaled


@given(numbers)
def test_numbers_come_back_from_their_text(a: Decimal) -> None:
    text = decimals.write_number(a)
    assert decimals.read_number(text) == a
    assert "e" not in text.lower()
    assert text != "-0"


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "atan", "sqrt"])
@pytest.mark.parametrize("x", ["0", "0.1", "0.5", "1", "1.4", "2.5", "3.2", "6", "100", "12345.678"])
def test_curves_agree_with_floating_point(name: str, x: str) -> None:
    found = evaluate(from_text(f"{name}({x})"), GivenScope(SCOPE))
    assert isinstance(found, Decimal)
    assert math.isclose(float(found), getattr(math, name)(float(x)), rel_tol=1e-11, abs_tol=1e-15)


@pytest.mark.parametrize(
    ("y", "x"), [("1", "1"), ("1", "-1"), ("-1", "-1"), ("-1", "1"), ("0", "-1"), ("2", "0")]
)
def test_the_angle_of_a_point(y: str, x: str) -> None:
    found = evaluate(from_text(f"atan2({y}, {x})"), GivenScope(SCOPE))
    assert isinstance(found, Decimal)
    assert math.isclose(float(found), math.atan2(float(y), float(x)), abs_tol=1e-15)
