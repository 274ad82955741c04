"""Polychoric correlations against polycor, lavaan and psych, and tables that need a rule."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import replicates
from analysis._types import FloatArray
from analysis.correlation import (
    CorrelationError,
    ZeroCells,
    contingency,
    design_polychoric,
    ordinal_moments,
    polychoric,
    smoothed,
    thresholds,
)
from analysis.correlation import bivariate_normal as normal
from analysis.design import BoundDesign
from tests.analysis.reference_cases import REFERENCE, case, citizens, numbers

OWN: dict[str, Any] = json.loads((REFERENCE / "own/polychoric/lavaan-ordinal.json").read_text())


def citizen_items() -> FloatArray:
    return np.column_stack([numbers(f"q{item}") for item in range(1, 5)])


def mixed_items() -> FloatArray:
    items = citizen_items()
    items = items[np.isfinite(items).all(axis=1)]
    items[:, 0], items[:, 1] = items[:, 0] > 3, np.minimum(items[:, 1], 3)
    return items


def rows_of(table: list[list[int]]) -> FloatArray:
    return np.array([(a, b) for a, row in enumerate(table) for b, n in enumerate(row) for _ in range(n)])


def test_reference_case_nine() -> None:
    reference, state = case("ref09"), contingency(citizen_items())
    two_step, full = polychoric(state), polychoric(state, method="ml")
    assert state.n == reference.expected["n"]
    reference.agree(two_step.correlation, "two_step", "values")
    np.testing.assert_allclose(
        two_step.thresholds[0], list(reference.expected["thresholds_q1"].values()), rtol=1e-9
    )
    reference.agree(full.correlation[0, 1], "full_ml_12", "rho")
    reference.agree(full.se[0, 1], "full_ml_12", "se")


def test_full_likelihood_is_at_least_as_high_as_where_the_reference_stopped() -> None:
    """polycor stops at .60947; the likelihood of our solution is higher, with its gradient at zero."""
    from analysis.correlation import _full_likelihood, _two_step
    from analysis.correlation._pairs import packed

    pairs = packed(contingency(citizen_items()[:, :2]))
    found = _full_likelihood.fit(pairs, _two_step.fit(pairs))
    score, _ = _full_likelihood._score(pairs.counts, found.first_tau, found.second_tau, found.rho)
    assert np.abs(score).max() < 1e-5


@pytest.mark.parametrize(("name", "items"), [("plain", citizen_items()), ("mixed", mixed_items())])
def test_lavaan_moments_and_their_covariance(name: str, items: FloatArray) -> None:
    wanted, found = OWN[name], ordinal_moments(items)
    assert found.n == wanted["n"]
    np.testing.assert_allclose(found.correlation, wanted["correlation"], atol=2e-6)
    np.testing.assert_allclose(np.concatenate(found.thresholds), wanted["thresholds"], atol=1e-6)
    np.testing.assert_allclose(found.gamma, wanted["gamma"], atol=2e-5)
    two_step = polychoric(contingency(items))
    own_se = np.sqrt(np.diag(found.covariance))[-6:]
    np.testing.assert_allclose(two_step.se[np.triu_indices(4, 1)], own_se, rtol=1e-10)


def test_lavaan_pairwise() -> None:
    found = polychoric(contingency(citizen_items(), missing="pairwise"))
    np.testing.assert_allclose(found.correlation, OWN["pairwise"], atol=5e-6)
    assert found.pair_n[0, 1] > polychoric(contingency(citizen_items())).n


def test_zero_cell_rules() -> None:
    sparse = contingency(np.array(OWN["sparse"]))
    np.testing.assert_allclose(polychoric(sparse).correlation, OWN["psych_none"], atol=5e-5)
    lower = polychoric(sparse, zero_cells="half").correlation[0, 1]
    assert lower < polychoric(sparse).correlation[0, 1]
    table = contingency(rows_of([[30, 12], [0, 25]]))
    assert polychoric(table, zero_cells="half").correlation[0, 1] == pytest.approx(
        OWN["tetrachoric_zero"], abs=5e-5
    )
    assert [item.code for item in polychoric(table).status] == ["correlation_at_limit"]
    kept = polychoric(table, zero_cells=ZeroCells.HALF_2X2)
    moved = contingency(rows_of([[59, 25], [1, 49]]))  # the same table with half a person moved, twice
    assert kept.correlation[0, 1] == pytest.approx(polychoric(moved).correlation[0, 1], abs=1e-7)


def test_tetrachoric_of_a_lopsided_table() -> None:
    found = polychoric(contingency(rows_of([[44288, 34], [213, 20]])))
    assert found.correlation[0, 1] == pytest.approx(OWN["tetrachoric"], abs=5e-6)


def test_smoothing_is_a_named_choice() -> None:
    np.testing.assert_allclose(smoothed(OWN["smooth_in"]), OWN["smooth_out"], atol=1e-9)
    given = np.array(OWN["smooth_in"])
    nearest = smoothed(given, way="nearest")
    assert np.linalg.norm(nearest - given) < np.linalg.norm(smoothed(given) - given)
    assert np.linalg.eigvalsh(nearest)[0] > 0
    np.testing.assert_array_equal(smoothed(np.eye(3)), np.eye(3))
    with pytest.raises(CorrelationError, match="row 1, column 2"):
        smoothed([[1.0, 2.0], [2.0, 1.0]])


def test_an_indefinite_polychoric_matrix_has_a_status() -> None:
    rng = np.random.default_rng(6)
    items = rng.integers(0, 2, (14, 6)).astype(float)
    found = polychoric(contingency(items))
    assert "not_positive_definite" in {item.code for item in found.status}
    mended = polychoric(contingency(items), smoothing="eigenvalue")
    assert np.linalg.eigvalsh(mended.correlation)[0] > 0
    assert "smoothed" in {item.code for item in mended.status}
    assert mended.smallest_eigenvalue == found.smallest_eigenvalue < 0


def test_normal_probabilities_against_scipy() -> None:
    from scipy.stats import multivariate_normal

    points = np.array([(-1.3, 0.4), (0.0, 0.0), (0.0, -1.1), (2.0, 1.9), (-0.5, 0.0), (1.2, -2.2)])
    for rho in (-0.999, -0.92, -0.5, 0.0, 0.4, 0.9, 0.97):
        found = normal.cdf(points[:, 0], points[:, 1], np.full(6, rho))
        wanted = [multivariate_normal.cdf(point, cov=[[1, rho], [rho, 1]]) for point in points]
        np.testing.assert_allclose(found, wanted, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.integers(40, 160))
def test_states_of_parts_add_up(seed: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    items = rng.integers(1, 5, (200, 3)).astype(float)
    items[rng.random((200, 3)) < 0.1] = np.nan
    for missing in ("complete", "pairwise"):
        whole = contingency(items, missing=missing)
        parts = contingency(items[:cut], missing=missing).merge(contingency(items[cut:], missing=missing))
        np.testing.assert_array_equal(parts.counts, whole.counts)
        np.testing.assert_array_equal(parts.pair_n, whole.pair_n)
    table = np.zeros((4, 4))
    both = np.isfinite(items[:, :2]).all(axis=1)
    np.add.at(table, tuple(items[both, :2].astype(int).T - 1), 1)
    np.testing.assert_array_equal(contingency(items, missing="pairwise").table(0, 1), table)


def test_small_integers_weights_and_domain_give_the_same_tables() -> None:
    items = citizen_items()
    coded = np.where(np.isfinite(items), items, 99).astype(np.int8)
    plain = contingency(items)
    np.testing.assert_array_equal(contingency(coded, missing_code=99).counts, plain.counts)
    np.testing.assert_array_equal(contingency(items, weights=np.ones(len(items))).counts, plain.counts)
    domain = np.arange(len(items)) < 500
    np.testing.assert_array_equal(contingency(items, domain=domain).counts, contingency(items[:500]).counts)


def test_reversing_an_item_turns_its_signs() -> None:
    items = citizen_items()
    turned = items.copy()
    turned[:, 1] = 6 - turned[:, 1]
    before, after = (polychoric(contingency(x)).correlation for x in (items, turned))
    np.testing.assert_allclose(after[1, [0, 2, 3]], -before[1, [0, 2, 3]], atol=1e-8)


def test_equal_weights_by_design_give_the_errors_of_a_simple_sample() -> None:
    items = citizen_items()
    simple, by_design = (
        polychoric(contingency(items)),
        design_polychoric(items, BoundDesign(weights=np.ones(len(items)))),
    )
    np.testing.assert_allclose(by_design.correlation, simple.correlation, atol=1e-9)
    # n / (n - 1) and the rows that stay in the design are all the difference
    np.testing.assert_allclose(by_design.se, simple.se, rtol=1e-3)
    clustered = design_polychoric(items, citizens())
    assert np.isfinite(clustered.se).all()
    assert np.isnan(polychoric(contingency(items, weights=numbers("pw"))).se[0, 1])
    rows = clustered.to_rows()
    assert len(rows) == 6
    assert rows[0]["first"] == "1"


def test_refusals_name_the_item() -> None:
    items = citizen_items()
    constant, empty = items.copy(), items.copy()
    constant[:, 2], empty[:, 1] = 3.0, np.nan
    with pytest.raises(CorrelationError, match='"c" was answered with one category only \\(3\\)'):
        polychoric(contingency(constant, names=["a", "b", "c", "d"]))
    with pytest.raises(CorrelationError, match='"2" has no valid answer'):
        contingency(empty)
    with pytest.raises(CorrelationError, match="at least 2 items"):
        contingency(items[:, :1])
    with pytest.raises(CorrelationError, match="101 different values"):
        contingency(np.column_stack([np.linspace(0, 1, 101), np.arange(101) % 2]))
    with pytest.raises(CorrelationError, match="undeclared value 5"):
        contingency(items, categories=[[1, 2, 3, 4]] * 4)
    apart = np.array([[1, np.nan], [2, np.nan], [np.nan, 1], [np.nan, 2]])
    with pytest.raises(CorrelationError, match="No row answers all"):
        contingency(apart)
    with pytest.raises(CorrelationError, match='Nobody answered both "1" and "2"'):
        polychoric(contingency(apart, missing="pairwise"))


def test_declared_but_empty_categories_are_left_out_with_a_status() -> None:
    items = citizen_items()
    wide = contingency(items, categories=[[0, 1, 2, 3, 4, 5, 6]] * 4)
    found = polychoric(wide)
    assert [item.code for item in found.status] == ["empty_category"] * 4
    np.testing.assert_allclose(found.correlation, polychoric(contingency(items)).correlation)
    assert len(thresholds(wide)[0]) == 4


def test_a_gap_in_whole_numbers_and_a_category_outside_the_domain() -> None:
    items = citizen_items()
    items = items[np.isfinite(items).all(axis=1)]
    gap = np.where(items == 3, 4, items)
    whole, real = ordinal_moments(gap.astype(np.int8)), ordinal_moments(gap)
    np.testing.assert_allclose(whole.covariance, real.covariance, rtol=1e-10)
    assert contingency(gap.astype(np.int8)).categories[0].tolist() == [1, 2, 4, 5]
    wider = np.vstack([items, np.full((2, 4), 9.0)])
    inside = np.arange(len(wider)) < len(items)
    cut, plain = ordinal_moments(wider, domain=inside), ordinal_moments(items)
    np.testing.assert_allclose(cut.covariance, plain.covariance, rtol=1e-10)
    by_design = ordinal_moments(wider, design=BoundDesign(weights=np.ones(len(wider))), domain=inside)
    np.testing.assert_allclose(by_design.covariance, plain.covariance, rtol=2e-3)


def test_replicates_give_the_errors_of_linearisation() -> None:
    items = citizen_items()
    design = BoundDesign(weights=np.ones(len(items)), psu=np.arange(len(items)) % 50)
    linear, repeated = (design_polychoric(items, each) for each in (design, replicates.jk1(design)))
    off = np.triu_indices(4, 1)
    np.testing.assert_allclose(repeated.se[off], linear.se[off], rtol=0.1)
    rare = items.copy()
    rare[:, 0] = np.where(
        np.arange(len(items)) == np.flatnonzero(np.isfinite(items).all(axis=1))[0], 6, rare[:, 0]
    )
    with pytest.raises(CorrelationError, match='Category 6 of item "1"'):
        design_polychoric(rare, replicates.jk1(design))
