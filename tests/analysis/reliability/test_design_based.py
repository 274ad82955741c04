"""Design-based intervals of alpha and omega, the additive state, and sets that have no answer."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.reliability import (
    ReliabilityError,
    alpha,
    design_alpha,
    design_omega,
    item_diagnostics,
    kmo,
    moments,
    omega,
    omega_one_factor,
)


def one_factor(loadings: list[float], *, n: int, seed: int) -> FloatArray:
    """Items of one factor: loading times the factor plus what is left to variance 1."""
    rng = np.random.default_rng(seed)
    weights = np.array(loadings)
    factor = rng.standard_normal(n)
    noise = rng.standard_normal((n, len(loadings))) * np.sqrt(1 - weights**2)
    return np.asarray(factor[:, None] * weights + noise)


def true_omega(loadings: list[float]) -> float:
    common = sum(loadings) ** 2
    return common / (common + sum(1 - loading**2 for loading in loadings))


@pytest.mark.parametrize("loadings", [[0.8, 0.7, 0.6], [0.8, 0.7, 0.6, 0.5], [0.6] * 6])
def test_omega_finds_the_reliability_of_one_factor(loadings: list[float]) -> None:
    found = omega_one_factor(moments(one_factor(loadings, n=200_000, seed=3)))
    assert found.is_proper
    assert found.value == pytest.approx(true_omega(loadings), abs=0.004)


def test_alpha_equals_omega_for_equal_loadings_and_is_below_otherwise() -> None:
    equal = moments(one_factor([0.7] * 5, n=200_000, seed=1))
    assert alpha(equal).value == pytest.approx(omega_one_factor(equal).value, abs=1e-3)
    unequal = moments(one_factor([0.9, 0.9, 0.3, 0.3], n=200_000, seed=1))
    assert alpha(unequal).value < omega_one_factor(unequal).value - 0.02


def test_standard_errors_cover_the_truth() -> None:
    loadings = [0.7, 0.7, 0.7]
    truth, hits = true_omega(loadings), {"alpha": 0, "omega": 0}
    rounds = 200
    for seed in range(rounds):
        items = one_factor(loadings, n=400, seed=seed)
        # Unequal weights unrelated to the answers: the interval must allow for them.
        design = BoundDesign(weights=np.random.default_rng(seed).uniform(0.4, 2.6, 400))
        for name, found in (("alpha", design_alpha(items, design)), ("omega", design_omega(items, design))):
            hits[name] += found.ci_low <= truth <= found.ci_high
    # 95 % of 200, with four binomial standard errors of room.
    assert all(0.89 * rounds <= count <= rounds for count in hits.values())


def test_design_standard_error_agrees_with_normal_theory_for_a_simple_random_sample() -> None:
    items = one_factor([0.7, 0.6, 0.5], n=20_000, seed=8)
    found = design_alpha(items, BoundDesign(weights=np.ones(20_000)))
    assert found.se == pytest.approx(alpha(moments(items)).se, rel=0.03)
    assert found.value == pytest.approx(alpha(moments(items)).value)


def test_clusters_widen_the_interval() -> None:
    rng = np.random.default_rng(5)
    items = one_factor([0.7, 0.7, 0.7], n=2_000, seed=5)
    psu = np.repeat(np.arange(50), 40)
    # In half of the clusters people answer all three items alike.
    alike = np.isin(psu, np.flatnonzero(rng.random(50) < 0.5))
    items[alike] = items[alike][:, :1]
    weights = np.ones(2_000)
    clustered = design_alpha(items, BoundDesign(weights=weights, psu=psu))
    simple = design_alpha(items, BoundDesign(weights=weights))
    assert clustered.value == simple.value
    assert clustered.se > 1.5 * simple.se


def test_incomplete_rows_leave_the_domain_and_not_the_design() -> None:
    items = one_factor([0.7, 0.6, 0.5, 0.6], n=600, seed=2)
    items[:100, 0] = np.nan
    strata = np.repeat([0, 1, 2], 200)
    weights = np.linspace(0.5, 1.5, 600)
    found = design_alpha(items, BoundDesign(weights=weights, strata=strata))
    assert found.n == 500
    assert found.value == pytest.approx(alpha(moments(items[100:], weights=weights[100:])).value)


def test_two_items_have_alpha_and_no_omega() -> None:
    items = one_factor([0.7, 0.7], n=500, seed=1)
    design = BoundDesign(weights=np.ones(500))
    assert design_alpha(items, design).value > 0.5
    found = design_omega(items, design)
    assert [item.code for item in found.status] == ["not_identified"]
    assert isnan(found.value)
    assert isnan(found.ci_low)
    assert np.isnan(item_diagnostics(moments(items)).alpha_if_dropped).all()


def test_a_heywood_case_is_a_status() -> None:
    r = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.3], [0.8, 0.3, 1.0]])  # squared loading of item 1: 2.13
    items = np.random.default_rng(0).standard_normal((4_000, 3)) @ np.linalg.cholesky(r).T
    found = omega_one_factor(moments(items))
    assert [item.code for item in found.status] == ["heywood"]
    assert found.status[0].context == {"items": "1"}
    assert 0 < found.value <= 1
    assert not found.is_proper
    assert isnan(design_omega(items, BoundDesign(weights=np.ones(4_000))).se)


def test_a_negative_product_of_correlations_is_not_identified() -> None:
    r = np.array([[1.0, 0.4, 0.4], [0.4, 1.0, -0.3], [0.4, -0.3, 1.0]])
    items = np.random.default_rng(0).standard_normal((4_000, 3)) @ np.linalg.cholesky(r).T
    assert omega_one_factor(moments(items)).status[0].code == "not_identified"


def test_refusals() -> None:
    with pytest.raises(ReliabilityError, match="at least 2 items"):
        moments(np.ones((5, 1)))
    with pytest.raises(ReliabilityError, match='"1" has no valid answer'):
        moments(np.full((5, 3), np.nan))
    constant = moments(np.column_stack([np.ones(6), np.arange(6.0), np.arange(6.0) ** 2]))
    with pytest.raises(ReliabilityError, match="Item 1"):
        omega_one_factor(constant)
    with pytest.raises(ReliabilityError, match="at most 2 factors"):
        omega(moments(one_factor([0.6] * 5, n=50, seed=0)))
    doubled = np.arange(12.0).reshape(6, 2) ** 2
    with pytest.raises(ReliabilityError, match="singular"):
        kmo(moments(np.column_stack([doubled, doubled.sum(axis=1)])))


def test_two_group_factors_are_not_identified_without_a_constraint() -> None:
    state = moments(one_factor([0.6] * 6, n=50, seed=0))
    assert [item.code for item in omega(state, groups=2).status] == ["not_identified"]
    assert 0 < omega(state, groups=2, constraint="equal").hierarchical < 1


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.integers(2, 58), k=st.integers(2, 6))
def test_states_of_parts_add_up(seed: int, cut: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    items = rng.integers(1, 6, (60, k)).astype(float)
    weights = rng.uniform(0.2, 3.0, 60)
    whole = moments(items, weights=weights)
    parts = moments(items[:cut], weights=weights[:cut]).merge(moments(items[cut:], weights=weights[cut:]))
    assert parts.n == whole.n
    np.testing.assert_allclose(parts.mean, whole.mean, rtol=1e-12)
    np.testing.assert_allclose(parts.scatter, whole.scatter, rtol=1e-9, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), shift=st.floats(-50, 50), scale=st.floats(0.1, 25))
def test_alpha_knows_no_origin_and_no_unit(seed: int, shift: float, scale: float) -> None:
    items = one_factor([0.7, 0.6, 0.8], n=80, seed=seed)
    moved = alpha(moments(items * scale + shift)).value
    assert moved == pytest.approx(alpha(moments(items)).value, abs=1e-9)
