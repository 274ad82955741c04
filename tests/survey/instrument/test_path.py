"""The path: what is asked, in which order, what goes stale, how units are drawn."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from survey.instrument.path import PageRef, Path, find_path, is_on_path
from survey.instrument.program import UnitRef
from survey.instrument.state import AnswerState
from tests.survey.instrument.make import APPRAISAL, FOLLOW_UP, build, document, item, program, section

GROWN = {"A1": "18+", "A2": "990101"}


def path(answers: dict[str, Any], text: str | None = None, seed: int = 7, **context: Any) -> Path:
    compiled = program(text) if text else program()
    return find_path(compiled, AnswerState(answers=answers, context=context, seed=seed))


def keys(found: Path) -> list[str]:
    return [ref.key for ref in found.pages]


def test_a_section_is_asked_only_where_its_condition_holds() -> None:
    assert keys(path({})) == ["A", "C", "U"]
    assert keys(path({"A3": ["extra"]})) == ["A", "C", "U"]
    assert keys(path({"A3": ["school"]})) == ["A", "B", "C", "U"]


def test_a_page_without_any_shown_item_is_left_out() -> None:
    # The section is open, but none of its items is asked of this person.
    assert keys(path({"A3": ["clinic"]})) == ["A", "C", "U"]
    assert keys(path({"A3": ["clinic"]}, channel="window")) == ["A", "B", "C", "U"]
    assert keys(path({"A3": ["clinic"]}, group="guests")) == ["A", "B", "C", "U"]


def test_a_screening_answer_ends_the_interview_on_its_page() -> None:
    found = path({"A1": "under18", "A3": ["school"], "B1": "5", "C1": "4"})
    assert keys(found) == ["A"]
    assert found.screened_out == "A1"
    assert found.stale == ("B1", "C1")


def test_answers_that_are_no_longer_asked_are_stale_and_decide_nothing() -> None:
    # B1 = 1 opened C2; without school, B1 is stale, and so is C2.
    answers = {**GROWN, "A3": ["school"], "B1": "1", "C2": "too far"}
    compiled = program()
    first = find_path(compiled, AnswerState(answers=answers))
    assert first.stale == ()
    changed = find_path(compiled, AnswerState(answers={**answers, "A3": ["extra"]}))
    assert changed.stale == ("B1", "C2")
    again = find_path(compiled, AnswerState(answers={**answers, "A3": ["extra"]}).without(changed.stale))
    assert again.stale == ()
    assert again.pages == changed.pages


def test_unknown_answers_are_stale_and_harm_nothing() -> None:
    assert path({"ZZ": "1", "U01@moon": "5", "A3": "school"}).stale == ("U01@moon", "ZZ")


def test_each_ticked_unit_gets_a_page_in_the_order_of_the_list() -> None:
    assert keys(path({"UM": ["health", "edu"]}))[-2:] == ["U@edu", "U@health"]
    assert keys(path({"UM": ["none"]}))[-1] == "U"
    assert keys(path({"UM": ["town"]}))[-1] == "U"  # not on the list of the module


def test_of_too_many_units_some_are_drawn_at_random_and_always_the_same() -> None:
    ticked = ["edu", "health", "police", "water"]
    first = path({"UM": ticked, "U01@edu": "5"}, seed=1)
    assert keys(first) == keys(path({"UM": ticked[::-1], "U01@edu": "5"}, seed=1))
    assert len(keys(first)) == 5
    drawn = Counter(key for seed in range(2000) for key in keys(path_of_many(seed, ticked))[-2:])
    # Each of four units is drawn with probability 1/2: 1000 of 2000, standard error 22.
    assert set(drawn) == {f"U@{unit}" for unit in ticked}
    assert all(abs(number - 1000) < 100 for number in drawn.values())


MANY = program()


def path_of_many(seed: int, ticked: list[str]) -> Path:
    return find_path(MANY, AnswerState(answers={"UM": ticked}, seed=seed))


def test_assigned_units_are_asked_once_each_unless_declined() -> None:
    assert keys(path({}, APPRAISAL)) == []
    units = ["water", "edu", "water", "moon", "town"]
    assert keys(path({}, APPRAISAL, assigned_units=units)) == ["P", "P@water", "P@edu", "P@town"]
    found = path({"P_not_familiar": ["edu"], "P1@edu": "3"}, APPRAISAL, assigned_units=units)
    assert keys(found) == ["P", "P@water", "P@town"]
    assert found.stale == ("P1@edu",)


COMMITMENTS = (UnitRef(code="K-1", zh="承诺一", en="First"), UnitRef(code="K-2", zh="承诺二", en="Second"))


def test_a_repeated_section_is_finished_for_one_unit_before_the_next() -> None:
    compiled = build(document(FOLLOW_UP), units=COMMITMENTS).program
    assert compiled
    state = AnswerState(answers={"F1@K-1": "no", "F1@K-2": "yes", "F2@K-2": "open", "F2@K-1": "open"})
    found = find_path(compiled, state)
    assert keys(found) == ["F@K-1", "F@K-2", "F.2@K-2", "F.3@K-2"]
    assert found.stale == ("F2@K-1",)
    only = AnswerState(context={"commitments": ["K-2", "K-2", "K-9"]})
    assert keys(find_path(compiled, only)) == ["F@K-2", "F.2@K-2"]


def test_an_item_that_depends_on_its_own_page_moves_to_the_next() -> None:
    raw = document()
    item(raw, "B3")["show_if"] = {"question": "B1", "any_of": ["1", "2"]}
    compiled = build(raw).program
    assert compiled
    assert [(page.code, [i.code for i in page.items]) for page in compiled.pages if page.section == "B"] == [
        ("B", ["B1", "B2"]),
        ("B.2", ["B3"]),
    ]
    assert compiled.pages[2].shown_if == compiled.pages[1].shown_if


CONDITIONS: list[tuple[Any, dict[str, Any], bool]] = [
    ({"question": "A3", "any_of": ["school"]}, {"A3": ["clinic", "school"]}, True),
    ({"question": "A3", "any_of": ["school"]}, {"A3": ["clinic"]}, False),
    ({"question": "A3", "any_of": ["school"]}, {}, False),
    ({"question": "A3", "all_of": ["school", "clinic"]}, {"A3": ["clinic", "school", "extra"]}, True),
    ({"question": "A3", "all_of": ["school", "clinic"]}, {"A3": ["school"]}, False),
    ({"question": "A3", "all_of": ["school"]}, {}, False),
    ({"question": "A3", "equal": "school"}, {"A3": ["school"]}, True),
    ({"question": "A3", "equal": "school"}, {"A3": ["school", "clinic"]}, False),
    ({"question": "A3", "equal": "school"}, {}, False),
    ({"question": "A3", "answered": True}, {"A3": ["extra"]}, True),
    ({"question": "A3", "answered": True}, {"A3": []}, False),
    ({"question": "A2", "answered": True}, {"A2": ""}, False),
    ({"not": {"question": "A3", "any_of": ["school"]}}, {}, True),
    ({"not": {"question": "A3", "any_of": ["school"]}}, {"A3": ["school"]}, False),
    ({"all": [{"question": "A1", "equal": "18+"}, {"question": "A2", "any_of": [990101]}]}, GROWN, True),
    ({"all": [{"question": "A1", "equal": "18+"}, {"question": "A2", "any_of": [990102]}]}, GROWN, False),
    ({"any": [{"question": "A1", "answered": True}, {"question": "A3", "answered": True}]}, GROWN, True),
    ({"any": [{"question": "A3", "answered": True}]}, GROWN, False),
    ({"context": "mode", "any_of": ["web"]}, {}, True),
    ({"context": "channel", "any_of": ["window"]}, {}, False),
]


@pytest.mark.parametrize(("condition", "answers", "expected"), CONDITIONS)
def test_every_operator_with_and_without_an_answer(
    condition: Any, answers: dict[str, Any], expected: bool
) -> None:
    raw = document()
    section(raw, "C")["show_if"] = condition
    compiled = build(raw).program
    assert compiled
    state = AnswerState(answers=answers, context={"mode": "web"})
    assert is_on_path(compiled, PageRef(code="C"), state) is expected
    assert (PageRef(code="C") in find_path(compiled, state).pages) is expected


def test_a_special_code_counts_as_an_answer() -> None:
    raw = document()
    item(raw, "C2")["show_if"] = {"question": "B1", "any_of": [88]}
    compiled = build(raw).program
    assert compiled
    answers = {"A3": ["school"], "B1": "88", "C2": "?"}
    assert find_path(compiled, AnswerState(answers=answers)).stale == ()


def test_a_key_names_a_page_and_back() -> None:
    for ref in (PageRef(code="B"), PageRef(code="U", unit="edu"), PageRef(code="F.2", unit="K-1")):
        assert PageRef.from_key(ref.key) == ref
    assert not is_on_path(program(), PageRef.from_key("nowhere@@"), AnswerState())
