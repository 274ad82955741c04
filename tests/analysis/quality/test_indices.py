"""Indices of careless answering against R, by hand, and by their laws."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis import quality
from analysis.errors import InvalidInput
from analysis.quality import QualityError

OWN = Path(__file__).parents[1] / "reference" / "own" / "quality"
NAN = np.nan


def numbers(values: Any) -> np.ndarray:
    return np.array(
        [
            [NAN if v is None else v for v in row] if isinstance(row, list) else (NAN if row is None else row)
            for row in values
        ],
        dtype=float,
    )


@pytest.fixture(scope="module")
def case() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((OWN / "indices.json").read_text())
    loaded["answers"] = numbers(loaded["answers"])
    return loaded


def test_runs_and_spread_agree_with_r(case: dict[str, Any]) -> None:
    runs = quality.long_strings(case["answers"])
    np.testing.assert_array_equal(runs.longest, case["longest"])
    np.testing.assert_allclose(runs.average, case["average"], rtol=1e-12)
    np.testing.assert_allclose(quality.inter_item_sd(case["answers"]).sd, case["sd"], rtol=1e-12, atol=1e-12)


def test_consistency_agrees_with_r(case: dict[str, Any]) -> None:
    answers = case["answers"]
    found = quality.even_odd(answers, scales=case["scales"]).r
    np.testing.assert_allclose(found, numbers(case["even_odd"]), rtol=1e-9, atol=1e-12)
    synonyms = quality.psychometric_synonyms(answers, critical=0.55)
    assert len(synonyms.items) == case["n_synonyms"]
    np.testing.assert_allclose(synonyms.r, numbers(case["synonyms"]), rtol=1e-9, atol=1e-12)
    antonyms = quality.psychometric_antonyms(answers, critical=-0.50)
    assert len(antonyms.items) == case["n_antonyms"]
    np.testing.assert_allclose(antonyms.r, numbers(case["antonyms"]), rtol=1e-9, atol=1e-12)
    total = quality.person_total(answers).r
    np.testing.assert_allclose(total, numbers(case["person_total"]), rtol=1e-9, atol=1e-12)


def test_distances_agree_with_r_and_psych(case: dict[str, Any]) -> None:
    found = quality.mahalanobis(case["answers"])
    np.testing.assert_allclose(found.squared, case["d_available"], rtol=1e-9)
    np.testing.assert_array_equal(found.df, case["df_available"])
    np.testing.assert_allclose(found.p_value, case["p_available"], rtol=1e-9)
    centred = quality.mahalanobis(case["answers"], missing="centre")
    np.testing.assert_allclose(centred.squared, case["d_psych"], rtol=1e-9)
    complete = quality.mahalanobis(case["answers"], missing="complete").squared
    full = np.isfinite(case["answers"]).all(axis=1)
    np.testing.assert_array_equal(np.isfinite(complete), full)
    np.testing.assert_allclose(complete[full], found.squared[full], rtol=1e-12)


def test_percent_match_agrees_with_r(case: dict[str, Any]) -> None:
    found = quality.percent_match(case["answers"])
    np.testing.assert_allclose(found.match, case["match"], rtol=1e-6)
    alone = quality.percent_match(case["answers"], within=np.arange(60) // 59)
    assert np.isnan(alone.match[59])
    assert alone.partner[59] == -1


def test_response_times_agree_with_a_mixed_model_in_r() -> None:
    case = json.loads((OWN / "response_times.json").read_text())
    found = quality.response_times(numbers(case["times"]))
    assert found.status == ()
    np.testing.assert_allclose(found.intensity, case["intensity"], rtol=1e-5)
    np.testing.assert_allclose(1 / found.discrimination, case["error_sd"], rtol=2e-4)
    assert found.speed_sd == pytest.approx(case["speed_sd"], rel=2e-4)
    np.testing.assert_allclose(found.speed, case["speed"], atol=2e-4)
    assert found.log_likelihood == pytest.approx(case["log_likelihood"], abs=1e-5)


def test_a_person_twice_as_fast_is_found_and_the_others_are_not() -> None:
    rng = np.random.default_rng(5)
    times = np.exp(
        rng.normal(1.5, 0.3, (1, 20)) - rng.normal(0, 0.2, (300, 1)) + rng.normal(0, 0.4, (300, 20))
    )
    times[:5] /= 8.0
    times[10, 3] /= 50.0
    found = quality.response_times(times)
    assert np.flatnonzero(found.too_fast(limit=4.0)).tolist() == [0, 1, 2, 3, 4]
    assert found.rapid_answers(limit=4.0)[10, 3]
    assert found.rapid_answers(limit=4.5).sum() <= 3
    assert np.median(found.misfit_p) == pytest.approx(0.5, abs=0.1)


def test_runs_by_hand() -> None:
    answers = [[1, 1, NAN, 1, 2], [NAN] * 5, [1, 2, 3, 4, 5], [3, 3, 3, 3, 3]]
    found = quality.long_strings(answers)
    assert found.longest.tolist() == [3, 0, 1, 5]
    assert found.average[[0, 2, 3]].tolist() == [2.0, 1.0, 5.0]
    assert np.isnan(found.average[1])
    assert quality.long_strings(answers, missing="end").longest.tolist() == [2, 0, 1, 5]
    assert quality.long_strings(answers, missing="end").average[0] == pytest.approx(4 / 3)
    with pytest.raises(InvalidInput, match="missing"):
        quality.long_strings(answers, missing="drop")


small = arrays(
    np.float64, st.tuples(st.integers(3, 12), st.integers(2, 9)), elements=st.integers(1, 4).map(float)
)


@settings(max_examples=60, deadline=None)
@given(answers=small)
def test_laws_of_runs_and_matches(answers: np.ndarray) -> None:
    runs = quality.long_strings(answers)
    for row, longest, average in zip(answers, runs.longest, runs.average, strict=True):
        lengths = [len(part) for part in np.split(row, np.flatnonzero(np.diff(row)) + 1)]
        assert longest == max(lengths)
        assert average == pytest.approx(np.mean(lengths))
    assert ((quality.inter_item_sd(answers).sd == 0) == (runs.longest == answers.shape[1])).all()
    match = quality.percent_match(answers, least=1)
    for row, (share, other) in enumerate(zip(match.match, match.partner, strict=True)):
        assert share == pytest.approx(np.mean(answers[row] == answers[other]))
        rest = [np.mean(answers[row] == answers[j]) for j in range(len(answers)) if j != row]
        assert share == pytest.approx(max(rest))
    assert ((match.match == 1.0) == (quality.duplicate_rows(answers) > 1)).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.1, 100), shift=st.floats(-50, 50))
def test_distance_does_not_depend_on_the_unit(seed: int, scale: float, shift: float) -> None:
    answers = np.random.default_rng(seed).normal(size=(40, 4))
    one, other = quality.mahalanobis(answers), quality.mahalanobis(answers * scale + shift)
    np.testing.assert_allclose(one.squared, other.squared, rtol=1e-6)
    assert one.squared.sum() == pytest.approx(39 * 4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: quality.mahalanobis([[1, 2], [1, 3], [1, 5]]), "item 1 has the same answer"),
        (lambda: quality.mahalanobis([[1, 2], [2, 4], [3, 6]]), "cannot be inverted"),
        (lambda: quality.mahalanobis([[1, NAN], [2, NAN]]), "nobody answered item 2"),
        (lambda: quality.inter_item_sd([["a", "b"]]), "answers"),
        (lambda: quality.inter_item_sd([1, 2, 3]), "answers"),
        (lambda: quality.inter_item_sd([[1], [2]]), "at least 2 items"),
        (lambda: quality.inter_item_sd([[1, np.inf], [2, 3]]), "row 1"),
        (lambda: quality.even_odd(np.ones((3, 4)), scales=["a", "a", "b", "b"]), "at least 3 scales"),
        (lambda: quality.psychometric_synonyms(np.eye(4)), "at least 3 pairs"),
        (lambda: quality.psychometric_antonyms(np.eye(4), critical=0.6), "critical"),
        (lambda: quality.percent_match(np.eye(4), limit=1.5), "1.5"),
        (lambda: quality.percent_match(np.eye(4), within=list("aabb"), largest=1), '"a" has 2 respondents'),
        (lambda: quality.response_times([[1.0, 2.0], [0.0, 3.0], [2.0, 4.0]]), "row 2, item 1"),
        (lambda: quality.response_times([[1.0, 2.0], [1.0, 3.0], [1.0, 4.0]]), "item 1 has the same"),
        (lambda: quality.Cutoffs(families=9), "families"),
    ],
)
def test_bad_input_is_refused_by_name(call: Any, words: str) -> None:
    with pytest.raises((QualityError, InvalidInput), match=words) as caught:
        call()
    assert caught.value.message("zh") != caught.value.message("en")
