"""Home of who may decide on a flag and when a decision takes effect: two persons, two roles, one opinion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from survey.errors import Conflict, Forbidden, HouseError, Invalid
from survey.identity.permissions import ROLE_PERMISSIONS, Permission, Role

DECIDING_ROLES = tuple(role for role in Role if Permission.QUALITY_DECIDE in ROLE_PERMISSIONS[role])


class Decision(StrEnum):
    """What may become of the records that a flag names. None of it touches the records themselves."""

    KEEP = "keep"
    REMOVE = "remove"
    SET_ASIDE = "set_aside"


REASONS: Mapping[Decision, tuple[str, ...]] = MappingProxyType(
    {
        Decision.KEEP: ("no_evidence", "explained", "confirmed_by_call_back"),
        Decision.REMOVE: (
            "duplicate_device",
            "duplicate_record",
            "speeder",
            "straight_lining",
            "failed_call_back",
            "interviewer_effect",
            "frame_conflict",
        ),
        Decision.SET_ASIDE: ("coaching",),
    }
)
"""The coded reasons for each decision; the report counts removals by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What one person, in one role, decided on a flag."""

    user_id: int
    role: str
    decision: str
    reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What two persons in two roles agreed on."""

    decision: Decision
    reason_code: str


def settled(votes: Sequence[Vote]) -> Settled | None:
    """The decision that two different persons in two different roles share, or None while there is none."""
    for index, later in enumerate(votes):
        for earlier in votes[:index]:
            differ = earlier.user_id != later.user_id and earlier.role != later.role
            agree = earlier.decision == later.decision and earlier.reason_code == later.reason_code
            if differ and agree:
                return Settled(decision=Decision(later.decision), reason_code=later.reason_code)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A decision about to be taken, with what it must be weighed against."""

    user_id: int | None
    held_roles: frozenset[Role]
    role: Role
    decision: Decision
    reason_code: str
    reason: str
    subject_kind: str
    has_edited_plan: bool
    earlier: Sequence[Vote]


def why_not_decide(ballot: Ballot) -> HouseError | None:
    """Why this person may not decide so, or None where they may."""
    if ballot.user_id is None or ballot.role not in ballot.held_roles or ballot.role not in DECIDING_ROLES:
        return Forbidden(
            "not_a_decider",
            zh="作出决定的须是担任复核职责的人员本人。",
            en="Decisions are taken by a person who holds the role they decide in.",
        )
    if ballot.has_edited_plan:
        return Conflict(
            "plan_editor",
            zh="编辑过评分方案的人不能决定数据的去留。",
            en="Whoever edited the scoring plan does not decide which data stay.",
        )
    if settled(ballot.earlier) is not None:
        return Conflict("flag_settled", zh="这一标记已经有了决定。", en="This flag is decided already.")
    if any(vote.user_id == ballot.user_id for vote in ballot.earlier):
        return Conflict(
            "decided_before",
            zh="您已就这一标记作出决定，须由另一职责的另一人作出第二个决定。",
            en="You have decided on this flag; the second decision is another person's, in another role.",
        )
    if ballot.reason_code not in REASONS[ballot.decision]:
        return Invalid(
            "reason_code",
            zh="请选择与决定相符的理由代码。",
            en="Choose a reason that fits the decision.",
        )
    if (ballot.decision is Decision.SET_ASIDE) != (ballot.subject_kind == "county") and (
        ballot.decision is not Decision.KEEP
    ):
        return Invalid(
            "decision_kind",
            zh="县区整体搁置，其他标记为剔除或保留。",
            en="Counties are set aside; the records of any other flag are removed or kept.",
        )
    if len(ballot.reason.strip()) < 10:
        return Invalid(
            "reason_short",
            zh="请写明理由（至少10个字），它将随结果公布。",
            en="Write the reason (at least 10 characters); it is published with the results.",
        )
    return None
