"""Factor models of ordered items (WLSMV) against lavaan and semTools (R): the numbers of own/validity/ordered."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import validity
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.validity import OrderedMoments, ValidityError
from tests.analysis.reference_cases import labels, numbers
from tests.analysis.validity.lavaan import BLOCKS, ITEMS, agree, answers, complete, output

REF = output("ordered")
# lavaan's "thresholds" also holds intercepts at 0 and frees the factor means.
LAVAAN = {
    "configural": (),
    "loadings": ("loadings",),
    "scalar": ("loadings", "thresholds", "intercepts"),
}


def coarse(y: FloatArray, categories: int) -> FloatArray:
    """The items cut as the script does."""
    return (y > 3) * 1.0 if categories == 2 else (y >= 3) * 1.0 + (y >= 4)


@pytest.fixture(scope="module")
def five() -> OrderedMoments:
    y, _ = complete("urban")
    return validity.ordered_moments(y, ITEMS)


@pytest.fixture(scope="module")
def groups() -> OrderedMoments:
    y, urban = complete("urban")
    return validity.ordered_moments(y, ITEMS, groups=urban)


def test_five_categories(five: OrderedMoments) -> None:
    agree(validity.cfa(five, BLOCKS), REF["five"])
    agree(validity.cfa(five, BLOCKS, identify="std.lv"), REF["std"])
    agree(validity.cfa(five, {"f": ["q1", "q2", "q4", "q7"]}), REF["one_factor_4"])


@pytest.mark.parametrize(("categories", "case"), [(2, "two"), (3, "three")])
def test_fewer_categories(categories: int, case: str) -> None:
    y, _ = complete("urban")
    agree(validity.cfa(validity.ordered_moments(coarse(y, categories), ITEMS), BLOCKS), REF[case])


@pytest.mark.parametrize("level", LAVAAN)
def test_groups(groups: OrderedMoments, level: str) -> None:
    agree(validity.cfa(groups, BLOCKS, equal=LAVAAN[level]), REF["groups"][level])


def test_scaled_difference(groups: OrderedMoments) -> None:
    fits = {level: validity.cfa(groups, BLOCKS, equal=equal) for level, equal in LAVAAN.items()}
    found = validity.difference(fits["scalar"], fits["configural"])
    assert found.chi_square == pytest.approx(REF["difference"]["chisq"], rel=1e-5)
    assert found.p_value == pytest.approx(REF["difference"]["p"], rel=1e-4)
    assert found.df == REF["difference"]["df"]
    with pytest.raises(ValidityError, match="Choose among: satorra-2000"):
        validity.difference(fits["scalar"], fits["configural"], method="satorra-bentler-2010")


def test_two_categories_in_groups() -> None:
    y, urban = complete("urban")
    state = validity.ordered_moments(coarse(y, 2), ITEMS, groups=urban)
    fits = {level: validity.cfa(state, BLOCKS, equal=LAVAAN[level]) for level in ("configural", "scalar")}
    for level, fit in fits.items():
        agree(fit, REF["two_groups"][level])
    found = validity.difference(fits["scalar"], fits["configural"])
    assert found.chi_square == pytest.approx(REF["two_difference"]["chisq"], rel=1e-4)
    ladder = validity.ladder(state, BLOCKS)
    assert [step.level for step in ladder.steps] == ["configural", "scalar"]


def test_ladder_of_wu_and_estabrook(groups: OrderedMoments) -> None:
    found = validity.ladder(groups, BLOCKS)
    assert found.measure == "scaled"
    for step in found.steps:
        agree(step.fit, {"measures": REF["wu"][step.level.value]["measures"]})
    tests = [step.difference for step in found.steps[1:]]
    wanted = REF["wu_difference"]
    np.testing.assert_allclose([t.chi_square for t in tests if t], wanted["chisq"], rtol=2e-4)
    assert [t.df for t in tests if t] == wanted["df"]


def test_modification_indices(five: OrderedMoments) -> None:
    fit = validity.cfa(five, BLOCKS)
    found = {(entry.left, entry.right): entry for entry in validity.modification_indices(fit).entries}
    rows = REF["indices"]
    for place in range(len(rows["mi"])):
        left, right = rows["lhs"][place], rows["rhs"][place]
        entry = found.get((left, right)) or found[right, left]
        assert entry.change == pytest.approx(rows["epc"][place], rel=1e-3, abs=1e-4)
        assert entry.index == pytest.approx(rows["mi"][place], rel=3e-3, abs=1e-3)


def test_weights_move_the_estimates_as_in_lavaan() -> None:
    y, weight = complete("pw")
    design = BoundDesign(weights=weight.astype(float))
    fit = validity.cfa(validity.ordered_moments(y, ITEMS, design=design), BLOCKS)
    # A design divides by n - 1 where lavaan divides by n.
    agree(fit, REF["weights"], rel=2e-3, se_rel=2e-4)


def test_clusters_that_span_groups_tie_them_together() -> None:
    design = BoundDesign(weights=numbers("pw"), strata=labels("region"), psu=labels("township"))
    state = validity.ordered_moments(answers(), ITEMS, groups=labels("urban"), design=design)
    between = state.covariance[: state.size, state.size :]
    assert np.abs(between).max() > 0.05 * np.abs(state.covariance).max()
    fit = validity.cfa(state, BLOCKS)
    assert fit.parameters[1].df == design.df
    assert fit.test.scaled_p_value > 0


def test_refuses_what_no_threshold_can_carry() -> None:
    y, urban = complete("urban")
    missing_top = np.where((urban == "town")[:, None] & (y == 5), 4.0, y)
    with pytest.raises(ValidityError, match=r'Item "q1" has 4 categories in group "town" and 5 elsewhere'):
        validity.ordered_moments(missing_top, ITEMS, groups=urban)
    constant = np.where((urban == "town")[:, None], 3.0, y)
    with pytest.raises(ValidityError, match=r'Item "q1" does not vary in group "town"'):
        validity.ordered_moments(constant, ITEMS, groups=urban)
    with pytest.raises(ValidityError, match="too many for ordered categories"):
        validity.ordered_moments(y + np.random.default_rng(1).random(y.shape), ITEMS)
    twice = np.column_stack([y[:, :3], y[:, 0]])
    with pytest.raises(ValidityError, match=r'correlation of "q1" and "again" is at'):
        validity.ordered_moments(twice, [*ITEMS[:3], "again"])
    state = validity.ordered_moments(y, ITEMS)
    with pytest.raises(ValidityError, match='know "wlsmv" only'):
        validity.cfa(state, BLOCKS, robust="mlr")


def test_items_may_be_chosen_and_turned(groups: OrderedMoments) -> None:
    y, urban = complete("urban")
    names = ["q4", "q2", "q7", "q1"]
    direct = validity.ordered_moments(y[:, [ITEMS.index(name) for name in names]], names, groups=urban)
    chosen = groups.chosen(names)
    np.testing.assert_allclose(chosen.covariance, direct.covariance, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(chosen.correlation, direct.correlation, atol=1e-12)


def test_whole_numbers_may_carry_a_code_for_missing() -> None:
    y = answers()
    coded = np.where(np.isnan(y), -1, y).astype(np.int8)
    one, two = validity.ordered_moments(y, ITEMS), validity.ordered_moments(coded, ITEMS, missing_code=-1)
    np.testing.assert_allclose(one.correlation, two.correlation)
    first = validity.moments(y, ITEMS)
    second = validity.moments(coded, ITEMS, missing_code=-1)
    np.testing.assert_allclose(first.scatter, second.scatter)


def test_few_clusters_are_a_status() -> None:
    design = BoundDesign(weights=numbers("pw"), psu=labels("region"))
    fit = validity.cfa(validity.design_moments(answers(), ITEMS, design=design), BLOCKS)
    assert [warning.code for warning in fit.status] == ["few_degrees_of_freedom"]
    assert fit.parameters[1].df == 5
