"""Raking: margins met, unknown rows, crossed tables, impossible margins, limits on weights."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design import BoundDesign
from analysis.errors import WeightingError
from analysis.estimate.means import mean, total
from analysis.weighting.base import base_weights
from analysis.weighting.calibrate import Distance, calibrate
from analysis.weighting.margins import Category, Margin, margin_from_labels
from analysis.weighting.rake import poststratify, rake
from analysis.weighting.trim import rake_trimmed, trim

steady = settings(deadline=None, derandomize=True, max_examples=60)


def margin(name: str, codes: Any, targets: Any) -> Margin:
    return Margin(
        name=name,
        codes=np.array(codes),
        targets=np.array(targets, float),
        labels=tuple("abcdefgh"[: len(targets)]),
    )


@st.composite
def raking_problems(draw: st.DrawFn) -> tuple[BoundDesign, list[Margin]]:
    """A design with every cell of two or three margins filled, and targets that some weights meet."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = draw(st.lists(st.integers(2, 4), min_size=2, max_size=3))
    full = np.stack(np.meshgrid(*[np.arange(size) for size in sizes]), axis=-1).reshape(-1, len(sizes))
    rows = full[rng.integers(0, len(full), draw(st.integers(0, 40)))]
    codes = np.vstack([full, rows])
    truth = rng.uniform(0.3, 3.0, len(codes))
    margins = [
        margin(f"m{i}", codes[:, i], np.bincount(codes[:, i], weights=truth)) for i in range(len(sizes))
    ]
    return BoundDesign(weights=rng.uniform(0.5, 2.0, len(codes))), margins


@steady
@given(raking_problems())
def test_margins_are_met_and_totals_become_certain(problem: tuple[BoundDesign, list[Margin]]) -> None:
    design, margins = problem
    raked = rake(design, margins, tolerance=1e-11)
    assert raked.history[-1].converged
    for one in margins:
        np.testing.assert_allclose(np.bincount(one.codes, weights=raked.weights), one.targets, rtol=1e-8)
        known = total((one.codes == 0).astype(float), raked)
        assert known.se == pytest.approx(0.0, abs=1e-7 * known.value)
    assert max(abs(check.deviation) for check in raked.history[-1].margins) < 1e-6


@steady
@given(raking_problems(), st.floats(0.001, 1000.0), st.integers(0, 2**32 - 1))
def test_start_scale_and_row_order_do_not_matter(
    problem: tuple[BoundDesign, list[Margin]], scale: float, seed: int
) -> None:
    design, margins = problem
    order = np.random.default_rng(seed).permutation(design.n)
    mixed = [margin(one.name, one.codes[order], one.targets) for one in margins]
    plain = rake(design, margins, tolerance=1e-12).weights
    other = rake(BoundDesign(weights=design.weights[order] * scale), mixed[::-1], tolerance=1e-12).weights
    np.testing.assert_allclose(other, plain[order], rtol=1e-7)


def test_the_worked_example_of_raking() -> None:
    urban = np.repeat([0, 0, 1, 1], [40, 20, 25, 15])
    male = np.repeat([0, 1, 0, 1], [40, 20, 25, 15])
    raked = rake(
        BoundDesign(weights=np.ones(100)),
        [margin("urban", urban, [480, 520]), margin("sex", male, [550, 450])],
    )
    assert raked.weights[[0, 40, 60, 85]] == pytest.approx(
        [6.881273, 10.237454, 10.989963, 16.350062], abs=1e-6
    )
    step = raked.history[-1]
    assert step.kish_deff == pytest.approx(1.101954, abs=1e-6)
    assert step.n_effective == pytest.approx(90.7479, abs=1e-4)


def test_poststratification_weighs_each_class_to_its_count() -> None:
    design = BoundDesign(weights=np.array([1.0, 3.0, 1.0, 1.0]), strata=list("xxyy"))
    found = poststratify(design, margin("m", [0, 0, 1, 1], [80, 20]))
    assert found.weights == pytest.approx([20, 60, 10, 10])
    assert found.history[-1].method == "poststratify"
    before = [check.before for check in found.history[-1].margins]
    assert before == pytest.approx([4 / 6, 2 / 6])


