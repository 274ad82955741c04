"""Conversion tables and the summary of an item."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.score.conversion import Conversion, validate_conversion
from analysis.score.item_summary import item_summary
from analysis.score.reasons import ScoreError, reason_codes, reason_text

FIVE = {5: 100.0, 4: 75.0, 3: 50.0, 2: 25.0, 1: 0.0}


@pytest.mark.parametrize(
    ("table", "reason", "answer"),
    [
        ({**FIVE, 1: 50.0}, "lowest_answer_not_zero", 1),
        ({**FIVE, 1: 0.01}, "lowest_answer_not_zero", 1),
        ({**FIVE, 5: 99.0}, "highest_answer_not_hundred", 5),
        ({**FIVE, 3: 80.0}, "not_monotone", 4),
        ({**FIVE, 3: 75.0}, "not_monotone", 4),
        ({**FIVE, 4: 80.0}, "not_equally_spaced", 4),
        ({**FIVE, 3: float("nan")}, "not_a_number", 3),
        ({5: 100.0}, "too_few_answers", None),
        ({}, "too_few_answers", None),
        ({5: 0.0, 4: 25.0, 3: 50.0, 2: 75.0, 1: 100.0}, "lowest_answer_not_zero", 1),
    ],
)
def test_tables_that_are_refused(table: dict[int, float], reason: str, answer: int | None) -> None:
    check = validate_conversion(table)
    assert (check.accepted, check.reason, check.answer) == (False, reason, answer)
    assert check.message("zh")
    assert check.message("en")
    with pytest.raises(ScoreError) as refusal:
        Conversion(values=table)
    assert refusal.value.code == f"conversion_{reason}"


def test_unequal_steps_need_a_reason_and_nothing_else_gives_way() -> None:
    unequal = {**FIVE, 4: 80.0}
    assert validate_conversion(unequal, unequal_spacing_reason="calibrated in the pilot").accepted
    assert not validate_conversion(unequal, unequal_spacing_reason="  ").accepted
    assert not validate_conversion({**FIVE, 1: 10.0}, unequal_spacing_reason="we want to").accepted


def test_every_answer_of_the_scale_needs_a_value() -> None:
    check = validate_conversion({1: 0.0, 3: 50.0, 5: 100.0}, scale=[1, 2, 3, 4, 5])
    assert (check.reason, check.answer) == ("answer_without_value", 2)
    assert validate_conversion(FIVE, scale=[1, 2, 3, 4, 5]).accepted


@given(points=st.integers(2, 11))
def test_the_formula_is_accepted_for_every_scale(points: int) -> None:
    table = Conversion.equally_spaced(points)
    assert table.values[1] == 0
    assert table.values[points] == 100
    assert table.scores([1, points, 88, 99, np.nan]).tolist()[:2] == [0, 100]


def test_silence_is_silence() -> None:
    scores = Conversion.equally_spaced(5).scores([5, 1, 88, 97, 98, 99, np.nan])
    np.testing.assert_array_equal(np.isnan(scores), [False, False, True, True, True, True, True])


def test_the_shares_have_the_bases_they_say() -> None:
    answers = [5, 2, 88, 97, 98, 99, np.nan]
    summary = item_summary(answers, np.ones(7))
    assert summary.index == pytest.approx(62.5)
    assert summary.satisfied_share == pytest.approx(1 / 2)
    assert summary.dissatisfied_share == pytest.approx(1 / 2)
    assert summary.dont_know_share == pytest.approx(1 / 5)
    assert summary.blank_share == pytest.approx(1 / 5)
    assert summary.refused_share == pytest.approx(1 / 5)
    assert summary.not_applicable_share == pytest.approx(1 / 6)
    assert (summary.valid_n, summary.asked_n) == (2, 6)


def test_nobody_answered_is_none_and_not_zero() -> None:
    summary = item_summary([99, 99, np.nan], [1.0, 1.0, 1.0])
    assert (summary.index, summary.satisfied_share, summary.dont_know_share) == (None, None, None)
    assert summary.not_applicable_share == 1


def test_refusals() -> None:
    with pytest.raises(ScoreError, match="code 7"):
        item_summary([5, 7.0], [1.0, 1.0])
    with pytest.raises(ScoreError, match="differ in length"):
        item_summary([5, 4], [1.0])


@given(
    answers=st.lists(st.sampled_from([1, 2, 3, 4, 5, 88, 97, 98, 99]), min_size=1, max_size=30),
    better=st.integers(0, 29),
    scale=st.floats(0.01, 1000),
)
def test_index_is_monotone_and_free_of_the_weights_unit(
    answers: list[int], better: int, scale: float
) -> None:
    weights = np.linspace(0.5, 2.0, len(answers))
    before = item_summary(answers, weights)
    rescaled = item_summary(answers, weights * scale)
    if before.index is None:
        assert rescaled.index is None
        return
    assert 0 <= before.index <= 100
    assert rescaled.index == pytest.approx(before.index)
    place = better % len(answers)
    if answers[place] in (1, 2, 3, 4):
        raised = [*answers[:place], answers[place] + 1, *answers[place + 1 :]]
        after = item_summary(raised, weights).index
        assert after is not None
        assert after > before.index


def test_every_reason_has_both_sentences() -> None:
    for code in reason_codes():
        assert reason_text(code, "zh") != reason_text(code, "en")
