"""Smoothing of variances and benchmarking: laws they must keep, and refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import smallarea
from analysis.errors import AnalysisError
from tests.analysis.reference_cases import labels, numbers


def test_the_variance_function_is_least_squares_on_the_logs() -> None:
    psi, n = numbers("psi", "areas.csv"), numbers("n", "areas.csv")
    found = smallarea.smooth_variances(psi, n, areas=labels("county", "areas.csv").tolist())
    slope, level = np.polyfit(np.log(n), np.log(psi), 1)
    np.testing.assert_allclose(found.coefficients, [level, slope], rtol=1e-9)
    residual = np.log(psi) - level - slope * np.log(n)
    assert found.factor == pytest.approx(np.exp(residual).mean())
    np.testing.assert_allclose(found.variance, found.factor * np.exp(level + slope * np.log(n)))
    assert found.to_rows()[0]["area"] == "C01"


def test_zero_and_missing_variances_are_predicted() -> None:
    n = np.array([50.0, 80, 120, 200, 300, 90])
    psi = 400 / n
    psi[[1, 5]] = 0.0, np.nan
    found = smallarea.smooth_variances(psi, n, correction="ratio")
    np.testing.assert_allclose(found.variance, 400 / n)
    assert found.used.tolist() == [True, False, True, True, True, False]


def test_corrections_are_what_they_say() -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(30, 300, 60).astype(float)
    psi = 500 / n * np.exp(rng.normal(scale=0.5, size=60))
    by = {
        how: smallarea.smooth_variances(psi, n, correction=how)
        for how in ("none", "smearing", "normal", "ratio")
    }
    assert by["ratio"].variance.sum() == pytest.approx(psi.sum())
    assert by["normal"].factor == pytest.approx(np.exp(by["none"].residual_sd ** 2 / 2))
    assert by["none"].factor == 1.0
    noise = smallarea.smooth_variances(np.exp(rng.normal(size=60)), n)
    assert [item.code for item in noise.status] == ["smoothing_explains_little"]
    assert "explains" in noise.status[0].message("en")


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 9_999),
    method=st.sampled_from(["ratio", "difference", "optimal"]),
    target=st.floats(20, 90),
)
def test_benchmarked_estimates_meet_the_target(seed: int, method: str, target: float) -> None:
    rng = np.random.default_rng(seed)
    x, mse, shares = rng.uniform(40, 80, 12), rng.uniform(0.5, 6, 12), rng.uniform(1, 9, 12)
    found = smallarea.benchmark(x, mse, shares=shares, target=target, method=method)
    assert found.shares @ found.estimate == pytest.approx(target)
    np.testing.assert_allclose(found.mse, mse + found.adjustment**2)
    # Once met, nothing moves again.
    again = smallarea.benchmark(found.estimate, mse, shares=shares, target=target, method=method)
    np.testing.assert_allclose(again.adjustment, 0.0, atol=1e-9)


def test_optimal_is_the_smallest_change() -> None:
    rng = np.random.default_rng(5)
    x, mse, shares = rng.uniform(40, 80, 8), rng.uniform(0.5, 6, 8), rng.dirichlet(np.ones(8))
    found = {
        how: smallarea.benchmark(x, mse, shares=shares, target=65.0, method=how)
        for how in ("ratio", "difference", "optimal")
    }
    cost = {how: float((result.adjustment**2 / mse).sum()) for how, result in found.items()}
    assert cost["optimal"] < min(cost["ratio"], cost["difference"])
    assert found["optimal"].status[0].code == "mse_conditional_on_target"
    assert found["optimal"].to_rows()[0]["target"] == 65.0


@pytest.mark.parametrize(
    ("x", "shares", "method", "code"),
    [
        ([1.0, 2.0], [0.0, 0.0], "ratio", "shares_zero"),
        ([-1.0, 1.0], [1.0, 1.0], "ratio", "ratio_of_zero"),
        ([1.0, np.nan], [1.0, 1.0], "ratio", "not_finite"),
        ([1.0, 2.0], [1.0], "ratio", "wrong_shape"),
        ([1.0, 2.0], [1.0, -1.0], "ratio", "negative"),
        ([1.0, 2.0], [1.0, 1.0], "raking", "bad_option"),
    ],
)
def test_benchmark_refuses(x: list[float], shares: list[float], method: str, code: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        smallarea.benchmark(x, [1.0, 1.0], shares=shares, target=5.0, method=method)
    assert caught.value.code == code


def test_smoothing_refuses() -> None:
    with pytest.raises(AnalysisError, match="carry"):
        smallarea.smooth_variances([1.0, 0.0], [10.0, 20.0])
    with pytest.raises(AnalysisError, match='"c2"'):
        smallarea.smooth_variances([1.0, -2.0, 3.0], [10.0, 20.0, 30.0], areas=["c1", "c2", "c3"])
    with pytest.raises(AnalysisError, match="log n"):
        smallarea.smooth_variances([1.0, 2.0, 3.0], [10.0, 10.0, 10.0])
