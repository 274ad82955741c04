"""Home of the actor: the person, command or job on whose behalf a service acts."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from survey.errors import NotFound
from survey.identity.permissions import Role
from survey.models.people import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts. ``user_id`` is None for commands and jobs, which therefore never count as a person."""

    ref: str
    """How the audit log names this actor: ``user:<name>``, ``command:<name>`` or ``job:<kind>``."""
    user_id: int | None = None
    roles: frozenset[Role] = frozenset()

    @classmethod
    def command(cls, name: str) -> Actor:
        """The actor of a command line command."""
        return cls(ref=f"command:{name}")

    @classmethod
    def job(cls, kind: str) -> Actor:
        """The actor of a background job."""
        return cls(ref=f"job:{kind}")


def actor_of(user: User) -> Actor:
    """``user`` as an actor, with the roles that the database holds now."""
    roles = frozenset(Role(held.role) for held in user.roles)
    return Actor(ref=f"user:{user.username}", user_id=user.id, roles=roles)


def find_actor(session: Session, username: str) -> Actor:
    """The active user called ``username`` as an actor. Raises NotFound."""
    user = session.scalars(
        sa.select(User).where(User.username == username, User.is_active).options(selectinload(User.roles))
    ).one_or_none()
    if user is None:
        raise NotFound(
            "user_unknown",
            zh=f"没有名为 {username} 的在用账户。",
            en=f"There is no active account called {username}.",
        )
    return actor_of(user)
