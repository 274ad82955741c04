"""Tests of the cell table: exact sums, and the worked example of the item mean."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.cells import NOT_ASKED, cell_table, micro_weights
from analysis.index.errors import IndexRefused
from analysis.index.influence import combined, item_influence

CONVERSION = [(1, 0.0), (2, 25.0), (3, 50.0), (4, 75.0), (5, 100.0)]


def one_domain(answers: list[int], weights: list[float]):
    table = np.array(answers, dtype=np.int16)[:, None]
    micro = micro_weights(np.array(weights))
    domain = np.zeros(len(answers), dtype=np.int64)
    return cell_table(table, micro, domain=domain, n_domains=1, conversion=CONVERSION)


def test_worked_example_item_mean():
    cells = one_domain([5, 4, 4, 3, 88, 2, 5, 99, 1, 4], [1.2, 0.8, 1.0, 1.5, 0.9, 1.1, 0.7, 1.0, 1.3, 1.0])
    assert round(cells.means()[0, 0], 4) == 58.4302
    assert round(cells.share((4, 5))[0, 0], 4) == 0.5465
    assert round(cells.share((1, 2))[0, 0], 4) == 0.2791
    assert round(cells.dont_know_share()[0, 0], 4) == 0.0947
    assert cells.valid_n[0, 0] == 8


def test_not_asked_is_in_no_denominator():
    asked = one_domain([5, 88, 99], [1, 1, 1])
    with_others = one_domain([5, 88, 99, NOT_ASKED, NOT_ASKED], [1, 1, 1, 9, 9])
    assert asked.dont_know_share()[0, 0] == with_others.dont_know_share()[0, 0] == 0.5
    assert with_others.missing_share(99)[0, 0] == pytest.approx(1 / 3)


def test_an_item_nobody_answered_has_no_mean():
    assert np.isnan(one_domain([88, 99], [1, 1]).means()[0, 0])
    assert np.isnan(one_domain([5], [1]).means(minimum_n=2)[0, 0])


def test_sums_are_integers_and_ignore_the_order_of_rows():
    rng = np.random.default_rng(3)
    answers = rng.integers(1, 6, size=(500, 3)).astype(np.int16)
    micro = micro_weights(rng.uniform(0.1, 9000.0, size=500))
    domain = rng.integers(-1, 4, size=500)
    order = rng.permutation(500)
    one = cell_table(answers, micro, domain=domain, n_domains=4, conversion=CONVERSION)
    two = cell_table(answers[order], micro[order], domain=domain[order], n_domains=4, conversion=CONVERSION)
    assert np.array_equal(one.micro, two.micro)
    assert np.array_equal(one.means(), two.means())
    assert int(one.micro[:, 0, :].sum()) == int(micro[domain >= 0].sum())


def test_weights_are_rounded_once_to_millionths():
    assert micro_weights(np.array([1 / 3])).tolist() == [333_333]
    with pytest.raises(IndexRefused, match="too much"):
        micro_weights(np.array([1e10]))


def test_every_missing_code_has_its_place():
    cells = one_domain([88, 97, 97, 98, 99], [1, 1, 1, 1, 1])
    shares = [cells.missing_share(code)[0, 0] for code in (88, 97, 98, 99)]
    assert shares == pytest.approx([0.2, 0.4, 0.2, 0.2])
    assert cells.dont_know_share()[0, 0] == pytest.approx(0.25), "not applicable leaves the base"


def test_influence_sums_to_zero_and_stays_in_its_own_domain():
    scores = np.array([[0.0, 100.0], [50.0, np.nan], [100.0, 25.0], [75.0, 50.0]])
    weights = np.array([1.0, 2.0, 1.0, 4.0])
    domain = np.array([0, 0, 1, -1])
    means = np.array([[100 / 3, 100.0], [100.0, 25.0]])
    sums = np.array([[3.0, 1.0], [1.0, 1.0]])
    values = item_influence(scores, weights, domain=domain, means=means, sums=sums)
    assert values[domain == 0].sum(axis=0) == pytest.approx([0.0, 0.0])
    assert (values[3] == 0).all(), "a respondent of no domain has no influence"
    assert values[1, 1] == 0.0, "a missing answer has no influence"
    columns = combined(values, np.array([[0.5, 0.5], [1.0, 0.0]]), domain=domain)
    assert columns.shape == (4, 2)
    assert columns[0, 0] == pytest.approx(values[0].mean())
    assert (columns[2:, 0] == 0).all()
