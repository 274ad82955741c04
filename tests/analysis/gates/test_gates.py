"""The seventeen gates: each passes on clean inputs, fails on its own fault alone, and cannot pass on nothing."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.gates.evaluate import evaluate, handover_allowed, handover_obstacles
from analysis.gates.fieldwork import robust_z
from analysis.gates.inputs import GateInputs
from analysis.gates.messages import MESSAGES
from analysis.gates.plan import GATE_IDS, GateError, Gates
from analysis.gates.results import GateResult
from tests.analysis.gates.clean import FIRST_ANSWER, clean

PLAN = Path(__file__).parents[3] / "admin" / "demo" / "data" / "scoring.yaml"
WARNS = {"G06", "G07", "G08", "G09", "G13", "G14"}
FIELD_OF = dict(zip(GATE_IDS, (item.name for item in fields(GateInputs)), strict=True))


@pytest.fixture
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def plan(document: dict[str, Any]) -> Gates:
    return Gates.from_document(document)


def unmet(results: tuple[GateResult, ...]) -> dict[str, str]:
    return {result.id: result.status.value for result in results if not result.is_passed}


def spoiled(name: str, **changes: Any) -> GateInputs:
    """Clean inputs with the first record (or the only one) of one field changed."""
    inputs = clean()
    value = getattr(inputs, name)
    if isinstance(value, tuple):
        return replace(inputs, **{name: (replace(value[0], **changes), *value[1:])})
    return replace(inputs, **{name: replace(value, **changes)})


def test_clean_inputs_pass_every_gate(plan: Gates) -> None:
    results = evaluate(plan, clean())
    assert [result.id for result in results] == list(GATE_IDS)
    assert unmet(results) == {}
    assert handover_allowed(results, {})


def lock(**changes: Any) -> dict[str, Any]:
    locking = clean().locking
    assert locking is not None
    return {"documents": (replace(locking.documents[0], **changes), *locking.documents[1:])}


@pytest.mark.parametrize(
    ("gate", "changes"),
    [
        ("G01", lock(locked_at=FIRST_ANSWER + timedelta(seconds=1))),
        ("G01", lock(locked_at=FIRST_ANSWER)),
        ("G01", lock(published_at=None)),
        ("G02", {"is_from_assessed_unit": True, "n_records": 60, "n_excluded": 59}),
        ("G03", {"n": 99}),
        ("G03", {"n_effective": 59.9}),
        ("G04", {"half_width": 3.01}),
        ("G04", {"half_width": float("nan")}),
        ("G04", {"unit_class": "Z"}),
        ("G05", {"is_converged": False}),
        ("G05", {"largest_gap": 0.51}),
        ("G05", {"largest_over_mean": 5.1}),
        ("G05", {"kish_deff": 2.51}),
        ("G06", {"is_nonresponse_table_published": False}),
        ("G07", {"alpha": 0.69, "omega": 0.699}),
        ("G07", {"alpha_interval": None, "omega": None}),
        ("G07", {"alpha_interval": (float("nan"), float("nan")), "omega": None}),
        ("G07", {"alpha": float("nan"), "omega": None}),
        ("G08", {"correlation": 0.49}),
        ("G09", {"share": 0.301}),
        ("G10", {"removed": {"speeder": 840}}),
        ("G10", {"without_reason": 1}),
        ("G10", {"undecided_flags": 1}),
        ("G11", {"checked": 499, "confirmed": 499}),
        ("G11", {"confirmed": 587}),
        ("G11", {"undecided_flags": 1}),
        ("G11", {"interviewer_cases": 0, "checked": 0, "confirmed": 0}),
        ("G12", {"reported": 16, "answered": 400}),
        ("G13", {"value": 0.80}),
        ("G14", {"effect": -5.1}),
        ("G15", {"second_result": "x" * 64}),
        ("G15", {"second_manifest": "x" * 64}),
        ("G16", {"problems": ("cell derivable",)}),
        ("G17", {"is_window_closed": False}),
        ("G17", {"undecided": 1}),
    ],
)
def test_a_fault_fails_its_own_gate_and_no_other(plan: Gates, gate: str, changes: dict[str, Any]) -> None:
    results = evaluate(plan, spoiled(FIELD_OF[gate], **changes))
    assert unmet(results) == {gate: "warn" if gate in WARNS else "fail"}
    result = next(result for result in results if result.id == gate)
    assert any(not row["ok"] for row in result.evidence)
    assert result.message("zh") != result.message("en")
    # A warning can be answered, a block gate cannot.
    assert handover_allowed(results, {gate: "Explained in section 4."}) is (gate in WARNS)
    assert not handover_allowed(results, {gate: "  "})


@pytest.mark.parametrize(
    ("gate", "nothing"),
    [
        *((gate, None) for gate in GATE_IDS),
        *((gate, ()) for gate in GATE_IDS if isinstance(getattr(clean(), FIELD_OF[gate]), tuple)),
    ],
)
def test_without_input_a_block_gate_blocks_and_a_warn_gate_warns(
    plan: Gates, gate: str, nothing: object
) -> None:
    results = evaluate(plan, replace(clean(), **{FIELD_OF[gate]: nothing}))
    assert unmet(results) == {gate: "warn" if gate in WARNS else "no_input"}
    assert handover_allowed(results, {gate: "No such records this year."}) is (gate in WARNS)


def test_nothing_at_all_blocks(plan: Gates) -> None:
    results = evaluate(plan, GateInputs())
    answers = dict.fromkeys(GATE_IDS, "answered")
    assert {entry.gate for entry in handover_obstacles(results, answers)} == set(GATE_IDS) - WARNS
    assert not handover_allowed([], answers)
    assert not handover_allowed(results[:5], answers)


def test_the_limits_themselves_are_met(plan: Gates) -> None:
    for gate, changes in (
        ("G03", {"n": 100, "n_effective": 60.0}),
        ("G04", {"half_width": 3.0}),
        ("G05", {"largest_gap": 0.5, "largest_over_mean": 5.0, "kish_deff": 2.5}),
        ("G07", {"alpha": 0.70, "omega": None}),
        ("G08", {"correlation": 0.50}),
        ("G09", {"share": 0.30}),
        ("G10", {"removed": {"speeder": 832}}),
        ("G11", {"checked": 500, "confirmed": 490}),
        ("G14", {"effect": 5.0}),
        ("G14", {"effect": 9.0, "is_adjusted_and_documented": True}),
    ):
        assert unmet(evaluate(plan, spoiled(FIELD_OF[gate], **changes))) == {}


def test_frames_of_assessed_units_pass_once_excluded(plan: Gates) -> None:
    """X6: 60 recommended firms block until all 60 are excluded from scoring."""
    frame = {"is_from_assessed_unit": True, "supplier": "commerce", "n_records": 60}
    blocked = evaluate(plan, spoiled("frames", **frame, n_excluded=0))
    assert "60" in blocked[1].message("en")
    assert unmet(blocked) == {"G02": "fail"}
    assert unmet(evaluate(plan, spoiled("frames", **frame, n_excluded=60))) == {}


@pytest.mark.parametrize(
    ("is_set_aside", "is_decided", "passes"),
    [(False, False, False), (False, True, False), (True, False, False), (True, True, True)],
)
def test_a_coached_county_is_set_aside_and_decided(
    plan: Gates, is_set_aside: bool, is_decided: bool, passes: bool
) -> None:
    """X1: 14 of 100 report coaching; the city stays scorable without the county."""
    inputs = clean()
    assert inputs.coaching is not None
    first, coached = inputs.coaching
    changed = replace(coached, is_set_aside=is_set_aside, is_decided=is_decided)
    results = evaluate(plan, replace(inputs, coaching=(first, changed)))
    assert (unmet(results) == {}) is passes
    rows = {row["area"]: row for row in results[11].evidence}
    assert rows["990108"]["low"] == pytest.approx(0.085263, abs=1e-6)
    assert rows["yunlan"]["answered"] == (400 if is_set_aside else 500)


def test_a_county_set_aside_without_cause_still_waits_for_the_decision(plan: Gates) -> None:
    assert unmet(evaluate(plan, spoiled("coaching", is_set_aside=True, is_decided=False))) == {"G12": "fail"}


def test_response_rate_and_participation_rate_by_mode(plan: Gates) -> None:
    inputs = clean()
    assert inputs.outcomes is not None
    cati, web = inputs.outcomes.modes
    for modes in (
        (replace(cati, rr3=0.079), web),
        (replace(cati, rr3=None), web),
        (cati, replace(web, participation_rate=None)),
    ):
        outcomes = replace(inputs.outcomes, modes=modes)
        assert unmet(evaluate(plan, replace(inputs, outcomes=outcomes))) == {"G06": "warn"}


def test_few_counties_of_a_type_are_not_compared(plan: Gates) -> None:
    inputs = clean()
    assert inputs.counties is not None
    few = (replace(inputs.counties[0], value=0.9), *inputs.counties[1:4])
    result = evaluate(plan, replace(inputs, counties=few))[12]
    assert result.is_passed
    assert {row["compared"] for row in result.evidence} == {False}


def test_robust_z() -> None:
    z = robust_z([1.0, 2.0, 3.0, 4.0, 100.0])
    assert z[2] == 0
    assert z[0] == pytest.approx(-2 / 1.482602, abs=1e-5)
    assert z[4] > 60
    assert robust_z([5.0] * 6) == [0.0] * 6
    # Most counties equal: the median absolute deviation is 0 and the mean one serves.
    assert robust_z([5.0] * 9 + [6.0])[-1] == pytest.approx(1 / (1.2533141 * 0.1), rel=1e-6)


def test_results_are_documents_without_nan(plan: Gates) -> None:
    results = evaluate(plan, spoiled("precision", half_width=float("nan")))
    text = json.dumps([result.to_document() for result in results], allow_nan=False)
    assert json.loads(text)[3]["status"] == "fail"
    assert results[3].title("zh") == "综合指数误差达标"
    assert results[3].title("en")


def test_plans_that_cannot_be_evaluated(document: dict[str, Any]) -> None:
    rows = document["gates"]
    for changed, code in (
        (rows[:-1], "gate_missing"),
        ([*rows, rows[0]], "gate_twice"),
        ([*rows, {**rows[0], "id": "G18"}], "gate_unknown"),
        ([{**rows[0], "level": "advice"}, *rows[1:]], "gate_level"),
        ([{**rows[0], "thresholds": {"luck": 1}}, *rows[1:]], "threshold_unknown"),
    ):
        with pytest.raises(GateError) as refusal:
            Gates.from_document({**document, "gates": changed})
        assert refusal.value.code == code


def test_a_plan_may_state_its_own_numbers(document: dict[str, Any]) -> None:
    document["gates"][6]["thresholds"] = {"reliability": 0.80}
    document["gates"][3]["thresholds"] = {"half_width": {"A": 1.0, "C": 4.0}}
    results = evaluate(Gates.from_document(document), clean())
    assert unmet(results) == {"G04": "fail", "G07": "warn"}


def test_minimums_come_from_the_plan(plan: Gates, document: dict[str, Any]) -> None:
    stated = document["unit_index"]
    assert plan.thresholds.minimum_valid == stated["minimum_valid_respondents"]
    assert plan.thresholds.minimum_effective == stated["minimum_effective_sample"]


def test_every_finding_has_both_messages() -> None:
    names = {code.rsplit("_", 1)[0] for code in MESSAGES if code != "no_input"}
    assert len(names) == len(GATE_IDS)
    assert all({f"{name}_met", f"{name}_unmet"} <= MESSAGES.keys() for name in names)
