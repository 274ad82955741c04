"""What the weighting chain refuses, and what it reports: each names the column, class, variable or margin."""

from typing import Any

import numpy as np
import pytest

from analysis import weighting as weight
from analysis.columns import columns_of
from analysis.design import BoundDesign
from analysis.errors import AnalysisError
from analysis.weighting import (
    Calibrate,
    Chain,
    Nonresponse,
    PseudoWeights,
    Rake,
    ResponsePropensity,
    Trim,
    Trimmed,
    UnknownEligibility,
)
from analysis.weighting.steps import Declared
from tests.analysis.weighting.sample import drawn, streams

SAMPLE = drawn()
SEX = {"f": 700.0, "m": 500.0}
RESOLVED = UnknownEligibility("status", ["region"])


def with_column(name: str, values: Any) -> dict[str, Any]:
    return {**SAMPLE.columns, name: values}


def altered(name: str, row: int, value: Any) -> dict[str, Any]:
    values = np.asarray(SAMPLE.columns[name]).astype(object)
    values[row] = value
    return with_column(name, values)


FIRST = int(np.flatnonzero(SAMPLE.status == "respondent")[0])
EMPTY_CLASS = np.where(SAMPLE.status == "respondent", "answered", "silent")

REFUSED: list[tuple[str, list[Declared], dict[str, Any], str]] = [
    ("bad_disposition", [RESOLVED], altered("status", 3, "gone"), "row 4"),
    ("unknown_left", [Nonresponse("status")], SAMPLE.columns, "unknown eligibility"),
    (
        "class_without_respondents",
        [RESOLVED, Nonresponse("status", ["k"])],
        with_column("k", EMPTY_CLASS),
        "silent",
    ),
    (
        "class_without_known",
        [UnknownEligibility("status", ["k"])],
        with_column("k", np.where(SAMPLE.status == "unknown", "dark", "light")),
        "dark",
    ),
    ("class_missing", [UnknownEligibility("status", ["region"])], altered("region", 6, ""), "Row 7"),
    (
        "variable_missing",
        [RESOLVED, ResponsePropensity("status", ["age"])],
        altered("age", FIRST, None),
        "age",
    ),
    (
        "variable_singular",
        [RESOLVED, ResponsePropensity("status", ["age", "months"])],
        with_column("months", 12.0 * SAMPLE.age),
        "months",
    ),
    (
        "variable_singular",
        [RESOLVED, ResponsePropensity("status", ["one"])],
        with_column("one", np.ones(len(SAMPLE.age))),
        "one",
    ),
    (
        "propensity_separated",
        [RESOLVED, ResponsePropensity("status", ["age", "k"])],
        with_column("k", EMPTY_CLASS),
        "ksilent",
    ),
    (
        "everybody_responded",
        [ResponsePropensity("all", ["age"])],
        with_column("all", np.full(len(SAMPLE.age), "respondent")),
        "Everybody",
    ),
    (
        "nobody_responded",
        [Nonresponse("all")],
        with_column("all", np.full(len(SAMPLE.age), "nonrespondent")),
        "Nobody",
    ),
    ("missing_target", [Rake({"sex": {"f": 10.0}})], SAMPLE.columns, '"m"'),
    ("empty_margin_cell", [Rake({"sex": {**SEX, "x": 5.0}})], SAMPLE.columns, '"x"'),
    ("bad_target", [Rake({"sex": {"f": -1.0, "m": 5.0}})], SAMPLE.columns, "-1"),
    ("no_targets", [Rake({"sex": {"f": 0.0, "m": 0.0}})], SAMPLE.columns, "sex"),
    ("zero_target", [Rake({"sex": {"f": 0.0, "m": 5.0}})], SAMPLE.columns, '"f"'),
    (
        "totals_disagree",
        [Rake({"sex": SEX, "region": {"north": 600.0, "south": 601.0}})],
        SAMPLE.columns,
        "region",
    ),
    ("all_unknown", [Rake({"k": SEX})], with_column("k", np.full(len(SAMPLE.age), "")), '"k"'),
    ("unknown_column", [Rake({"sexx": SEX})], SAMPLE.columns, "sexx"),
    ("bad_bounds", [Rake({"sex": SEX}, bounds=(1.2, 3.0))], SAMPLE.columns, "1.2"),
    ("bad_bounds", [Rake({"sex": SEX}, bounds=(0.5, 0.9))], SAMPLE.columns, "0.9"),
    ("bounds_needed", [Calibrate({"sex": SEX}, distance=weight.Distance.LOGIT)], SAMPLE.columns, "bounds"),
    ("bad_total", [Calibrate({"age": float("nan")})], SAMPLE.columns, "age"),
    ("bad_option", [Calibrate({"sex": SEX}, distance="cubic")], SAMPLE.columns, "cubic"),  # type: ignore[arg-type]
    (
        "calibration_singular",
        [Calibrate({"age": 50_000.0, "months": 1.0})],
        with_column("months", 12.0 * SAMPLE.age),
        "months",
    ),
    (
        "totals_disagree",
        [Calibrate({"sex": SEX}, population=1500.0)],
        SAMPLE.columns,
        "sex",
    ),
    ("negative_weights", [Calibrate({"sex": SEX, "age": 90_000.0})], SAMPLE.columns, "negative"),
    ("no_margins", [Rake({})], SAMPLE.columns, "margin"),
    ("no_limit", [Trim()], SAMPLE.columns, "limit"),
    ("two_limits", [Trim(upper=20.0, over_mean=2.0)], SAMPLE.columns, "one way"),
    ("trim_impossible", [Trim(upper=3.0)], SAMPLE.columns, "3.0"),
    ("bad_limits", [Trim(lower=14.0)], SAMPLE.columns, "14.0"),
    ("trim_impossible", [Trimmed(Rake({"sex": SEX}), largest_over_mean=0.9)], SAMPLE.columns, "0.9"),
    (
        "too_few_strata",
        [RESOLVED, ResponsePropensity("status", ["age"], use=weight.PropensityUse.STRATA, strata=1)],
        SAMPLE.columns,
        "1",
    ),
    ("no_steps", [], SAMPLE.columns, "no steps"),
    ("target_not_numeric", [Rake({"sex": {"f": "many", "m": 3.0}})], SAMPLE.columns, "many"),  # type: ignore[dict-item]
    ("target_not_numeric", [Calibrate({"age": "x"})], SAMPLE.columns, "age"),  # type: ignore[dict-item]
    ("target_not_numeric", [Calibrate({"sex": {"f": None, "m": 1.0}})], SAMPLE.columns, "None"),  # type: ignore[dict-item]
    ("bad_tolerance", [Rake({"sex": SEX}, tolerance=-1.0)], SAMPLE.columns, "-1"),
    ("trim_impossible", [Trim(upper=float("nan"))], SAMPLE.columns, "nan"),
    ("no_variables", [RESOLVED, ResponsePropensity("status", [])], SAMPLE.columns, "no variables"),
]


