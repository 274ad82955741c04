"""Home of staff sessions: kept on the server, named by a random cookie of which only the hash is stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from survey import clock, ids
from survey.identity.actors import Actor, actor_of
from survey.models.people import StaffSession, User

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
FRESH = timedelta(minutes=10)
"""How long a password just given is enough for acts that bind others."""
_LEEWAY = timedelta(seconds=120)
_TOUCH_EVERY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A live session as one request sees it."""

    id_hash: bytes
    actor: Actor
    username: str
    display_name: str
    has_second_factor: bool
    """The account has an authenticator enrolled."""
    gave_second_factor: bool
    is_fresh: bool
    is_due_for_touch: bool


def open_session(
    session: Session, user_id: int, *, gave_second_factor: bool = False, agent_class: str = ""
) -> str:
    """Start a session for a person whose password was just checked; returns the cookie's value."""
    now = clock.now(session)
    session.execute(sa.delete(StaffSession).where(StaffSession.created_at < now - ABSOLUTE))
    secret = ids.secret(32)
    session.add(
        StaffSession(
            id_hash=hash_of(secret),
            user_id=user_id,
            created_at=now,
            seen_at=now,
            authenticated_at=now,
            second_factor=gave_second_factor,
            user_agent_class=agent_class,
        )
    )
    session.flush()
    return secret


def renew(session: Session, id_hash: bytes, *, gave_second_factor: bool | None = None) -> str:
    """Give the session a new name after its person proved themselves again; the old name is dead at once."""
    secret = ids.secret(32)
    now = clock.now(session)
    changes: dict[str, object] = {"id_hash": hash_of(secret), "seen_at": now, "authenticated_at": now}
    if gave_second_factor is not None:
        changes["second_factor"] = gave_second_factor
    session.execute(sa.update(StaffSession).where(StaffSession.id_hash == id_hash).values(changes))
    return secret


def find(session: Session, secret: str) -> SignedIn | None:
    """The live session behind a cookie, or None: unknown, idle too long, too old, ended, or account closed."""
    row = session.get(StaffSession, hash_of(secret))
    if row is None:
        return None
    now = clock.now(session)
    # A clock that was set back must not make a session immortal: an age below zero is no age.
    in_time = -_LEEWAY <= now - row.seen_at <= IDLE and -_LEEWAY <= now - row.created_at <= ABSOLUTE
    user = session.get(User, row.user_id, options=[selectinload(User.roles)])
    if not in_time or user is None or not user.is_active:
        return None
    return SignedIn(
        id_hash=row.id_hash,
        actor=actor_of(user),
        username=user.username,
        display_name=user.display_name,
        has_second_factor=user.totp_secret is not None,
        gave_second_factor=row.second_factor,
        is_fresh=-_LEEWAY <= now - row.authenticated_at <= FRESH,
        is_due_for_touch=now - row.seen_at >= _TOUCH_EVERY,
    )


def touch(session: Session, id_hash: bytes) -> None:
    """Note that the person is still there."""
    session.execute(
        sa.update(StaffSession).where(StaffSession.id_hash == id_hash).values(seen_at=clock.now(session))
    )


def end(session: Session, id_hash: bytes) -> None:
    """End one session; its cookie is worthless from now on."""
    session.execute(sa.delete(StaffSession).where(StaffSession.id_hash == id_hash))


def end_all(session: Session, user_id: int, *, keep: bytes | None = None) -> int:
    """End all sessions of a person, but the one called ``keep``; returns how many."""
    doomed = sa.delete(StaffSession).where(StaffSession.user_id == user_id)
    if keep is not None:
        doomed = doomed.where(StaffSession.id_hash != keep)
    return len(session.scalars(doomed.returning(StaffSession.user_id)).all())


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSession:
    """A session in the list that its owner sees."""

    name: str
    """First half of the hash: enough to end it, useless as a cookie."""
    started_at: datetime
    seen_at: datetime
    agent_class: str
    is_this_one: bool


def list_of(session: Session, user_id: int, *, this: bytes) -> list[ListedSession]:
    """The live sessions of a person, the newest first."""
    now = clock.now(session)
    rows = session.scalars(
        sa.select(StaffSession)
        .where(StaffSession.user_id == user_id, StaffSession.seen_at >= now - IDLE)
        .order_by(StaffSession.created_at.desc())
    )
    return [
        ListedSession(
            name=row.id_hash.hex()[:32],
            started_at=row.created_at,
            seen_at=row.seen_at,
            agent_class=row.user_agent_class,
            is_this_one=row.id_hash == this,
        )
        for row in rows
    ]


def end_named(session: Session, user_id: int, name: str) -> bool:
    """End the session that ``list_of`` called ``name``, if it is this person's."""
    for row in session.scalars(sa.select(StaffSession).where(StaffSession.user_id == user_id)):
        if row.id_hash.hex()[:32] == name:
            session.delete(row)
            return True
    return False


def hash_of(secret: str) -> bytes:
    """What the database keeps of a cookie."""
    return hashlib.sha256(b"minyi/staff-session/v1\n" + secret.encode("utf-8", "replace")).digest()
