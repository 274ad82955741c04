"""Sample size, power and allocation: against R, by hand, and by their laws."""

from __future__ import annotations

import json
from math import ceil, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import sampling
from analysis.errors import InvalidInput
from analysis.sampling import Comparison, SamplingError

CASE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "own" / "sampling" / "plans.json").read_text()
)
Z = 1.959963984540054


def test_power_of_shares_agrees_with_r() -> None:
    found = sampling.power_shares(share=0.60, difference=0.05, power=0.8)
    assert found.n == pytest.approx(CASE["prop_size"]["n"], rel=1e-4)  # R stops its search at about 1e-4
    assert found.whole_n == 1471
    assert sampling.power_shares(n=700, share=0.60, difference=0.06).power == pytest.approx(
        CASE["prop_power"]["power"], rel=1e-9
    )
    one = Comparison(level=0.99, is_two_sided=False)
    assert sampling.power_shares(share=0.2, difference=0.1, power=0.9, comparison=one).n == pytest.approx(
        CASE["prop_one_sided"]["n"], rel=1e-4
    )
    gap = sampling.power_shares(n=700, share=0.60, power=0.8).difference
    assert 0.60 + gap == pytest.approx(CASE["prop_difference"]["p2"], rel=1e-4)


def test_power_of_means_agrees_with_r() -> None:
    t = Comparison(df=78)
    assert sampling.power_means(n=40, difference=8, sd=12, comparison=t).power == pytest.approx(
        CASE["t_power"], rel=1e-7
    )
    assert sampling.power_means(n=40, power=0.8, sd=12, comparison=t).difference == pytest.approx(
        CASE["t_delta"], rel=1e-4
    )


def test_the_precision_of_the_demo() -> None:
    assert sampling.precision_of_mean(n=700, sd=24, deff=1.6).half_width == pytest.approx(2.249, abs=5e-4)
    assert sampling.precision_of_mean(n=100, sd=24, deff=1.6).half_width == pytest.approx(5.950, abs=5e-4)


def test_the_planned_design_effect() -> None:
    assert sampling.planned_deff() == 1.0
    assert sampling.planned_deff(cluster_size=11, icc=0.05, weight_cv=0.5) == pytest.approx(1.25 * 1.5)
    with pytest.raises(SamplingError, match="icc"):
        sampling.planned_deff(icc=2)
    with pytest.raises(SamplingError, match="design effect"):
        sampling.planned_deff(cluster_size=11, icc=-0.5)


def test_sizes_by_hand() -> None:
    plain = sampling.size_for_share(half_width=0.03)
    assert plain.exact == pytest.approx(Z**2 * 0.25 / 0.0009)
    assert plain.n == 1068
    n0 = Z**2 * 0.25 / 0.0009
    finite = sampling.size_for_share(half_width=0.03, population=2000, response_rate=0.25)
    assert finite.exact == pytest.approx(n0 / (1 + (n0 - 1) / 2000))
    assert finite.invited == ceil(finite.n / 0.25)
    mean = sampling.size_for_mean(half_width=2, sd=24, deff=1.6, population=1500)
    n0 = Z**2 * 24**2 * 1.6 / 4
    assert mean.exact == pytest.approx(n0 / (1 + n0 / 1500))
    assert sampling.size_for_share(half_width=0.001, population=50).n == 50


@settings(max_examples=60, deadline=None)
@given(
    half=st.floats(0.01, 0.2),
    share=st.floats(0.05, 0.95),
    deff=st.floats(0.5, 3),
    population=st.one_of(st.none(), st.integers(50, 100_000)),
)
def test_size_and_precision_are_inverse(
    half: float, share: float, deff: float, population: int | None
) -> None:
    found = sampling.size_for_share(half_width=half, share=share, deff=deff, population=population)
    assert found.half_width <= half * (1 + 1e-6)
    if found.n > 1:
        less = sampling.precision_of_share(n=found.n - 1, share=share, deff=deff, population=population)
        assert less.half_width > half * (1 - 1e-6)


@settings(max_examples=60, deadline=None)
@given(
    difference=st.floats(1, 20),
    overlap=st.floats(0, 1),
    correlation=st.floats(0, 0.95),
    power=st.floats(0.5, 0.95),
)
def test_the_three_of_power_agree(
    difference: float, overlap: float, correlation: float, power: float
) -> None:
    plan = Comparison(overlap=overlap, correlation=correlation, deff=1.5)
    found = sampling.power_means(difference=difference, power=power, sd=24, comparison=plan)
    assert sampling.power_means(
        n=found.n, difference=difference, sd=24, comparison=plan
    ).power == pytest.approx(power, rel=1e-6)
    again = sampling.power_means(n=found.n, power=power, sd=24, comparison=plan)
    assert again.difference == pytest.approx(difference, rel=1e-6)
    assert found.se == pytest.approx(24 * sqrt(1.5 * 2 / found.n * (1 - overlap * correlation)))


