"""Cross-checks of the scoring plan against the groups, classes, organisers and the framework."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from admin.content.checking import Checks
from admin.content.conversion_checks import check_conversion


def check_scoring(checks: Checks, province: Mapping[str, Any], framework: Mapping[str, Any]) -> None:
    """Conversion, weights, minimums, periods, grades, gates and signers."""
    plan = checks.value
    conversion = plan["conversion"]
    steps = ("conversion", "values")
    check_conversion(checks, conversion["values"], steps, spacing_reason=conversion.get("spacing_reason"))
    if conversion["values"] != framework["item_score"]["values"]:
        checks.add("conversion_differs", steps)
    classes = list(province["unit_classes"])
    scored = [group["id"] for group in province["evaluator_groups"] if group.get("scored", True)]
    _weights(checks, classes, scored)
    _minimums(checks, scored)
    _grades(checks)
    checks.unique(plan["gates"], "id", ("gates",))
    organisers = {organiser["id"] for organiser in province["organisers"]}
    signers = plan["countersign"]["required"]
    for at, signer in enumerate(signers):
        checks.known(
            "organiser", signer["organisation"], organisers, ("countersign", "required", at, "organisation")
        )
    checks.unique(signers, "role", ("countersign", "required"))


def _weights(checks: Checks, classes: list[str], scored: list[str]) -> None:
    plan = checks.value
    checks.complete("class", plan["evaluator_weights"], classes, ("evaluator_weights",))
    for unit_class, weights in plan["evaluator_weights"].items():
        steps = ("evaluator_weights", unit_class)
        checks.all_known("group", weights, scored, steps)
        checks.shares(steps, weights, zh="评价群体权重", en="weights of the evaluator groups")
    external = plan["external_component"]["weight_in_annual_score"]
    checks.complete("class", external, classes, ("external_component", "weight_in_annual_score"))
    periods = {name: plan["periods"][name]["weight"] for name in ("peacetime", "annual")}
    checks.shares(("periods",), periods, zh="平时与年度权重", en="weights of peacetime and annual")
    for name, parts in plan["unit_index"]["department"].items():
        checks.shares(
            ("unit_index", "department", name), parts, zh="部门指数权重", en="parts of the department index"
        )


def _minimums(checks: Checks, scored: list[str]) -> None:
    plan = checks.value
    for name in ("minimum_valid_respondents", "minimum_effective_sample"):
        checks.complete("group", plan["unit_index"][name], scored, ("unit_index", name))
    rule = plan["missing_group_rule"]
    checks.all_known("group", rule["caps"], scored, ("missing_group_rule", "caps"))
    present = rule["must_be_present_any_of"]
    checks.all_known("group", present, scored, ("missing_group_rule", "must_be_present_any_of"))


def _grades(checks: Checks) -> None:
    grades = checks.value["grades"]
    thresholds = list(grades["thresholds"].values())
    if any(after >= before for before, after in pairwise(thresholds)):
        checks.add("grade_order", ("grades", "thresholds"))
    for name, threshold in grades["thresholds"].items():
        steps = ("grades", "labels", name)
        if checks.known("category", name, grades["labels"], ("grades", "thresholds", name)):
            start = grades["labels"][name]["from"]
            checks.total((*steps, "from"), start, threshold, zh="等级起点", en="start of the grade")
