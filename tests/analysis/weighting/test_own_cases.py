"""Every weighting step against survey and sampling (R): the scripts and their output stand in reference/own/weighting."""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis import weighting as weight
from analysis.design import BoundDesign
from analysis.estimate.means import mean
from analysis.replicates.jackknife import jkn
from analysis.weighting import (
    Chain,
    Nonresponse,
    PostStratify,
    ResponsePropensity,
    UnknownEligibility,
)
from analysis.weighting.steps import Declared
from tests.analysis.reference_cases import REFERENCE, TARGETS, citizens, labels, numbers

HERE = REFERENCE / "own" / "weighting"
TABLE: dict[str, Any] = {name: labels(name) for name in TARGETS} | {"edu": numbers("edu")}
START = citizens()


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def table(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns: dict[str, Any] = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    for name in ("w", "d", "age", "y"):
        if name in columns:
            columns[name] = columns[name].astype(float)
    return columns


def agree(found: dict[str, float], wanted: dict[str, Any], *, rel: float = 1e-6) -> None:
    for name, value in found.items():
        assert value == pytest.approx(wanted[name], rel=rel), name


def summary(weights: np.ndarray) -> dict[str, float]:
    return {
        "sum": weights.sum(),
        "sumsq": float(weights @ weights),
        "min": weights[weights > 0].min(),
        "max": weights.max(),
    }


def of_calibration(design: BoundDesign, *, se: bool) -> dict[str, float]:
    g, overall = design.weights / START.weights, mean(numbers("overall"), design)
    found = {"g_min": g.min(), "g_max": g.max(), "g_sumsq": float(g @ g), "mean": overall.value}
    return found | ({"sum": design.weights.sum(), "se": overall.se} if se else {})


CALIBRATIONS: list[tuple[str, dict[str, Any]]] = [
    ("linear_bounded", {"bounds": (0.7, 1.36)}),
    ("raking_bounded", {"distance": "raking", "bounds": (0.72, 1.42)}),
    ("logit_wide", {"distance": "logit", "bounds": (0.3, 3.0)}),
]


@pytest.mark.parametrize(("name", "how"), CALIBRATIONS)
def test_bounded_calibration_agrees_with_survey(name: str, how: dict[str, Any]) -> None:
    found = weight.calibrate(START, totals=TARGETS, columns=TABLE, **how)
    agree(of_calibration(found, se=True), expected("calibration")[name])
    assert found.history[-1].converged
    assert found.history[-1].failed == ()


def test_raking_with_bounds_is_calibration_with_a_cut_exponential() -> None:
    found = weight.rake(START, TARGETS, columns=TABLE, bounds=(0.72, 1.42))
    agree(of_calibration(found, se=True), expected("calibration")["raking_bounded"])
    assert found.history[-1].method == "rake, bounded"


def test_a_total_of_numbers_beside_tables_agrees_with_survey() -> None:
    found = weight.calibrate(START, totals={**TARGETS, "edu": 309_000.0}, columns=TABLE)
    agree(of_calibration(found, se=True), expected("calibration")["edu"])


def test_q_and_the_cut_linear_distance_agree_with_sampling() -> None:
    wanted = expected("calibration")
    q = 1.0 + 0.5 * (np.arange(1, START.n + 1) % 2)
    linear = weight.calibrate(START, totals=TARGETS, columns=TABLE, q=q)
    agree(of_calibration(linear, se=False), wanted["sampling_linear_q"])
    raking = weight.calibrate(START, totals=TARGETS, columns=TABLE, q=q, distance=weight.Distance.RAKING)
    agree(of_calibration(raking, se=False), wanted["sampling_raking_q"], rel=5e-6)  # it stops at 1e-6
    cut = weight.calibrate(START, totals=TARGETS, columns=TABLE, bounds=(0.72, 1.42))
    agree(of_calibration(cut, se=False), wanted["sampling_truncated"])


def test_two_calibrations_have_the_weights_of_survey_and_the_exact_chain_in_their_variance() -> None:
    """survey takes the residuals of the first calibration first; the derivative of the estimate does the reverse."""
    first = weight.poststratify(START, {"age": TARGETS["age"]}, columns=TABLE)
    found = of_calibration(weight.calibrate(first, totals=TARGETS, columns=TABLE), se=True)
    wanted = expected("calibration")["after_poststratification"]
    assert found.pop("se") == pytest.approx(wanted["se"], rel=2e-4)
    agree(found, wanted)


TRIMS: list[tuple[str, dict[str, Any]]] = [
    ("trim_strict", {"upper": 104.0}),
    ("trim_once", {"upper": 104.0, "strict": False}),
    ("trim_both_strict", {"lower": 70.0, "upper": 104.0}),
    ("trim_both_once", {"lower": 70.0, "upper": 104.0, "strict": False}),
]


@pytest.mark.parametrize(("name", "how"), TRIMS)
def test_trimming_agrees_with_survey(name: str, how: dict[str, Any]) -> None:
    agree(summary(weight.trim(START, **how).weights), expected("calibration")[name], rel=1e-9)


UNKNOWN = UnknownEligibility("status", ["region"])
AS_INELIGIBLE = {
    "respondent": "respondent",
    "nonrespondent": "nonrespondent",
    "ineligible": "ineligible",
    "unknown": "ineligible",
}
CHAINS: dict[str, list[Declared]] = {
    "unknown": [UNKNOWN],
    "classes": [UNKNOWN, Nonresponse("status", ["region", "sex"])],
    "inverse": [UNKNOWN, ResponsePropensity("status", ["sex", "age"])],
    "inverse_unweighted": [ResponsePropensity("status", ["sex", "age"], weighted=False, codes=AS_INELIGIBLE)],
    "strata": [UNKNOWN, ResponsePropensity("status", ["sex", "age"], use=weight.PropensityUse.STRATA)],
    "whole": [
        UNKNOWN,
        ResponsePropensity("status", ["sex", "age"]),
        PostStratify("sex", {"f": 3100.0, "m": 2900.0}),
    ],
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_response_chain_repeated_in_replicates_agrees_with_survey(name: str) -> None:
    sample, wanted = table(HERE / "sample.csv"), expected("response")[name]
    design = BoundDesign(weights=sample["w"], strata=sample["stratum"], psu=sample["psu"])
    chain = Chain(steps=CHAINS[name]).bind(sample)
    answered = sample["status"] == "respondent"
    repeated = mean(sample["y"], chain.apply(jkn(design)), domain=answered)
    weights = chain.weights(design.weights)
    agree({"sum": weights.sum(), "sumsq": float(weights @ weights)}, wanted, rel=1e-9)
    agree({"max": weights[answered].max(), "mean": repeated.value, "jkn_se": repeated.se}, wanted)
    linear = mean(sample["y"], chain.apply(design), domain=answered)
    # strata of propensity move from replicate to replicate, which linearisation takes as given
    assert linear.se == pytest.approx(repeated.se, rel=0.1 if name == "strata" else 0.05)


def streams() -> tuple[BoundDesign, BoundDesign]:
    """Volunteers and reference, bound to their tables."""
    from analysis.columns import columns_of

    ours, theirs = table(HERE / "volunteers.csv"), table(HERE / "reference.csv")
    volunteers = BoundDesign(weights=np.ones(len(ours["y"]))).with_columns(columns_of(ours))
    reference = BoundDesign(weights=theirs["d"], strata=theirs["stratum"]).with_columns(columns_of(theirs))
    return volunteers, reference


ON = ["sex", "age", "edu"]


@pytest.mark.parametrize("method", list(weight.PseudoMethod))
def test_pseudo_weights_agree_with_the_same_equations_in_r(method: weight.PseudoMethod) -> None:
    volunteers, reference = streams()
    found = weight.pseudo_weights(volunteers, ON, reference=reference, method=method)
    wanted = expected("volunteers")[method.value.replace("-", "_")]
    y = table(HERE / "volunteers.csv")["y"]
    agree({**summary(found.weights), "mean": mean(y, found).value}, wanted)
    step = found.history[-1]
    assert all(item.asmd_after < item.asmd_before + 0.1 for item in step.balance)
    assert max(item.asmd_after for item in step.balance) < max(item.asmd_before for item in step.balance)


def test_calibration_to_a_reference_carries_the_sampling_of_its_totals() -> None:
    volunteers, reference = streams()
    wanted = expected("volunteers")["reference"]
    start = BoundDesign(weights=np.full(volunteers.n, reference.weights.sum() / volunteers.n))
    assert volunteers.columns is not None
    found = weight.calibrate_to_reference(start.with_columns(volunteers.columns), ON, reference=reference)
    estimate = mean(table(HERE / "volunteers.csv")["y"], found)
    agree({**summary(found.weights), "mean": estimate.value, "se": estimate.se}, wanted)
    assert estimate.se > wanted["se_known_totals"]