def test_a_change_in_a_finite_population() -> None:
    # All are asked in both waves: no error. Half are: only the rest of the population is unknown.
    plan = Comparison(overlap=1.0, correlation=0.7, population=500, second_population=500)
    assert sampling.power_means(n=500, difference=1, sd=20, comparison=plan).se == pytest.approx(
        0.0, abs=1e-9
    )
    half = sampling.power_means(n=250, difference=1, sd=20, comparison=plan).se
    assert half == pytest.approx(20 * sqrt(2 * 0.3 * (1 / 250 - 1 / 500)))


def test_the_change_formula_is_that_of_repeated_samples() -> None:
    rng = np.random.default_rng(6)
    first = rng.normal(0, 1, 400)
    second = 0.6 * first + 0.8 * rng.normal(0, 1, 400)
    r, s = np.corrcoef(first, second)[0, 1], np.array([first.std(ddof=1), second.std(ddof=1)])
    gaps = []
    for _ in range(4000):
        order = rng.permutation(400)
        gaps.append(second[order[60:160]].mean() - first[order[:100]].mean())
    plan = Comparison(overlap=0.4, correlation=float(r), population=400, second_population=400)
    found = sampling.power_means(n=100, difference=1, sd=s[0], second_sd=s[1], comparison=plan)
    assert np.std(gaps) == pytest.approx(found.se, rel=0.04)


def test_the_size_for_a_difference() -> None:
    two = sampling.size_for_difference(half_width=3, sd=24, comparison=Comparison(deff=1.6))
    assert two.exact == pytest.approx(Z**2 * 1.6 * 2 * 24**2 / 9)
    change = sampling.size_for_difference(
        half_width=3, sd=24, comparison=Comparison(deff=1.6, overlap=0.5, correlation=0.6)
    )
    assert change.exact == pytest.approx(two.exact * (1 - 0.3))
    plan = Comparison(ratio=2.0, population=900, second_population=5000)
    found = sampling.size_for_difference(half_width=2.5, sd=24, second_sd=18, comparison=plan)
    assert Z * sqrt(plan.variance(found.exact, 24, 18)) == pytest.approx(2.5)
    assert found.half_width <= 2.5
    with pytest.raises(SamplingError, match="not reached"):
        sampling.size_for_difference(half_width=0.5, sd=24, comparison=Comparison(ratio=0.1, population=900))


def test_many_comparisons_need_more() -> None:
    one = sampling.power_means(difference=5, power=0.8, sd=24)
    many = sampling.power_means(difference=5, power=0.8, sd=24, comparison=Comparison(comparisons=100))
    assert many.n > 2 * one.n
    assert one.to_rows()[0]["n"] == ceil(one.n)


SIZES = {"plain": 900.0, "hills": 300.0, "city": 40.0}
SDS = {"plain": 5.0, "hills": 12.0, "city": 30.0}


def test_allocations_by_hand() -> None:
    assert sampling.proportional(124, SIZES).sizes() == {"plain": 90, "hills": 30, "city": 4}
    neyman = sampling.neyman(93, SIZES, sds=SDS)
    np.testing.assert_allclose(neyman.exact, 93 * np.array([4500, 3600, 1200]) / 9300)
    assert neyman.total == 93
    optimal = sampling.optimal(sizes=SIZES, sds=SDS, costs={"plain": 4, "hills": 9, "city": 16}, n=50)
    wish = np.array([4500 / 2, 3600 / 3, 1200 / 4])
    np.testing.assert_allclose(optimal.exact, 50 * wish / wish.sum())
    means = {"plain": 50.0, "hills": 60.0, "city": 80.0}
    bankier = sampling.power_allocation(100, SIZES, sds=SDS, means=means, importance=SIZES, exponent=0.5)
    wish = np.sqrt([900, 300, 40]) * np.array([5 / 50, 12 / 60, 30 / 80])
    np.testing.assert_allclose(bankier.exact, 100 * wish / wish.sum())
    total = sampling.power_allocation(93, SIZES, sds=SDS, means=means, exponent=1.0)
    np.testing.assert_allclose(total.exact, neyman.exact)


def test_bounded_neyman_is_the_optimum_of_brute_force() -> None:
    found = sampling.neyman(100, [40, 300, 900], sds=[30, 12, 5], minimum=10)
    assert found.n.tolist() == CASE["neyman"]


