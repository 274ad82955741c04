"""Models with a problem: what is a status, what is refused by name, and what lavaan gives for the same data."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from analysis import validity
from analysis._types import FloatArray
from analysis.errors import InvalidInput
from analysis.validity import ValidityError
from tests.analysis.validity.lavaan import BLOCKS, ITEMS, OWN, agree, answers, complete, output

REF = output("improper")


def columns(*names: str) -> FloatArray:
    with (OWN / "improper.csv").open(encoding="utf-8") as file:
        return np.array([[float(row[name]) for name in names] for row in csv.DictReader(file)])


def codes(fit: validity.ConfirmatoryFit) -> list[str]:
    return [warning.code for warning in fit.status]


def test_heywood_is_a_status_that_names_the_item() -> None:
    names = ["h1", "h2", "h3", "h4"]
    fit = validity.cfa(validity.moments(columns(*names), names), {"f": names})
    agree(fit, REF["heywood"])
    assert codes(fit) == ["improper_residual"]
    assert not fit.is_proper
    assert "h1" in fit.status[0].message("en")
    assert "h1" in fit.status[0].message("zh")


def test_factors_that_coincide_are_a_status() -> None:
    names = [f"s{k}" for k in range(1, 7)]
    fit = validity.cfa(validity.moments(columns(*names), names), {"a": names[:3], "b": names[3:]})
    agree(fit, REF["same"])
    assert codes(fit) == ["improper_factor"]


@pytest.mark.parametrize(("identify", "case"), [("marker", "reversed"), ("std.lv", "reversed_std")])
def test_reversed_items_keep_their_sign(identify: str, case: str) -> None:
    names = ["r1", "r2", "r3", "r4"]
    fit = validity.cfa(validity.moments(columns(*names), names), {"f": names}, identify=identify)
    agree(fit, REF[case])
    assert not fit.status


def test_a_factor_of_two_items_alone_is_not_identified() -> None:
    fit = validity.cfa(validity.moments(answers(), ITEMS), {"f": ["q1", "q2"]})
    assert "model_not_identified" in codes(fit)
    assert not fit.is_identified
    assert np.isnan(fit.test.chi_square)
    assert all(np.isnan(parameter.se) for parameter in fit.parameters)


def test_two_uncorrelated_pairs_are_not_identified() -> None:
    rng = np.random.default_rng(5)
    f = rng.standard_normal((4000, 2))
    y = np.repeat(f, 2, axis=1) + rng.standard_normal((4000, 4))
    exact = y - y.mean(axis=0)
    # Make the pairs exactly unrelated, so that nothing tells the two loadings of a pair apart.
    exact[:, 2:] -= exact[:, :2] @ np.linalg.lstsq(exact[:, :2], exact[:, 2:], rcond=None)[0]
    names = ["a", "b", "c", "d"]
    fit = validity.cfa(validity.moments(exact, names), {"x": names[:2], "y": names[2:]})
    assert "model_not_identified" in codes(fit) or not fit.is_converged


def test_no_solution_is_a_status_without_numbers() -> None:
    # Correlations that no single factor can have: one negative triangle.
    covariance = np.array(
        [[1, 0.9, -0.9, 0.1], [0.9, 1, -0.7, 0.1], [-0.9, -0.7, 1, 0.5], [0.1, 0.1, 0.5, 1]]
    )
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.02))
    z = np.random.default_rng(2).standard_normal((200, 4))
    z = (z - z.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T))).T
    names = ["a", "b", "c", "d"]
    fit = validity.cfa(validity.moments(z @ root.T, names), {"f": names})
    assert fit.status
    if not fit.is_converged:
        assert np.isnan(fit.test.chi_square)
        assert np.isnan(fit.measures.cfi)


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ({}, "at least one factor"),
        ({"f": ["q1"]}, 'Factor "f" has 1 item'),
        ({"f": "q1"}, 'Factor "f" has 1 item'),
        ({"f": ["q1", "q2", "x9"]}, 'Item "x9" of factor "f"'),
        ({"f": ["q1", "q2", "q1"]}, 'Item "q1" occurs twice'),
    ],
)
def test_blocks_are_checked(blocks: dict, message: str) -> None:
    with pytest.raises(ValidityError, match=message):
        validity.cfa(validity.moments(answers(), ITEMS), blocks)


def test_items_and_groups_are_refused_by_name() -> None:
    y, urban = complete("urban")
    flat = y.copy()
    flat[urban == "town", 3] = 2.0
    with pytest.raises(ValidityError, match=r'Item "q4" does not vary in group "town"'):
        validity.cfa(validity.moments(flat, ITEMS, groups=urban), BLOCKS)
    twice = y.copy()
    twice[:, 5] = y[:, 3] + 2 * y[:, 4]
    with pytest.raises(ValidityError, match=r'group "all" is singular: item "q6"'):
        validity.cfa(validity.moments(twice, ITEMS), BLOCKS)
    few = np.where(np.arange(len(y)) < 8, "small", "large")
    with pytest.raises(ValidityError, match=r'Group "small" has 8 complete rows'):
        validity.cfa(validity.moments(y, ITEMS, groups=few), BLOCKS)
    empty = y.copy()
    empty[urban == "town", 0] = np.nan
    with pytest.raises(ValidityError, match=r'Group "town" has 0 complete rows'):
        validity.cfa(validity.moments(empty, ITEMS, groups=urban), BLOCKS)
    with pytest.raises(ValidityError, match=r'"q1" occurs twice'):
        validity.moments(y, ["q1", "q1", *ITEMS[2:]])
    with pytest.raises(InvalidInput, match="no number"):
        validity.moments(np.array([["a", "b"]] * 5), ["q1", "q2"])


def test_options_are_refused_by_name() -> None:
    y, urban = complete("urban")
    plain = validity.moments(y, ITEMS)
    with pytest.raises(ValidityError, match="needs fourth moments"):
        validity.cfa(plain, BLOCKS, robust="mlr")
    with pytest.raises(ValidityError, match="for ordered items"):
        validity.cfa(plain, BLOCKS, robust="wlsmv")
    with pytest.raises(ValidityError, match=r'Unknown equality "slopes"'):
        validity.cfa(plain, BLOCKS, equal=["slopes"])
    with pytest.raises(InvalidInput, match="identify"):
        validity.cfa(plain, BLOCKS, identify="first")
    with pytest.raises(ValidityError, match="at least two groups"):
        validity.ladder(plain, BLOCKS)
    groups = validity.moments(y, ITEMS, groups=urban)
    with pytest.raises(ValidityError, match="Name one of: town, village"):
        validity.htmt(groups, BLOCKS)
    with pytest.raises(ValidityError, match=r'Item "q1" belongs to both'):
        validity.htmt(plain, {"a": ["q1", "q2"], "b": ["q1", "q3"]})
    with pytest.raises(ValidityError, match="do not correlate positively"):
        validity.htmt(
            validity.moments(y * np.where(np.arange(9) % 3 == 1, -1, 1), ITEMS),
            BLOCKS,
            absolute=False,
        )
    one, two = validity.cfa(groups, BLOCKS), validity.cfa(groups, BLOCKS, equal=["loadings"])
    with pytest.raises(ValidityError, match="must be the second with constraints"):
        validity.difference(one, two)
    robust = validity.cfa(validity.moments(y, ITEMS, groups=urban, spread=True), BLOCKS, equal=["loadings"])
    with pytest.raises(ValidityError, match="no difference test exists"):
        validity.difference(robust, one)
    with pytest.raises(ValidityError, match='know no difference test "plain"'):
        validity.difference(robust, validity.cfa(robust.sample.state, BLOCKS), method="plain")
