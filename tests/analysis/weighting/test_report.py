"""The report of every step: margins and balance before and after, g-weights, the price in precision."""

import pickle

import numpy as np
import pytest

from analysis import weighting as weight
from analysis.columns import columns_of
from analysis.design import BoundDesign
from analysis.estimate.means import mean
from analysis.results import Result
from analysis.weighting import (
    Calibrate,
    Chain,
    Nonresponse,
    Rake,
    Trim,
    Trimmed,
    UnknownEligibility,
)
from analysis.weighting_step import Balance
from tests.analysis.weighting.sample import drawn

SAMPLE = drawn(n=800, seed=3)
SEX, REGION = {"f": 3900.0, "m": 3600.0}, {"north": 3500.0, "south": 4000.0}
CHAIN = Chain(
    steps=[
        UnknownEligibility("status", ["region"]),
        Nonresponse("status", ["region"], compared=["sex", "age"]),
        Rake({"sex": SEX, "region": REGION}, bounds=(0.3, 3.0)),
        Calibrate(
            {"sex": SEX, "region": REGION, "age": 360_000.0},
            distance=weight.Distance.LOGIT,
            bounds=(0.3, 3.0),
        ),
        Trim(over_median=2.0),
        Trimmed(Calibrate({"sex": SEX, "region": REGION, "age": 360_000.0}), largest_over_mean=1.9),
    ]
)
WEIGHTED = CHAIN.apply(SAMPLE.design, columns=SAMPLE.columns)


def test_every_step_leaves_a_report_that_can_be_traced() -> None:
    assert [step.method for step in WEIGHTED.history] == [
        "unknown eligibility, classes",
        "nonresponse, classes",
        "rake, bounded",
        "calibrate, logit",
        "trim",
        "calibrate and trim",
    ]
    for step in WEIGHTED.history:
        assert isinstance(step, Result)
        assert step.definition.startswith("weighting.")
        assert step.version
        assert step.converged
        assert bool(step.failed) == (step.method == "trim")
        rows = step.to_rows()
        assert {row["step"] for row in rows} == {step.method}
        assert {"kish_deff", "n_effective", "g_q0", "g_q0.5", "g_q1"} <= {row["name"] for row in rows}
        assert "<table" in step._repr_html_()


def test_the_numbers_on_the_weights_are_those_of_the_weights() -> None:
    for earlier, step in zip([None, *WEIGHTED.history], WEIGHTED.history, strict=False):
        if earlier is not None:
            np.testing.assert_array_equal(step.before, earlier.after)
    step = WEIGHTED.history[-1]
    w = WEIGHTED.weights[WEIGHTED.weights > 0]
    assert step.weight_sum == pytest.approx(7500.0)
    assert step.kish_deff == pytest.approx(1.0 + w.var() / w.mean() ** 2)
    assert step.n_effective == pytest.approx(len(w) / step.kish_deff)
    assert step.largest_over_mean == pytest.approx(w.max() / w.mean())
    assert step.largest_over_mean <= 1.9
    g = WEIGHTED.history[2].g_quantiles((0.0, 0.5, 1.0))
    assert 0.3 <= g[0.0] <= g[0.5] <= g[1.0] <= 3.0
    assert weight.kish_design_effect(WEIGHTED.weights) == pytest.approx(step.kish_deff)


def test_balance_shows_what_the_step_repaired() -> None:
    response = {item.name: item for item in WEIGHTED.history[1].balance}
    assert response["class: north"].asmd_before > 0.01
    assert response["class: north"].asmd_after == pytest.approx(0.0, abs=1e-12)
    assert {"sexm", "age"} <= set(response)
    raked = {item.name: item for item in WEIGHTED.history[2].balance}
    assert raked["sex: f"].target == pytest.approx(3900 / 7500)
    assert raked["sex: f"].asmd_after == pytest.approx(0.0, abs=1e-8)
    constant = Balance(name="k", target=1.0, before=1.0, after=1.0, spread=0.0)
    assert np.isnan(constant.asmd_before)
    assert np.isnan(constant.asmd_after)


