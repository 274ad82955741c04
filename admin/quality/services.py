"""Home of the verbs on flags: raise what detectors found, decide by two persons, exclude by rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.quality import queries, rules
from survey import audit, clock, text
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.models.content import ContentDocument
from survey.models.quality import Exclusion, FlagDecision, QualityFlag
from survey.models.response import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a detector found. ``response_ids`` are hexadecimal keys of the responses that it names."""

    detector: str
    evaluator_group: str
    subject_kind: str
    """responses | county | interviewer | frame"""
    subject: str
    evidence: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON, as each detector explains itself
    response_ids: tuple[str, ...] = ()
    needs_decision: bool = True


def record_flags(
    session: Session, cycle_id: int, findings: Sequence[Finding], *, actor: Actor
) -> list[QualityFlag]:
    """Keep findings as flags; one that is there already, with the same responses, is not raised twice."""
    known = {_name(flag): flag for flag in queries.flags(session, cycle_id)}
    raised = []
    for finding in findings:
        if _name(finding) in known:
            continue
        flag = QualityFlag(
            cycle_id=cycle_id,
            detector=finding.detector,
            evaluator_group=finding.evaluator_group,
            subject_kind=finding.subject_kind,
            subject=finding.subject,
            evidence=dict(finding.evidence),
            response_ids=sorted(finding.response_ids),
            needs_decision=finding.needs_decision,
            raised_at=clock.now(session),
        )
        known[_name(finding)] = flag
        raised.append(flag)
    session.add_all(raised)
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="flag.raise",
        on=f"cycle:{cycle_id}",
        after={"new": len(raised), "known": len(findings) - len(raised)},
    )
    return raised


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One person's decision on a flag, in the role they take it in."""

    role: Role
    decision: rules.Decision
    reason_code: str
    reason: str


def decide(session: Session, flag: QualityFlag, choice: Choice, *, actor: Actor) -> rules.Settled | None:
    """Record one person's decision; returns what is settled once a second person agrees, else None.

    A settled removal excludes the flag's responses from the analysis by rule and leaf index; the responses
    themselves stay as they are. Raises Forbidden, Conflict or Invalid (``rules.why_not_decide``).
    """
    session.flush()
    refusal = rules.why_not_decide(
        rules.Ballot(
            user_id=actor.user_id,
            held_roles=actor.roles,
            role=choice.role,
            decision=choice.decision,
            reason_code=choice.reason_code,
            reason=choice.reason,
            subject_kind=flag.subject_kind,
            has_edited_plan=_has_edited_plan(session, actor),
            earlier=queries.votes(flag),
        )
    )
    if refusal is not None:
        raise refusal
    flag.decisions.append(
        FlagDecision(
            user_id=actor.user_id,
            role=choice.role.value,
            decision=choice.decision.value,
            reason_code=choice.reason_code,
            reason=text.normalise(choice.reason).strip(),
            decided_at=clock.now(session),
        )
    )
    session.flush()
    settled = rules.settled(queries.votes(flag))
    n_excluded = _exclude(session, flag, settled) if settled else 0
    audit.record(
        session,
        actor.ref,
        act="flag.decide",
        on=f"flag:{flag.id}",
        after={
            "role": choice.role.value,
            "decision": choice.decision.value,
            "reason_code": choice.reason_code,
            "settled": settled is not None,
            "excluded": n_excluded,
        },
    )
    return settled


def _exclude(session: Session, flag: QualityFlag, settled: rules.Settled) -> int:
    """Mark the responses of a removal, whose leaf index makes each exclusion checkable from outside."""
    if settled.decision is not rules.Decision.REMOVE:
        return 0
    wanted = [bytes.fromhex(name) for name in flag.response_ids]
    found: list[tuple[bytes, int, int]] = []
    for start in range(0, len(wanted), 500):  # databases limit the number of parameters
        query = sa.select(Response.id, Response.wave_id, Response.leaf_index)
        found += session.execute(query.where(Response.id.in_(wanted[start : start + 500]))).all()
    if len(found) != len(set(wanted)):
        raise Conflict(
            "responses_missing",
            zh="标记所指的部分答卷不在已封存的数据中，不能剔除。",
            en="Some responses that the flag names are not among the sealed ones; nothing is removed.",
        )
    gone = set(session.scalars(sa.select(Exclusion.response_id)))
    rows = [
        Exclusion(
            response_id=response_id,
            wave_id=wave_id,
            leaf_index=leaf_index,
            rule=settled.reason_code,
            flag_id=flag.id,
            decided_at=clock.now(session),
        )
        for response_id, wave_id, leaf_index in sorted(found)
        if response_id not in gone
    ]
    session.add_all(rows)
    session.flush()
    return len(rows)


def _has_edited_plan(session: Session, actor: Actor) -> bool:
    edited = sa.select(ContentDocument.id).where(
        ContentDocument.kind == "scoring", ContentDocument.edited_by == actor.ref
    )
    return session.scalar(edited.limit(1)) is not None


def _name(flag: QualityFlag | Finding) -> tuple[str, str, str, str, tuple[str, ...]]:
    return (
        flag.detector,
        flag.evaluator_group,
        flag.subject_kind,
        flag.subject,
        tuple(sorted(flag.response_ids)),
    )
