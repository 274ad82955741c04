"""R-indicators, partial ones and balance: against R, by their laws, and under repeated sampling."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import nonresponse, replicates
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.nonresponse import NonresponseError

CASE: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "reference" / "own" / "nonresponse" / "r_indicators.json").read_text()
)
FRAME = {"area": np.array(CASE["area"]), "age": np.array(CASE["age"])}
RESPONDED = np.array(CASE["responded"]) == 1


def designs() -> dict[str, BoundDesign]:
    stratum = np.array(CASE["stratum"])
    first = stratum == "s1"
    return {
        "simple": BoundDesign(weights=np.full(500, 8.0), fpc=np.full(500, 4000.0)),
        "stratified": BoundDesign(
            weights=np.where(first, 10.0, 20.0), strata=stratum, fpc=np.where(first, 2000.0, 6000.0)
        ),
    }


@pytest.mark.parametrize("name", ["simple", "stratified"])
def test_indicators_agree_with_r(name: str) -> None:
    wanted, design = CASE[name], designs()[name]
    found = nonresponse.r_indicator(FRAME, RESPONDED, design=design)
    np.testing.assert_allclose(found.rho[:10], wanted["rho"], rtol=1e-7)
    for key in ("r", "r_unadjusted", "se", "response_rate", "cv", "cv_unadjusted", "cv_se", "max_bias"):
        assert getattr(found, key) == pytest.approx(wanted[key], rel=1e-7), key
    assert found.status == ()
    assert nonresponse.balance(FRAME, RESPONDED, design=design).imbalance == pytest.approx(
        wanted["imbalance"], rel=1e-9
    )


@pytest.mark.parametrize("name", ["simple", "stratified"])
def test_partial_indicators_agree_with_r(name: str) -> None:
    found = nonresponse.partial_r_indicators(FRAME, RESPONDED, design=designs()[name])
    for part in found.variables:
        wanted = CASE[name]["partial"][part.variable]
        for key in ("unconditional", "unconditional_unadjusted", "conditional", "conditional_unadjusted"):
            assert getattr(part, key) == pytest.approx(wanted[key], rel=1e-7), key
        assert part.conditional_se == pytest.approx(wanted["conditional_se"], rel=2e-2)
        own = [category for category in found.categories if category.variable == part.variable]
        assert [category.category for category in own] == wanted["category"]
        np.testing.assert_allclose(
            [category.unconditional for category in own], wanted["category_unconditional"], rtol=1e-6
        )
        np.testing.assert_allclose(
            [category.conditional for category in own], wanted["category_conditional"], rtol=1e-6
        )
        np.testing.assert_allclose(
            [category.conditional_se for category in own], wanted["category_conditional_se"], rtol=2e-2
        )
    cv = found.cv_rows()[0]["unconditional"]
    assert cv == pytest.approx(found.variables[0].unconditional / found.indicator.response_rate)
    assert len(found.to_rows()) == 2 + 7


def test_standard_errors_are_those_of_repeated_samples() -> None:
    rng = np.random.default_rng(3)
    kind = rng.choice(["a", "b", "c"], 20_000)
    place = rng.choice(["x", "y"], 20_000)
    rho = 0.35 + 0.3 * (kind == "b") + 0.15 * (place == "y")
    truth = 1.0 - 2.0 * rho.std()
    design = BoundDesign(weights=np.full(800, 25.0), fpc=np.full(800, 20_000.0))
    drawn: list[list[float]] = []
    errors: list[list[float]] = []
    covered = 0
    for _ in range(250):
        rows = rng.choice(20_000, 800, replace=False)
        answered = rng.random(800) < rho[rows]
        found = nonresponse.partial_r_indicators(
            {"kind": kind[rows], "place": place[rows]}, answered, design=design
        )
        b = next(part for part in found.categories if part.category == "b")
        first = found.variables[0]
        drawn.append(
            [found.indicator.r, first.unconditional_unadjusted, first.conditional_unadjusted, b.unconditional]
        )
        errors.append([found.indicator.se, first.unconditional_se, first.conditional_se, b.unconditional_se])
        low, high = found.indicator.ci()
        covered += low <= truth <= high
    np.testing.assert_allclose(np.mean(errors, axis=0), np.std(drawn, axis=0), rtol=0.15)
    # The published correction takes about rate (1 - rate) / n too much off S².
    assert np.mean(drawn, axis=0)[0] == pytest.approx(truth, abs=0.012)
    assert 0.91 <= covered / 250 <= 0.985


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_laws_of_partial_indicators(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = {"kind": rng.choice(["a", "b", "c"], 200), "place": rng.choice(["x", "y"], 200)}
    answered = rng.random(200) < 0.5
    found = nonresponse.partial_r_indicators(frame, answered)
    whole = found.indicator
    plain = ((1.0 - whole.r_unadjusted) / 2.0) ** 2 * 199 / 200
    for part in found.variables:
        own = [category for category in found.categories if category.variable == part.variable]
        squares = sum(category.unconditional**2 for category in own)
        assert squares == pytest.approx(part.unconditional_unadjusted**2)
        assert sum(c.conditional**2 for c in own) == pytest.approx(part.conditional_unadjusted**2)
        assert part.unconditional_unadjusted**2 <= plain + 1e-12
        assert part.conditional_unadjusted**2 <= plain + 1e-12
        # The fit of main effects gives every category its own response rate.
        assert [c.response_rate for c in own] == pytest.approx(
            [answered[frame[part.variable] == c.category].mean() for c in own]
        )
    assert whole.r >= whole.r_unadjusted - 1e-12
    assert whole.max_bias == pytest.approx(whole.cv)
    assert whole.max_bias_of(24.0) == pytest.approx(24.0 * whole.cv)


def test_one_saturated_variable_is_known_by_hand() -> None:
    kind = np.repeat(["a", "b"], 100)
    answered = np.r_[np.arange(100) < 20, np.arange(100) < 60]
    found = nonresponse.r_indicator({"kind": kind}, answered)
    assert found.response_rate == pytest.approx(0.4)
    assert found.r_unadjusted == pytest.approx(1 - 2 * 0.2 * np.sqrt(200 / 199))
    # Noise of two rates, 0.2·0.8/100 and 0.6·0.4/100, each for half of the cases.
    bias = (0.0016 + 0.0024) / 2
    assert found.r == pytest.approx(1 - 2 * np.sqrt(0.04 * 200 / 199 - bias), rel=1e-9)


def test_a_category_where_all_responded_has_a_status() -> None:
    kind = np.repeat(["a", "b"], 50)
    answered = np.r_[np.ones(50, dtype=bool), np.arange(50) < 20]
    found = nonresponse.r_indicator({"kind": kind}, answered)
    assert [status.code for status in found.status] == ["propensity_at_boundary"]
    assert found.r_unadjusted == pytest.approx(1 - 2 * 0.3 * np.sqrt(100 / 99), abs=1e-5)


def test_balance_of_linear_propensities() -> None:
    found = nonresponse.balance(FRAME, RESPONDED)
    x = np.column_stack([np.ones(500), *(FRAME["area"] == a for a in ("town", "village"))])
    x = np.column_stack([x, *(FRAME["age"] == a for a in ("b30", "c45", "d60"))]).astype(float)
    fitted = x @ np.linalg.lstsq(x, RESPONDED.astype(float), rcond=None)[0]
    assert found.imbalance == pytest.approx(fitted.var())
    assert found.balance_r == pytest.approx(1 - 2 * fitted.std())
    assert 0 <= found.balance <= 1


def test_bias_of_frame_variables_by_hand() -> None:
    kind = np.repeat(["a", "b"], [60, 40])
    income = np.linspace(0, 10, 100)
    answered = np.arange(100) % 2 == 0
    answered[60:80] = False
    found = nonresponse.frame_bias({"kind": kind, "income": income}, answered)
    assert found.labels == (("kind", "a"), ("kind", "b"), ("income", ""))
    assert found.sample[:2] == pytest.approx([0.6, 0.4])
    assert found.respondents[:2] == pytest.approx([0.75, 0.25])
    assert found.difference[2] == pytest.approx(income[answered].mean() - income.mean())
    assert found.standardised[0] == pytest.approx(0.15 / np.sqrt(0.24))
    assert found.average_asmd == pytest.approx(np.mean([0.15 / np.sqrt(0.24), abs(found.standardised[2])]))
    fixed = nonresponse.frame_bias({"kind": kind}, answered, adjusted=np.where(kind == "a", 2.0, 4.0))
    assert fixed.difference == pytest.approx([0.0, 0.0], abs=1e-12)
    assert len(found.to_rows()) == 3


def test_the_se_of_a_frame_difference_is_that_of_repeated_samples() -> None:
    rng = np.random.default_rng(8)
    kind = rng.choice(["a", "b"], 5_000, p=[0.3, 0.7])
    design = BoundDesign(weights=np.full(400, 12.5))
    drawn, errors = [], []
    for _ in range(300):
        rows = rng.choice(5_000, 400)
        answered = rng.random(400) < np.where(kind[rows] == "a", 0.7, 0.4)
        found = nonresponse.frame_bias({"kind": kind[rows]}, answered, design=design)
        drawn.append(found.difference[0])
        errors.append(found.se[0])
    assert np.mean(errors) == pytest.approx(np.std(drawn), rel=0.12)


@pytest.mark.parametrize(
    ("frame", "answered", "words"),
    [
        ({}, [True, False], "No frame variable"),
        ({"kind": ["a", None]}, [True, False], 'Variable "kind" is missing in row 2'),
        ({"size": [1.0, np.nan]}, [True, False], 'Variable "size" is missing in row 2'),
        ({"kind": ["a", "a"]}, [True, False], 'Variable "kind" has a single value'),
        ({"kind": ["a", "b"]}, [True, True], "Everybody responded"),
        ({"kind": ["a", "b"]}, [False, False], "Nobody responded"),
        ({"kind": ["a", "b"]}, [1, 0], "responded"),
        ({"kind": ["a", "b", "c"]}, [True, False], "kind"),
        ({"kind": ["a", "b"]}, "no", "responded"),
    ],
)
def test_bad_input_is_refused_by_name(frame: dict[str, Any], answered: list[Any], words: str) -> None:
    for call in (nonresponse.r_indicator, nonresponse.frame_bias, nonresponse.balance):
        with pytest.raises((NonresponseError, InvalidInput), match=words):
            call({name: np.array(v, dtype=None) for name, v in frame.items()}, np.array(answered))


def test_partial_indicators_need_categories() -> None:
    with pytest.raises(NonresponseError, match='"size" is continuous'):
        nonresponse.partial_r_indicators({"size": [1.0, 2.0, 3.0]}, np.array([True, False, True]))


def test_indicators_run_on_replicate_designs() -> None:
    design = BoundDesign(weights=np.full(500, 8.0), psu=np.arange(500) // 10)
    taylor = nonresponse.partial_r_indicators(FRAME, RESPONDED, design=design)
    jack = nonresponse.partial_r_indicators(FRAME, RESPONDED, design=replicates.jackknife(design))
    assert jack.indicator.r == pytest.approx(taylor.indicator.r, abs=2e-3)
    assert jack.indicator.se == pytest.approx(taylor.indicator.se, rel=0.02)
    for one, other in zip(taylor.categories, jack.categories, strict=True):
        assert one.unconditional_se == pytest.approx(other.unconditional_se, rel=0.05)
    bias = nonresponse.frame_bias(FRAME, RESPONDED, design=design)
    again = nonresponse.frame_bias(FRAME, RESPONDED, design=replicates.jackknife(design))
    np.testing.assert_allclose(again.se, bias.se, rtol=0.05)


def test_a_domain_is_an_argument() -> None:
    design = BoundDesign(weights=np.linspace(4, 12, 500), psu=np.arange(500) // 10)
    inside = np.arange(500) % 3 != 0
    frame = {**FRAME, "size": np.linspace(0, 5, 500)}
    part = {name: values[inside] for name, values in frame.items()}
    own = BoundDesign(weights=design.weights[inside], psu=(np.arange(500) // 10)[inside])
    found = nonresponse.r_indicator(frame, RESPONDED, design=design, domain=inside)
    alone = nonresponse.r_indicator(part, RESPONDED[inside], design=own)
    assert found.n == int(inside.sum())
    assert found.r_unadjusted == pytest.approx(alone.r_unadjusted, rel=1e-9)
    assert found.r == pytest.approx(alone.r, abs=2e-3)
    assert np.isnan(found.rho[~inside]).all()
    for call in (nonresponse.frame_bias, nonresponse.balance):
        one = call(frame, RESPONDED, design=design, domain=inside).to_rows()
        other = call(part, RESPONDED[inside], design=own).to_rows()
        assert [row.get("difference", row.get("value")) for row in one] == pytest.approx(
            [row.get("difference", row.get("value")) for row in other]
        )
    groups = {"area": FRAME["area"], "age": FRAME["age"]}
    whole = nonresponse.partial_r_indicators(groups, RESPONDED, design=design, domain=FRAME["age"] != "a18")
    assert [part.category for part in whole.categories if part.variable == "age"] == ["b30", "c45", "d60"]
    with pytest.raises(NonresponseError, match="domain"):
        nonresponse.r_indicator(frame, RESPONDED, domain=np.zeros(500, dtype=bool))
