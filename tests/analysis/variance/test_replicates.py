"""Laws of replicates: totals agree with linearisation, draws do not depend on how they are asked for, refusals are named."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import replicates
from analysis._types import Centre, Lonely
from analysis.design import BoundDesign
from analysis.errors import DesignError
from analysis.estimate.means import mean, total
from analysis.replicates._hadamard import hadamard
from analysis.variance.replicates import Drawn


def sample(*, strata: int, psus: int, seed: int, fpc: bool = False) -> tuple[BoundDesign, np.ndarray]:
    """A clustered sample of four people to a PSU and something measured on them."""
    rng = np.random.default_rng(seed)
    n = strata * psus * 4
    stratum, psu = np.arange(n) // (psus * 4), np.arange(n) // 4
    design = BoundDesign(
        weights=rng.uniform(0.5, 2, n),
        strata=stratum,
        psu=psu,
        fpc=np.full(n, 3.0 * psus) if fpc else None,
    )
    return design, rng.normal(size=n)


@settings(max_examples=40, deadline=None)
@given(strata=st.integers(1, 5), psus=st.integers(2, 5), seed=st.integers(0, 999), fpc=st.booleans())
def test_the_jackknife_of_a_total_is_the_linearised_variance(
    strata: int, psus: int, seed: int, *, fpc: bool
) -> None:
    design, y = sample(strata=strata, psus=psus, seed=seed, fpc=fpc)
    jackknife = replicates.jackknife(design, centre=Centre.ESTIMATE)
    assert total(y, jackknife).se == pytest.approx(total(y, design).se, rel=1e-9)
    assert jackknife.df == design.df


@settings(max_examples=25, deadline=None)
@given(strata=st.integers(1, 30), seed=st.integers(0, 999), rho=st.floats(0, 0.9))
def test_balanced_half_samples_of_a_total_are_the_linearised_variance(
    strata: int, seed: int, rho: float
) -> None:
    design, y = sample(strata=max(strata, 2), psus=2, seed=seed)
    expected = total(y, design).se
    assert total(y, replicates.brr(design)).se == pytest.approx(expected, rel=1e-9)
    assert total(y, replicates.fay(design, rho=rho)).se == pytest.approx(expected, rel=1e-6)
    assert total(y, replicates.jk2(design, seed=seed)).se == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("fpc", [False, True])
def test_the_bootstrap_comes_near_the_linearised_variance(*, fpc: bool) -> None:
    design, y = sample(strata=6, psus=8, seed=3, fpc=fpc)
    bootstrap = replicates.bootstrap(design, 4000, seed=11)
    assert mean(y, bootstrap).se == pytest.approx(mean(y, design).se, rel=0.04)
    assert bootstrap.replicates is not None
    assert bootstrap.replicates.seed == 11


def test_draws_do_not_depend_on_the_size_of_blocks() -> None:
    factors = Drawn(
        n_replicates=37,
        members=(np.arange(5), np.arange(5, 12)),
        keys=(1, 2),
        shrink=np.array([1.0, 0.8]),
        n_units=13,
    )
    whole = np.concatenate(list(factors.blocks(37)))
    np.testing.assert_array_equal(np.concatenate(list(factors.blocks(5))), whole)
    assert (whole >= 0).all()
    np.testing.assert_array_equal(whole[:, 12], 1.0)  # a unit outside the drawn strata
    sums = np.random.default_rng(1).normal(size=(13, 3))
    np.testing.assert_allclose(factors.totals(sums), whole @ sums, rtol=1e-12)


def test_the_order_of_rows_does_not_change_the_bootstrap_of_a_stratum() -> None:
    design, y = sample(strata=3, psus=4, seed=8)
    labels = np.array(["b", "a", "c"])[design.layout.stratum_of_row]
    first = BoundDesign(weights=design.weights, strata=labels, psu=design.layout.psu)
    reverse = BoundDesign(weights=design.weights[::-1], strata=labels[::-1], psu=design.layout.psu[::-1])  # type: ignore[index]
    forward = mean(y, replicates.bootstrap(first, 50, seed=2)).se
    assert mean(y[::-1], replicates.bootstrap(reverse, 50, seed=2)).se == pytest.approx(forward, rel=1e-12)


def test_successive_differences_see_the_order_of_a_systematic_sample() -> None:
    rng = np.random.default_rng(6)
    n = 400
    y = np.linspace(0, 10, n) + rng.normal(0, 0.5, n)
    design = BoundDesign(weights=np.full(n, 5.0))
    successive = mean(y, replicates.sdr(design, 160)).se
    assert successive == pytest.approx(0.5 / np.sqrt(n), rel=0.25)
    assert mean(y, design).se > 4 * successive


@pytest.mark.parametrize("least", [2, 5, 13, 29, 53, 101])
def test_hadamard_matrices_are_orthogonal(least: int) -> None:
    found = hadamard(least)
    assert found.shape[0] >= least
    np.testing.assert_array_equal(found.T @ found, found.shape[0] * np.eye(found.shape[0]))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda design: replicates.brr(design), "replicates_not_paired"),
        (lambda design: replicates.jk1(design), "replicates_fractions"),
        (lambda design: replicates.fay(design, rho=1.0), "replicates_fay"),
        (lambda design: replicates.bootstrap(design, 1, seed=1), "replicates_few"),
        (lambda design: replicates.jackknife(replicates.jackknife(design)), "replicates_exist"),
        (lambda design: replicates.given(design, np.ones((3, 5)), method="jk1"), "replicates_shape"),
        (
            lambda design: replicates.given(design, np.ones((design.n, 5)), method="jkn"),
            "replicates_no_scale",
        ),
        (
            lambda design: replicates.given(design, np.full((design.n, 5), np.nan), method="brr"),
            "replicates_value",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(make: Callable[[BoundDesign], object], code: str) -> None:
    design, _ = sample(strata=2, psus=3, seed=1)
    with pytest.raises(DesignError) as refused:
        make(design)
    assert refused.value.code == code
    assert refused.value.message("zh")


def test_population_sizes_that_half_samples_cannot_carry_are_refused() -> None:
    design, y = sample(strata=3, psus=2, seed=1, fpc=True)
    with pytest.raises(DesignError) as refused:
        replicates.brr(design)
    assert refused.value.code == "replicates_drop_fpc"
    assert total(y, replicates.brr(design, ignore_fpc=True)).se > total(y, design).se


def test_a_domain_that_empties_in_a_replicate_is_said() -> None:
    design, y = sample(strata=2, psus=2, seed=1)
    domain = np.arange(design.n) < 4  # one PSU only
    with pytest.raises(DesignError) as refused:
        mean(y, replicates.jackknife(design), domain=domain)
    assert refused.value.code == "replicate_failed"
    assert mean(y, replicates.fay(design, rho=0.5), domain=domain).se >= 0


def test_a_certain_stratum_has_no_replicates() -> None:
    design, _ = sample(strata=3, psus=3, seed=1)
    strata = np.where(np.arange(design.n) < 4, "alone", design.layout.stratum_of_row.astype(str))
    with_one = BoundDesign(
        weights=design.weights, strata=strata, psu=design.layout.psu, lonely=Lonely.CERTAINTY
    )
    found = replicates.jackknife(with_one)
    assert found.replicates is not None
    assert found.replicates.n_replicates == design.layout.n_psu - 1
