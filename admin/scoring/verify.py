"""Checking a hand-over file away from the server: signature, digests, and every number that can be redone.

Needs nothing but the file. What it cannot redo it names, and never calls it verified.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from admin.scoring.handover import SCHEMA, SIGNED_SCHEMA, note_text, signing_name
from admin.scoring.rules import REQUIRED_SIGNERS
from survey.ledger import notes
from survey.ledger.canonical import BadJsonError, NotCanonicalError, digest_of, parse_json

Z_95 = 1.959963984540054
#: Numbers in the file carry four digits; sums of a few of them may differ in the last ones.
NEAR = 0.002
Record = Mapping[str, Any]  # Any: a JSON document
NOT_REDONE = (
    "rank sets (they need the covariance of the run)",
    "the indices inside the terms (they need the answers)",
    "the gates' evidence",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    is_good: bool
    detail: str = ""


def verify_file(content: bytes, *, fingerprint: str | None = None) -> list[Check]:
    """Every check on a signed hand-over file; the first failing ones say what is wrong.

    ``fingerprint`` is the key as it was announced; without it, only the file's own key is used, and that
    shows no more than that the file was not changed after signing.
    """
    try:
        signed = parse_json(content)
    except BadJsonError as error:
        return [Check(name="file", is_good=False, detail=f"not strict JSON: {error}")]
    if not isinstance(signed, dict) or signed.get("schema") != SIGNED_SCHEMA:
        return [Check(name="file", is_good=False, detail=f"not a {SIGNED_SCHEMA} file")]
    try:
        return list(_checks(signed, fingerprint))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return [Check(name="file", is_good=False, detail=f"a part is missing or malformed: {error!r}")]


def _checks(signed: Record, fingerprint: str | None) -> Iterator[Check]:
    record: Record = signed["record"]
    yield Check(name="schema", is_good=record.get("schema") == SCHEMA, detail=str(record.get("schema")))
    yield _digest(signed, record)
    yield _signature(signed, record, fingerprint)
    yield from _signers(signed)
    yield from _gates(record)
    units = record["units"]
    codes = [unit["unit_id"] for unit in units]
    yield Check(name="each unit once", is_good=len(set(codes)) == len(codes), detail=f"{len(codes)} units")
    for unit in units:
        problems = list(_unit_problems(unit, record["rules"]))
        state = "not scorable: " + str(unit["reason"]) if not unit["is_scorable"] else "recomputed"
        yield Check(name=f"unit {unit['unit_id']}", is_good=not problems, detail="; ".join(problems) or state)


def _digest(signed: Record, record: Record) -> Check:
    try:
        found = digest_of(dict(record))
    except NotCanonicalError as error:
        return Check(name="digest", is_good=False, detail=str(error))
    return Check(name="digest", is_good=found == signed["digest"], detail=found)


def _signature(signed: Record, record: Record, fingerprint: str | None) -> Check:
    try:
        key = notes.VerifierKey.parse(fingerprint or signed["key"])
        note = notes.parse(signed["note"])
        good = notes.signers(note, [key])
    except notes.BadNoteError as error:
        return Check(name="signature", is_good=False, detail=str(error))
    name = signing_name(record["cycle"])
    expected = note_text(name, digest=signed["digest"], signatures=list(signed["signatures"]))
    whose = "the announced key" if fingerprint else "the key in the file (compare it with the announced one)"
    is_good = good == (name,) and note.text == expected
    return Check(name="signature", is_good=is_good, detail=f"{key.fingerprint} — {whose}")


def _signers(signed: Record) -> Iterator[Check]:
    signatures = signed["signatures"]
    roles = {signature["role"] for signature in signatures}
    people = {signature["signed_by"] for signature in signatures}
    yield Check(name="two roles", is_good=roles >= REQUIRED_SIGNERS, detail=", ".join(sorted(roles)))
    yield Check(
        name="two persons",
        is_good=len(people) == len(signatures) >= 2,
        detail=", ".join(sorted(people)),
    )
    yield Check(name="signed digest", is_good=all(each["digest"] == signed["digest"] for each in signatures))


def _gates(record: Record) -> Iterator[Check]:
    failed = [g["id"] for g in record["gates"] if g["level"] == "block" and g["status"] != "pass"]
    yield Check(
        name="block gates",
        is_good=bool(record["gates"]) and not failed,
        detail=", ".join(failed) or "all passed",
    )
    waiting = [
        g["id"]
        for g in record["gates"]
        if g["level"] == "warn" and g["status"] != "pass" and g["id"] not in record["answers"]
    ]
    yield Check(name="warnings answered", is_good=not waiting, detail=", ".join(waiting))


def _unit_problems(unit: Record, rules: Record) -> Iterator[str]:
    if not unit["is_scorable"]:
        if unit["composite"] is not None:
            yield "not scorable, yet it has a composite"
        return
    yield from _weight_problems(unit, rules)
    annual, peacetime = unit["annual"], unit["peacetime"]
    yield from _far("annual composite", sum(term["term"] for term in unit["terms"]), annual["composite"])
    for term in unit["terms"]:
        if term["index"] is not None:
            yield from _far(f"term {'+'.join(term['groups'])}", term["weight"] * term["index"], term["term"])
    value, variance = annual["composite"], annual["se"] ** 2
    if peacetime is not None:
        b, a = rules["periods"]["peacetime"]["weight"], rules["periods"]["annual"]["weight"]
        value = b * peacetime["index"] + a * annual["composite"]
        variance = (b * peacetime["se"]) ** 2 + (a * annual["se"]) ** 2
    yield from _far("composite", value, unit["composite"])
    yield from _far("standard error", math.sqrt(variance), unit["standard_error"])
    half = Z_95 * unit["standard_error"]
    yield from _far("lower limit", unit["composite"] - half, unit["ci_low"])
    yield from _far("upper limit", unit["composite"] + half, unit["ci_high"])
    yield from _grade_problems(unit, rules["grades"])
    if not 1 <= unit["rank_low"] <= unit["rank_high"]:
        yield "a rank set is upside down"
    yield from _score_problems(unit, rules)


def _weight_problems(unit: Record, rules: Record) -> Iterator[str]:
    nominal = rules["evaluator_weights"][unit["class"]]
    missing = rules["missing_group_rule"]
    present = {group: nominal[group] for group in unit["groups_used"]}
    if sum(present.values()) < missing["minimum_weight_present"] - 1e-9:
        yield "too little weight is present"
    expected = _within_caps(present, missing["caps"])
    for group, weight in expected.items():
        yield from _far(f"weight of {group}", weight, unit["weights_used"][group], near=2e-6)


def _within_caps(present: Mapping[str, float], caps: Mapping[str, float]) -> dict[str, float]:
    """Proportional redistribution, then caps; what they cut goes to the groups without a cap."""
    total = sum(present.values())
    weights = {group: weight / total for group, weight in present.items()}
    over = {group: weights[group] - caps[group] for group in weights if weights[group] > caps.get(group, 1.0)}
    takers = {group: weight for group, weight in present.items() if group not in caps}
    if over and takers:
        for group in over:
            weights[group] = caps[group]
        for group, weight in takers.items():
            weights[group] += sum(over.values()) * weight / sum(takers.values())
    return weights


def _grade_problems(unit: Record, thresholds: Mapping[str, float]) -> Iterator[str]:
    ladder = sorted(thresholds.items(), key=lambda each: -each[1])
    assert all(high[1] > low[1] for high, low in pairwise(ladder))
    reached = next((grade for grade, at in ladder if unit["composite"] >= at - 5e-5), "poor")
    if reached != unit["grade"]:
        yield f"grade {unit['grade']} should be {reached}"
    inside = any(unit["ci_low"] <= at <= unit["ci_high"] for at in thresholds.values())
    if inside != unit["borderline"]:
        yield "the mark “borderline” is wrong"


def _score_problems(unit: Record, rules: Record) -> Iterator[str]:
    if unit["annual_score"] is None:
        return
    weight = rules["external_weights"][unit["class"]]
    yield from _far("external points", weight * unit["composite"], unit["external_points"])
    if unit["additions"] > rules["additions_max"] or unit["deductions"] > rules["deductions_max"]:
        yield "additions or deductions exceed their limit"
    score = (1 - weight) * unit["internal_score"] + weight * unit["composite"]
    yield from _far("annual score", score + unit["additions"] - unit["deductions"], unit["annual_score"])


def _far(name: str, expected: float, stated: float, *, near: float = NEAR) -> Iterator[str]:
    if not math.isclose(expected, stated, rel_tol=0, abs_tol=near):
        yield f"{name}: {stated} stated, {expected:.4f} recomputed"
