"""The statistician's face of indices: reference values by R's survey, covariance, scales, SDG, gaps, frameworks."""

import json
from typing import Any

import numpy as np
import pytest

from analysis import index, replicates
from analysis._types import FloatArray, Interval
from analysis.errors import AnalysisError
from tests.analysis.reference_cases import REFERENCE, case, citizens, labels, numbers

OWN = json.loads((REFERENCE / "own" / "index" / "items.json").read_text(encoding="utf-8"))
ITEMS = [f"q{j}" for j in range(1, 6)]


def four(values: FloatArray) -> FloatArray:
    """Answers 1 to 5 as 1 to 4 with the middle missing."""
    return np.where(values == 3, np.nan, np.where(values > 3, values - 1, values))


def test_ref14() -> None:
    reference = case("ref14")
    found = index.satisfaction(numbers("q7"), citizens(), names=["q7"])
    for part, name in (("top", "top2"), ("bottom", "bottom2"), ("net", "net"), ("mean", "score")):
        estimate = found[f"q7.{part}"]
        reference.agree(estimate.value, "value", name)
        reference.agree(estimate.se, "se", name)
        assert estimate.n == reference.expected["n"]
    kinds = {"logit": "logit", "beta": "beta", "asin": "arcsine", "likelihood": "likelihood", "mean": "t"}
    for theirs, ours in kinds.items():
        top = index.top_box(numbers("q7"), citizens(), names=["q7"], interval=Interval(ours))
        low, high = top["q7.top"].ci()
        reference.agree(low, "ci", "low", theirs)
        reference.agree(high, "ci", "high", theirs)


def test_the_net_score_is_a_contrast_of_its_boxes() -> None:
    found = index.satisfaction(numbers("q8"), citizens(), names=["q8"])
    gap = found.contrast("q8.top", "q8.bottom")
    net = found["q8.net"]
    assert (gap.value, gap.se) == (pytest.approx(net.value), pytest.approx(net.se))
    assert net.value == pytest.approx(OWN["net"])
    assert net.se == pytest.approx(OWN["net_se"])


def test_a_domain_and_replicates() -> None:
    men = index.mean_score(numbers("q8"), citizens(), names=["q8"], domain=labels("sex") == "m")
    assert men["q8.mean"].value == pytest.approx(OWN["men"])
    assert men["q8.mean"].se == pytest.approx(OWN["men_se"])
    jackknifed = index.mean_score(
        numbers("q8"), replicates.jkn(citizens()), names=["q8"], domain=labels("sex") == "m"
    )
    assert jackknifed["q8.mean"].se == pytest.approx(OWN["men_se"], rel=0.02)
    assert "Taylor" not in jackknifed.method


def test_item_scores_and_conversion_tables() -> None:
    np.testing.assert_allclose(index.item_score([1, 3, np.nan, 5])[:, 0], [0, 50, np.nan, 100])
    harsh = index.item_score([1, 2, 3, 4], points=4, table=[0, 10, 40, 100])
    np.testing.assert_allclose(harsh[:, 0], [0, 10, 40, 100])
    mean = index.mean_score(numbers("q1"), citizens(), table=[0, 25, 50, 75, 100])
    assert mean.values[0] == pytest.approx(index.mean_score(numbers("q1"), citizens()).values[0])
    for bad in ([50, 60, 70, 80, 100], [0, 25, 20, 75, 100], [0, 100]):
        with pytest.raises(AnalysisError, match="rise from 0 to 100"):
            index.item_score([1, 2], table=bad)
    with pytest.raises(AnalysisError, match="row 2"):
        index.item_score([1, 88], names=["q1"])


@pytest.mark.parametrize(("scale", "key"), [(4, "four"), (5, "five")])
def test_sdg_both_variants(scale: int, key: str) -> None:
    items = np.column_stack([numbers(item) for item in ITEMS])
    whole = numbers("q9")
    if scale == 4:
        items, whole = four(items), four(whole)
    found = index.sdg_16_6_2(
        items,
        whole,
        design=citizens(),
        service="health",
        users=numbers("used") == 1,
        scale=scale,
        names=ITEMS,
    )
    expected = OWN[key]
    np.testing.assert_allclose(found.estimates.values[:5], expected["shares"][:5], rtol=1e-9)
    np.testing.assert_allclose(found.estimates.se[:5], expected["se"][:5], rtol=1e-8)
    average, overall = found.estimates["attributes.average"], found.estimates["overall.satisfied"]
    assert (average.value, average.se) == pytest.approx((expected["average"], expected["average_se"]))
    assert (overall.value, overall.se) == pytest.approx((expected["shares"][5], expected["se"][5]))
    assert found.is_official_scale is (scale == 4)
    assert [item.code for item in found.status] == ([] if scale == 4 else ["not_the_indicator"])
    assert found.to_rows()[5]["service"] == "health"


def test_sdg_groups_are_domains() -> None:
    items = np.column_stack([numbers(item) for item in ITEMS])
    given: dict[str, Any] = {
        "design": citizens(),
        "service": "education",
        "users": numbers("used") == 1,
        "scale": 5,
        "names": ITEMS,
    }
    found = index.sdg_16_6_2_by(items, numbers("q9"), by={"sex": labels("sex")}, **given)
    assert [one.group for one in found] == ["", "sex: f", "sex: m"]
    women = index.sdg_16_6_2(items, numbers("q9"), domain=labels("sex") == "f", **given)
    np.testing.assert_allclose(found[1].estimates.se, women.estimates.se)
    assert found[1].to_rows()[0]["group"] == "sex: f"
    assert found[1].estimates.named[0].estimate.df == found[0].estimates.named[0].estimate.df


