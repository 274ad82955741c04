"""Expressions in an interview: computed values, long chains, turns, the day, and conditions in the new language."""

from __future__ import annotations

from typing import Any

import pytest

from survey.instrument.expression import holds
from survey.instrument.path import PageRef, Reach, find_path, is_on_path
from survey.instrument.program import Program
from survey.instrument.scope import AnswerScope, typed
from survey.instrument.state import AnswerState
from tests.survey.instrument.expression.vectors import from_text
from tests.survey.instrument.make import build


def document(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An instrument of one section."""
    section = {"id": "S", "title": {"zh": "节", "en": "Section"}, "questions": list(questions)}
    return {
        "schema": "minyi/instrument/2",
        "id": "small",
        "version": "1",
        "title": {"zh": "小", "en": "Small"},
        "languages": ["zh", "en"],
        "sections": [section],
        **more,
    }


def question(code: str, kind: str = "single", **fields: Any) -> dict[str, Any]:
    item = {"id": code, "type": kind, "text": {"zh": code, "en": code}, **fields}
    if kind == "single":
        item.setdefault(
            "options", [{"code": "1", "zh": "是", "en": "Yes"}, {"code": "2", "zh": "否", "en": "No"}]
        )
    return item


def compiled(*questions: dict[str, Any], **more: Any) -> Program:
    compilation = build(document(*questions, **more))
    assert compilation.program, [str(problem) for problem in compilation.problems]
    return compilation.program


def problems(*questions: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    return [(found.code, str(found.where)) for found in build(document(*questions, **more)).problems]


@pytest.mark.parametrize("length", [30, 1_500])
def test_a_long_chain_of_conditions_is_decided_without_going_deep(length: int) -> None:
    chain = [question("Q0"), *(question(f"Q{n}", show_if=f"${{Q{n - 1}}} = 1") for n in range(1, length))]
    program = compiled(*chain)
    state = AnswerState(answers={f"Q{n}": "1" for n in range(length)})
    last = PageRef(code=program.pages[-1].code)
    assert is_on_path(program, last, state)
    assert len(find_path(program, state).pages) == len(program.pages)
    torn = state.merged({"Q5": "2"})
    assert not is_on_path(program, last, torn)
    assert len(find_path(program, torn).stale) == length - 6


def test_a_long_chain_of_computed_values_is_computed_without_going_deep() -> None:
    chain = [
        question("C0", "computed", calculation="number(${N})", value="number"),
        *(
            question(f"C{n}", "computed", calculation=f"${{C{n - 1}}} + 1", value="number")
            for n in range(1, 1_500)
        ),
    ]
    program = compiled(question("N", "number"), *chain)
    reach = Reach(program, AnswerState(answers={"N": "0.5"}))
    assert str(reach.computed(program.places["C1499"].item, None)) == "1499.5"


def test_circles_are_named_in_full() -> None:
    found = build(
        document(
            question("A", show_if="${C} = 1"),
            question("B", show_if="${A} = 1"),
            question("C", show_if="${B} = 1"),
            question("D", show_if="${D} = 1"),
        )
    ).problems
    circles = [problem.context["path"] for problem in found if problem.code == "cycle"]
    assert circles == ["A → C → B → A", "D → D"]
    assert not [problem for problem in found if problem.code == "forward_reference"]


def test_circles_go_through_calculations_and_name_no_bystander() -> None:
    found = build(
        document(
            question("A", "computed", calculation="${B} + 1", value="number"),
            question("B", "computed", calculation="${A} + 1", value="number"),
            question("E", show_if="${A} > 1 and ${Z} = 1"),
            question("Z"),
        )
    ).problems
    assert [problem.context["path"] for problem in found if problem.code == "cycle"] == ["A → B → A"]
    assert [problem.context["name"] for problem in found if problem.code == "forward_reference"] == ["Z"]


def test_everything_that_stands_in_an_expression_has_its_address() -> None:
    assert problems(question("A"), question("B", show_if="${A} = 3")) == [("unknown_option", "S/B/show_if:7")]
    assert problems(question("A", "number", constraint=". > ${B}")) == [
        ("unknown_reference", "S/A/constraint:4")
    ]
    assert problems(question("A", "number", min="1 +")) == [("expression_ends", "S/A/min:3")]
    assert problems(question("A", "computed", calculation="${A", value="text")) == [
        ("expression_braces", "S/A/calculation:0")
    ]
    quota = {"code": "q", "title": {"zh": "额", "en": "Quota"}, "limit": 5, "where": "${A} + 1"}
    assert [code for code, _ in problems(question("A", "number"), quotas=[quota])] == ["wants_condition"]


def test_the_own_name_in_a_check_is_the_value_under_check() -> None:
    program = compiled(question("A", "number", constraint="${A} > 3"))
    constraint = program.places["A"].item.constraint
    assert constraint
    assert constraint.to_json() == [">", ["this"], ["number", "3"]]


def test_the_mapping_and_the_text_of_a_condition_are_one() -> None:
    mapping = {"all": [{"question": "A", "any_of": ["1"]}, {"not": {"question": "A", "equal": "2"}}]}
    text = "any-of(${A}, 1) and not(${A} = 2)"
    old, new = (compiled(question("A"), question("B", show_if=form)) for form in (mapping, text))
    assert old.digest == new.digest


def test_answers_are_values_of_their_type() -> None:
    assert typed("12.50", "number") == typed("12.5", "number")
    assert typed("#88", "number") == "#88"
    assert typed(["a"], "codes") == ("a",)
    assert typed("2026-11-21", "date") == typed("2026-11-21", "date")
    assert typed("yes", "bool") is True
    assert typed("", "text") is None


def test_today_is_the_day_that_came_with_the_interview() -> None:
    program = compiled(question("A", "date", constraint=". <= today()"))
    for context, expected in (
        ({"now": "2026-11-21T08:30"}, True),
        ({"today": "2026-11-20"}, False),
        ({}, False),
    ):
        reach = Reach(program, AnswerState(context=context))
        scope = AnswerScope(reach, None, value=typed("2026-11-21", "date"))
        assert scope.today is None or scope.today.year == 2026
        assert holds(from_text(". <= today()"), scope) is expected
