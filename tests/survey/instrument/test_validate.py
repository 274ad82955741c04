"""What a page may be sent: every refusal as a problem at its field, every answer in its stored form."""

from __future__ import annotations

from typing import Any

import pytest

from survey.instrument.path import PageRef
from survey.instrument.state import AnswerState
from survey.instrument.validate import PageResult, validate_interview, validate_page
from tests.survey.instrument.make import APPRAISAL, program

PROGRAM = program()
SCHOOL = AnswerState(answers={"A1": "18+", "A2": "990101", "A3": ["school"]}, context={"channel": "window"})


def send(page: str, raw: Any, state: AnswerState = SCHOOL) -> PageResult:
    return validate_page(PROGRAM, PageRef.from_key(page), raw, state)


def refusals(result: PageResult) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.where.item) for problem in result.problems]


def test_a_complete_page_gives_its_answers() -> None:
    raw = {"A1": ["18+"], "A2": ["990102"], "A3": ["extra", "school"], "csrf_token": ["x"], "_ver": ["3"]}
    result = send("A", raw)
    assert result.problems == ()
    # Codes of a multiple choice are stored in the order of the document.
    assert result.answers == {"A1": "18+", "A2": "990102", "A3": ["school", "extra"]}
    assert result.into(AnswerState(answers={"A1": "under18"})).answers == result.answers


def test_blank_is_silence_unless_the_item_is_required() -> None:
    result = send("A", {"A1": [""], "A3": []})
    assert refusals(result) == [("required", "A1"), ("required", "A2")]
    assert result.cleared == ("A1", "A2", "A3")
    assert result.into(SCHOOL).answers == {}
    assert send("B", {}).problems == ()


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("A", {"A1": ["17"]}, "unknown_answer", "A1"),
    ("A", {"A1": ["18+", "under18"]}, "one_answer_only", "A1"),
    ("A", {"A2": ["990100"]}, "unknown_answer", "A2"),  # a city where a county is asked
    ("A", {"A2": ["991234"]}, "unknown_answer", "A2"),
    ("A", {"A3": ["school", "none"]}, "exclusive_with_others", "A3"),
    ("A", {"A3": ["school", "school"]}, "repeated_value", "A3"),
    ("A", {"A3": ["school", "prison"]}, "unknown_answer", "A3"),
    ("A", {"A3": ["school"] * 301}, "bad_shape", "A3"),
    ("A", {"A3": "school"}, "bad_shape", "A3"),
    ("A", {"A1": [7]}, "bad_shape", "A1"),
    ("A", {"A1": None}, "bad_shape", "A1"),
    ("B", {"B1": ["6"]}, "unknown_answer", "B1"),
    ("B", {"B1": ["98"]}, "unknown_answer", "B1"),  # refused: for interviewers only
    ("B", {"B1": ["99"]}, "unknown_answer", "B1"),  # not applicable is not offered here
    ("B", {"B1": [" 5"]}, "unknown_answer", "B1"),
    ("B", {"B1": ["５"]}, "unknown_answer", "B1"),
    ("B", {"B2": ["5"]}, "field_not_here", "B2"),  # asked of guests only
    ("B", {"C1": ["5"]}, "field_not_here", "C1"),
    ("B", {"B1@edu": ["5"]}, "field_not_here", "B1@edu"),
    ("U", {"UM": ["town"]}, "unknown_answer", "UM"),
    ("U", {"UM": ["edu", "none"]}, "exclusive_with_others", "UM"),
]


@pytest.mark.parametrize(("page", "raw", "code", "field"), REFUSED)
def test_unfit_values_are_refused_at_their_field(
    page: str, raw: dict[str, Any], code: str, field: str
) -> None:
    result = send(page, raw)
    assert (code, field) in refusals(result)
    assert field not in result.answers
    assert field not in result.cleared  # what was stored before stays until a valid answer replaces it
    assert all(problem.message("zh") and problem.message("en") for problem in result.problems)


def test_the_valid_answers_of_a_page_with_errors_are_kept() -> None:
    result = send("A", {"A1": ["18+"], "A2": ["nowhere"]})
    assert result.answers == {"A1": "18+"}


def test_an_interviewer_may_code_a_refusal() -> None:
    by_phone = AnswerState(answers=SCHOOL.answers, context={"mode": "cati"})
    assert send("C", {"C1": ["98"]}, by_phone).answers == {"C1": "98"}
    assert refusals(send("C", {"C1": ["98"]})) == [("unknown_answer", "C1")]


def test_free_text_is_normalised_and_limited() -> None:
    angry = SCHOOL.merged({"B1": "1"})
    decomposed = send("C", {"C2": ["  e\u0301cole\r\nfermée "]}, angry)
    assert decomposed.answers == {"C2": "\u00e9cole\nfermée"}
    assert send("C", {"C2": ["   "]}, angry).cleared == ("C1", "C2")
    assert send("C", {"C2": ["人" * 20]}, angry).problems == ()
    for raw, code in (
        ("人" * 21, "text_too_long"),
        ("x" * 1_000_000, "text_too_long"),
        ("a\x00b", "unfit_text"),
        ("a\ud800b", "unfit_text"),
    ):
        assert refusals(send("C", {"C2": [raw]}, angry)) == [(code, "C2")]


def test_a_page_off_the_path_takes_nothing() -> None:
    for page in ("B", "U@edu", "Z", "", "@", "B@edu"):
        result = send(page, {"B1": ["5"]}, AnswerState())
        assert [problem.code for problem in result.problems] == ["page_not_on_path"]
        assert result.answers == {}


def test_too_many_fields_are_refused_at_once() -> None:
    assert [p.code for p in send("B", {f"x{n}": ["1"] for n in range(501)}).problems] == ["too_many_fields"]


def test_a_unit_that_was_not_assigned_cannot_be_declined() -> None:
    appraisal = program(APPRAISAL)
    state = AnswerState(context={"assigned_units": ["edu", "water"]})
    page = PageRef(code="P")
    assert validate_page(appraisal, page, {"P_not_familiar": ["edu"]}, state).problems == ()
    refused = validate_page(appraisal, page, {"P_not_familiar": ["police"]}, state)
    assert [problem.code for problem in refused.problems] == ["unknown_answer"]


def test_the_final_check_finds_everything_that_is_not_right() -> None:
    complete = SCHOOL.merged({"B1": "5", "C1": "88", "UM": ["edu"], "U01@edu": "3"})
    assert validate_interview(PROGRAM, complete) == ()

    def found(state: AnswerState) -> set[tuple[str, str | None]]:
        return {(problem.code, problem.where.item) for problem in validate_interview(PROGRAM, state)}

    assert found(complete.without(["A2"])) == {("required", "A2")}
    assert found(complete.merged({"A3": ["clinic"]})) == {("stale_answer", "B1")}
    assert found(complete.merged({"C1": "9"})) == {("unknown_answer", "C1")}
    assert found(complete.merged({"C1": ["5", "4"]})) == {("one_answer_only", "C1")}
    screened = found(complete.merged({"A1": "under18"}))
    assert ("screened_out", "A1") in screened
    assert ("stale_answer", "C1") in screened
