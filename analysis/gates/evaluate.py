"""Home of the evaluation: every gate of the plan, in order, and whether the hand-over may happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.gates import fieldwork, preparation, quality
from analysis.gates.inputs import GateInputs
from analysis.gates.plan import GATE_IDS, GateLevel, Gates
from analysis.gates.results import Finding, GateResult, judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why the hand-over must wait: a block gate not passed, a warning not answered, a gate not evaluated."""

    gate: str
    reason: str


def evaluate(plan: Gates, inputs: GateInputs) -> tuple[GateResult, ...]:
    """Every gate of the plan with status, value, threshold, evidence and messages.

    A block gate without input blocks, a warn gate without input warns.
    """
    findings = _findings(plan, inputs)
    return tuple(judged(gate, findings[gate.id]) for gate in plan.gates)


def handover_allowed(results: Sequence[GateResult], answers: Mapping[str, str]) -> bool:
    """Whether every block gate is passed and each warning has a written answer."""
    return not handover_obstacles(results, answers)


def handover_obstacles(results: Sequence[GateResult], answers: Mapping[str, str]) -> tuple[Obstacle, ...]:
    """What stands against the hand-over.

    Parameters
    ----------
    answers : gate id to the statistician's written answer; a blank one is none, and an answer to a block gate
        changes nothing.
    """
    by_id = {result.id: result for result in results}
    found = []
    for gate in GATE_IDS:
        result = by_id.get(gate)
        if result is None:
            found.append(Obstacle(gate=gate, reason="not_evaluated"))
        elif result.is_blocking:
            found.append(Obstacle(gate=gate, reason=result.status.value))
        elif result.level is GateLevel.WARN and not result.is_passed and not answers.get(gate, "").strip():
            found.append(Obstacle(gate=gate, reason="not_answered"))
    return tuple(found)


def _findings(plan: Gates, given: GateInputs) -> Mapping[str, Finding | None]:
    limits = plan.thresholds
    locking, outcomes = given.locking, given.outcomes
    call_backs, disclosure = given.call_backs, given.disclosure
    return {
        "G01": preparation.locking(locking) if locking and locking.documents else None,
        "G02": preparation.frames(given.frames) if given.frames else None,
        "G03": quality.bases(given.bases, limits) if given.bases else None,
        "G04": quality.precision(given.precision, limits) if given.precision else None,
        "G05": quality.weighting(given.weighting, limits) if given.weighting else None,
        "G06": fieldwork.outcomes(outcomes, limits) if outcomes and outcomes.modes else None,
        "G07": quality.reliability(given.reliability, limits) if given.reliability else None,
        "G08": quality.criterion(given.criterion, limits) if given.criterion else None,
        "G09": quality.dont_know(given.dont_know, limits) if given.dont_know else None,
        "G10": fieldwork.removals(given.removals, limits) if given.removals else None,
        "G11": fieldwork.call_backs(call_backs, limits) if call_backs else None,
        "G12": fieldwork.coaching(given.coaching, limits) if given.coaching else None,
        "G13": fieldwork.counties(given.counties, limits) if given.counties else None,
        "G14": quality.mode_effects(given.mode_effects, limits) if given.mode_effects else None,
        "G15": preparation.reproduction(given.reproduction) if given.reproduction else None,
        "G16": preparation.disclosure(disclosure) if disclosure and disclosure.tables else None,
        "G17": preparation.appeals(given.appeals) if given.appeals else None,
    }