@pytest.mark.parametrize(
    ("code", "steps", "columns", "named"), REFUSED, ids=[f"{i}-{case[0]}" for i, case in enumerate(REFUSED)]
)
def test_an_impossible_step_is_refused_by_name(
    code: str, steps: list[Declared], columns: dict[str, Any], named: str
) -> None:
    with pytest.raises(AnalysisError) as refusal:
        Chain(steps=steps).bind(columns).apply(SAMPLE.design)
    assert refusal.value.code == code
    assert named in refusal.value.message("en")
    assert "{" not in refusal.value.message("zh")


def test_names_without_a_table_and_rows_of_another_table_are_refused() -> None:
    with pytest.raises(weight.StepError, match="bound to no table"):
        weight.rake(SAMPLE.design, {"sex": SEX})
    chain = Chain(steps=[Rake({"sex": SEX})]).bind(SAMPLE.columns)
    for wrong in (np.ones(3), np.ones((240, 1))):
        with pytest.raises(weight.StepError, match="bound to 240 rows"):
            chain.weights(wrong)
    with pytest.raises(weight.StepError, match="bound to 240 rows"):
        chain.apply(BoundDesign(weights=np.ones(5)))
    with pytest.raises(AnalysisError, match="row 2"):
        chain.weights(np.r_[1.0, np.nan, np.ones(238)])
    with pytest.raises(AnalysisError, match="row 1 is negative"):
        chain.weights(np.r_[-1.0, np.ones(239)])