def test_unknown_rows_leave_their_margin_only() -> None:
    rng = np.random.default_rng(3)
    sex, age = rng.integers(0, 2, 200), rng.integers(0, 3, 200)
    sex[:20] = -1
    design = BoundDesign(weights=rng.uniform(1, 2, 200))
    margins = [margin("sex", sex, [600, 400]), margin("age", age, [300, 300, 400])]
    raked = rake(design, margins, tolerance=1e-12)
    known = sex >= 0
    shares = np.bincount(sex[known], weights=raked.weights[known])
    assert shares / shares.sum() == pytest.approx([0.6, 0.4])
    assert np.bincount(age, weights=raked.weights) == pytest.approx([300, 300, 400])
    only = rake(design, margins[:1], tolerance=1e-12)
    g = only.weights / design.weights
    assert only.weights.sum() == pytest.approx(1000)
    share_unknown = design.weights[:20].sum() / design.weights.sum()
    assert only.weights[:20].sum() / 1000 == pytest.approx(share_unknown)
    assert np.ptp(g[:20]) == pytest.approx(0.0, abs=1e-12)


def test_the_variance_with_unknown_rows_agrees_with_repeated_sampling() -> None:
    """The linearised standard error of a raked mean against the spread over 1,500 samples."""
    rng = np.random.default_rng(11)
    found, claimed = [], []
    for _ in range(1500):
        sex = (rng.random(400) < 0.4).astype(int)
        answers = 50 + 20 * sex + rng.normal(0, 10, 400)
        seen = np.where(rng.random(400) < 0.25, -1, sex)
        design = rake(BoundDesign(weights=np.ones(400)), [margin("sex", seen, [60, 40])])
        estimate = mean(answers, design)
        found.append(estimate.value)
        claimed.append(estimate.se)
    assert np.mean(found) == pytest.approx(58.0, abs=4 * np.std(found) / np.sqrt(1500))
    assert np.mean(claimed) == pytest.approx(np.std(found), rel=0.08)


def test_a_crossed_margin_is_one_margin_of_combinations() -> None:
    city, age = np.array(list("AABBAB")), np.array(["young", "old", "young", "old", "old", ""])
    targets: dict[Category, float] = {
        ("A", "young"): 10.0,
        ("A", "old"): 20.0,
        ("B", "young"): 30.0,
        ("B", "old"): 40.0,
    }
    crossed = margin_from_labels("city × age", [city, age], targets=targets)
    assert crossed.labels == ("A × young", "A × old", "B × young", "B × old")
    assert crossed.codes.tolist() == [0, 1, 2, 3, 1, -1]
    raked = rake(BoundDesign(weights=np.ones(6)), [crossed])
    assert raked.weights.sum() == pytest.approx(100)
    shares = np.bincount(crossed.codes[:5], weights=raked.weights[:5])
    assert shares / shares.sum() == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_many_margins_overflow_no_table() -> None:
    rng = np.random.default_rng(5)
    codes = [rng.integers(0, 8, 3000) for _ in range(9)]
    for one in codes:
        one[:8] = np.arange(8)
    margins = [margin(f"m{i}", one, np.full(8, 100.0)) for i, one in enumerate(codes)]
    raked = rake(BoundDesign(weights=np.ones(3000)), margins)
    assert raked.history[-1].converged
    for one in codes:
        assert np.bincount(one, weights=raked.weights) == pytest.approx(np.full(8, 100.0), rel=1e-6)


ONES = BoundDesign(weights=np.ones(4))
IMPOSSIBLE = [
    ("empty_margin_cell", [margin("age", [0, 0, 1, 1], [10, 10, 5])], "c"),
    ("zero_target", [margin("age", [0, 0, 1, 1], [10, 0])], "b"),
    ("all_unknown", [margin("age", [-1, -1, -1, -1], [10, 0])], "age"),
    (
        "totals_disagree",
        [margin("age", [0, 0, 1, 1], [10, 10]), margin("sex", [0, 1, 0, 1], [10, 11])],
        "sex",
    ),
    ("no_margins", [], ""),
]


@pytest.mark.parametrize(("code", "margins", "named"), IMPOSSIBLE)
def test_an_impossible_margin_is_refused_by_name(code: str, margins: list[Margin], named: str) -> None:
    with pytest.raises(WeightingError) as refusal:
        rake(ONES, margins)
    assert refusal.value.code == code
    assert named in refusal.value.message("zh")
    assert named in refusal.value.message("en")


def test_the_refusal_of_an_empty_cell_says_what_to_do() -> None:
    with pytest.raises(WeightingError) as refusal:
        rake(ONES, [margin("age", [0, 0, 1, 1], [10, 10, 5])])
    assert "Merge the category" in refusal.value.message("en")
    assert "合并" in refusal.value.message("zh")
    assert '"age"' in refusal.value.message("en")
    assert refusal.value.context == {"margin": "age", "category": "c", "target": 5.0}


