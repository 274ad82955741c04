"""The columns of the dataset and the values of one respondent."""

from __future__ import annotations

from survey.instrument.codebook import codebook, dataset_values
from survey.instrument.state import AnswerState
from tests.survey.instrument.make import APPRAISAL, program

PROGRAM = program()
GROWN = {"A1": "18+", "A2": "990101"}


def test_every_variable_has_a_label_and_its_codes() -> None:
    variables = {variable.name: variable for variable in codebook(PROGRAM)}
    assert list(variables) == [
        *("A1", "A2", "A3.school", "A3.clinic", "A3.extra", "A3.none", "B1", "B2", "B3", "C1"),
        *("UM.ticked", "UM.drawn", "U01", "U02"),
    ]
    assert variables["A3.school"].label == {"zh": "经历: 上学", "en": "Experience: School"}
    assert [code for code, _ in variables["B2"].options] == ["5", "4", "3", "2", "1", "99", "98", "88", "97"]
    assert variables["B2"].missing == ("99", "98", "88", "97")
    assert {name for name, variable in variables.items() if variable.table == "unit_ratings"} == {
        "U01",
        "U02",
    }
    assert {name: v.kind for name, v in variables.items() if v.kind not in ("scale", "indicator")} == {
        "A1": "single",
        "A2": "area",
        "UM.ticked": "count",
        "UM.drawn": "count",
    }
    assert variables["A1"].quasi_identifier
    assert variables["C1"].criterion
    assert variables["C1"].to_json()["options"][0] == {"code": "5", "text": {"zh": "很好", "en": "Very good"}}


def test_not_asked_left_blank_and_special_codes_are_three_things() -> None:
    state = AnswerState(answers={**GROWN, "A3": ["school"], "C1": "88"}, context={"group": "guests"})
    row, ratings = dataset_values(PROGRAM, state)
    assert row == {
        "A1": "18+",
        "A2": "990101",
        "A3.school": 1,
        "A3.clinic": 0,
        "A3.extra": 0,
        "A3.none": 0,
        "B1": 97,  # asked, left blank
        "B2": 97,
        "B3": None,  # not asked: no window
        "C1": 88,
        "UM.ticked": None,  # asked, left blank: how many is not known
        "UM.drawn": None,
    }
    assert ratings == []


def test_a_blank_choice_is_told_from_one_that_was_not_asked() -> None:
    row, _ = dataset_values(PROGRAM, AnswerState())
    assert (row["A1"], row["A3.school"], row["B1"]) == ("97", 97, None)


def test_units_give_rows_with_the_ratio_for_their_weight() -> None:
    state = AnswerState(
        answers={**GROWN, "UM": ["edu", "health", "water"], "U01@edu": "4", "U02@edu": "99"}, seed=3
    )
    drawn = {"edu": {"U01": 4, "U02": 99}}
    row, ratings = dataset_values(PROGRAM, state)
    assert (row["UM.ticked"], row["UM.drawn"]) == (3, 2)
    assert len(ratings) == 2
    for rating in ratings:
        values = drawn.get(rating["unit"], {"U01": 97, "U02": 97})
        assert rating == {"unit": rating["unit"], "ticked": 3, "drawn": 2, **values}
    row, ratings = dataset_values(PROGRAM, AnswerState(answers={**GROWN, "UM": ["none"]}))
    assert (row["UM.ticked"], row["UM.drawn"], ratings) == (0, 0, [])


def test_declined_units_are_counted_and_not_rated() -> None:
    state = AnswerState(
        answers={"P_not_familiar": ["edu"], "P1@water": "5", "P3@water": "a remark"},
        context={"assigned_units": ["edu", "water"], "group": "experts"},
    )
    row, ratings = dataset_values(program(APPRAISAL), state)
    assert row == {"P_not_familiar.ticked": 1}
    # Free text is not a variable; P2 is asked of another group.
    assert ratings == [{"unit": "water", "ticked": 1, "drawn": 1, "P1": 5, "P2": None}]


def test_the_row_has_exactly_the_columns_of_the_codebook() -> None:
    for compiled in (PROGRAM, program(APPRAISAL)):
        names = [variable.name for variable in codebook(compiled) if variable.table == "responses"]
        assert list(dataset_values(compiled, AnswerState())[0]) == names
