"""Laws that factor models obey: states add up, units do not matter, equal groups are equal, designs run by name."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import replicates, validity
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.validity import GroupedMoments, ValidityError
from tests.analysis.reference_cases import labels, numbers
from tests.analysis.validity.lavaan import BLOCKS, ITEMS, answers, complete


def same(one: GroupedMoments, two: GroupedMoments) -> None:
    order = [two.groups.index(label) for label in one.groups]
    np.testing.assert_array_equal(one.n, two.n[order])
    for name in ("weight_sum", "mean", "scatter", "fourth"):
        first, second = getattr(one, name), getattr(two, name)[order]
        np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-7 * np.abs(first).max())


@settings(max_examples=8, deadline=None)
@given(cut=st.integers(1, 1000), other=st.integers(1, 1000))
def test_states_of_parts_add_up(cut: int, other: int) -> None:
    y, urban, weight = complete("urban", "pw")
    w = weight.astype(float)
    edges = [0, *sorted((cut, other)), len(y)]
    whole = validity.moments(y, ITEMS, groups=urban, weights=w, spread=True)
    parts = [
        validity.moments(y[a:b], ITEMS, groups=urban[a:b], weights=w[a:b], spread=True)
        for a, b in pairwise(edges)
        if b > a
    ]
    total = parts[0]
    for part in parts[1:]:
        total = total.merge(part)
    same(total, whole)


def test_states_of_other_items_or_designs_do_not_add_up() -> None:
    y = answers()
    with pytest.raises(ValidityError, match="cannot be merged"):
        validity.moments(y, ITEMS).merge(validity.moments(y[:, :3], ITEMS[:3]))
    design = BoundDesign(weights=numbers("pw"))
    state = validity.design_moments(y, ITEMS, design=design)
    with pytest.raises(ValidityError, match="do not add up"):
        state.merge(state)


@settings(max_examples=6, deadline=None)
@given(scales=st.lists(st.floats(0.01, 100), min_size=9, max_size=9), shift=st.floats(-50, 50))
def test_units_of_items_do_not_matter(scales: list[float], shift: float) -> None:
    y, urban = complete("urban")
    base = validity.cfa(validity.moments(y, ITEMS, groups=urban, spread=True), BLOCKS, equal=["loadings"])
    moved = validity.cfa(
        validity.moments(y * scales + shift, ITEMS, groups=urban, spread=True), BLOCKS, equal=["loadings"]
    )
    assert moved.test.chi_square == pytest.approx(base.test.chi_square, rel=1e-5)
    assert moved.test.scaled == pytest.approx(base.test.scaled, rel=1e-5)
    assert moved.measures.srmr == pytest.approx(base.measures.srmr, rel=1e-4)
    for one, two in zip(base.parameters, moved.parameters, strict=True):
        if one.kind != "intercept":
            assert two.standardised == pytest.approx(one.standardised, rel=1e-4, abs=1e-5)


def test_identification_is_a_matter_of_taste() -> None:
    y, urban = complete("urban")
    state = validity.moments(y, ITEMS, groups=urban, spread=True)
    for level in ((), ("loadings",), ("loadings", "intercepts")):
        marker, standard = (
            validity.cfa(state, BLOCKS, equal=level, identify=way) for way in ("marker", "std.lv")
        )
        assert marker.test.scaled == pytest.approx(standard.test.scaled, rel=1e-6)
        assert marker.test.df == standard.test.df


def test_groups_that_are_copies_are_invariant_and_have_equal_means() -> None:
    y, _ = complete("urban")
    state = validity.moments(np.vstack([y, y]), ITEMS, groups=np.repeat(["w1", "w2"], len(y)))
    found = validity.ladder(state, BLOCKS)
    assert found.highest == "strict"
    for step in found.steps[1:]:
        assert step.difference is not None
        assert step.difference.chi_square == pytest.approx(0, abs=1e-6)
    assert validity.mean_comparison(found).code == "full"
    assert all(abs(mean.difference) < 1e-6 for mean in validity.latent_means(found))


def test_a_shift_of_a_factor_is_found_as_its_mean() -> None:
    rng = np.random.default_rng(8)
    n, shift = 20_000, 0.4
    group = np.repeat([0, 1], n // 2)
    f = rng.standard_normal(n) + shift * group
    y = f[:, None] * [1.0, 0.8, 0.6, 0.9] + rng.standard_normal((n, 4)) + [1, 2, 3, 4]
    names = ["a", "b", "c", "d"]
    found = validity.ladder(validity.moments(y, names, groups=group), {"f": names})
    (mean,) = validity.latent_means(found)
    assert mean.difference == pytest.approx(shift, abs=4 * mean.se)
    assert mean.effect == pytest.approx(shift, abs=0.08)
    assert (mean.group, mean.factor) == ("1", "f")


def test_a_domain_stays_in_its_design() -> None:
    y = answers()
    design = BoundDesign(weights=numbers("pw"), strata=labels("region"), psu=labels("township"))
    domain = labels("urban") == "town"
    fit = validity.cfa(validity.design_moments(y, ITEMS, design=design, domain=domain), BLOCKS)
    cut = validity.moments(y[domain], ITEMS, weights=numbers("pw")[domain], spread=True)
    assert fit.n == tuple(cut.n)
    assert fit.parameters[1].estimate == pytest.approx(validity.cfa(cut, BLOCKS).parameters[1].estimate)
    assert fit.parameters[1].df == design.df


def test_weights_alone_are_a_design_of_single_persons() -> None:
    y, weight = complete("pw")
    w = weight.astype(float)
    design = validity.cfa(validity.design_moments(y, ITEMS, design=BoundDesign(weights=w)), BLOCKS)
    simple = validity.cfa(validity.moments(y, ITEMS, weights=w, spread=True), BLOCKS)
    for one, two in zip(design.parameters, simple.parameters, strict=True):
        if one.is_free:
            assert one.se == pytest.approx(two.se, rel=2e-3)
    assert design.test.scaled == pytest.approx(simple.test.scaled, rel=3e-3)


def test_replicate_designs_run_by_the_same_name() -> None:
    y, urban = answers(), labels("urban")
    design = BoundDesign(weights=numbers("pw"), strata=labels("region"), psu=labels("township"))
    again = replicates.jkn(design)
    one, two = (
        validity.cfa(validity.design_moments(y, ITEMS, design=way, groups=urban), BLOCKS, equal=["loadings"])
        for way in (design, again)
    )
    assert two.test.scaled == pytest.approx(one.test.scaled, rel=1e-6)
    for first, second in zip(one.parameters, two.parameters, strict=True):
        if first.is_free:
            assert second.se == pytest.approx(first.se, rel=1e-5)
    ordered = [
        validity.cfa(validity.ordered_moments(y[:, :4], ITEMS[:4], design=way), {"f": ITEMS[:4]})
        for way in (design, again)
    ]
    assert ordered[1].parameters[1].se == pytest.approx(ordered[0].parameters[1].se, rel=0.05)


def test_waves_that_share_people_are_compared_more_sharply() -> None:
    rng = np.random.default_rng(6)
    n = 500
    stable = rng.standard_normal(n)
    waves = [0.9 * stable + 0.4 * rng.standard_normal(n) + shift for shift in (0.0, 0.1)]
    y = np.vstack([w[:, None] * [1.0, 0.8, 0.9, 0.7] + rng.standard_normal((n, 4)) for w in waves])
    names, wave = ["a", "b", "c", "d"], np.repeat([1, 2], n)
    person = np.tile(np.arange(n), 2)
    design = BoundDesign(weights=np.ones(2 * n), psu=person)
    panel = validity.ladder(validity.design_moments(y, names, design=design, groups=wave), {"f": names})
    apart = validity.ladder(validity.moments(y, names, groups=wave, spread=True), {"f": names})
    assert validity.latent_means(panel)[0].se < 0.75 * validity.latent_means(apart)[0].se


def test_groups_may_be_any_codes_and_missing_ones_belong_nowhere() -> None:
    y = answers()
    codes = np.array([2, 1, None, 2] * (len(y) // 4), dtype=object)
    state = validity.moments(y, ITEMS, groups=codes)
    assert state.groups == ("2", "1")
    texts = validity.moments(y, ITEMS, groups=np.array(["b", "", "a", "b"] * (len(y) // 4)))
    assert texts.groups == ("b", "a")
    reals = validity.moments(y, ITEMS, groups=np.array([2.0, np.nan, 1.0, 2.0] * (len(y) // 4)))
    assert reals.groups == ("2.0", "1.0")
    assert state.total == int((np.isfinite(y).all(axis=1) & (codes != None)).sum())  # noqa: E711


def factor_data(rng: np.random.Generator, n: int) -> FloatArray:
    return rng.standard_normal((n, 1)) * [0.8, 0.7, 0.6, 0.7] + rng.standard_normal((n, 4)) * 0.7


def test_normal_theory_intervals_and_p_values_are_right_for_normal_data() -> None:
    rng = np.random.default_rng(4)
    names, rejected, covered = ["a", "b", "c", "d"], {"none": 0, "mlr": 0, "mlm": 0}, 0
    rounds = 60
    for _ in range(rounds):
        state = validity.moments(factor_data(rng, 300), names, spread=True)
        for robust in rejected:
            fit = validity.cfa(state, {"f": names}, robust=robust, identify="std.lv")
            rejected[robust] += fit.test.scaled_p_value < 0.05
        low, high = fit.parameters[0].ci()
        covered += low <= 0.8 <= high
    # Four binomial standard errors of room.
    assert all(count <= 0.16 * rounds for count in rejected.values())
    assert covered >= 0.84 * rounds
