"""Home of signing in: password first, then the second factor; whatever fails looks and lasts the same."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, text
from survey.identity import passwords, sessions, totp
from survey.models.people import StaffSession, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session was opened; with ``awaits_second_factor`` it opens no door before the code is given."""

    secret: str
    awaits_second_factor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What an account offers for comparison. A name that does not exist has one too: it never fits."""

    user_id: int | None
    password_hash: str | None

    def knows(self, password: str) -> bool:
        """Whether ``password`` is this account's; takes the same time for every name. Needs no database."""
        return passwords.matches(self.password_hash, password)


def candidate(session: Session, username: str) -> Candidate:
    """The account behind a typed name, for ``knows`` outside the transaction: hashing is slow on purpose."""
    user = session.scalars(
        sa.select(User).where(User.username == _folded(username), User.is_active)
    ).one_or_none()
    return Candidate(user_id=user.id if user else None, password_hash=user.password_hash if user else None)


def open_for(session: Session, user_id: int, *, agent_class: str = "", previous: str | None = None) -> Opened:
    """Open a session for the person whose password was just right.

    ``previous`` is the cookie that the browser still had: that session ends, so that no name planted before
    survives the sign-in.
    """
    user = session.get_one(User, user_id)
    if previous:
        sessions.end(session, sessions.hash_of(previous))
    secret = sessions.open_session(session, user.id, agent_class=agent_class)
    if user.totp_secret is None:
        audit.record(session, f"user:{user.username}", act="user.sign_in", on=f"user:{user.username}")
    return Opened(secret=secret, awaits_second_factor=user.totp_secret is not None)


def check_code(session: Session, *, secret: str, code: str, key: bytes) -> str | None:
    """The new cookie if ``code`` completes the session that waits behind ``secret``, else None."""
    user = waiting_user(session, secret)
    if user is None or not take_code(session, user.id, code=code, key=key):
        return None
    audit.record(session, f"user:{user.username}", act="user.sign_in", on=f"user:{user.username}")
    return sessions.renew(session, sessions.hash_of(secret), gave_second_factor=True)


def waiting_user(session: Session, secret: str) -> User | None:
    """The person whose password was right and whose code is still missing."""
    row = session.get(StaffSession, sessions.hash_of(secret))
    found = sessions.find(session, secret)
    if row is None or found is None or found.gave_second_factor or not found.has_second_factor:
        return None
    return session.get(User, row.user_id)


def take_code(session: Session, user_id: int, *, code: str, key: bytes) -> bool:
    """Whether ``code`` is this person's, now; a code that was taken once is never taken again."""
    user = session.get_one(User, user_id, with_for_update=True)
    plain = totp.unseal(user.totp_secret, key=key, username=user.username) if user.totp_secret else None
    if plain is None:
        return False
    counter = totp.counter_of(plain, code, at=totp.real_now(session), last=user.totp_counter)
    if counter is None:
        return False
    user.totp_counter = counter
    session.flush()
    return True


def _folded(username: str) -> str:
    try:
        return text.one_line(username).lower()
    except text.UnfitText:
        return ""
