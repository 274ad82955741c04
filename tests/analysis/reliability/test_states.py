"""The additive states, exact sums of whole numbers, retention of factors, splits, ordinal alpha, bootstrap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import reliability, replicates
from analysis._types import FloatArray
from analysis.correlation import contingency, polychoric
from analysis.design import BoundDesign
from analysis.reliability import ReliabilityError, moments, moments_of, pairwise_moments
from tests.analysis.reference_cases import case, citizens, numbers


def items(count: int = 9) -> FloatArray:
    return np.column_stack([numbers(f"q{item}") for item in range(1, count + 1)])


def simulated(k: int, *, n: int, seed: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.asarray(0.7 * rng.standard_normal((n, 1)) + 0.7 * rng.standard_normal((n, k)))


def test_whole_numbers_give_the_same_state_as_real_ones() -> None:
    rows = items()
    coded = np.where(np.isfinite(rows), rows, 99).astype(np.int8)
    weights, domain = numbers("pw"), np.arange(len(rows)) % 3 > 0
    for options in ({}, {"weights": weights}, {"domain": domain}, {"weights": weights, "domain": domain}):
        real, whole = moments(rows, **options), moments(coded, missing_code=99, **options)
        assert real.n == whole.n
        np.testing.assert_allclose(whole.scatter, real.scatter, rtol=1e-10)
        np.testing.assert_allclose(whole.mean, real.mean, rtol=1e-12)
    large = (coded.astype(np.int32) + 30_000)[np.isfinite(rows).all(axis=1)]
    np.testing.assert_allclose(moments(large).scatter, moments(rows).scatter, rtol=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.integers(10, 70))
def test_pairwise_states_add_up(seed: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, 6, (80, 3)).astype(float)
    rows[rng.random((80, 3)) < 0.2] = np.nan
    weights = rng.uniform(0.5, 2, 80)
    whole = pairwise_moments(rows, weights=weights)
    parts = pairwise_moments(rows[:cut], weights=weights[:cut]).merge(
        pairwise_moments(rows[cut:], weights=weights[cut:])
    )
    np.testing.assert_array_equal(parts.pair_n, whole.pair_n)
    np.testing.assert_allclose(parts.covariance, whole.covariance, rtol=1e-10)
    np.testing.assert_allclose(
        pairwise_moments(rows, weights=weights, origin=3.0).covariance, whole.covariance
    )


def test_complete_data_make_pairwise_and_listwise_agree() -> None:
    rows = items()[np.isfinite(items()).all(axis=1)]
    pair, whole = pairwise_moments(rows), moments(rows)
    np.testing.assert_allclose(pair.correlation, whole.correlation, rtol=1e-10)
    assert reliability.alpha(pair).value == pytest.approx(reliability.alpha(whole).value, rel=1e-12)


def test_bootstrap_and_design_agree_about_alpha() -> None:
    found = reliability.bootstrap_alpha(items(), citizens(), seed=4, draws=800)
    again = reliability.bootstrap_alpha(items(), citizens(), seed=4, draws=800)
    by_design = reliability.design_alpha(items(), citizens())
    assert (found.ci_low, found.ci_high) == (again.ci_low, again.ci_high)
    assert found.value == by_design.value
    assert found.se == pytest.approx(by_design.se, rel=0.15)
    assert found.seed == 4
    drawn = replicates.bootstrap(citizens(), 800, seed=4)
    on_replicates = reliability.design_alpha(items(), drawn)
    assert on_replicates.se == pytest.approx(found.se, rel=1e-6)
    assert "bootstrap" in on_replicates.method


def test_omega_runs_on_a_replicate_design() -> None:
    rows = simulated(4, n=300, seed=1)
    design = BoundDesign(weights=np.ones(300), psu=np.repeat(np.arange(30), 10))
    linear = reliability.design_omega(rows, design)
    jackknifed = reliability.design_omega(rows, replicates.jk1(design))
    assert jackknifed.value == linear.value
    assert jackknifed.se == pytest.approx(linear.se, rel=0.1)


def test_ordinal_alpha_is_that_of_the_polychoric_matrix() -> None:
    reference = case("ref09")
    matrix = polychoric(contingency(items(4)))
    found = reliability.ordinal_alpha(matrix)
    reference.agree(found.value, "ordinal_alpha")
    assert reliability.ordinal_omega(matrix).value == pytest.approx(found.value, abs=0.02)
    by_design = reliability.design_ordinal_alpha(items(4), BoundDesign(weights=np.ones(len(items(4)))))
    assert by_design.value == pytest.approx(found.value)
    assert by_design.ci_low < found.value < by_design.ci_high
    # The delta method against a jackknife of 40 groups of rows.
    groups = BoundDesign(weights=np.ones(len(items(4))), psu=np.arange(len(items(4))) % 40)
    linear = reliability.design_ordinal_alpha(items(4), groups)
    jackknifed = reliability.design_ordinal_alpha(items(4), replicates.jk1(groups))
    assert jackknifed.se == pytest.approx(linear.se, rel=0.05)


def test_parallel_analysis_finds_one_factor_and_is_seeded() -> None:
    state = moments(simulated(8, n=400, seed=3))
    first = reliability.parallel_analysis(state, seed=1, draws=200)
    again = reliability.parallel_analysis(state, seed=1, draws=200)
    np.testing.assert_array_equal(first.random_mean, again.random_mean)
    assert first.suggested == first.suggested_by_mean == 1
    assert reliability.parallel_analysis(state, seed=1, draws=100, kind="factors").suggested == 1
    # Wishart matrices have the eigenvalues of correlations of normal rows.
    rng = np.random.default_rng(0)
    rows = [np.linalg.eigvalsh(np.corrcoef(rng.standard_normal((400, 8)).T))[::-1] for _ in range(300)]
    np.testing.assert_allclose(first.random_mean, np.mean(rows, axis=0), atol=0.01)


def test_ordinal_parallel_analysis() -> None:
    coded = np.digitize(simulated(6, n=400, seed=5), [-0.8, 0.2, 1.0]) + 1
    found = reliability.ordinal_parallel_analysis(coded, seed=2, draws=10)
    assert found.suggested == 1
    assert found.random_mean.sum() == pytest.approx(6)


def test_splits_of_odd_and_long_sets() -> None:
    odd = reliability.split_half(moments(simulated(5, n=200, seed=0)))
    assert odd.splits == 10
    assert sorted(odd.best) in ([1, 1, 1, 2, 2], [1, 1, 2, 2, 2])
    state = moments(simulated(18, n=200, seed=0))
    long = reliability.split_half(state, draws=500, seed=3)
    assert [item.code for item in long.status] == ["splits_sampled"]
    assert long.splits == 500
    assert long.lowest <= long.mean <= long.highest
    # the mean over all splits of an even set is alpha of the correlations
    even = reliability.split_half(moments(simulated(8, n=200, seed=1)))
    assert even.mean == pytest.approx(
        reliability.alpha(moments(simulated(8, n=200, seed=1))).standardised, abs=1e-12
    )


def test_a_published_matrix_is_a_state() -> None:
    rows = items()[np.isfinite(items()).all(axis=1)]
    state = moments(rows)
    published = moments_of(np.cov(rows.T), n=len(rows), mean=rows.mean(axis=0), names=list("abcdefghi"))
    assert reliability.alpha(published).value == pytest.approx(reliability.alpha(state).value)
    assert reliability.alpha(published).feldt() == pytest.approx(reliability.alpha(state).feldt())
    assert published.items([0, 2]).labels == ("a", "c")


def test_results_become_rows() -> None:
    state = moments(items())
    for result in (
        reliability.alpha(state),
        reliability.item_diagnostics(state),
        reliability.omega(state),
        reliability.split_half(moments(items(6))),
        reliability.guttman_lambdas(moments(items(6))),
        reliability.kmo(state),
        reliability.bartlett(state),
        reliability.efa(state, 2),
        reliability.congruence(np.eye(3), np.eye(3)),
        reliability.minimum_average_partial(state),
        reliability.parallel_analysis(state, seed=1, draws=5),
        reliability.design_alpha(items(), citizens()),
    ):
        rows = result.to_rows()
        assert rows
        assert result.definition
        assert all(isinstance(value, float | int | str | None) for row in rows for value in row.values())


def test_bad_input_is_refused_by_name() -> None:
    rows = items(4)
    constant, doubled = rows.copy(), rows.copy()
    constant[:, 1], doubled[:, 1] = 3.0, rows[:, 0]
    with pytest.raises(ReliabilityError, match="Item b has the same answer"):
        reliability.alpha(moments(constant, names=list("abcd")))
    with pytest.raises(ReliabilityError, match="singular"):
        reliability.kmo(moments(doubled))
    with pytest.raises(ReliabilityError, match="singular"):
        reliability.efa(moments(doubled), 1, extract="ml")
    assert np.isnan(reliability.alpha(moments(doubled)).lambda6)
    with pytest.raises(ReliabilityError, match="at most 1 factors"):
        reliability.efa(moments(rows), 2)
    with pytest.raises(ReliabilityError, match='"a" has key 0'):
        moments(rows, keys=[0, 1, 1, 1], names=list("abcd"))
    with pytest.raises(ReliabilityError, match="keys: 2 were given for 4"):
        moments(rows, keys=[1, 1])
    with pytest.raises(ReliabilityError, match="does not vary"):
        reliability.alpha(moments_of([[1.0, -1.0], [-1.0, 1.0]], n=9))
    with pytest.raises(ReliabilityError, match='"3" is not so'):
        reliability.response_shares(np.where(np.arange(4) == 2, 9.0, rows), low=1, high=5)
    with pytest.raises(ReliabilityError, match="at least 1 complete rows"):
        moments(rows[:0])
    with pytest.raises(ReliabilityError, match="at least 6 complete rows"):
        reliability.parallel_analysis(moments(rows[:5]), seed=1)
    indefinite = moments_of([[1, 0.9, 0.2], [0.9, 1, 0.9], [0.2, 0.9, 1]], n=50)
    with pytest.raises(ReliabilityError, match="not positive definite"):
        reliability.bartlett(indefinite)
    with pytest.raises(ReliabilityError, match="not positive definite"):
        reliability.efa(indefinite, 1, extract="ml")
    assert reliability.efa(indefinite, 1).status[0].code == "heywood"
    with pytest.raises(ReliabilityError, match="Item b has the same answer"):
        reliability.design_omega(constant, BoundDesign(weights=np.ones(len(rows))), names=list("abcd"))
    empty = rows.copy()
    empty[:, 3] = np.nan
    with pytest.raises(ReliabilityError, match='"d" has no valid answer'):
        moments(empty, names=list("abcd"))
    with pytest.raises(ReliabilityError, match='"4" has no valid answer'):
        pairwise_moments(empty)
    with pytest.raises(ReliabilityError, match="different items"):
        reliability.congruence(np.ones((3, 1)), np.ones((4, 1)))


def test_few_degrees_of_freedom_are_a_status() -> None:
    rows = simulated(4, n=60, seed=1)
    design = BoundDesign(weights=np.ones(60), psu=np.arange(60) % 5)
    assert [item.code for item in reliability.design_alpha(rows, design).status] == ["few_degrees_of_freedom"]
    assert "few_degrees_of_freedom" in {item.code for item in reliability.design_omega(rows, design).status}
    assert reliability.design_omega(rows, design).is_proper


def test_whole_numbers_with_a_missing_code_run_by_design() -> None:
    rows = items(4)
    coded = np.where(np.isfinite(rows), rows, 9).astype(np.int8)
    boot = replicates.bootstrap(citizens(), 50, seed=1)
    for made in (reliability.design_alpha, reliability.design_omega):
        for design in (citizens(), boot):
            whole, real = made(coded, design, missing_code=9), made(rows, design)
            assert (whole.value, whole.se, whole.n) == pytest.approx((real.value, real.se, real.n))
    coded_alpha = reliability.bootstrap_alpha(coded, citizens(), seed=1, draws=50, missing_code=9)
    real_alpha = reliability.bootstrap_alpha(rows, citizens(), seed=1, draws=50)
    assert coded_alpha.se == pytest.approx(real_alpha.se)


def test_omega_with_groups_by_design_agrees_with_a_jackknife() -> None:
    rows = items()
    groups = BoundDesign(weights=numbers("pw"), psu=np.arange(len(rows)) % 40)
    linear = reliability.design_omega_groups(rows, groups)
    repeated = reliability.design_omega_groups(rows, replicates.jk1(groups))
    weighted = reliability.omega(moments(rows, weights=numbers("pw")))
    assert [one.value for one in linear] == [weighted.hierarchical, weighted.total]
    for one, other in zip(linear, repeated, strict=True):
        assert other.se == pytest.approx(one.se, rel=0.1)
        assert one.ci_low < one.value < one.ci_high
    unknown = reliability.design_omega_groups(rows[:, :6], groups, groups=2)
    assert np.isnan([one.se for one in unknown]).all()
    assert unknown[0].status[0].code == "not_identified"
    held = reliability.design_omega_groups(rows[:, :6], groups, groups=2, constraint="equal")
    assert held[0].se > 0
