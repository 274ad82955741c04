"""Home of what staff do with a comment: two persons decide whether it is shown, and it gets a reply with a reason."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from survey import audit, clock, text
from survey.errors import Conflict, Forbidden, Invalid
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.models.consultation import CommentState, ConsultationComment, Decision
from survey.participation import consultations
from survey.participation.phases import Phase, phase_of

HIDING_REASONS = ("names_a_person", "insult", "advertising", "not_about_the_draft", "repeated")
"""Why a text is not shown to the public. Its writer still gets the reply."""
LONGEST_REPLY, SHORTEST_REPLY = 1000, 5


def say_whether_shown(
    session: Session, comment: ConsultationComment, *, hidden_for: str | None, role: Role, actor: Actor
) -> bool:
    """One person's word, in one role, on showing a comment; the second one's settles it. Returns whether it is settled.

    Raises Forbidden (role not held), Conflict (settled, the same person or role again, replies published).
    Two who disagree start again: the second word then counts as the first one.
    """
    _refuse_finished(session, comment)
    _check_word(comment, hidden_for=hidden_for, role=role, actor=actor)
    agrees = comment.cleared_by is not None and comment.hidden_for == hidden_for
    if agrees:
        comment.decided_by, comment.decided_as = actor.ref, role.value
        comment.state = (CommentState.HIDDEN if hidden_for else CommentState.SHOWN).value
    else:
        comment.cleared_by, comment.cleared_as, comment.hidden_for = actor.ref, role.value, hidden_for
    session.flush()
    after = {"comment": comment.id, "hidden_for": hidden_for, "role": role.value, "settled": agrees}
    audit.record(
        session,
        actor.ref,
        act="consultation.clear",
        on=consultations.reference(comment.consultation),
        after=after,
    )
    return agrees


def reply(
    session: Session,
    comment: ConsultationComment,
    *,
    decision: str,
    words: Mapping[str, str],
    actor: Actor,
) -> None:
    """Answer a comment with a decision and its reason in both languages; until publication it may be mended.

    Raises Invalid where the reason is missing in Chinese or too long, Conflict once replies are published.
    """
    _refuse_finished(session, comment)
    if decision not in set(Decision):
        raise Invalid(
            "decision",
            zh="请选择采纳、部分采纳或不采纳。",
            en="Choose accepted, partly accepted or not accepted.",
        )
    comment.decision, comment.reply = decision, _reason(words)
    comment.replied_by, comment.replied_at = actor.ref, clock.now(session)
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="consultation.reply",
        on=consultations.reference(comment.consultation),
        after={"comment": comment.id, "decision": decision},
    )


def _check_word(comment: ConsultationComment, *, hidden_for: str | None, role: Role, actor: Actor) -> None:
    if role not in actor.roles:
        raise Forbidden("role_not_held", zh="您没有这个角色。", en="You do not hold this role.")
    if hidden_for is not None and hidden_for not in HIDING_REASONS:
        raise Invalid("hiding_reason", zh="请选择不公开的理由。", en="Choose why the text is not shown.")
    if comment.state != CommentState.WAITING.value:
        raise Conflict(
            "comment_settled",
            zh="这条意见是否公开已由两人决定。",
            en="Two persons have already decided whether this comment is shown.",
        )
    if actor.ref == comment.cleared_by or role.value == comment.cleared_as:
        raise Conflict(
            "second_person",
            zh="须由另一个人以另一个角色再次确认。",
            en="Another person in another role has to confirm it.",
        )


def _refuse_finished(session: Session, comment: ConsultationComment) -> None:
    if phase_of(comment.consultation, now=clock.now(session)) in {Phase.ANSWERED, Phase.WITHDRAWN}:
        raise Conflict(
            "consultation_over",
            zh="答复已经公布（或征求意见已撤回），不能再修改。",
            en="The replies are published, or the consultation was taken back; nothing changes any more.",
        )


def _reason(words: Mapping[str, str]) -> dict[str, str]:
    kept = {language: text.normalise(said).strip() for language, said in words.items() if said.strip()}
    if not SHORTEST_REPLY <= len(kept.get("zh", "")) <= LONGEST_REPLY or any(
        len(said) > LONGEST_REPLY for said in kept.values()
    ):
        raise Invalid(
            "reply_length",
            zh=f"请写明理由：中文 {SHORTEST_REPLY} 至 {LONGEST_REPLY} 个字。",
            en=f"Give the reason: at least in Chinese, {SHORTEST_REPLY} to {LONGEST_REPLY} characters.",
        )
    return kept
