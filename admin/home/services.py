"""Home of the verbs on a cycle: start it with its six stages, add evidence, sign a stage off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock, text
from survey.errors import Conflict, Invalid
from survey.identity.actors import Actor
from survey.models.cycle import Cycle, CycleStage

STAGES = (
    "index_refinement",
    "instrument_design",
    "fieldwork",
    "analysis",
    "countermeasures",
    "report",
)
"""The six stages in the order of a cycle."""
# By stage: the step of the province's calendar that it ends with, and the duty of the organiser who owns it.
_CALENDAR: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "index_refinement": ("consultation_with_assessed_units", "index_refinement"),
        "instrument_design": ("lock", "instrument_design"),
        "fieldwork": ("annual_fieldwork", "sampling_frame"),
        "analysis": ("countersign", "weighting"),
        "countermeasures": ("commitments", "commitments_follow_up"),
        "report": ("publication", "score_hand_over"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePlan:
    """A stage before it begins: whose it is and when it is due."""

    stage: str
    owner: Mapping[str, str]
    due_on: date


def stages_of(province: Mapping[str, Any]) -> tuple[StagePlan, ...]:
    """The six stages as the calendar and the organisers of a province document lay them out."""
    due = {step["step"]: date.fromisoformat(str(step["to"])) for step in province["calendar"]}
    owners = {
        duty: {"zh": organiser["zh"], "en": organiser["en"]}
        for organiser in reversed(province["organisers"])
        for duty in organiser["duties"]
    }
    return tuple(
        StagePlan(stage=stage, owner=owners[duty], due_on=due[step])
        for stage, (step, duty) in _CALENDAR.items()
    )


def create_cycle(
    session: Session,
    *,
    code: str,
    year: int,
    title: Mapping[str, str],
    stages: Sequence[StagePlan],
    actor: Actor,
) -> Cycle:
    """Start a cycle. Raises Conflict (code taken), Invalid (not the six stages)."""
    if session.scalar(sa.select(Cycle.id).where(Cycle.code == code)) is not None:
        raise Conflict(
            "cycle_code_taken", zh=f"周期代码 {code} 已被使用。", en=f"The cycle code {code} is taken."
        )
    if tuple(plan.stage for plan in stages) != STAGES:
        raise Invalid(
            "stages",
            zh="一个周期正好有六个阶段，顺序固定。",
            en="A cycle has exactly its six stages, in their order.",
        )
    cycle = Cycle(code=code, year=year, title=dict(title))
    cycle.stages = [
        CycleStage(position=number, stage=plan.stage, owner=dict(plan.owner), due_on=plan.due_on, evidence=[])
        for number, plan in enumerate(stages, start=1)
    ]
    session.add(cycle)
    session.flush()
    audit.record(session, actor.ref, act="cycle.create", on=f"cycle:{code}", after={"year": year})
    return cycle


def add_evidence(session: Session, stage: CycleStage, *, note: str, actor: Actor) -> None:
    """Note what shows that a stage was done. Raises Conflict (signed off), Invalid (nothing said)."""
    if stage.signed_at is not None:
        raise _signed()
    line = text.one_line(note)[:500]
    if not line:
        raise Invalid("evidence_empty", zh="请写明凭据。", en="Say what the evidence is.")
    now = clock.now(session)
    stage.evidence = [*stage.evidence, {"note": line, "by": actor.ref, "at": now.isoformat()}]
    session.flush()
    audit.record(session, actor.ref, act="stage.evidence", on=_reference(stage), after={"note": line})


def sign_stage(session: Session, stage: CycleStage, *, actor: Actor) -> None:
    """Sign a stage off. Raises Conflict: signed already, no evidence, or an earlier stage is open.

    The report of a cycle comes out before its countermeasures are done, so those two may be signed in
    either order.
    """
    if stage.signed_at is not None:
        raise _signed()
    if not stage.evidence:
        raise Conflict(
            "stage_without_evidence",
            zh="这一阶段还没有凭据，不能签署。请先写明凭据。",
            en="This stage has no evidence yet and cannot be signed off. Add evidence first.",
        )
    waits_for = [
        other
        for other in stage.cycle.stages
        if other.position < stage.position and other.signed_at is None and other.stage != "countermeasures"
    ]
    if waits_for:
        raise Conflict(
            "earlier_stage_open",
            zh="前面的阶段尚未签署。",
            en="An earlier stage is not signed off yet.",
        )
    stage.signed_by, stage.signed_at = actor.ref, clock.now(session)
    session.flush()
    audit.record(session, actor.ref, act="stage.sign", on=_reference(stage))


def _reference(stage: CycleStage) -> str:
    return f"cycle:{stage.cycle.code}/{stage.stage}"


def _signed() -> Conflict:
    return Conflict("stage_signed", zh="这一阶段已经签署。", en="This stage is signed off already.")
