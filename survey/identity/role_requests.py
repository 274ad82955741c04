"""Home of roles that need a second administrator: asked for by one, held once another person has confirmed them.

Who can make accounts could otherwise make two of them and be the two persons that a rule asks for. What a command
on the server gives is given at once: whoever runs it could change the database itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from survey import audit, clock
from survey.errors import Conflict
from survey.identity import sessions
from survey.identity.actors import Actor
from survey.identity.permissions import BINDING_ROLES, Role
from survey.identity.persons import is_same_person
from survey.models.people import RoleRequest, User, UserRole


def waiting(user: User) -> frozenset[Role]:
    """The roles of a person that wait for a second administrator."""
    return frozenset(Role(request.role) for request in user.requests)


def give(session: Session, user: User, roles: Collection[Role], *, actor: Actor) -> frozenset[Role]:
    """Give a person exactly ``roles`` as far as ``actor`` alone can; returns those that wait from now on."""
    held = {each.role: each for each in user.roles}
    asked = {each.role: each for each in user.requests}
    alone = actor.user_id is None
    given = {role for role in roles if alone or role.value in held or role not in BINDING_ROLES}
    rest = frozenset(roles) - given
    user.roles = [held.get(role.value) or UserRole(role=role.value) for role in sorted(given)]
    now = clock.now(session)
    user.requests = [
        asked.get(role.value) or RoleRequest(role=role.value, asked_by=actor.user_id, asked_at=now)
        for role in sorted(rest)
    ]
    session.flush()
    return rest


def confirm(session: Session, user: User, *, actor: Actor) -> Sequence[Role]:
    """Let a person hold the roles that another administrator asked for. Raises Conflict (own account, own request)."""
    confirming = session.get_one(User, actor.user_id)
    if is_same_person(confirming, user):
        raise own_roles()
    taken = [
        each for each in user.requests if not is_same_person(confirming, session.get_one(User, each.asked_by))
    ]
    if not taken:
        raise Conflict(
            "own_request",
            zh="这些角色由您申请，须由另一位角色管理员确认。若没有第二位，请系统管理员用命令“minyi user add”设立。",
            en="You asked for these roles yourself; another role administrator confirms them. Where there is none, the "
            "operator makes one by the command `minyi user add`.",
        )
    roles = [Role(each.role) for each in taken]
    asked_by = sorted({session.get_one(User, each.asked_by).username for each in taken})
    user.requests = [each for each in user.requests if each not in taken]
    user.roles = [*user.roles, *(UserRole(role=role.value) for role in roles)]
    session.flush()
    sessions.end_all(session, user.id)
    audit.record(
        session,
        actor.ref,
        act="user.confirm_roles",
        on=f"user:{user.username}",
        after={"roles": [role.value for role in roles], "asked_by": asked_by},
    )
    return roles


def refuse(session: Session, user: User, *, actor: Actor) -> None:
    """Drop what waits: an administrator thinks better of it, or another one says no. Nothing happens where none does."""
    dropped = sorted(request.role for request in user.requests)
    if not dropped:
        return
    user.requests = []
    session.flush()
    audit.record(
        session, actor.ref, act="user.refuse_roles", on=f"user:{user.username}", before={"waiting": dropped}
    )


def own_roles() -> Conflict:
    """Somebody asked for more, or less, for themselves."""
    return Conflict(
        "own_roles",
        zh="不能修改自己的角色；请另一位角色管理员办理。",
        en="Nobody changes their own roles; ask another role administrator.",
    )
