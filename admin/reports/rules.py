"""When a release may be announced, approved and published: pure decisions, each with the reason and the way out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from survey.errors import Conflict, Forbidden, HouseError, Invalid
from survey.identity.actors import Actor
from survey.identity.permissions import Permission, Role, permissions_of

METHOD_ROLES = frozenset({Role.STATISTICIAN})
PUBLIC_ROLES = frozenset({Role.PERFORMANCE_LEAD, Role.PUBLISHER})
Document = Mapping[str, Any]  # Any: a JSON document


def why_not(actor: Actor, permission: Permission) -> HouseError | None:
    """Why this actor may not do it at all: commands and jobs are no persons."""
    if actor.user_id is None or permission not in permissions_of(actor.roles):
        return Forbidden("release_forbidden", zh="您没有这项权限。", en="You may not do this.")
    return None


def why_not_announce(
    *, now: datetime, release_at: datetime, zone: str, publication: Document
) -> HouseError | None:
    """Announced at least so many days ahead, for the time of day that the plan fixes."""
    days, at = int(publication["pre_announced_days"]), str(publication["release_time"])
    local = release_at.astimezone(ZoneInfo(zone))
    if local.strftime("%H:%M:%S") != f"{at}:00":
        return Invalid(
            "release_time",
            zh=f"发布时刻由方案定为{at}（{zone}），这里给的是{local:%H:%M}。请改为{at}。",
            en=f"The plan fixes the hour of publication at {at} ({zone}); this is {local:%H:%M}. Make it {at}.",
        )
    if release_at - now < timedelta(days=days):
        first = (now + timedelta(days=days)).astimezone(ZoneInfo(zone))
        return Invalid(
            "release_too_soon",
            zh=f"发布日期至少要提前{days}天公布。最早可以是{first:%Y-%m-%d %H:%M}之后的{at}。",
            en=f"A release is announced at least {days} days ahead. The first possible one is at {at} after "
            f"{first:%Y-%m-%d %H:%M}.",
        )
    return None


def why_not_write(
    *, part: str, parts: Sequence[Document], texts: Mapping[str, str], limit: int
) -> HouseError | None:
    """A part of the method statement, said in both languages."""
    if part not in {each["id"] for each in parts}:
        return Invalid(
            "method_part",
            zh=f"方法说明中没有“{part}”这一部分。",
            en=f"The method statement has no part “{part}”.",
        )
    if not all(texts.values()) or max(map(len, texts.values())) > limit:
        return Invalid(
            "method_text",
            zh=f"请用中文和英文各写一段，每段不超过{limit}字。",
            en=f"Write it in Chinese and in English, at most {limit} characters each.",
        )
    return None


def why_not_approve(
    *, role: Role, actor: Actor, approved: Collection[tuple[str, int]], has_edited_plan: bool
) -> HouseError | None:
    """Two persons in two roles, neither of whom edited the plan."""
    if actor.user_id is None or role not in actor.roles or role not in METHOD_ROLES | PUBLIC_ROLES:
        return Forbidden(
            "not_an_approver",
            zh="您不能以这个角色批准发布。",
            en="You cannot approve a release in this role.",
        )
    if has_edited_plan:
        return Forbidden(
            "edited_plan",
            zh="修改过评分方案的人不能批准发布。请由他人批准。",
            en="Whoever edited the scoring plan does not approve the release. Ask somebody else.",
        )
    if role.value in {given for given, _ in approved}:
        return Conflict("role_approved", zh="这个角色已经批准。", en="This role has approved already.")
    if actor.user_id in {person for _, person in approved}:
        return Conflict(
            "person_approved",
            zh="发布须由两位不同的人批准，您已经批准过。",
            en="Two different persons approve, and you have approved already.",
        )
    return None


def missing_approvals(roles: Collection[str]) -> bool:
    """Whether the statistician, or the one who answers to the public, has not approved."""
    return not (set(roles) & METHOD_ROLES and set(roles) & PUBLIC_ROLES)


def why_not_publish(
    *,
    now: datetime,
    release_at: datetime,
    roles: Collection[str],
    empty_parts: Sequence[str],
    warnings: Sequence[str],
) -> HouseError | None:
    """Not before the day, not without two approvals, not with an empty statement or an unanswered warning."""
    if now < release_at:
        return Conflict(
            "release_day",
            zh=f"公布的发布时间是{release_at:%Y-%m-%d %H:%M}（协调世界时），现在还不能发布。",
            en=f"The release is announced for {release_at:%Y-%m-%d %H:%M} UTC; it cannot be published before.",
        )
    if empty_parts:
        names = ", ".join(empty_parts)
        return Conflict(
            "method_incomplete",
            zh=f"方法说明还有空缺：{names}。请补写中英文后再发布。",
            en=f"The method statement is not complete: {names}. Write them in both languages, then publish.",
        )
    if warnings:
        names = ", ".join(warnings)
        return Conflict(
            "warnings_unanswered",
            zh=f"以下预警还没有书面答复：{names}。请统计负责人先答复。",
            en=f"These warnings have no written answer yet: {names}. The statistician answers them first.",
        )
    if missing_approvals(roles):
        return Conflict(
            "approvals_missing",
            zh="发布须由统计负责人和绩效负责人（或发布人）两人批准，现在还缺批准。",
            en="A statistician and a performance lead (or publisher) must both approve; an approval is missing.",
        )
    return None