def test_margins_of_different_rows_are_refused() -> None:
    with pytest.raises(weight.StepError, match="bound to 3 rows"):
        weight.nonresponse(SAMPLE.design, np.ones(3, dtype=np.bool_))
    with pytest.raises(AnalysisError, match="classes: expected shape"):
        weight.nonresponse(SAMPLE.design, SAMPLE.status, classes=[np.array(["a", "b"])])
    margins = [
        weight.Margin(name="a", codes=np.zeros(3, dtype=np.int8), targets=np.array([5.0]), labels=("x",)),
        weight.Margin(name="b", codes=np.zeros(4, dtype=np.int8), targets=np.array([5.0]), labels=("x",)),
    ]
    with pytest.raises(AnalysisError, match="b: expected shape"):
        weight.rake(BoundDesign(weights=np.ones(3)), margins)


def test_a_category_that_only_one_of_two_samples_has_is_refused_by_name() -> None:
    found = streams(size=3000)
    ours = {**found.volunteers, "kind": np.where(np.arange(len(found.volunteers["sex"])) % 2, "a", "b")}
    theirs = {**found.reference, "kind": np.full(len(found.reference["sex"]), "a")}
    reference = BoundDesign(weights=found.reference_weights).with_columns(columns_of(theirs))
    with pytest.raises(weight.StepError, match='"kind: b" has') as refusal:
        Chain(steps=[PseudoWeights(["kind"], reference=reference)]).bind(ours)
    assert refusal.value.code == "not_in_reference"
    swapped = BoundDesign(weights=np.ones(len(ours["kind"]))).with_columns(columns_of(ours))
    with pytest.raises(weight.StepError, match='"kind: b" occurs in the reference') as refusal:
        Chain(steps=[PseudoWeights(["kind"], reference=swapped)]).bind(theirs)
    assert refusal.value.code == "not_in_sample"


def test_bounds_without_a_solution_say_so_and_name_what_is_missed() -> None:
    design = SAMPLE.design.with_columns(columns_of(SAMPLE.columns))
    total = float(design.weights.sum())
    targets = {"sex": {"f": 0.9 * total, "m": 0.1 * total}}
    raked = weight.rake(design, targets, bounds=(0.8, 1.2)).history[-1]
    assert not raked.converged
    assert raked.failed == ("sex",)
    assert {item.code for item in raked.status} == {"bounds_bind", "not_converged", "margin_failed"}
    assert "0.8 to 1.2" in raked.status[0].message("en")
    assert raked.g_weights.min() >= 0.8 - 1e-12
    assert raked.g_weights.max() <= 1.2 + 1e-12
    for distance in weight.Distance:
        step = weight.calibrate(design, totals=targets, distance=distance, bounds=(0.8, 1.2)).history[-1]
        assert not step.converged
        assert set(step.failed) == {"sex: f", "sex: m"}
        assert "sex: f" in step.status[1].message("zh")
        assert step.g_weights.max() <= 1.2 + 1e-12


def test_bounds_that_exclude_the_population_itself_say_so() -> None:
    """Starting weights of 1 stand for nobody but themselves: their ratio to final weights is the population's size."""
    design = BoundDesign(weights=np.ones(240)).with_columns(columns_of(SAMPLE.columns))
    step = weight.rake(design, {"sex": {"f": 120_000.0, "m": 120_000.0}}, bounds=(0.3, 3.0)).history[-1]
    (found,) = [item for item in step.status if item.code == "bounds_exclude_population"]
    assert "multiplied by 1000.0" in found.message("en")
    assert "1000.0" in found.message("zh")


def test_thin_classes_and_small_propensities_are_a_status() -> None:
    design = SAMPLE.design.with_columns(columns_of(SAMPLE.columns))
    known = weight.unknown_eligibility(design, "status", classes=["region"])
    thin = weight.nonresponse(known, "status", classes=["region", "sex"], compared=["age"]).history[-1]
    assert all(item.code == "class_thin" for item in thin.status)
    rng = np.random.default_rng(2)
    x = np.linspace(-1, 1, 4000)
    answered = rng.random(4000) < 1 / (1 + np.exp(-(-2.5 + 2.0 * x)))
    weighted = weight.response_propensity(
        BoundDesign(weights=np.ones(4000)), answered, variables=["x"], columns={"x": x}
    ).history[-1]
    assert [item.code for item in weighted.status] == ["propensity_small"]
    assert "0.05" in weighted.status[0].message("en")
    assert "0.05" in weighted.status[0].message("zh")
