"""The ladder as a gate: what holds, what fails and why, what a partial search finds, and what it must not do."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import validity
from analysis._types import FloatArray
from analysis.validity import Criteria, GroupedMoments, Kind, ValidityError
from tests.analysis.validity.lavaan import BLOCKS, ITEMS, complete


def shifted(**moves: float) -> GroupedMoments:
    """citizens.csv with items of the towns moved."""
    y, urban = complete("urban")
    moved = y.copy()
    for item, by in moves.items():
        moved[urban == "town", ITEMS.index(item)] += by
    return validity.moments(moved, ITEMS, groups=urban)


def stretched(item: str, by: float) -> GroupedMoments:
    """citizens.csv with the part of an item that its block explains stretched in the towns."""
    y, urban = complete("urban")
    town, at = urban == "town", ITEMS.index(item)
    others = [place for place in range(at // 3 * 3, at // 3 * 3 + 3) if place != at]
    common = y[town][:, others].mean(axis=1)
    moved = y.copy()
    moved[town, at] += by * (common - common.mean())
    return validity.moments(moved, ITEMS, groups=urban)


def test_the_steps_are_compared_with_the_one_before() -> None:
    found = validity.ladder(shifted(), BLOCKS)
    assert [step.level for step in found.steps] == ["configural", "metric", "scalar", "strict"]
    assert [step.fit.test.df for step in found.steps] == [48, 54, 60, 69]
    for last, step in zip(found.steps[:-1], found.steps[1:], strict=True):
        assert step.delta_cfi == pytest.approx(step.cfi - last.cfi)
        assert step.delta_rmsea == pytest.approx(step.rmsea - last.rmsea)
        assert step.difference is not None
        assert step.difference.df == step.fit.test.df - last.fit.test.df
    rows = found.to_rows()
    assert len(rows) == 4
    assert rows[0]["difference_chi_square"] is None
    assert rows[0]["delta_cfi"] is None


def test_means_are_refused_where_a_step_fails() -> None:
    found = validity.ladder(shifted(q3=0.6), BLOCKS)
    assert found.highest == "metric"
    answer = validity.mean_comparison(found)
    assert not answer.allowed
    assert answer.code == "step_failed"
    assert dict(answer.evidence)["level"] == "scalar"
    assert "scalar" in answer.reason("zh")
    assert answer.to_rows()[0]["allowed"] == 0
    with pytest.raises(ValidityError, match="must not be compared"):
        validity.latent_means(found)


def test_means_are_refused_where_nothing_was_tested_or_the_form_differs() -> None:
    state = shifted()
    short = validity.ladder(state, BLOCKS, levels=["configural", "metric"])
    assert validity.mean_comparison(short).code == "no_scalar_step"
    wrong = {"a": ["q1", "q4", "q7"], "b": ["q2", "q5", "q8"], "c": ["q3", "q6", "q9"]}
    assert validity.mean_comparison(validity.ladder(state, wrong)).code in ("form_failed", "unsound")


def test_a_partial_search_finds_what_was_moved_and_reports_it() -> None:
    state = shifted(q3=0.8, q5=-0.6)
    found = validity.ladder(state, BLOCKS, most_releases=3)
    scalar = found.step("scalar")
    assert scalar is not None
    assert {(Kind.INTERCEPT, "q3"), (Kind.INTERCEPT, "q5")} <= set(scalar.released)
    assert scalar.trail[0].test.name == "q3"
    assert len(scalar.trail) <= 3
    answer = validity.mean_comparison(found)
    assert answer.code == "partial"
    assert "intercept q3" in answer.reason()
    strict = found.step("strict")
    assert strict is not None
    # An item with an intercept of its own has no residual to share.
    assert (Kind.RESIDUAL, "q3") in strict.released


def test_a_loading_that_differs_takes_its_intercept_along() -> None:
    found = validity.ladder(stretched("q2", 0.9), BLOCKS, most_releases=2)
    metric, scalar = found.step("metric"), found.step("scalar")
    assert metric is not None
    assert scalar is not None
    assert metric.released == ((Kind.LOADING, "q2"),)
    assert (Kind.INTERCEPT, "q2") in scalar.released


def test_a_marker_can_be_released_like_any_item() -> None:
    found = validity.ladder(stretched("q1", 0.9), BLOCKS, most_releases=1)
    metric = found.step("metric")
    assert metric is not None
    assert metric.released == ((Kind.LOADING, "q1"),)
    other = validity.ladder(stretched("q1", 0.9), BLOCKS, most_releases=1, identify="std.lv").step("metric")
    assert other is not None
    assert other.released == metric.released
    assert other.fit.test.chi_square == pytest.approx(metric.fit.test.chi_square, rel=1e-6)


def test_the_search_keeps_its_limit_and_two_items_of_every_factor() -> None:
    state = shifted(q1=0.9, q2=-0.9, q3=0.5)
    limited = validity.ladder(state, BLOCKS, most_releases=0).step("scalar")
    assert limited is not None
    assert limited.trail == ()
    found = validity.ladder(state, BLOCKS, most_releases=9).step("scalar")
    assert found is not None
    for members in BLOCKS.values():
        assert sum((Kind.INTERCEPT, item) not in found.released for item in members) >= 2


def test_criteria_are_a_declared_choice() -> None:
    state = shifted()
    strict = validity.ladder(state, BLOCKS, criteria=Criteria(rmsea_rise=0.02))
    assert validity.mean_comparison(strict).allowed
    assert not validity.mean_comparison(validity.ladder(state, BLOCKS)).allowed


def three_categories(rng: np.random.Generator, n: int, *, shift: float, cut: float) -> FloatArray:
    f = rng.standard_normal((n, 1)) + shift
    response = f * [0.8, 0.7, 0.75, 0.7] + rng.standard_normal((n, 4)) * 0.65
    cuts = np.array([[-0.6, 0.2, 0.9]] * 4)
    cuts[0, 1:] += cut
    return np.column_stack([np.searchsorted(cuts[item], response[:, item]) for item in range(4)]).astype(
        float
    )


def test_ordered_items_climb_too() -> None:
    rng = np.random.default_rng(12)
    names, n = ["a", "b", "c", "d"], 2500
    group = np.repeat(["zh", "en"], n)
    y = np.vstack(
        [three_categories(rng, n, shift=0.0, cut=0.0), three_categories(rng, n, shift=0.3, cut=0.0)]
    )
    found = validity.ladder(validity.ordered_moments(y, names, groups=group), {"f": names})
    assert found.highest == "scalar"
    (mean,) = validity.latent_means(found)
    # The unit is the first item's: its loading is 0.8 of a response with standard deviation (0.64 + 0.4225)^0.5.
    assert mean.difference == pytest.approx(0.3 * 0.8 / np.sqrt(0.64 + 0.65**2), abs=4 * mean.se)
    rng = np.random.default_rng(2)
    moved = np.vstack(
        [three_categories(rng, n, shift=0.0, cut=0.0), three_categories(rng, n, shift=0.3, cut=0.7)]
    )
    state = validity.ordered_moments(moved, names, groups=group)
    kept = validity.ladder(state, {"f": names}, criteria=Criteria(rmsea_rise=0.005, cfi_drop=0.002))
    assert not validity.mean_comparison(kept).allowed
    freed = validity.ladder(
        state, {"f": names}, criteria=Criteria(rmsea_rise=0.005, cfi_drop=0.002), most_releases=2
    )
    scalar = freed.step("scalar")
    assert scalar is not None
    assert {name for _, name in scalar.released} == {"a"}
    assert validity.mean_comparison(freed).code == "partial"