def test_data_without_a_target_and_bad_targets_are_refused() -> None:
    with pytest.raises(WeightingError, match='category "x" \\(2 respondents\\)') as refusal:
        margin_from_labels("sex", [np.array(["f", "x", "x", "m"])], targets={("f",): 1.0, ("m",): 1.0})
    assert refusal.value.code == "missing_target"
    known = margin_from_labels(
        "sex", [np.array(["f", "x", "", "m"])], targets={("f",): 1.0, ("m",): 1.0}, unknown=["x"]
    )
    assert known.codes.tolist() == [0, -1, -1, 1]
    for bad in (-1.0, float("nan"), float("inf")):
        with pytest.raises(WeightingError) as refusal:
            margin("age", [0, 0], [bad])
        assert refusal.value.code == "bad_target"
    with pytest.raises(WeightingError) as refusal:
        rake(BoundDesign(weights=np.array([0.0, 1.0])), [margin("age", [0, 1], [5, 5])])
    assert refusal.value.code == "start_weight_zero"


def test_margins_that_contradict_each_other_end_with_their_names() -> None:
    """Everyone in class 0 of one margin is in class 0 of the other, but the targets differ."""
    margins = [margin("first", [0, 0, 1, 1], [60, 40]), margin("second", [0, 0, 1, 1], [50, 50])]
    step = rake(ONES, margins, max_iterations=50).history[-1]
    assert not step.converged
    assert step.failed == ("first",)
    assert {item.code for item in step.status} == {"not_converged", "margin_failed"}
    assert "10" in step.status[-1].message("en")


def test_trimming_while_raking_keeps_margins_and_limit() -> None:
    rng = np.random.default_rng(8)
    sex, age = rng.integers(0, 2, 500), rng.integers(0, 4, 500)
    design = BoundDesign(weights=rng.lognormal(0, 0.9, 500))
    margins = [margin("sex", sex, [520, 480]), margin("age", age, [100, 200, 300, 400])]
    free, held = rake(design, margins), rake_trimmed(design, margins, largest_over_mean=4.0)
    assert free.history[-1].largest_over_mean > 5
    step = held.history[-1]
    assert step.largest_over_mean <= 4.0
    assert step.converged
    assert step.failed == ()
    assert step.n_effective > free.history[-1].n_effective
    assert len(held.calibrations) == 1
    assert rake_trimmed(design, margins, largest_over_mean=1000.0).history[-1].method == "rake"


def test_a_limit_that_the_margins_forbid_is_a_status() -> None:
    codes = [0] * 99 + [1]
    found = rake_trimmed(
        BoundDesign(weights=np.ones(100)), [margin("m", codes, [50, 50])], largest_over_mean=5.0, rounds=3
    )
    step = found.history[-1]
    assert step.largest_over_mean == pytest.approx(50.0)
    assert [item.code for item in step.status] == ["reweighted_under_limit"]
    with pytest.raises(WeightingError) as refusal:
        trim(BoundDesign(weights=np.ones(4)), upper=1.0)
    assert refusal.value.code == "trim_impossible"


def test_bounds_without_a_solution_name_the_totals_they_miss() -> None:
    x = np.column_stack([np.ones(100), np.arange(100) % 2])
    design = BoundDesign(weights=np.ones(100))
    tight = calibrate(
        design, x, totals=[100, 90], names=["people", "odd"], distance=Distance.LOGIT, bounds=(0.8, 1.2)
    )
    step = tight.history[-1]
    assert not step.converged
    assert "odd" in step.failed
    assert step.g_weights.min() >= 0.8
    assert step.g_weights.max() <= 1.2
    with pytest.raises(WeightingError) as refusal:
        calibrate(design, np.ones((100, 2)), totals=[100, 90], names=["people", "again"])
    assert refusal.value.code == "calibration_singular"
    with pytest.raises(WeightingError) as refusal:
        calibrate(design, x, totals=[100, 50], names=["a", "b"], distance=Distance.LOGIT, bounds=(1.1, 2.0))
    assert refusal.value.code == "bad_bounds"


def test_base_weights_are_inverse_probabilities() -> None:
    assert base_weights([0.5, 1.0, 0.01]).tolist() == [2.0, 1.0, 100.0]
    for bad in (0.0, 1.5, float("nan"), -0.1):
        with pytest.raises(Exception, match="Row 2"):
            base_weights([0.5, bad])


def test_more_combinations_than_whole_numbers_are_numbered_as_they_occur() -> None:
    rng = np.random.default_rng(6)
    margins = [
        margin(f"m{i}", np.r_[np.arange(8), rng.integers(0, 8, 400)], np.full(8, 50.0)) for i in range(22)
    ]
    raked = rake(BoundDesign(weights=np.ones(408)), margins, tolerance=1e-7)
    for one in margins:
        assert np.bincount(one.codes, weights=raked.weights) == pytest.approx(np.full(8, 50.0), rel=1e-3)
