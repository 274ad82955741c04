"""Reliability against psych (R): the numbers of ref08-reliability."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis import reliability
from analysis._types import FloatArray
from analysis.reliability import Moments, moments

REFERENCE = Path(__file__).parents[1] / "reference"
CASE = json.loads((REFERENCE / "cases" / "ref08-reliability.json").read_text(encoding="utf-8"))
ITEMS = [f"q{number}" for number in range(1, 10)]


def columns(names: list[str]) -> FloatArray:
    with (REFERENCE / "data" / "citizens.csv").open(encoding="utf-8") as file:
        return np.array([[float(row[n] or "nan") for n in names] for row in csv.DictReader(file)])


@pytest.fixture(scope="module")
def state() -> Moments:
    return moments(columns(ITEMS))


@pytest.fixture(scope="module")
def first_six() -> Moments:
    items = columns(ITEMS)
    return moments(items[np.isfinite(items).all(axis=1), :6])


def agree(name: str, actual: Any) -> None:
    """As the README of the reference values says: |x - e| <= atol + rtol |e|, per key where stated."""
    expected = CASE["expected"][name]
    tolerance = {**CASE["tolerance"], **CASE["tolerance"]["keys"].get(name, {})}
    if isinstance(expected, dict):
        assert list(expected) == ITEMS
        expected = list(expected.values())
    np.testing.assert_allclose(actual, expected, rtol=tolerance["rtol"], atol=tolerance["atol"])


def test_alpha_and_its_relatives(state: Moments) -> None:
    found = reliability.alpha(state)
    agree("n", found.n)
    agree("raw_alpha", found.value)
    agree("std_alpha", found.standardised)
    agree("average_r", found.average_correlation)
    agree("ase", found.se)
    low, high = found.feldt()
    agree("feldt_low", low)
    agree("feldt_high", high)


def test_item_diagnostics(state: Moments) -> None:
    found = reliability.item_diagnostics(state)
    agree("alpha_drop", found.alpha_if_dropped)
    agree("item_rest", found.item_rest)


def test_weighted_alpha() -> None:
    weighted = moments(columns(ITEMS), weights=columns(["pw"])[:, 0])
    agree("weighted_alpha", reliability.alpha(weighted).value)


def test_omega_with_three_group_factors(state: Moments) -> None:
    found = reliability.omega(state, groups=3)
    assert found.status == ()
    agree("omega_h", found.hierarchical)
    agree("omega_t", found.total)


def test_adequacy(state: Moments) -> None:
    found, test = reliability.kmo(state), reliability.bartlett(state)
    agree("kmo", found.overall)
    agree("kmo_item", found.items)
    agree("bartlett_chisq", test.chi_square)
    agree("bartlett_df", test.df)
    assert test.p_value < 1e-300


def test_split_halves(first_six: Moments) -> None:
    found = reliability.split_half(first_six)
    assert found.splits == 10
    agree("split_max_6", found.highest)
    agree("split_min_6", found.lowest)
    agree("split_mean_6", found.mean)
    r = reliability.half_correlation(first_six, first=[0, 2, 4], second=[1, 3, 5])
    agree("odd_even_r_6", r)
    agree("spearman_brown_6", reliability.spearman_brown(r))


def test_every_number_of_the_case_is_checked() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in CASE["expected"] if f'agree("{name}"' not in source] == []
