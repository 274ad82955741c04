"""One unit of a hand-over, number by number: everything that follows from other numbers of the file is redone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from statistics import NormalDist
from typing import Any

#: Numbers in the file carry four digits, weights six; what is redone from several differs in the last ones.
NEAR, NEAR_WEIGHT = 5e-4, 2e-6
#: What a unit that cannot be scored has nothing to say about.
_ONLY_SCORED = [
    "composite",
    "standard_error",
    "ci_low",
    "ci_high",
    "annual",
    "peacetime",
    "grade",
    "borderline",
    "rank_low",
    "rank_high",
    "external_points",
    "internal_score",
    "additions",
    "deductions",
    "annual_score",
]
Record = Mapping[str, Any]  # Any: a JSON document


def problems(unit: Record, rules: Record, *, year: int) -> Iterator[str]:
    """What does not follow, one phrase each. Raises KeyError, TypeError, ValueError for a malformed unit."""
    if unit["year"] != year:
        yield f"year {unit['year']} in a record of {year}"
    if not unit["is_scorable"]:
        if not unit["reason"]:
            yield "not scorable without a reason"
        for name in _ONLY_SCORED:
            if unit[name] is not None:
                yield f"not scorable, yet it has a value for {name}"
        return
    if unit["reason"] is not None:
        yield "scorable, yet it has a reason against it"
    yield from _weight_problems(unit, rules)
    yield from _term_problems(unit)
    yield from _composite_problems(unit, rules)
    yield from _grade_problems(unit, rules["grades"])
    yield from _score_problems(unit, rules)


def _weight_problems(unit: Record, rules: Record) -> Iterator[str]:
    nominal, missing = rules["evaluator_weights"][unit["class"]], rules["missing_group_rule"]
    if unit["groups_used"] != sorted(unit["weights_used"]):
        yield "groups_used and weights_used name different groups"
    if unknown := sorted(set(unit["groups_used"]) - nominal.keys()):
        yield f"the plan gives class {unit['class']} no weight for {unknown[0]}"
        return
    present = {group: nominal[group] for group in unit["groups_used"]}
    if math.fsum(present.values()) < missing["minimum_weight_present"] - 1e-9:
        yield "too little weight is present"
    if not set(present) & set(missing["must_be_present_any_of"]):
        yield "none of the groups is present of which one must be"
    for group, weight in _within_caps(present, missing["caps"]).items():
        yield from _far(f"weight of {group}", weight, unit["weights_used"].get(group), near=NEAR_WEIGHT)


def _within_caps(present: Mapping[str, float], caps: Mapping[str, float]) -> dict[str, float]:
    """Proportional redistribution, then caps; what they cut goes to the groups without a cap."""
    total = math.fsum(present.values())
    weights = {group: weight / total for group, weight in present.items()}
    over = {group: weights[group] - caps[group] for group in weights if weights[group] > caps.get(group, 1.0)}
    takers = {group: weight for group, weight in present.items() if group not in caps}
    if over and takers:
        for group in over:
            weights[group] = caps[group]
        for group, weight in takers.items():
            weights[group] += math.fsum(over.values()) * weight / math.fsum(takers.values())
    return weights


def _term_problems(unit: Record) -> Iterator[str]:
    """Terms cover the groups used, each once, with their weights; they add up to the annual composite."""
    terms, weights = unit["terms"], unit["weights_used"]
    if sorted(group for term in terms for group in term["groups"]) != sorted(weights):
        yield "the terms do not cover the groups used"
    for term in terms:
        name = "+".join(term["groups"])
        weight = math.fsum(weights.get(group, 0.0) for group in term["groups"])
        yield from _far(f"weight of the term {name}", weight, term["weight"], near=NEAR_WEIGHT)
        if term["index"] is not None:
            yield from _far(f"term {name}", term["weight"] * term["index"], term["term"])
            if not 0 <= term["index"] <= 100:
                yield f"the index of {name} is not between 0 and 100"
    yield from _far(
        "annual composite", math.fsum(term["term"] for term in terms), unit["annual"]["composite"]
    )
    bases = [term["n"] for term in terms]
    if None not in bases and sum(bases) != unit["n_valid"]:
        yield f"n_valid: {unit['n_valid']} stated, {sum(bases)} in the terms"
    if not 0 < unit["n_effective"] <= unit["n_valid"] + 0.01:
        yield "n_effective is not between 0 and n_valid"


def _composite_problems(unit: Record, rules: Record) -> Iterator[str]:
    annual, peacetime, periods = unit["annual"], unit["peacetime"], rules["periods"]
    weights, value, se = {"annual": 1.0}, annual["composite"], annual["se"]
    if peacetime is not None:
        weights = {name: periods[name]["weight"] for name in ("peacetime", "annual")}
        value = weights["peacetime"] * peacetime["index"] + weights["annual"] * annual["composite"]
        se = math.hypot(weights["peacetime"] * peacetime["se"], weights["annual"] * annual["se"])
    stated = {name: weight for name, weight in unit["period_weights"].items() if weight}
    if stated != weights:
        yield "the weights of the periods are not the plan's"
    yield from _far("composite", value, unit["composite"])
    yield from _far("standard error", se, unit["standard_error"])
    half = NormalDist().inv_cdf((1 + rules["coverage"]) / 2) * unit["standard_error"]
    yield from _far("lower limit", unit["composite"] - half, unit["ci_low"])
    yield from _far("upper limit", unit["composite"] + half, unit["ci_high"])


def _grade_problems(unit: Record, thresholds: Mapping[str, float]) -> Iterator[str]:
    ladder = sorted(thresholds.items(), key=lambda each: -each[1])
    reached = {
        next((grade for grade, at in ladder if unit["composite"] >= at + shift), "poor")
        for shift in (-NEAR / 10, NEAR / 10)  # the grade was given to the number before it was rounded
    }
    if unit["grade"] not in reached:
        yield f"grade {unit['grade']} should be {min(reached)}"
    inside = any(unit["ci_low"] <= at <= unit["ci_high"] for at in thresholds.values())
    if inside != unit["borderline"]:
        yield "the mark “borderline” is wrong"


def _score_problems(unit: Record, rules: Record) -> Iterator[str]:
    weight = rules["external_weights"][unit["class"]]
    yield from _far("external weight", weight, unit["external_weight"], near=NEAR_WEIGHT)
    yield from _far("external points", weight * unit["composite"], unit["external_points"])
    parts = [unit[name] for name in ("internal_score", "additions", "deductions", "annual_score")]
    if all(part is None for part in parts):
        return
    if None in parts:
        yield "the annual score lacks a part"
        return
    internal, additions, deductions, stated = parts
    if not 0 <= internal <= 100:
        yield "the internal score is not between 0 and 100"
    if not 0 <= additions <= rules["additions_max"] or not 0 <= deductions <= rules["deductions_max"]:
        yield "additions or deductions exceed their limits"
    score = (1 - weight) * internal + weight * unit["composite"] + additions - deductions
    yield from _far("annual score", score, stated)


def _far(name: str, expected: float, stated: float | None, *, near: float = NEAR) -> Iterator[str]:
    if stated is None or not math.isclose(expected, stated, rel_tol=0, abs_tol=near):
        yield f"{name}: {stated} stated, {expected:.4f} recomputed"
