"""Periods, term, annual score, grades."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.score.annual import Adjustment, annual_score, total_adjustment
from analysis.score.grades import grade
from analysis.score.periods import (
    PeriodEstimate,
    YearComposite,
    combine_periods,
    combine_quarters,
    term_mean,
)
from analysis.score.plan import ScoringPlan
from analysis.score.reasons import ScoreError


def year(number: int, value: float = 75.0, **changes: Any) -> YearComposite:
    plain = YearComposite(
        year=number, value=value, se=0.5, instrument_major=1, mode_mix={"web": 0.6, "cati": 0.4}
    )
    return replace(plain, **changes)


def test_missing_peacetime_leaves_the_annual_alone(plan: ScoringPlan) -> None:
    combined = combine_periods(PeriodEstimate(value=74.0, se=0.6), None, plan)
    assert (combined.value, combined.se, dict(combined.weights_used)) == (74.0, 0.6, {"annual": 1.0})
    assert combined.ci_high - combined.ci_low == pytest.approx(2 * 1.959964 * 0.6, abs=1e-5)


def test_covariance_between_periods_widens(plan: ScoringPlan) -> None:
    annual, peacetime = PeriodEstimate(value=74.0, se=0.6), PeriodEstimate(value=78.0, se=0.9)
    together = combine_periods(annual, peacetime, plan, covariance=0.2)
    assert together.se == pytest.approx(sqrt((0.7 * 0.6) ** 2 + (0.3 * 0.9) ** 2 + 2 * 0.3 * 0.7 * 0.2))
    with pytest.raises(ScoreError, match="peacetime"):
        combine_periods(annual, PeriodEstimate(value=78.0, se=float("nan")), plan)


def test_quarters_are_weighted_by_effective_sample() -> None:
    quarters = [
        PeriodEstimate(value=80.0, se=1.0, n_effective=300.0),
        PeriodEstimate(value=70.0, se=2.0, n_effective=100.0),
    ]
    combined = combine_quarters(quarters)
    assert combined.value == pytest.approx(77.5)
    assert combined.se == pytest.approx(sqrt(0.75**2 + 0.5**2))
    assert combined.n_effective == 400
    with pytest.raises(ScoreError, match="effective sample"):
        combine_quarters([PeriodEstimate(value=80.0, se=1.0)])


def test_term_is_the_plain_mean_of_the_last_five_years(plan: ScoringPlan) -> None:
    term = term_mean([year(2020 + k, 70.0 + k) for k in range(7)], plan)
    assert term.years == (2022, 2023, 2024, 2025, 2026)
    assert term.value == pytest.approx(74.0)
    assert term.se == pytest.approx(0.5 / sqrt(5))
    assert term.is_complete
    assert term.trend == pytest.approx(1.0)
    assert term.trend_se == pytest.approx(0.5 / sqrt(10))
    assert term.breaks == ()


def test_breaks_are_flagged(plan: ScoringPlan) -> None:
    term = term_mean(
        [
            year(2022),
            year(2023, mode_mix={"web": 0.75, "cati": 0.25}),  # exactly 15 points: no break
            year(2024, mode_mix={"web": 0.59, "cati": 0.41}),
            year(2026, mode_mix={"web": 0.59, "cati": 0.41}, instrument_major=2),
        ],
        plan,
    )
    assert [(entry.year, entry.reason) for entry in term.breaks] == [
        (2024, "mode_mix_changed"),
        (2026, "year_missing"),
        (2026, "instrument_major_version_changed"),
    ]
    assert not term.is_complete


def test_a_series_must_have_each_year_once(plan: ScoringPlan) -> None:
    with pytest.raises(ScoreError, match="2024"):
        term_mean([year(2024), year(2024)], plan)
    with pytest.raises(ScoreError, match="No year"):
        term_mean([], plan)
    assert term_mean([year(2024)], plan).trend is None


def test_additions_and_deductions_are_bounded_and_run_side_by_side(plan: ScoringPlan) -> None:
    plain = annual_score("D", 70.0, se=0.8, internal_score=90.0, plan=plan)
    assert plain.value == pytest.approx(0.6 * 90 + 0.4 * 70)
    assert plain.se == pytest.approx(0.4 * 0.8)
    more = annual_score("D", 70.0, se=0.8, internal_score=90.0, plan=plan, additions=9.0, deductions=50.0)
    assert (more.additions, more.deductions, more.is_bounded) == (1.5, 3.0, True)
    assert more.value == pytest.approx(plain.value + 1.5 - 3.0)
    assert more.internal_points + more.external_points + more.additions - more.deductions == pytest.approx(
        more.value
    )


@given(deductions=st.floats(0, 1e6), additions=st.floats(0, 1e6))
def test_nothing_vetoes_a_score(plan: ScoringPlan, deductions: float, additions: float) -> None:
    plain = annual_score("A", 80.0, se=0.5, internal_score=85.0, plan=plan)
    found = annual_score(
        "A", 80.0, se=0.5, internal_score=85.0, plan=plan, additions=additions, deductions=deductions
    )
    assert -3.0 - 1e-9 <= found.value - plain.value <= 1.5 + 1e-9


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"internal_score": 100.5}, "internal_score_out_of_range"),
        ({"internal_score": float("nan")}, "internal_score_out_of_range"),
        ({"additions": -0.1}, "negative_adjustment"),
        ({"deductions": float("nan")}, "negative_adjustment"),
        ({"se": -1.0}, "negative_se"),
        ({"unit_class": "Z"}, "plan_key_missing"),
    ],
)
def test_refusals(plan: ScoringPlan, change: dict[str, Any], code: str) -> None:
    given_ = {"unit_class": "A", "composite": 80.0, "se": 0.5, "internal_score": 85.0, **change}
    with pytest.raises(ScoreError) as refusal:
        annual_score(given_.pop("unit_class"), given_.pop("composite"), plan=plan, **given_)
    assert refusal.value.code == code


def test_adjustments_need_evidence_and_a_name_in_the_plan(plan: ScoringPlan) -> None:
    cases = [Adjustment(id="negative_reviews_overdue", points=0.1, evidence=f"case {k}") for k in range(14)]
    found = [*cases, Adjustment(id="interference", points=2.5, evidence="decision 3")]
    # Fourteen cases are cut to 1.0, the total of 3.5 to 3.0.
    assert total_adjustment(cases, plan.deductions, maximum=3.0) == pytest.approx(1.0)
    assert total_adjustment(found, plan.deductions, maximum=3.0) == pytest.approx(3.0)
    for bad, code in (
        (Adjustment(id="veto", points=3.0, evidence="x"), "unknown_adjustment"),
        (Adjustment(id="interference", points=1.0, evidence=" "), "adjustment_without_evidence"),
        (Adjustment(id="interference", points=-1.0, evidence="x"), "negative_adjustment"),
    ):
        with pytest.raises(ScoreError) as refusal:
            total_adjustment([bad], plan.deductions, maximum=3.0)
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("value", "half", "expected"),
    [
        (85.0, 0.0, ("excellent", True)),
        (84.999, 0.5, ("good", True)),
        (80.0, 2.0, ("good", False)),
        (74.9, 0.05, ("fair", False)),
        (60.0, 1.0, ("fair", True)),
        (12.0, 1.0, ("poor", False)),
    ],
)
def test_grades(plan: ScoringPlan, value: float, half: float, expected: tuple[str, bool]) -> None:
    found = grade(value, plan, ci_low=value - half, ci_high=value + half)
    assert (found.grade, found.is_borderline) == expected


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("evaluator_weights", "A", "residents"), 0.5, "plan_weights_not_one"),
        (("unit_index", "department", "with_domain_items", "unit_module"), 0.7, "plan_weights_not_one"),
        (("periods", "annual", "weight"), 0.8, "plan_weights_not_one"),
        (("missing_group_rule", "caps", "experts"), 20, "plan_share_out_of_range"),
        (("conversion", "values"), {5: 100, 4: 90, 3: 70, 2: 50}, "conversion_lowest_answer_not_zero"),
    ],
)
def test_a_plan_that_cannot_be_used(
    document: dict[str, Any], path: tuple[str, ...], value: Any, code: str
) -> None:
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(ScoreError) as refusal:
        ScoringPlan.from_document(document)
    assert refusal.value.code == code


def test_a_plan_without_a_part_names_it(document: dict[str, Any]) -> None:
    del document["missing_group_rule"]["caps"]
    with pytest.raises(ScoreError, match='"caps"'):
        ScoringPlan.from_document(document)