def test_the_gap_is_paired_or_not() -> None:
    before, after = numbers("q1"), numbers("q9")
    paired = index.expectation_gap(before, after, design=citizens(), names=["speed"])
    assert paired["speed.gap"].value == pytest.approx(OWN["gap"])
    assert paired["speed.gap"].se == pytest.approx(OWN["gap_se"])
    assert len(paired) == 3
    half = before.copy()
    half[::2] = np.nan
    loose = index.expectation_gap(half, after, design=citizens(), names=["speed"], paired=False)
    assert loose["speed.experience"].n == int(np.isfinite(after).sum())
    two = index.expectation_gap(
        np.column_stack([before, numbers("q2")]),
        np.column_stack([after, numbers("q8")]),
        design=citizens(),
        names=["a", "b"],
        weights=[3, 1],
    )
    assert two["all.gap"].value == pytest.approx(0.75 * two["a.gap"].value + 0.25 * two["b.gap"].value)
    mixed = two.contrast({"a.gap": 0.75, "b.gap": 0.25})
    assert two["all.gap"].se == pytest.approx(mixed.se)


TREE = index.Tree(
    group="residents",
    items=("q1", "q2", "q3"),
    nodes=(
        index.Node(code="I1", level="indicator", children=("q1", "q2"), shares=(0.7, 0.3)),
        index.Node(code="I2", level="indicator", children=("q3",), shares=(1.0,)),
        index.Node(code="index", level="index", children=("I1", "I2"), shares=(0.6, 0.4)),
    ),
    minimum_present=0.6,
)


def scores(**change: Any) -> FloatArray:
    columns = {item: 25 * (numbers(item) - 1) for item in TREE.items} | change
    return np.column_stack(list(columns.values()))


def test_a_framework_is_a_weighted_mean_of_means_with_covariance() -> None:
    found = index.framework_index(scores(), citizens(), tree=TREE)
    by_hand = found.contrast({"q1.item": 0.42, "q2.item": 0.18, "q3.item": 0.4})
    assert found["index.index"].value == pytest.approx(by_hand.value)
    assert found["index.index"].se == pytest.approx(by_hand.se)
    # A person who answered all three is one number: the index of complete rows is the mean of their own indices.
    own = np.where(np.isfinite(scores()).all(axis=1), scores() @ [0.42, 0.18, 0.4], np.nan)
    complete = np.isfinite(own)
    inside = index.framework_index(scores(), citizens(), tree=TREE, domain=complete)
    from analysis.estimate.means import mean

    whole = mean(own, citizens())
    assert inside["index.index"].value == pytest.approx(whole.value)
    assert inside["index.index"].se == pytest.approx(whole.se)


def test_an_item_without_answers_is_scaled_over_or_refused() -> None:
    nobody = np.full(1116, np.nan)
    found = index.framework_index(scores(q2=nobody), citizens(), tree=TREE)
    assert found["I1.indicator"].value == pytest.approx(found["q1.item"].value)
    assert [item.code for item in found.status] == ["renormalised"]
    with pytest.raises(AnalysisError, match="does not stand"):
        index.framework_index(scores(q3=nobody, q1=nobody), citizens(), tree=TREE)


@pytest.mark.parametrize(
    ("call", "code", "named"),
    [
        (lambda d: index.top_box(numbers("overall"), d, names=["overall"]), "answer_off_scale", "overall"),
        (lambda d: index.top_box(numbers("q1"), d, top=5), "bad_scale", "5"),
        (lambda d: index.net_score(numbers("q1"), d, top=3, bottom=3), "bad_scale", "5"),
        (lambda d: index.mean_score(numbers("q1"), d, points=1), "bad_scale", "1"),
        (lambda d: index.mean_score(np.full(1116, np.nan), d, names=["q1"]), "empty_domain", "q1"),
        (lambda d: index.mean_score(np.ones((1116, 2)), d, names=["a", "a"]), "name_twice", "a"),
        (lambda d: index.mean_score(labels("sex"), d), "not_numeric", "items"),
        (lambda d: index.mean_score([1.0, 2.0], d), "wrong_shape", "items"),
        (
            lambda d: index.sdg_16_6_2(
                scores(), numbers("q1"), design=d, service="health", users=np.ones(1116, bool)
            ),
            "answer_off_scale",
            "item 1",
        ),
        (
            lambda d: index.sdg_16_6_2(
                np.ones((1116, 4)), numbers("q1"), design=d, service="x", users=np.ones(1116, bool)
            ),
            "sdg_attributes",
            "4",
        ),
        (
            lambda d: index.sdg_16_6_2(
                np.ones((1116, 5)), numbers("q1"), design=d, service="x", users=np.ones(1116, bool), scale=7
            ),
            "bad_option",
            "7",
        ),
        (
            lambda d: (
                index.expectation_gap(np.ones(1116), np.ones(1116), design=d, weights=[1, 2])
                and index.expectation_gap(np.ones((1116, 2)), np.ones((1116, 2)), design=d, weights=[-1, 2])
            ),
            "bad_weights",
            "2",
        ),
        (
            lambda d: index.framework_index(scores(), d, tree=TREE, names=["q1", "q2", "x"]),
            "item_unknown",
            "q3",
        ),
    ],
)
def test_refusals(call: Any, code: str, named: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        call(citizens())
    assert caught.value.code == code
    assert named in caught.value.message("en")
    assert caught.value.message("zh")
