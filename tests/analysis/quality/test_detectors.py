"""Every detector on small data made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import InvalidInput
from analysis.quality.coaching import coaching_reports, wilson
from analysis.quality.counties import county_measures
from analysis.quality.duplicates import duplicate_devices
from analysis.quality.errors import QualityError
from analysis.quality.frames import frame_conflicts
from analysis.quality.interviewers import interviewer_effects
from analysis.quality.modes import mode_effects
from analysis.quality.rules import RULES
from analysis.quality.scores import dummies, person_levels
from analysis.quality.speed import speeders
from analysis.quality.straightline import straight_lines

NAN = np.nan


def test_rules_say_their_thresholds_in_both_languages() -> None:
    assert "35%" in RULES["speeding"].say("en")
    assert "35%" in RULES["speeding"].say("zh")
    assert {name for name, rule in RULES.items() if rule.needs_decision} == {
        "duplicate_device",
        "interviewer_effect",
        "coached_county",
        "frame_conflict",
    }
    for rule in RULES.values():
        assert rule.say("zh") != rule.say("en")


def test_levels_compare_people_asked_different_items() -> None:
    answers = [[5, NAN], [3, 88], [NAN, 2], [NAN, 4], [NAN, NAN]]
    levels = person_levels(answers)
    assert levels[:4].tolist() == [25.0, -25.0, -25.0, 25.0]
    assert np.isnan(levels[4])


def test_dummies_leave_out_the_first_category() -> None:
    assert dummies({"place": ["b", "a", "c"]}, n=3).tolist() == [[1, 1, 0], [1, 0, 0], [1, 0, 1]]
    with pytest.raises(InvalidInput):
        dummies({"place": ["a", None, "c"]}, n=3)


def stuffed(rng: np.random.Generator, honest: int) -> np.ndarray:
    return np.vstack([np.full((6, 20), 5.0), rng.integers(1, 6, (honest, 20)).astype(float)])


def test_a_device_with_equal_answers_is_one_cluster_without_its_honest_members() -> None:
    answers = stuffed(np.random.default_rng(1), 4)
    device = ["x"] * 8 + [None, ""]
    (cluster,) = duplicate_devices(answers, device, day=["1"] * 10, burst=["b"] * 5 + ["c"] * 5)
    assert cluster.rows.tolist() == [0, 1, 2, 3, 4, 5]
    assert (cluster.device, cluster.day, cluster.agreement, cluster.bursts) == ("x", "1", 1.0, 2)


def test_a_shared_device_with_different_answers_is_no_cluster() -> None:
    answers = np.random.default_rng(2).integers(1, 6, (30, 20)).astype(float)
    assert duplicate_devices(answers, ["kiosk"] * 30, day=["1"] * 30) == ()


def test_equal_answers_on_other_days_or_devices_are_no_cluster() -> None:
    answers = np.full((8, 20), 5.0)
    assert duplicate_devices(answers, ["x"] * 8, day=list("12345678")) == ()
    assert duplicate_devices(answers, list("abcdefgh"), day=["1"] * 8) == ()
    assert duplicate_devices(answers, [None] * 8, day=["1"] * 8) == ()
    assert len(duplicate_devices(answers, ["x"] * 8, day=["1"] * 8)) == 1


def test_not_asked_counts_for_agreement_only_where_one_was_asked() -> None:
    answers = np.full((5, 10), NAN)
    answers[:, :4] = 5.0
    assert len(duplicate_devices(answers, ["x"] * 5, day=["1"] * 5)) == 1
    answers[:3, 4:8] = 4.0
    assert duplicate_devices(answers, ["x"] * 5, day=["1"] * 5) == ()


def test_columns_of_another_length_are_refused() -> None:
    with pytest.raises(InvalidInput):
        duplicate_devices(np.ones((3, 2)), ["x"] * 2, day=["1"] * 3)


def test_speeders_are_measured_against_web_interviews_only() -> None:
    seconds = [400.0, 390.0, 380.0, 136.0, 137.0, 50.0, NAN]
    web = np.array([True, True, True, True, True, False, True])
    result = speeders(seconds, web)
    assert (result.median, result.limit) == (380.0, pytest.approx(133.0))
    assert result.is_flagged.sum() == 0
    assert speeders([400.0, 390.0, 380.0, 136.0, 100.0], web[:5]).is_flagged.tolist() == [False] * 4 + [True]
    assert speeders([NAN], [True]).is_flagged.tolist() == [False]


def test_straight_lines_need_enough_ratings() -> None:
    answers = np.full((4, 12), 3.0)
    answers[1, 0] = 4.0
    answers[2, :3] = 88.0
    answers[3, :] = NAN
    result = straight_lines(answers)
    assert result.rated.tolist() == [12, 12, 9, 0]
    assert result.share[:3].tolist() == [1.0, pytest.approx(11 / 12), 1.0]
    assert result.is_flagged.tolist() == [True, False, False, False]


def test_coaching_reports_match_the_worked_example() -> None:
    assert wilson(14, 100) == pytest.approx((0.085263, 0.221372), abs=1e-6)
    assert wilson(3, 100) == pytest.approx((0.010255, 0.084519), abs=1e-6)
    assert wilson(0, 0) == (0.0, 1.0)
    told = np.array([True] * 14 + [False] * 86 + [True] * 3 + [False] * 98)
    answered = np.ones(201, dtype=bool)
    answered[-1] = False
    first, second = coaching_reports(told, answered, area=["a"] * 100 + ["b"] * 101)
    assert (first.reported, first.answered, first.is_flagged) == (14, 100, True)
    assert (second.reported, second.answered, second.is_flagged) == (3, 100, False)


def test_frames_from_anybody_else_are_conflicts() -> None:
    found = frame_conflicts(["office", "unit", None, "office", "unit"], accepted=("office",))
    assert [(conflict.source, conflict.rows.tolist()) for conflict in found] == [
        ("unknown", [2]),
        ("unit", [1, 4]),
    ]


def test_mode_effect_is_what_composition_does_not_explain() -> None:
    rng = np.random.default_rng(3)
    place = rng.choice(["rural", "urban"], 4000)
    mode = np.where(rng.random(4000) < np.where(place == "rural", 0.8, 0.3), "cati", "web")
    level = (
        np.where(place == "rural", 10.0, 0.0) + np.where(mode == "cati", 6.0, 0.0) + rng.normal(0, 5, 4000)
    )
    (adjusted,) = mode_effects(level, mode, weights=np.ones(4000), factors={"place": place}, reference="web")
    (plain,) = mode_effects(level, mode, weights=np.ones(4000), factors={}, reference="web")
    assert adjusted.effect == pytest.approx(6.0, abs=4 * adjusted.se)
    assert adjusted.se == pytest.approx(5.0 / np.sqrt(1000), rel=0.2)
    assert adjusted.is_flagged
    assert plain.effect > 9.0
    with pytest.raises(InvalidInput):
        mode_effects(level, mode, weights=np.ones(4000), factors={}, reference="fax")


def test_a_county_that_stands_out_is_flagged_and_noise_is_not() -> None:
    rng = np.random.default_rng(4)
    county = np.repeat([f"c{k}" for k in range(8)], 100)
    answers = rng.choice([3.0, 4.0, 5.0, 88.0], size=(800, 25), p=[0.3, 0.35, 0.25, 0.1])
    answers[county == "c3"] = np.where(rng.random((100, 25)) < 0.6, 5.0, 4.0)
    seconds = 400.0 * np.exp(rng.normal(0, 0.3, 800))
    mode = np.where(rng.random(800) < 0.5, "web", "cati")
    seconds[mode == "cati"] *= 2.0
    kinds = {f"c{k}": "plain" for k in range(8)}
    measures = county_measures(answers, seconds, mode=mode, county=county, city_type=kinds)
    flagged = {(measure.county, measure.measure) for measure in measures if measure.is_flagged}
    assert flagged == {("c3", "dont_know"), ("c3", "top_box")}
    clean = next(measure for measure in measures if measure.county == "c0" and measure.measure == "dont_know")
    assert clean.value == pytest.approx(0.1, abs=0.03)
    assert clean.se == pytest.approx(np.sqrt(0.1 * 0.9 / 2500), rel=0.3)


def test_a_city_type_with_few_counties_is_not_compared() -> None:
    measures = county_measures(
        np.full((4, 3), 4.0),
        np.full(4, 300.0),
        mode=["web"] * 4,
        county=list("abcd"),
        city_type=dict.fromkeys("abcd", "k"),
    )
    assert all(np.isnan(measure.z) and not measure.is_flagged for measure in measures)


def test_detectors_refuse_bad_input_by_name() -> None:
    plain = {"mode": ["web"] * 3, "county": list("abc"), "city_type": dict.fromkeys("abc", "k")}
    with pytest.raises(QualityError, match='"b" has no city type'):
        county_measures(np.ones((3, 2)), [1, 2, 3], **(plain | {"city_type": {"a": "k"}}))
    with pytest.raises(InvalidInput, match="mode"):
        county_measures(np.ones((3, 2)), [1, 2, 3], **(plain | {"mode": ["web"] * 2}))
    with pytest.raises(InvalidInput, match="answers"):
        straight_lines([["a", "b"]])
    with pytest.raises(QualityError, match='"level" is missing'):
        mode_effects([NAN, NAN], ["a", "b"], weights=[1, 1], factors={})
    with pytest.raises(QualityError, match='"level" is missing'):
        interviewer_effects([NAN, NAN], ["a", "b"], factors={})


def test_detectors_show_themselves_as_rows() -> None:
    speed = speeders([400.0, 390.0, 100.0], [True] * 3)
    assert speed.to_rows() == [{"median": 390.0, "limit": pytest.approx(136.5), "flagged": 1}]
    assert straight_lines([[3, NAN]]).to_rows() == [{"respondent": 1, "rated": 1, "share": 1.0, "flagged": 0}]
    assert speed.definition == "quality.speed"
    effects = interviewer_effects([1.0, 2.0, 8.0, 9.0], ["a", "a", "b", "b"], factors={})
    assert {row["interviewer"] for row in effects.to_rows()} == {"a", "b"}
    assert effects.design_effect == pytest.approx(1 + effects.icc)
