"""Types, names and options: what is refused with its character, and how literals are understood."""

from __future__ import annotations

from typing import Any

import pytest

from survey.instrument.expression import Known, Names, Standing, check
from survey.instrument.expression.signatures import Type
from survey.instrument.problems import Where
from tests.survey.instrument.expression.vectors import from_text

NAMES = Names(
    answers={
        "sat": Known(type="code", codes=("1", "2", "3", "88"), missing=("88",)),
        "place": Known(type="code", codes=("school", "clinic")),
        "zero": Known(type="code", codes=("01", "02")),
        "many": Known(type="codes", codes=("a", "b")),
        "age": Known(type="number", missing=("#88",)),
        "name": Known(type="text"),
        "born": Known(type="date"),
        "at": Known(type="datetime"),
        "clock": Known(type="time"),
        "agreed": Known(type="bool"),
        "note": Known(type="none"),
        "later": Known(type="number"),
        "paid": Known(type="number"),
        "shuffled": Known(type="number"),
    },
    context={"mode": Known(type="code", codes=("web", "cati")), "units": Known(type="codes")},
    columns={"county": Known(type="text")},
    this=Known(type="number"),
    standing=lambda name: _STANDING.get(name, "here"),
)
_STANDING: dict[str, Standing] = {"later": "later", "paid": "elsewhere", "shuffled": "shuffled"}

