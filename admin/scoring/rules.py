"""When a hand-over may be prepared and who may sign it: two persons, two roles, every gate respected."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from survey.errors import Conflict, Forbidden
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.models.scoring import GateAnswer, Run

REQUIRED_SIGNERS = frozenset({Role.STATISTICIAN.value, Role.PERFORMANCE_LEAD.value})
OPTIONAL_SIGNERS = frozenset({Role.OBSERVER.value})


def blocking_gates(run: Run) -> list[str]:
    """Block gates that are not passed. Nothing and nobody waives one."""
    return [gate.gate for gate in run.gates if gate.level == "block" and gate.status != "pass"]


def open_warnings(run: Run, answered: Collection[str]) -> list[str]:
    """Warnings without a written answer."""
    return [
        gate.gate
        for gate in run.gates
        if gate.level == "warn" and gate.status != "pass" and gate.gate not in answered
    ]


def refuse_unready(run: Run, answers: Mapping[str, GateAnswer]) -> None:
    """Raise Conflict naming every gate between this run and its hand-over."""
    if run.status != "done":
        raise Conflict("run_not_done", zh="这次计算尚未完成。", en="This run is not finished.")
    if blocked := blocking_gates(run):
        names = ", ".join(blocked)
        raise Conflict(
            "gates_block",
            zh=f"以下关卡未通过，不能移交：{names}。任何人都不能豁免；请处理后重新计算。",
            en=f"These gates block the hand-over: {names}. Nobody can waive them; resolve them and run again.",
        )
    if waiting := open_warnings(run, answers):
        names = ", ".join(waiting)
        raise Conflict(
            "warnings_unanswered",
            zh=f"以下预警还没有书面答复：{names}。",
            en=f"These warnings have no written answer yet: {names}.",
        )


def refuse_superseded(run: Run, finished: Collection[int]) -> None:
    """Raise Conflict where a later run was finished: only the newest result of a cycle is handed over."""
    if any(number > run.number for number in finished):
        raise Conflict(
            "run_superseded",
            zh="这次计算已被更新的计算取代，不能移交。",
            en="A later run has taken the place of this one; it cannot be handed over.",
        )


def refuse_signature(
    *, role: Role, actor: Actor, signed: Sequence[tuple[str, int]], has_edited_plan: bool
) -> None:
    """Raise Forbidden or Conflict where this person may not sign in this role now."""
    if (
        actor.user_id is None
        or role not in actor.roles
        or role.value not in REQUIRED_SIGNERS | OPTIONAL_SIGNERS
    ):
        raise Forbidden(
            "not_a_signer",
            zh="您不能以这个角色会签。",
            en="You cannot countersign in this role.",
        )
    if has_edited_plan:
        raise Forbidden(
            "edited_plan",
            zh="修改过评分方案的人不能会签。",
            en="Whoever edited the scoring plan does not countersign.",
        )
    if role.value in {given for given, _ in signed}:
        raise Conflict("role_signed", zh="这个角色已经会签。", en="This role has signed already.")
    if actor.user_id in {person for _, person in signed}:
        raise Conflict(
            "person_signed",
            zh="会签须由两位不同的人完成，您已经签过。",
            en="Two different persons sign, and you have signed already.",
        )
