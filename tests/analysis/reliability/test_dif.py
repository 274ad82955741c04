"""Differential item functioning against base R and MASS, and the conditions it refuses."""

import json
from typing import Any

import numpy as np
import pytest

from analysis import reliability
from analysis.errors import InvalidInput
from analysis.reliability import ReliabilityError
from tests.analysis.reference_cases import REFERENCE

OWN: dict[str, Any] = json.loads((REFERENCE / "own/dif/r-dif.json").read_text())
ITEMS, GROUP = np.array(OWN["items"], dtype=float), np.array(OWN["group"])


def test_ordinal_logistic_regression() -> None:
    found = reliability.logistic_dif(ITEMS, GROUP, focal="b")
    for item, wanted in enumerate(OWN["logistic"]):
        ll, r2 = wanted["ll"], wanted["mcfadden"]
        assert found.uniform_chi_square[item] == pytest.approx(2 * (ll[1] - ll[0]), abs=1e-5)
        assert found.nonuniform_chi_square[item] == pytest.approx(2 * (ll[2] - ll[1]), abs=1e-5)
        assert found.total_r2[item] == pytest.approx(r2[2] - r2[0], abs=1e-8)
        assert found.uniform_r2[item] == pytest.approx(r2[1] - r2[0], abs=1e-8)
        assert found.group_effect[item] == pytest.approx(wanted["group"], abs=1e-5)
    assert found.flagged.tolist() == [row["flagged"] == 1 for row in found.to_rows()]
    assert found.flagged[[2, 4]].all()
    assert found.uniform_p[2] < 1e-6 < 0.01 < found.uniform_p[0]
    assert found.nonuniform_p[4] < 1e-6


def test_binary_items_are_logistic_regression() -> None:
    found = reliability.logistic_dif((ITEMS > 2) * 1.0, GROUP, pseudo_r2="nagelkerke", flag="r2")
    assert (found.total_r2 >= 0).all()
    assert found.total_r2[4] == found.total_r2.max()
    cox = reliability.logistic_dif((ITEMS > 2) * 1.0, GROUP, pseudo_r2="cox-snell")
    assert (cox.total_r2 <= found.total_r2 + 1e-12).all()


def test_mantel_haenszel() -> None:
    binary = (ITEMS > 2) * 1.0
    found = reliability.mantel_haenszel(binary, GROUP, focal="b")
    raw = reliability.mantel_haenszel(binary, GROUP, focal="b", correction=False)
    for item, wanted in enumerate(OWN["mh"]):
        assert found.odds_ratio[item] == pytest.approx(wanted["or"], rel=1e-9)
        assert (found.low[item], found.high[item]) == pytest.approx((wanted["low"], wanted["high"]), rel=1e-8)
        assert found.chi_square[item] == pytest.approx(wanted["chi"], abs=1e-9)
        assert found.p_value[item] == pytest.approx(wanted["p"], abs=1e-9)
        assert raw.chi_square[item] == pytest.approx(wanted["chi_raw"], abs=1e-9)
    assert found.classes == ("A", "A", "C", "A", "A", "A")
    np.testing.assert_allclose(found.delta, -2.35 * np.log(found.odds_ratio))
    assert (found.reference, found.focal) == ("a", "b")
    turned = reliability.mantel_haenszel(binary, GROUP, focal="a")
    np.testing.assert_allclose(turned.odds_ratio, 1 / found.odds_ratio)


def test_mantel_for_ordinal_items() -> None:
    found = reliability.mantel(ITEMS, GROUP, focal="b")
    np.testing.assert_allclose(found.chi_square, OWN["mantel"], atol=1e-9)
    np.testing.assert_allclose(found.difference, OWN["smd"], atol=1e-9)
    assert found.classes[2] == "C"
    binary = (ITEMS > 2) * 1.0
    two = reliability.mantel(binary, GROUP, matching=binary.sum(axis=1))
    raw = reliability.mantel_haenszel(binary, GROUP, correction=False)
    np.testing.assert_allclose(two.chi_square, raw.chi_square)


def test_purification_takes_suspect_items_out_of_the_score() -> None:
    plain, pure = (reliability.mantel(ITEMS, GROUP, purify=purify) for purify in (False, True))
    assert not plain.left_out.any()
    assert pure.left_out[2]
    assert pure.rounds >= 2
    by_hand = np.delete(ITEMS, 2, axis=1)
    assert pure.left_out.tolist() == [False, False, True, False, False, False]
    again = reliability.mantel(ITEMS[:, [0]].repeat(2, axis=1), GROUP, matching=by_hand.sum(axis=1))
    assert pure.chi_square[0] == pytest.approx(again.chi_square[0])
    logistic = reliability.logistic_dif(ITEMS, GROUP, purify=True)
    assert logistic.left_out.tolist() == logistic.flagged.tolist()


def test_no_difference_is_rarely_found() -> None:
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(20):
        theta = rng.standard_normal(400)
        rows = np.digitize(theta[:, None] + rng.standard_normal((400, 5)), [-1, 0, 1])
        hits += int((reliability.mantel(rows, rng.integers(0, 2, 400)).p_value < 0.05).sum())
    assert hits <= 12  # 100 tests at 5 %


def test_weights_of_one_change_nothing_and_rows_may_miss() -> None:
    items = ITEMS.copy()
    items[:30, 1] = np.nan
    found = reliability.mantel(items, GROUP)
    weighted = reliability.mantel(items, GROUP, weights=np.full(len(items), 2.5))
    np.testing.assert_allclose(found.chi_square, weighted.chi_square)
    np.testing.assert_allclose(found.chi_square, reliability.mantel(ITEMS[30:], GROUP[30:]).chi_square)
    rows = found.to_rows()
    assert [row["class"] for row in rows] == list(found.classes)


def test_refusals() -> None:
    with pytest.raises(ReliabilityError, match="3 values"):
        reliability.mantel(ITEMS, np.arange(len(ITEMS)) % 3)
    with pytest.raises(InvalidInput, match='focal: "z" is unknown'):
        reliability.mantel(ITEMS, GROUP, focal="z")
    with pytest.raises(ReliabilityError, match='"1" is not scored 0/1'):
        reliability.mantel_haenszel(ITEMS, GROUP)
    constant = ITEMS.copy()
    constant[:, 3] = 1.0
    with pytest.raises(ReliabilityError, match="Item 4"):
        reliability.logistic_dif(constant, GROUP)
    with pytest.raises(ReliabilityError, match='"4" has no score level'):
        reliability.mantel(constant, GROUP)
    apart = np.where(GROUP[:, None] == "a", 1.0, 0.0) * np.ones((1, 2))
    with pytest.raises(ReliabilityError, match="no score level"):
        reliability.mantel_haenszel(apart, GROUP)
