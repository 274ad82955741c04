"""Intraclass correlation, retest, kappa and interviewer effects against psych, base R and statsmodels."""

import json
from typing import Any

import numpy as np
import pytest
from statsmodels.stats import inter_rater

from analysis import reliability, replicates
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.reliability import ReliabilityError
from tests.analysis.reference_cases import REFERENCE, case, numbers

OWN: dict[str, Any] = json.loads((REFERENCE / "own/agreement/psych-agreement.json").read_text())
ICC_NAMES = {"icc": "icc", "f": "f", "df1": "df1", "df2": "df2", "p_value": "p", "low": "low", "high": "high"}


def test_reference_case_eleven() -> None:
    reference = case("ref11")
    columns = [numbers(column, "retest.csv") for column in ("first", "second", "third")]
    found = reliability.icc(np.column_stack(columns))
    assert list(reliability.FORMS) == reference.expected["type"]
    reference.agree(found.icc, "icc")
    reference.agree(found.f, "F")
    reference.agree(found.df1, "df1")
    reference.agree(found.df2, "df2")
    reference.agree(found.low, "low")
    reference.agree(found.high, "high")


@pytest.mark.parametrize(("data", "wanted"), [("sf", "sf_icc"), ("holes", "holes_icc")])
def test_intraclass_correlations(data: str, wanted: str) -> None:
    found = reliability.icc(np.array(OWN[data], dtype=float))
    for name, key in ICC_NAMES.items():
        np.testing.assert_allclose(getattr(found, name), OWN[wanted][key], rtol=1e-9, err_msg=name)
    if data == "holes":
        assert [(item.code, item.context["n"]) for item in found.status] == [("rows_left_out", 2)]
    assert found.to_rows()[0]["form"] == "ICC1"


def test_perfect_and_impossible_ratings() -> None:
    base = np.array([1.0, 4.0, 2.0, 5.0])
    same = reliability.icc(np.column_stack([base, base]))
    np.testing.assert_array_equal(same.icc, 1.0)
    np.testing.assert_array_equal(same.low, 1.0)
    shifted = reliability.icc(np.column_stack([base, base + 1]))
    assert shifted.icc[2] == 1.0
    assert shifted.icc[1] < 1.0
    with pytest.raises(ReliabilityError, match="raters: at least 2"):
        reliability.icc(base[:, None])
    with pytest.raises(ReliabilityError, match="persons: at least 2"):
        reliability.icc(np.array([[1.0, 2.0]]))
    with pytest.raises(ReliabilityError, match="does not vary"):
        reliability.icc(np.ones((4, 3)))


def test_retest_of_a_simple_sample() -> None:
    wanted = OWN["retest"]
    first, second = (numbers(column, "retest.csv") for column in ("first", "second"))
    found = reliability.retest(first, second)
    assert found.correlation == pytest.approx(wanted["r"], rel=1e-10)
    assert (found.ci_low, found.ci_high) == pytest.approx((wanted["low"], wanted["high"]), rel=1e-10)
    assert (found.change, found.change_se) == pytest.approx((wanted["change"], wanted["change_se"]))
    assert found.sem == pytest.approx(wanted["sem"])
    assert found.agreement == pytest.approx(wanted["agreement"])


def test_retest_by_design_agrees_with_a_jackknife() -> None:
    rng = np.random.default_rng(2)
    truth = rng.standard_normal(600)
    first, second = truth + 0.5 * rng.standard_normal(600), truth + 0.5 * rng.standard_normal(600)
    second[:40] = np.nan
    design = BoundDesign(weights=rng.uniform(0.5, 2, 600), psu=np.repeat(np.arange(60), 10))
    linear = reliability.retest(first, second, design=design)
    repeated = reliability.retest(first, second, design=replicates.jk1(design))
    assert linear.correlation == repeated.correlation == pytest.approx(0.8, abs=0.04)
    assert repeated.se == pytest.approx(linear.se, rel=0.05)
    assert repeated.change_se == pytest.approx(linear.change_se, rel=0.05)
    assert linear.status[0].context == {"n": 40}
    with pytest.raises(ReliabilityError, match="Item second"):
        reliability.retest(first, np.ones(600))
    with pytest.raises(ReliabilityError, match="at least 4"):
        reliability.retest(first[:3], second[:3])


@pytest.mark.parametrize(
    ("weighting", "statsmodels_name"), [("none", None), ("linear", "linear"), ("quadratic", "quadratic")]
)
def test_cohens_kappa(weighting: str, statsmodels_name: str | None) -> None:
    first, second = np.array(OWN["r1"]), np.array(OWN["r2"])
    found = reliability.kappa(first, second, weighting=weighting)
    key = "kappa" if weighting == "none" else weighting
    assert found.kappa == pytest.approx(OWN[key], rel=1e-10)
    table = np.zeros((4, 4))
    np.add.at(table, (first - 1, second - 1), 1)
    other = inter_rater.cohens_kappa(table, wt=statsmodels_name)
    assert found.se == pytest.approx(other.std_kappa, rel=1e-9)
    assert found.null_se == pytest.approx(other.std_kappa0, rel=1e-9)
    if weighting == "none":
        assert found.se == pytest.approx(OWN["kappa_se"], rel=1e-9)


