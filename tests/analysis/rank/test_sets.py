"""Rank sets: coverage, nesting of the methods, the role of the covariance, lists and bands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analysis._types import FloatArray
from analysis.errors import InvalidInput
from analysis.rank.banding import Band, band, bands
from analysis.rank.intervals import wilson_interval
from analysis.rank.simultaneous import RankMethod, competition_ranks, rank_sets

scores = hnp.arrays(np.float64, st.integers(1, 12), elements=st.floats(0, 100).map(lambda x: round(x, 2)))


@settings(max_examples=60, deadline=None)
@given(x=scores, se=st.floats(0.05, 5), method=st.sampled_from(list(RankMethod)))
def test_sets_hold_the_point_rank_and_stay_in_range(x: FloatArray, se: float, method: RankMethod) -> None:
    sets = rank_sets(x, np.full(len(x), se**2), method=method, draws=500)
    assert (sets.low <= sets.point).all()
    assert (sets.point <= sets.high).all()
    assert (sets.low >= 1).all()
    assert (sets.high <= len(x)).all()
    # Two units cannot each be above the other, and the sets of better estimates are no worse.
    assert not (sets.above & sets.above.T).any()


@settings(max_examples=40, deadline=None)
@given(x=scores, factor=st.floats(1.0, 5.0))
def test_more_error_never_narrows_a_set(x: FloatArray, factor: float) -> None:
    narrow = rank_sets(x, np.ones(len(x)))
    wide = rank_sets(x, np.full(len(x), factor**2))
    assert (wide.low <= narrow.low).all()
    assert (wide.high >= narrow.high).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1_000))
def test_stepwise_is_never_wider_than_one_step(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(70, 4, 8)
    root = rng.normal(size=(8, 8))
    covariance = root @ root.T / 8 + np.eye(8) * 0.2
    one = rank_sets(x, covariance, method="max_t", seed=seed, draws=2_000)
    more = rank_sets(x, covariance, method="stepwise", seed=seed, draws=2_000)
    assert (more.above | one.above == more.above).all()
    assert more.critical_value <= one.critical_value
    assert (more.low >= one.low).all()
    assert (more.high <= one.high).all()


def test_simulated_critical_value_is_below_bonferroni_and_near_tukey() -> None:
    from scipy import stats

    p = 6
    sets = rank_sets(np.arange(p) * 0.0, np.ones(p), method="max_t", seed=1, draws=40_000)
    # All pairwise differences of independent, equally precise units: the studentised range over root 2.
    tukey = stats.studentized_range.ppf(0.95, p, np.inf) / np.sqrt(2)
    assert sets.critical_value == pytest.approx(tukey, abs=0.03)
    assert sets.critical_value < rank_sets(np.arange(p) * 0.0, np.ones(p)).critical_value


def test_the_covariance_counts() -> None:
    x = np.array([72.0, 70.0])
    apart = np.array([[1.0, 0.0], [0.0, 1.0]])
    shared = np.array([[1.0, 0.95], [0.95, 1.0]])  # the same respondents rate both
    assert rank_sets(x, apart).high.tolist() == [2, 2]
    assert rank_sets(x, shared).high.tolist() == [1, 2]
    assert rank_sets(x, shared).low.tolist() == [1, 2]


@pytest.mark.parametrize("method", ["bonferroni", "max_t", "stepwise"])
def test_all_sets_together_cover_the_true_ranks(method: str) -> None:
    truth = np.array([75.0, 74.5, 74.0, 72.0, 71.9, 68.0])
    ranks = competition_ranks(truth)
    rng = np.random.default_rng(11)
    rounds, covered = 300, 0
    for seed in range(rounds):
        sets = rank_sets(rng.normal(truth, 0.8), np.full(6, 0.64), method=method, seed=seed, draws=1_000)
        covered += bool(((sets.low <= ranks) & (ranks <= sets.high)).all())
    # 95 % of 300, with four binomial standard errors of room.
    assert covered >= 0.90 * rounds


def test_same_seed_same_sets() -> None:
    x, v = np.array([80.0, 78.0, 77.0, 70.0]), np.array([0.5, 0.7, 0.4, 0.6])
    first = rank_sets(x, v, method="stepwise", seed=4)
    again = rank_sets(x, v, method="stepwise", seed=4)
    assert first.critical_value == again.critical_value
    assert (first.above == again.above).all()


def test_lists_name_only_units_wholly_inside() -> None:
    x = np.array([90.0, 89.9, 80.0, 70.0, 60.0, 59.9])
    sets = rank_sets(x, np.full(6, 0.04))
    assert sets.wholly_in_top(1).tolist() == [False] * 6
    assert sets.wholly_in_top(2).tolist() == [True, True, False, False, False, False]
    assert sets.wholly_in_bottom(3).tolist() == [False, False, False, True, True, True]
    assert sets.wholly_in_bottom(1).tolist() == [False] * 6


def test_ties_share_the_better_rank_and_exact_values_are_told_apart() -> None:
    sets = rank_sets([50.0, 50.0, 40.0], [0.0, 0.0, 0.0])
    assert sets.point.tolist() == [1, 1, 3]
    assert sets.low.tolist() == [1, 1, 3]
    assert sets.high.tolist() == [2, 2, 3]


@pytest.mark.parametrize(
    ("x", "covariance", "method", "message"),
    [
        ([70.0, float("nan")], [1.0, 1.0], "bonferroni", "row 2 is not a finite number"),
        ([70.0, 71.0], [1.0], "bonferroni", "expected shape"),
        ([70.0, 71.0], [1.0, -1.0], "bonferroni", "negative"),
        ([], [], "bonferroni", "expected shape"),
        ([70.0], [1.0], "naive", "unknown"),
    ],
)
def test_refusals(x: list[float], covariance: list[float], method: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        rank_sets(x, covariance, method=method)


def test_bands_need_the_whole_interval() -> None:
    assert band(70.1, 75.0, reference=70.0) is Band.ABOVE
    assert band(65.0, 69.9, reference=70.0) is Band.BELOW
    assert band(69.0, 71.0, reference=70.0) is Band.WITHIN
    assert band(70.0, 75.0, reference=70.0) is Band.WITHIN
    found = bands({"a": (71.0, 72.0), "b": (60.0, 90.0)}, reference=70.0)
    assert dict(found.bands) == {"a": Band.ABOVE, "b": Band.WITHIN}


@given(answered=st.integers(1, 5_000), part=st.floats(0, 1))
def test_wilson_holds_its_share(answered: int, part: float) -> None:
    reported = round(answered * part)
    low, high = wilson_interval(reported, answered)
    assert (
        0 <= low <= reported / answered <= high + 1e-12 <= 1 + 1e-12
    )  # at 0 and at 1 a last bit may be lost
    assert low < high


def test_wilson_refuses_more_reports_than_answers() -> None:
    with pytest.raises(InvalidInput):
        wilson_interval(3, 2)
    with pytest.raises(InvalidInput):
        wilson_interval(0, 0)
