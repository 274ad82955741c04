"""Tests of weight trees and renormalisation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.index.aggregate import coefficients
from analysis.index.errors import IndexRefused
from analysis.index.tree import Tree, flat_tree, tree_of_group
from analysis.index.unit import domain_trees

FRAMEWORK = {
    "renormalise": {"min_parent_weight_present": 0.60},
    "groups": {
        "residents": {
            "D1": {
                "weight": 0.7,
                "indicators": {
                    "I12": {"weight": 0.75, "items": {"R03": 0.3333, "R04": 0.3333, "R05": 0.3334}},
                    "I14": {"weight": 0.25, "items": {"R08": 1.0}},
                },
            },
            "D2": {"weight": 0.3, "indicators": {"I21": {"weight": 1.0, "items": {"R11": 1.0}}}},
        }
    },
    "responsible_units": {
        "R03": {"health": 1.0},
        "R05": {"medins": 0.6, "health": 0.4},
        "R08": {"civil": 0.7, "health": 0.3},
    },
}


def make_tree() -> Tree:
    return tree_of_group(FRAMEWORK, "residents")


def values_of(tree: Tree, means: dict[str, float]) -> dict[str, float]:
    row = np.array([[means.get(item, np.nan) for item in tree.items]])
    values = coefficients(tree, np.isfinite(row)).values(row)[0]
    return dict(zip(tree.codes, values.tolist(), strict=True))


def test_nodes_come_bottom_up_with_the_index_last():
    tree = make_tree()
    assert tree.items == ("R03", "R04", "R05", "R08", "R11")
    assert tree.codes == ("I12", "I14", "I21", "D1", "D2", "index")
    assert tree.nominal_weights()[3] == pytest.approx(0.7 * 0.25)
    assert sum(tree.nominal_weights()) == pytest.approx(1.0)


def test_complete_means_give_weighted_means_of_means():
    values = values_of(make_tree(), {"R03": 58.0, "R04": 71.0, "R05": 40.0, "R08": 50.0, "R11": 80.0})
    indicator = 0.3333 * 58 + 0.3333 * 71 + 0.3334 * 40
    assert values["I12"] == pytest.approx(indicator)
    assert values["D1"] == pytest.approx(0.75 * indicator + 0.25 * 50)
    assert values["index"] == pytest.approx(0.7 * values["D1"] + 0.3 * 80)


def test_worked_example_of_renormalising():
    tree = flat_tree("x", {"R03": 0.3333, "R04": 0.3333, "R05": 0.3334}, minimum_present=0.60)
    row = np.array([[58.0, 71.0, np.nan]])
    scaled = coefficients(tree, np.isfinite(row))
    assert scaled.present[0, 0] == pytest.approx(0.6666)
    assert scaled.values(row)[0, 0] == pytest.approx(64.5)


def test_too_little_present_takes_the_parent_out_and_may_take_out_the_index():
    tree = make_tree()
    values = values_of(tree, {"R03": 58.0, "R08": 50.0, "R11": 80.0})
    assert np.isnan(values["I12"])
    assert np.isnan(values["D1"]), "only a quarter of the dimension is left"
    assert np.isnan(values["index"]), "three tenths are left, six are needed"
    assert values["D2"] == 80.0


def test_exactly_the_minimum_is_enough():
    tree = flat_tree("x", {"a": 0.2, "b": 0.4, "c": 0.4}, minimum_present=0.60)
    row = np.array([[10.0, 40.0, np.nan]])
    assert coefficients(tree, np.isfinite(row)).values(row)[0, 0] == pytest.approx(30.0)


def test_weights_that_miss_one_are_refused_in_both_languages():
    with pytest.raises(IndexRefused) as caught:
        flat_tree("x", {"a": 0.5, "b": 0.4}, minimum_present=0.6)
    assert caught.value.code == "weights_not_one"
    assert "0.9" in caught.value.message("zh")
    assert "sum to 0.9" in caught.value.message("en")


def test_an_unknown_group_is_refused():
    with pytest.raises(IndexRefused, match="no group"):
        tree_of_group(FRAMEWORK, "martians")


def test_domain_items_weigh_framework_weight_times_responsibility():
    trees = domain_trees(make_tree(), FRAMEWORK)
    assert sorted(trees) == ["civil", "health", "medins"]
    r03, r05, r08 = 0.525 * 0.3333, 0.525 * 0.3334 * 0.4, 0.175 * 0.3
    shares = dict(zip(trees["health"].items, trees["health"].root.shares, strict=True))
    assert shares["R05"] == pytest.approx(r05 / (r03 + r05 + r08))
    assert trees["medins"].root.shares == (1.0,)


@given(
    means=st.lists(st.floats(0, 100), min_size=5, max_size=5),
    missing=st.sets(st.integers(0, 4)),
    scale=st.floats(0.1, 1.0),
)
def test_an_index_is_linear_and_stays_between_its_items(
    means: list[float], missing: set[int], scale: float
) -> None:
    tree = make_tree()
    row = np.array([means])
    row[0, list(missing)] = np.nan
    scaled = coefficients(tree, np.isfinite(row))
    value = scaled.values(row)[0, -1]
    if scaled.stands[0, -1]:
        assert np.nanmin(row) - 1e-9 <= value <= np.nanmax(row) + 1e-9
        assert scaled.values(row * scale)[0, -1] == pytest.approx(value * scale)
        assert scaled.root()[0].sum() == pytest.approx(1.0)
    else:
        assert np.isnan(value)
        assert scaled.root()[0].sum() == 0.0