SAT = ["points", ["answer", "sat"], ["text", "88"]]
TYPED: list[tuple[str, list[Any], Type]] = [
    ("${sat} = 2", ["=", ["answer", "sat"], ["text", "2"]], "bool"),
    ("2 = ${sat}", ["=", ["text", "2"], ["answer", "sat"]], "bool"),
    ("${sat} = 88", ["=", ["answer", "sat"], ["text", "88"]], "bool"),
    ("${zero} = 1", ["=", ["answer", "zero"], ["text", "01"]], "bool"),
    ("${sat} > 2", [">", SAT, ["number", "2"]], "bool"),
    ("${sat} + 1", ["+", SAT, ["number", "1"]], "number"),
    ("mean(${sat}, ${age})", ["mean", SAT, ["answer", "age"]], "number"),
    ("selected(${many}, 'a')", ["selected", ["answer", "many"], ["text", "a"]], "bool"),
    ("${age} = '5'", ["=", ["answer", "age"], ["number", "5"]], "bool"),
    ("${age} = '#88'", ["=", ["answer", "age"], ["text", "#88"]], "bool"),
    ("${agreed} = 'OK'", ["=", ["answer", "agreed"], ["true"]], "bool"),
    ("${agreed} and true()", ["and", ["answer", "agreed"], ["true"]], "bool"),
    ("${born} > '2020-01-01'", [">", ["answer", "born"], ["text", "2020-01-01"]], "bool"),
    ("${born} + 7", ["+", ["answer", "born"], ["number", "7"]], "date"),
    ("today() - ${born}", ["-", ["today"], ["answer", "born"]], "number"),
    ("${at} - ${born}", ["-", ["answer", "at"], ["answer", "born"]], "number"),
    ("sum(${paid})", ["sum", ["each", "paid"]], "number"),
    ("if(${sat} = 1, 'a', '')", ["if", ["=", ["answer", "sat"], ["text", "1"]], ["text", "a"], ["text", ""]], "text"),
    ("if(${sat} = 1, ${sat}, '')", ["if", ["=", ["answer", "sat"], ["text", "1"]], ["answer", "sat"], ["text", ""]], "code"),
    ("context('mode') = 'web'", ["=", ["context", "mode"], ["text", "web"]], "bool"),
    ("regex(${name}, '\\d+[\\w-\\.]')", ["regex", ["answer", "name"], ["text", "[0-9]+[0-9A-Za-z_\\-\\.]"]], "bool"),
    ("${name} = 'x' and ${place} != ''", ["and", ["=", ["answer", "name"], ["text", "x"]], ["!=", ["answer", "place"], ["text", ""]]], "bool"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tree", "gives"), TYPED, ids=[text for text, _, _ in TYPED])
def test_literals_are_understood_by_what_stands_beside_them(text: str, tree: list[Any], gives: Type) -> None:
    checked = check(from_text(text), NAMES)
    assert checked.problems == ()
    assert checked.node.to_json() == tree
    assert checked.type == gives
    # What has been checked once is not changed by a second look.
    again = check(checked.node, NAMES)
    assert (again.node, again.problems) == (checked.node, ())


REFUSED = [
    ("unknown_reference", 4, "not(${plaze} = 'school')"),
    ("unknown_option", 11, "${place} = 'shop'"),
    ("unknown_option", 9, "${sat} = 4"),
    ("unknown_option", 18, "selected(${many}, 'c')"),
    ("unknown_option", 9, "selected('a c', ${many})"),
    ("unknown_context", 0, "context('weather') = 'a'"),
    ("unknown_option", 18, "context('mode') = 'fax'"),
    ("unknown_column", 0, "country = 'a'"),
    ("forward_reference", 0, "${later} > 1"),
    ("repeated_reference", 0, "${paid} > 1"),
    ("shuffled_reference", 0, "${shuffled} > 1"),
    ("valueless_reference", 0, "${note} = 1"),
    ("text_reference", 7, "any-of(${name}, 'a')"),
    ("wants_number", 0, "${place} > 1"),
    ("wants_number", 4, "1 + 'a'"),
    ("wants_number", 9, "${age} = 'old'"),
    ("wants_number", 4, "sum(${born})"),
    ("wants_condition", 0, "${sat} or ${agreed}"),
    ("wants_condition", 3, "if(${age}, 1, 2)"),
    ("wants_choice", 9, "selected(${age}, 1)"),
    ("wants_date", 10, "${born} = 3"),
    ("wants_date", 10, "${born} > 'soon'"),
    ("wants_date", 12, "format-date(${age}, '%Y')"),
    ("wants_time", 11, "${clock} = '8am'"),
    ("format_refused", 21, "format-date(${born}, '%b')"),
    ("pattern_refused", 15, "regex(${name}, '(?=a)')"),
    ("pattern_too_long", 15, f"regex(${{name}}, '{'a' * 501}')"),
    ("power_refused", 12, "pow(${age}, 0.5)"),
    ("unknown_reference", 23, "jr:choice-name(${sat}, '${zat}')"),
]


@pytest.mark.parametrize(("code", "at", "text"), REFUSED, ids=[text[:60] for _, _, text in REFUSED])
def test_what_cannot_hold_is_refused_at_its_character(code: str, at: int, text: str) -> None:
    checked = check(from_text(text), NAMES, where=Where(item="Q1", field="show_if"))
    found = [(problem.code, problem.where.character) for problem in checked.problems]
    assert found == [(code, at)]
    assert str(checked.problems[0].where) == f"Q1/show_if:{at}"
    assert checked.problems[0].message("zh")
    assert checked.problems[0].message("en")


def test_dots_and_columns_have_their_places() -> None:
    nowhere = Names(answers=NAMES.answers)
    found = [problem.code for problem in check(from_text(". > county"), nowhere).problems]
    assert found == ["this_not_here", "column_not_here"]


@pytest.mark.parametrize(
    ("text", "expected", "fits"),
    [
        ("${age} > 1", "bool", True),
        ("${age}", "bool", False),
        ("${age}", "number", True),
        ("${age}", "text", True),
        ("${place}", "number", False),
        ("${born}", "date", True),
        ("${born}", "datetime", True),
        ("${at}", "date", False),
        ("coalesce(${age}, ${name})", "number", True),
    ],
)
def test_an_expression_gives_what_its_place_wants(text: str, expected: Type, fits: bool) -> None:
    assert (check(from_text(text), NAMES, expected=expected).problems == ()) is fits


def test_the_nearest_name_is_offered() -> None:
    (problem,) = check(from_text("${plase} = 'a'"), NAMES).problems
    assert problem.context["nearest"] == "place"
