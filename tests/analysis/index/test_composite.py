"""Composite indices: normalisation, aggregation, delta-method errors, and every kind of sensitivity."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import index, rank
from analysis._types import FloatArray
from analysis.errors import AnalysisError

UNITS = ["A", "B", "C", "D", "E"]
NAMES = ["speed", "staff", "cost"]
X = np.array([[70.0, 60, 20], [55, 80, 35], [90, 40, 15], [62, 66, 30], [48, 52, 44]])
W = [0.5, 0.3, 0.2]
SCALES = [
    index.Scale(method="none"),
    index.Scale(method="minmax", directions=[1, 1, -1]),
    index.Scale(method="minmax", goalposts=[[0, 100], [20, 90], [0, 60]], directions=[1, 1, -1]),
    index.Scale(method="z", directions=[1, 1, -1], centre=100, spread=10),
    index.Scale(method="z", ddof=0, centre=100, spread=10),
    index.Scale(method="target", targets=[95, 85, 10], directions=[1, 1, -1]),
]
RULES = [
    index.Mean(),
    index.Mean(method="geometric"),
    index.Mean(method="harmonic"),
    index.Mean(method="power", power=0.4),
    index.Mean(method="power", power=-2.5),
    index.Mean(method="mazziotta_pareto"),
    index.Mean(method="mazziotta_pareto", penalty=1),
    index.Mean(method="owa", order_weights=[0.5, 0.3, 0.2]),
]


def test_normalisations_by_hand() -> None:
    def of(**scale: Any) -> FloatArray:
        return index.normalise(X, index.Scale(**scale)).values

    np.testing.assert_allclose(of(method="minmax")[:, 0], (X[:, 0] - 48) / 42 * 100)
    np.testing.assert_allclose(of(method="minmax", directions=[1, 1, -1])[:, 2], (44 - X[:, 2]) / 29 * 100)
    np.testing.assert_allclose(of(method="z")[:, 1], (X[:, 1] - X[:, 1].mean()) / X[:, 1].std(ddof=1))
    np.testing.assert_allclose(of(method="rank")[:, 0], [4, 2, 5, 3, 1])
    np.testing.assert_allclose(of(method="rank", directions=[-1, 1, 1])[:, 0], [2, 4, 1, 3, 5])
    np.testing.assert_allclose(of(method="percentile")[:, 0], [70, 30, 90, 50, 10])
    np.testing.assert_allclose(of(method="target", targets=[50, 50, 10])[:, 2], X[:, 2] * 10)
    tied = index.normalise([[1.0], [2.0], [2.0], [5.0]], index.Scale(method="rank")).values
    np.testing.assert_allclose(tied[:, 0], [1, 2.5, 2.5, 4])


def test_aggregations_by_hand() -> None:
    def of(**rule: Any) -> FloatArray:
        return index.composite(X, weights=W, rule=index.Mean(**rule)).index

    np.testing.assert_allclose(of()[0], 57.0)
    np.testing.assert_allclose(of(method="geometric")[0], 70**0.5 * 60**0.3 * 20**0.2)
    np.testing.assert_allclose(of(method="harmonic")[0], 1 / (0.5 / 70 + 0.3 / 60 + 0.2 / 20))
    np.testing.assert_allclose(of(method="power", power=2)[0], (0.5 * 4900 + 0.3 * 3600 + 0.2 * 400) ** 0.5)
    spread = 0.5 * 13**2 + 0.3 * 3**2 + 0.2 * 37**2
    np.testing.assert_allclose(of(method="mazziotta_pareto")[0], 57 - spread / 57)
    np.testing.assert_allclose(of(method="mazziotta_pareto", penalty=1)[0], 57 + spread / 57)
    np.testing.assert_allclose(
        of(method="owa", order_weights=[0.6, 0.3, 0.1])[0], 0.6 * 20 + 0.3 * 60 + 0.1 * 70
    )
    means = [of(method=m)[0] for m in ("harmonic", "geometric", "arithmetic")]
    assert means == sorted(means)


PAIRS = [
    (scale, rule)
    for scale in SCALES
    for rule in RULES
    # Between the worst and the best unit there is a 0, which has no geometric mean.
    if rule.method in ("arithmetic", "owa") or not (scale.method == "minmax" and scale.goalposts is None)
]


@pytest.mark.parametrize(("scale", "rule"), PAIRS)
def test_the_errors_are_the_delta_method(scale: index.Scale, rule: index.Mean) -> None:
    """Against slopes by differences of the whole chain, under a full covariance."""
    rng = np.random.default_rng(3)
    root = rng.normal(size=(15, 15)) / 4
    covariance = root @ root.T
    found = index.composite(X, weights=W, scale=scale, rule=rule, covariance=covariance)
    jacobian = np.zeros((5, 15))
    for place in range(15):
        step = np.zeros(15)
        step[place] = 1e-5
        up = index.composite(X + step.reshape(5, 3), weights=W, scale=scale, rule=rule).index
        down = index.composite(X - step.reshape(5, 3), weights=W, scale=scale, rule=rule).index
        jacobian[:, place] = (up - down) / 2e-5
    np.testing.assert_allclose(found.covariance, jacobian @ covariance @ jacobian.T, rtol=2e-4, atol=1e-7)
    np.testing.assert_allclose(found.se, np.sqrt(np.diag(found.covariance)))


def test_three_ways_to_give_the_covariance() -> None:
    variances = np.full((5, 3), 4.0)
    blocks = np.stack([np.diag(row) for row in variances])
    scale = index.Scale(method="z")
    one = index.composite(X, scale=scale, covariance=variances)
    two = index.composite(X, scale=scale, covariance=blocks)
    three = index.composite(X, scale=scale, covariance=np.eye(15) * 4)
    np.testing.assert_allclose(one.covariance, two.covariance)
    np.testing.assert_allclose(one.covariance, three.covariance)
    sets = rank.sets(one.index, one.covariance, units=one.units)
    assert (sets.low <= one.rank).all()
    row = index.composite(X, covariance=variances, units=UNITS, names=NAMES).to_rows()[2]
    assert (row["unit"], row["speed"]) == ("C", 90.0)


def test_ranks_have_no_error_and_ties_no_single_slope() -> None:
    ranked = index.composite(X, scale=index.Scale(method="rank"), covariance=np.ones((5, 3)))
    assert np.isnan(ranked.se).all()
    assert [item.code for item in ranked.status] == ["no_se_for_ranks"]
    tied = X.copy()
    tied[1, 1] = tied[1, 0]
    owa = index.composite(tied, rule=index.Mean(method="owa"), units=UNITS)
    assert owa.status[0].context == {"unit": "B"}
    assert "B" in owa.status[0].message("en")
    assert index.composite(X).to_rows()[0]["se"] is None


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 9_999), power=st.floats(-4, 4))
def test_a_power_mean_lies_between_the_extremes_and_grows(seed: int, power: float) -> None:
    x = np.random.default_rng(seed).uniform(1, 100, size=(4, 5))
    low = index.composite(x, rule=index.Mean(method="power", power=power)).index
    high = index.composite(x, rule=index.Mean(method="power", power=power + 0.5)).index
    assert (low >= x.min(axis=1) - 1e-9).all()
    assert (low <= x.max(axis=1) + 1e-9).all()
    assert (high >= low - 1e-9).all()


def test_drawn_weights() -> None:
    found = index.vary_weights(X, weights=W, concentration=50, draws=4_000, seed=3, units=UNITS)
    np.testing.assert_allclose(found.drawn.mean(axis=0), W, atol=0.01)
    np.testing.assert_allclose(
        found.drawn.std(axis=0), np.sqrt(np.array(W) * (1 - np.array(W)) / 51), rtol=0.05
    )
    np.testing.assert_allclose(found.share.sum(axis=1), 1.0)
    assert (found.score_low <= found.score).all()
    again = index.vary_weights(X, weights=W, concentration=50, draws=4_000, seed=3, units=UNITS)
    np.testing.assert_array_equal(found.drawn, again.drawn)
    tight = index.vary_weights(X, weights=W, concentration=1e9, draws=50)
    assert (tight.rank_low == tight.rank).all()
    ranges = index.vary_weights(X, ranges=[[0.4, 0.6], [0.2, 0.4], [0.1, 0.3]], draws=200, seed=1)
    assert ranges.drawn.sum(axis=1) == pytest.approx(1.0)
    assert ranges.to_rows()[0]["seed"] == 1


def test_drop_one_and_conversion() -> None:
    found = index.drop_one(X, weights=W, units=UNITS, names=NAMES)
    assert found.labels == ("all", *NAMES)
    np.testing.assert_allclose(found.scores[1], (0.3 * X[:, 1] + 0.2 * X[:, 2]) / 0.5)
    assert found.mean_shift[0] == 0.0
    assert found.to_rows()[5]["alternative"] == "speed"
    shares = np.array([[[0.1, 0.2, 0.3, 0.2, 0.2]], [[0.0, 0.3, 0.5, 0.2, 0.0]]])
    tables = {"equal": [0, 25, 50, 75, 100], "harsh": [0, 10, 30, 60, 100]}
    converted = index.vary_conversion(shares, tables, units=["A", "B"])
    np.testing.assert_allclose(converted.scores[:, 0], [55.0, 0.2 * 10 + 0.3 * 30 + 0.2 * 60 + 20])


def test_rank_variance_finds_the_only_source() -> None:
    alone = index.rank_variance(X, weights=W, concentration=20, draws=200, seed=2)
    assert alone.sources == ("weights",)
    moving = alone.variance > 0
    np.testing.assert_allclose(alone.first[moving], 1.0, atol=0.25)
    np.testing.assert_allclose(alone.total[moving], 1.0, atol=0.25)
    every = index.rank_variance(
        X,
        weights=W,
        concentration=100,
        scales=[index.Scale(method="minmax", goalposts=[[-1, 101]] * 3), index.Scale(method="none")],
        rules=[index.Mean(), index.Mean(method="geometric")],
        leave_out=True,
        covariance=np.full((5, 3), 9.0),
        draws=64,
        seed=1,
        units=UNITS,
    )
    assert every.sources == (
        "weights",
        "normalisation",
        "aggregation",
        "indicator_left_out",
        "sampling_error",
    )
    assert every.outputs[-1] == "mean shift"
    assert len(every.to_rows()) == 30
    assert every.total[-1].argmax() in (3, 4)


def test_additive_variance_is_shared_by_its_parts() -> None:
    """Two units, so the rank hangs on the sign of one normal number: all of it sampling error."""
    only = index.rank_variance(
        [[50.0, 50.0], [50.2, 50.0]], concentration=0, covariance=np.full((2, 2), 4.0), draws=400, seed=5
    )
    assert only.sources == ("sampling_error",)
    assert only.first[0, 0] == pytest.approx(1.0, abs=0.2)


BAD: list[tuple[Any, str, str]] = [
    (lambda: index.composite([[1.0, np.nan]], units=["A"], names=["p", "q"]), "values_missing", "q"),
    (lambda: index.composite(X, weights=[1, 2]), "bad_weights", "3"),
    (
        lambda: index.composite(X - 60, rule=index.Mean(method="geometric"), units=UNITS, names=NAMES),
        "needs_positive",
        "staff",
    ),
    (
        lambda: index.composite(X, scale=index.Scale(method="minmax", goalposts=[[1, 1]] * 3)),
        "bad_goalposts",
        "1",
    ),
    (lambda: index.composite(X, scale=index.Scale(method="target", targets=[0, 1, 1])), "bad_target", "0"),
    (
        lambda: index.composite(np.ones((3, 2)), scale=index.Scale(method="z"), names=["p", "q"]),
        "no_spread",
        "p",
    ),
    (lambda: index.composite(X, covariance=np.ones((2, 2))), "wrong_shape", "covariance"),
    (lambda: index.composite(X, scale=index.Scale(method="log")), "bad_option", "log"),
    (lambda: index.composite(X, scale=index.Scale(directions=[1, 2, 1])), "bad_option", "directions"),
    (
        lambda: index.composite(X, rule=index.Mean(method="mazziotta_pareto", penalty=0)),
        "bad_option",
        "penalty",
    ),
    (lambda: index.composite("text"), "not_numeric", "values"),
    (lambda: index.vary_weights(X, concentration=-1), "bad_option", "concentration"),
    (lambda: index.vary_weights(X, ranges=[[0.5, 0.1]] * 3, names=NAMES), "bad_goalposts", "speed"),
    (lambda: index.drop_one([[1.0], [2.0]]), "too_few_units", "2"),
    (lambda: index.vary_conversion(np.ones((2, 1, 2)), {"odd": [100, 0]}), "table_unordered", "odd"),
    (lambda: index.rank_variance([[1.0, 2.0]]), "too_few_units", "2"),
]


@pytest.mark.parametrize(("call", "code", "named"), BAD)
def test_refusals(call: Any, code: str, named: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        call()
    assert caught.value.code == code
    assert named in caught.value.message("en")
    assert caught.value.message("zh")