def test_full_strata_and_budgets() -> None:
    full = sampling.neyman(300, {"a": 20, "b": 1000}, sds={"a": 500, "b": 5})
    assert full.sizes() == {"a": 20, "b": 280}
    flat = sampling.neyman(60, {"a": 50, "b": 100}, sds={"a": 3, "b": 0})
    assert flat.sizes() == {"a": 50, "b": 10}
    spent = sampling.optimal(sizes=SIZES, sds=SDS, costs=[4, 9, 16], budget=600)
    assert 600 - 29 <= spent.cost <= 600
    assert (spent.n >= 2).all()
    tiny = sampling.proportional(5, {"a": 1, "b": 500, "c": 400})
    assert tiny.sizes()["a"] == 1


def test_the_standard_error_of_an_allocation() -> None:
    found = sampling.neyman(93, SIZES, sds=SDS)
    n, size, sd = found.n, np.array([900, 300, 40.0]), np.array([5, 12, 30.0])
    share = size / size.sum()
    assert found.se_mean == pytest.approx(np.sqrt((share**2 * sd**2 * (1 / n - 1 / size)).sum()))
    assert np.isnan(sampling.proportional(93, SIZES).se_mean)
    other = sampling.proportional(93, SIZES, sds=SDS)
    assert found.se_mean < other.se_mean


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_laws_of_allocation(data: st.DataObject) -> None:
    h = data.draw(st.integers(1, 8))
    sizes = data.draw(st.lists(st.integers(1, 3000), min_size=h, max_size=h))
    sds = data.draw(st.lists(st.floats(0, 50), min_size=h, max_size=h))
    low = data.draw(st.integers(0, 5))
    least = sum(min(low, size) for size in sizes)
    n = data.draw(st.integers(max(least, 1), sum(sizes)))
    for found in (
        sampling.proportional(n, sizes, minimum=low),
        sampling.neyman(n, sizes, sds=sds, minimum=low),
        sampling.optimal(sizes=sizes, sds=sds, costs=[1.0 + k for k in range(h)], n=n, minimum=low),
    ):
        assert found.total == n
        assert (found.n <= sizes).all()
        assert (found.n >= np.minimum(low, sizes)).all()
        assert (np.abs(found.n - found.exact) < 1 + 1e-6).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sampling.size_for_mean(half_width=0, sd=24), "half_width"),
        (lambda: sampling.size_for_mean(half_width=2, sd=-1), "sd"),
        (lambda: sampling.size_for_share(half_width=0.02, share=1.0), "share"),
        (lambda: sampling.size_for_share(half_width=0.02, response_rate=0), "response_rate"),
        (lambda: sampling.size_for_mean(half_width=2, sd=float("nan")), "sd"),
        (lambda: sampling.size_for_mean(half_width=2, sd=24, level=95), "95"),
        (lambda: sampling.precision_of_mean(n=700, sd=24, population=500), "n is 700"),
        (lambda: sampling.power_means(sd=24, n=100), "exactly one"),
        (lambda: sampling.power_means(sd=24, n=100, power=0.8, difference=3), "exactly one"),
        (lambda: sampling.power_shares(share=0.9, difference=0.2, power=0.8), r"share \+ difference"),
        (lambda: sampling.power_shares(share=0.9, n=10, power=0.99), "not reached"),
        (lambda: Comparison(overlap=1.2), "overlap"),
        (lambda: sampling.size_for_mean(half_width="a", sd=24), "half_width"),  # type: ignore[arg-type]
        (lambda: sampling.proportional(5, {}), "strata"),
        (lambda: sampling.proportional(2000, SIZES), "2000 are to be drawn"),
        (lambda: sampling.proportional(50, SIZES, minimum=30), "minimum sizes"),
        (lambda: sampling.neyman(50, SIZES, sds={"plain": 5, "hills": 12}), '"city"'),
        (lambda: sampling.neyman(50, SIZES, sds={**SDS, "city": -1}), r"sds\[city\]"),
        (lambda: sampling.proportional(50, {"a": 0, "b": 10}), r"sizes\[a\]"),
        (lambda: sampling.optimal(sizes=SIZES, sds=SDS, costs=[1, 0, 2], n=50), r"costs\[hills\]"),
        (lambda: sampling.optimal(sizes=SIZES, sds=SDS, costs=[1, 1, 2]), "exactly one"),
        (lambda: sampling.optimal(sizes=SIZES, sds=SDS, costs=[9, 9, 9], budget=20), "minimum sizes cost"),
        (
            lambda: sampling.power_allocation(50, SIZES, sds=SDS, means={"plain": 5, "hills": 0, "city": 1}),
            r"means\[hills\]",
        ),
    ],
)
def test_bad_plans_are_refused_by_name(call: Any, words: str) -> None:
    with pytest.raises((SamplingError, InvalidInput), match=words) as caught:
        call()
    assert caught.value.message("zh") != caught.value.message("en")