def test_a_step_and_its_late_margins_survive_a_trip_to_another_process() -> None:
    again = pickle.loads(pickle.dumps(WEIGHTED.history[2]))
    assert again.margins == WEIGHTED.history[2].margins
    assert again.margins[0].respondents == np.count_nonzero(
        (SAMPLE.sex == "f") & (SAMPLE.status == "respondent")
    )


def test_a_bound_chain_is_a_pure_function_of_starting_weights() -> None:
    bound = CHAIN.bind(SAMPLE.columns)
    first, second = bound.weights(SAMPLE.weights), bound.weights(SAMPLE.weights)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(first, WEIGHTED.weights, rtol=1e-12)
    doubled = Chain(steps=CHAIN.steps[:2]).bind(SAMPLE.columns)
    np.testing.assert_allclose(doubled.weights(2 * SAMPLE.weights), 2 * doubled.weights(SAMPLE.weights))


def test_nonrespondents_stay_in_the_design_and_outside_every_estimate() -> None:
    assert WEIGHTED.n == SAMPLE.design.n
    assert WEIGHTED.df == SAMPLE.design.df
    answers = np.where(SAMPLE.status == "respondent", SAMPLE.y, np.nan)
    estimate = mean(answers, WEIGHTED)
    assert estimate.n == np.count_nonzero(SAMPLE.status == "respondent")
    assert estimate.se > 0


def test_functions_take_names_of_the_bound_table_and_arrays_alike() -> None:
    named = SAMPLE.design.with_columns(columns_of(SAMPLE.columns))
    by_name = weight.nonresponse(
        weight.unknown_eligibility(named, "status", classes=["region"]), "status", classes=["region", "sex"]
    )
    by_array = weight.nonresponse(
        weight.unknown_eligibility(SAMPLE.design, SAMPLE.status, classes=[SAMPLE.region]),
        SAMPLE.status,
        classes=[SAMPLE.region, SAMPLE.sex],
    )
    np.testing.assert_array_equal(by_name.weights, by_array.weights)
    raked = weight.rake(by_name, {"sex": SEX, ("sex", "region"): dict(_crossed())}, bounds=(0.2, 5.0))
    assert raked.history[-1].converged
    margin = weight.margin_from_labels(
        "sex", [SAMPLE.sex], targets={(label,): people for label, people in SEX.items()}
    )
    np.testing.assert_allclose(
        weight.poststratify(by_name, {"sex": SEX}).weights, weight.poststratify(by_name, margin).weights
    )


def _crossed() -> list[tuple[tuple[str, str], float]]:
    return [((s, r), SEX[s] * REGION[r] / 7500) for s in SEX for r in REGION]


def test_whole_numbers_are_labels_and_the_missing_code_is_unknown() -> None:
    rng = np.random.default_rng(1)
    kind = rng.integers(1, 4, 300).astype(np.int8)
    kind[:10] = -9
    bound = BoundDesign(weights=np.ones(300)).with_columns(columns_of({"kind": kind}, missing=-9))
    raked = weight.rake(bound, {"kind": {1: 100.0, 2: 100.0, 3: 400.0}})
    known = kind > 0
    shares = np.bincount(kind[known], weights=raked.weights[known])[1:]
    np.testing.assert_allclose(shares / shares.sum(), [1 / 6, 1 / 6, 4 / 6])
    with pytest.raises(weight.StepError, match="row 1 is missing"):
        weight.calibrate(bound, totals={"kind": {1: 100.0, 2: 100.0, 3: 400.0}})


def test_a_step_that_undoes_margins_of_an_earlier_one_says_so() -> None:
    trimmed = WEIGHTED.history[4]
    assert {"age", "sex: f", "sex", "region"} <= set(trimmed.failed)
    assert {item.code for item in trimmed.status} == {"weights_trimmed", "margin_undone", "total_undone"}
    assert "Calibrate again" in trimmed.status[-1].message("en")
    assert "重新校准" in trimmed.status[-1].message("zh")
    assert WEIGHTED.history[5].failed == ()
    named = SAMPLE.design.with_columns(columns_of(SAMPLE.columns))
    other = weight.rake(weight.rake(named, {"region": REGION}), {"sex": SEX}).history[-1]
    assert other.converged
    assert other.failed == ("region",)
