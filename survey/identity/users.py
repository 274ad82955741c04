"""Home of accounts: made, given roles, closed; every change is in the audit log and ends running sessions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock, text
from survey.errors import Conflict, Invalid, NotFound
from survey.identity import passwords, role_requests, sessions
from survey.identity.actors import Actor
from survey.identity.permissions import Role, why_not_together
from survey.models.content import AssessedUnit
from survey.models.people import User

# ASCII only, so that no name looks like another one.
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,59}\Z")


def create_user(
    session: Session,
    *,
    username: str,
    display_name: str,
    organisation: str,
    password: str,
    roles: Collection[Role],
    actor: Actor,
    unit_code: str | None = None,
) -> User:
    """Make an account; roles whose word binds others wait for a second administrator (``role_requests``).

    Raises Invalid (name, password, unit, roles that exclude each other), Conflict (taken).
    """
    name = text.one_line(username).lower()
    if not _USERNAME.match(name):
        raise Invalid(
            "username",
            zh="账户名须以小写字母开头，由 2 至 60 个小写字母、数字、点、横线或下划线组成。",
            en="A user name starts with a letter and has 2 to 60 lower-case letters, digits, dots, dashes or underscores.",
        )
    if session.scalar(sa.select(User.id).where(User.username == name)) is not None:
        raise Conflict("username_taken", zh=f"账户名 {name} 已被使用。", en=f"The user name {name} is taken.")
    passwords.check_fit(password, about=(name, display_name, organisation))
    _check_roles(roles, unit_code=unit_code)
    if unit_code is not None and session.get(AssessedUnit, unit_code) is None:
        raise Invalid(
            "unit_unknown", zh=f"没有代码为 {unit_code} 的单位。", en=f"There is no unit {unit_code}."
        )
    user = User(
        username=name,
        display_name=text.one_line(display_name),
        organisation=text.one_line(organisation),
        unit_code=unit_code,
        password_hash=passwords.hash_password(password),
        created_at=clock.now(session),
    )
    session.add(user)
    waiting = role_requests.give(session, user, roles, actor=actor)
    audit.record(
        session,
        actor.ref,
        act="user.create",
        on=f"user:{name}",
        after={"roles": _names(set(roles) - waiting), "unit": unit_code, **_waiting(waiting)},
    )
    return user


def set_roles(session: Session, user_id: int, *, roles: Collection[Role], actor: Actor) -> None:
    """Give a person exactly ``roles``; their sessions end. New ones whose word binds others wait for a second person.

    Raises NotFound, Invalid, Conflict (own roles).
    """
    user = _user(session, user_id)
    if actor.user_id == user.id:
        raise role_requests.own_roles()
    _check_roles(roles, unit_code=user.unit_code)
    before, asked = _names(Role(held.role) for held in user.roles), role_requests.waiting(user)
    waiting = role_requests.give(session, user, roles, actor=actor)
    held = _names(Role(held.role) for held in user.roles)
    if (before, asked) == (held, waiting):
        return
    sessions.end_all(session, user.id)
    audit.record(
        session,
        actor.ref,
        act="user.set_roles",
        on=f"user:{user.username}",
        before={"roles": before, **_waiting(asked)},
        after={"roles": held, **_waiting(waiting)},
    )


def set_active(session: Session, user_id: int, *, is_active: bool, actor: Actor) -> None:
    """Close an account or open it again; closing ends its sessions. Raises NotFound, Conflict (own account)."""
    user = _user(session, user_id)
    if actor.user_id == user.id:
        raise Conflict("own_account", zh="不能停用自己的账户。", en="Nobody closes their own account.")
    if user.is_active == is_active:
        return
    user.is_active = is_active
    if not is_active:
        sessions.end_all(session, user.id)
    audit.record(
        session,
        actor.ref,
        act="user.open" if is_active else "user.close",
        on=f"user:{user.username}",
        before={"active": not is_active},
        after={"active": is_active},
    )


def set_password(
    session: Session, user_id: int, *, password: str, actor: Actor, keep_session: bytes | None = None
) -> None:
    """Change a password; all other sessions of the person end. Raises NotFound, Invalid (unfit)."""
    user = _user(session, user_id)
    passwords.check_fit(password, about=(user.username, user.display_name, user.organisation))
    user.password_hash = passwords.hash_password(password)
    sessions.end_all(session, user.id, keep=keep_session)
    audit.record(session, actor.ref, act="user.set_password", on=f"user:{user.username}")


def set_second_factor(
    session: Session, user_id: int, *, sealed_secret: str | None, counter: int | None, actor: Actor
) -> None:
    """Enrol an authenticator (``totp.seal`` made the secret) or take it away. Raises NotFound."""
    user = _user(session, user_id)
    user.totp_secret, user.totp_counter = sealed_secret, counter
    act = "user.enrol_second_factor" if sealed_secret else "user.drop_second_factor"
    audit.record(session, actor.ref, act=act, on=f"user:{user.username}")


def _check_roles(roles: Collection[Role], *, unit_code: str | None) -> None:
    if clash := why_not_together(roles):
        first, second = clash
        raise Invalid(
            "roles_exclude",
            zh=f"角色 {first} 与 {second} 不能由同一账户担任。",
            en=f"No account may hold both {first} and {second}.",
        )
    if (Role.UNIT_LIAISON in roles) != (unit_code is not None):
        raise Invalid(
            "liaison_unit",
            zh="单位联络员须注明所代表的单位，其他角色不得注明单位。",
            en="A unit liaison names the unit they speak for; nobody else has a unit.",
        )


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user_unknown", zh="没有这个账户。", en="There is no such account.")
    return user


def _waiting(roles: Collection[Role]) -> dict[str, list[str]]:
    return {"waiting": _names(roles)} if roles else {}


def _names(roles: Iterable[Role]) -> list[str]:
    return sorted({role.value for role in roles})