def test_kappa_by_design_missing_labels_and_refusals() -> None:
    first, second = np.array(OWN["r1"], dtype=float), np.array(OWN["r2"], dtype=float)
    plain = reliability.kappa(first, second)
    same = reliability.kappa(first, second, design=BoundDesign(weights=np.ones(120)))
    assert same.kappa == plain.kappa
    assert same.se == pytest.approx(plain.se * np.sqrt(120 / 119), rel=1e-9)
    second[5] = np.nan
    assert reliability.kappa(first, second).status[0].context == {"n": 1}
    words = reliability.kappa(np.array(["a", "b", None, "b"]), np.array(["a", "b", "b", "a"]))
    assert (words.n, words.categories) == (3, ("a", "b"))
    wide = reliability.kappa(first, second, weighting="linear", categories=[1, 2, 3, 4, 5])
    assert wide.kappa != reliability.kappa(first, second, weighting="linear").kappa or wide.kappa < 1
    with pytest.raises(ReliabilityError, match="chance agreement is 1"):
        reliability.kappa([1, 1, 1], [1, 1, 1])
    with pytest.raises(InvalidInput, match="unknown"):
        reliability.kappa([1, 2, 9], [1, 2, 2], categories=[1, 2])
    with pytest.raises(ReliabilityError, match="complete rows"):
        reliability.kappa([np.nan, 1.0], [1.0, np.nan])


def test_fleiss_kappa() -> None:
    ratings = np.array(OWN["r1"] + OWN["r2"]).reshape(-1, 4)
    counts, names = reliability.rating_counts(ratings)
    found = reliability.fleiss_kappa(counts, categories=names)
    assert found.kappa == pytest.approx(inter_rater.fleiss_kappa(counts), rel=1e-10)
    # the standard error over subjects against the jackknife
    n = len(counts)
    dropped = [reliability.fleiss_kappa(np.delete(counts, row, axis=0)).kappa for row in range(n)]
    jackknife = np.sqrt((n - 1) / n * ((np.array(dropped) - np.mean(dropped)) ** 2).sum())
    assert found.se == pytest.approx(jackknife, rel=0.05)
    # two categories: each has the kappa of the whole, and the null error is sqrt(2 / (n m (m - 1)))
    two, _ = reliability.rating_counts(ratings > 2)
    both = reliability.fleiss_kappa(two)
    np.testing.assert_allclose(both.category_kappa, both.kappa)
    assert both.null_se == pytest.approx(both.category_null_se)
    with pytest.raises(ReliabilityError, match="Subject 2 has 3 ratings"):
        reliability.fleiss_kappa([[2, 0], [2, 1]])
    with pytest.raises(InvalidInput, match="row 1 is negative"):
        reliability.fleiss_kappa([[3, -1], [2, 0]])
    with pytest.raises(ReliabilityError, match="raters: at least 2"):
        reliability.fleiss_kappa([[1, 0], [0, 1]])
    with pytest.raises(ReliabilityError, match="chance agreement"):
        reliability.fleiss_kappa([[2, 0], [2, 0]])


def test_fleiss_kappa_of_the_published_example() -> None:
    """Ten subjects, fourteen raters, five categories: kappa .21 (Fleiss 1971 form of the Wikipedia example)."""
    table = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
    assert reliability.fleiss_kappa(table).kappa == pytest.approx(0.210, abs=5e-4)


def test_interviewer_effect() -> None:
    y, who = np.array(OWN["y"]), np.array(OWN["who"])
    found = reliability.interviewer_variance(
        np.column_stack([y, np.arange(200) % 7]), who, names=["y", "noise"]
    )
    assert found.f[0] == pytest.approx(OWN["f"], rel=1e-9)
    assert found.p_value[0] == pytest.approx(OWN["p"], rel=1e-8)
    between, within = OWN["ms"]
    sizes = np.array(OWN["sizes"])
    typical = (200 - (sizes**2).sum() / 200) / 7
    assert found.icc[0] == pytest.approx((between - within) / (between + (typical - 1) * within))
    assert found.deff[0] == pytest.approx(1 + ((sizes**2).sum() / 200 - 1) * found.icc[0])
    assert found.low[0] < found.icc[0] < found.high[0]
    # equal workloads: the ICC1 of persons and raters
    balanced = np.arange(40.0).reshape(10, 4) + np.random.default_rng(0).normal(0, 9, (10, 4))
    one_way = reliability.interviewer_variance(balanced.ravel(), np.repeat(np.arange(10), 4))
    assert one_way.icc[0] == pytest.approx(reliability.icc(balanced).icc[0])
    assert (one_way.low[0], one_way.high[0]) == pytest.approx(
        (reliability.icc(balanced).low[0], reliability.icc(balanced).high[0])
    )
    with pytest.raises(ReliabilityError, match="interviewers of 1: at least 2"):
        reliability.interviewer_variance(y, np.ones(200))
    with pytest.raises(ReliabilityError, match="Item 1"):
        reliability.interviewer_variance(np.ones(200), who)
    with pytest.raises(ReliabilityError, match="answers per interviewer"):
        reliability.interviewer_variance(y, np.arange(200))
