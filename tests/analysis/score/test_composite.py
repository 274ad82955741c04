"""The composite: redistribution, caps, minimums, reasons, variance."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.score.composite import GroupEstimate, composite, composite_covariance, redistribute
from analysis.score.plan import ScoringPlan
from analysis.score.reasons import ScoreError, reason_text

GROUPS = (
    "residents",
    "service_users",
    "enterprises",
    "individual_businesses",
    "power_organs",
    "social_organisations",
    "experts",
)


def estimate(
    value: float | None = 75.0, *, se: float | None = 1.0, n: int = 500, n_effective: float = 400.0
) -> GroupEstimate:
    return GroupEstimate(value=value, se=se, n=n, n_effective=n_effective)


def everyone(**changes: GroupEstimate) -> dict[str, GroupEstimate]:
    return {**{group: estimate() for group in GROUPS}, **changes}


present_groups = st.sets(st.sampled_from(GROUPS))


@given(unit_class=st.sampled_from("ABCDE"), present=present_groups)
def test_weights_after_redistribution(plan: ScoringPlan, unit_class: str, present: set[str]) -> None:
    unit = composite(unit_class, {group: estimate() for group in present}, plan)
    nominal = plan.evaluator_weights[unit_class]
    assert unit.weight_present == pytest.approx(sum(nominal[group] for group in present))
    assert {item.group for item in unit.dropped} == set(GROUPS) - present
    if not unit.is_scorable:
        assert unit.weight_present < 0.70 or not present & {"residents", "service_users", "enterprises"}
        assert (unit.value, unit.se, unit.ci_low, unit.ci_high) == (None, None, None, None)
        assert dict(unit.weights_used) == {}
        return
    assert set(unit.weights_used) == present
    assert sum(unit.weights_used.values()) == pytest.approx(1.0, abs=1e-12)
    assert all(unit.weights_used[g] <= cap + 1e-12 for g, cap in plan.caps.items() if g in present)
    # Nobody loses by another's absence, save a group cut to its cap.
    assert all(unit.weights_used[g] >= nominal[g] - 1e-12 for g in present)
    assert unit.value == pytest.approx(75.0)


@given(
    weights=st.dictionaries(st.sampled_from(GROUPS), st.floats(0.01, 1.0), min_size=1),
    caps=st.fixed_dictionaries({g: st.floats(0.02, 0.6) for g in GROUPS[4:]}),
)
def test_redistribution_keeps_one_and_the_caps(weights: dict[str, float], caps: dict[str, float]) -> None:
    used, capped = redistribute(weights, caps=caps)
    assert sum(used.values()) == pytest.approx(1.0)
    uncapped = [g for g in weights if g not in caps]
    if uncapped:
        assert all(used[g] <= caps[g] + 1e-12 for g in weights if g in caps)
        # Among the groups that take the excess the plan's proportions stay.
        first = uncapped[0]
        for other in uncapped[1:]:
            assert used[other] / used[first] == pytest.approx(weights[other] / weights[first])
    else:
        assert capped == ()


def test_excess_over_a_cap_goes_to_the_survey_groups(plan: ScoringPlan) -> None:
    # Class E without residents, enterprises' neighbours: power organs would reach 0.20/0.70 = 0.286.
    groups = everyone(residents=estimate(None), enterprises=estimate(None))
    unit = composite("E", groups, plan)
    assert unit.is_scorable
    assert unit.weight_present == pytest.approx(0.70)
    assert unit.capped == ("power_organs", "experts")
    assert unit.weights_used["power_organs"] == pytest.approx(0.25)
    assert unit.weights_used["experts"] == pytest.approx(0.20)
    assert unit.weights_used["social_organisations"] == pytest.approx(0.10 / 0.70)
    rest = 1 - 0.25 - 0.20 - 0.10 / 0.70
    assert unit.weights_used["service_users"] == pytest.approx(rest * 0.8)
    assert unit.weights_used["individual_businesses"] == pytest.approx(rest * 0.2)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (estimate(None), "no_estimate"),
        (estimate(float("nan")), "no_estimate"),
        (estimate(n=99), "below_minimum_valid"),
        (estimate(n_effective=59.9), "below_minimum_effective"),
    ],
)
def test_why_a_group_is_dropped(plan: ScoringPlan, change: GroupEstimate, reason: str) -> None:
    unit = composite("B", everyone(residents=change), plan)
    assert [(item.group, item.weight, item.reason) for item in unit.dropped] == [("residents", 0.20, reason)]
    assert "residents" not in unit.weights_used
    assert reason_text(reason, "zh") != reason_text(reason, "en")


def test_exactly_the_minimum_is_enough(plan: ScoringPlan) -> None:
    unit = composite("B", everyone(residents=estimate(n=100, n_effective=60.0)), plan)
    assert unit.dropped == ()
    assert dict(unit.weights_used) == pytest.approx(dict(plan.evaluator_weights["B"]))


def test_a_small_base_leaves_85_percent(plan: ScoringPlan) -> None:
    """X7: the ship inspection centre without residents and individual businesses."""
    unit = composite("C", everyone(residents=estimate(n=31), individual_businesses=estimate(n=20)), plan)
    assert unit.is_scorable
    assert unit.weight_present == pytest.approx(0.85)
    assert unit.weights_used["service_users"] == pytest.approx(0.50 / 0.85)


def test_under_70_percent_is_not_scorable(plan: ScoringPlan) -> None:
    unit = composite("C", everyone(service_users=estimate(n=99)), plan)
    assert (unit.reason, unit.value) == ("too_little_weight_present", None)
    assert unit.weight_present == pytest.approx(0.50)


def test_without_a_survey_group_nothing_is_scored(plan: ScoringPlan) -> None:
    only = {g: estimate() for g in GROUPS[3:]}
    assert composite("A", only, plan).reason == "no_survey_group"
    assert composite("A", {}, plan).reason == "no_survey_group"
    assert composite("Z", everyone(), plan).reason == "class_without_weights"


def test_covariances_enter_the_variance(plan: ScoringPlan) -> None:
    apart = composite("A", everyone(), plan)
    shared = composite("A", everyone(), plan, covariance={("residents", "service_users"): 0.5})
    assert apart.se is not None
    assert shared.se is not None
    assert shared.se**2 - apart.se**2 == pytest.approx(2 * 0.40 * 0.25 * 0.5)
    assert apart.se == pytest.approx(sqrt(sum(w**2 for w in plan.evaluator_weights["A"].values())))


def test_a_used_group_needs_a_standard_error(plan: ScoringPlan) -> None:
    for se in (None, -1.0, float("nan")):
        with pytest.raises(ScoreError, match="experts"):
            composite("A", everyone(experts=estimate(se=se)), plan)


@given(unit_class=st.sampled_from("ABCDE"), group=st.sampled_from(GROUPS), better=st.floats(0.1, 20))
def test_a_better_group_never_lowers_the_composite(
    plan: ScoringPlan, unit_class: str, group: str, better: float
) -> None:
    before = composite(unit_class, everyone(), plan).value
    after = composite(unit_class, everyone(**{group: estimate(75 + better)}), plan).value
    assert before is not None
    assert after is not None
    assert after > before


def test_covariance_of_units_that_share_respondents(plan: ScoringPlan) -> None:
    first = composite("A", everyone(), plan)
    second = composite("A", everyone(experts=estimate(None)), plan)
    diagonal = {group: np.eye(2) for group in GROUPS}
    # Residents rate both units; the second has no experts, whose row is then nothing but nan.
    diagonal["residents"] = np.array([[1.0, 0.3], [0.3, 1.0]])
    diagonal["experts"] = np.array([[1.0, np.nan], [np.nan, np.nan]])
    found = composite_covariance([first, second], diagonal)
    assert first.se is not None
    assert second.se is not None
    assert found[0, 0] == pytest.approx(first.se**2)
    assert found[1, 1] == pytest.approx(second.se**2)
    assert found[0, 1] == pytest.approx(
        first.weights_used["residents"] * second.weights_used["residents"] * 0.3
    )
    with pytest.raises(ScoreError, match="experts"):
        composite_covariance([first, second], {"experts": np.eye(3)})
