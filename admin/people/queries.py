"""Home of what the screens of people, audit and health read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from survey.errors import NotFound
from survey.ledger import cosigning, origins
from survey.ledger.cosigning import Head
from survey.ledger.notes import VerifierKey
from survey.models.audit import AuditEvent
from survey.models.content import AssessedUnit
from survey.models.job import Job
from survey.models.people import User
from survey.models.wave import Wave

PAGE = 50


def users(session: Session) -> Sequence[User]:
    """All accounts by name."""
    both = (selectinload(User.roles), selectinload(User.requests))
    return session.scalars(sa.select(User).options(*both).order_by(User.username)).all()


def user(session: Session, user_id: int) -> User:
    """One account. Raises NotFound."""
    found = session.get(User, user_id, options=[selectinload(User.roles)])
    if found is None:
        raise NotFound("user_unknown", zh="没有这个账户。", en="There is no such account.")
    return found


def askers(session: Session, person: User) -> list[str]:
    """Who asked for the roles that wait, by user name."""
    ids = {request.asked_by for request in person.requests}
    return list(session.scalars(sa.select(User.username).where(User.id.in_(ids)).order_by(User.username)))


def units(session: Session) -> Sequence[AssessedUnit]:
    """The assessed units by their official code."""
    return session.scalars(sa.select(AssessedUnit).order_by(AssessedUnit.official_code)).all()


def wave(session: Session, code: str) -> Wave:
    """One wave by its code. Raises NotFound."""
    found = session.scalars(sa.select(Wave).where(Wave.code == code)).one_or_none()
    if found is None:
        raise NotFound("wave_unknown", zh="没有这个调查轮次。", en="There is no such wave.")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSign:
    """A wave whose logs are signed by the platform, and how far the audit office has signed them."""

    wave: Wave
    heads: list[Head]

    @property
    def is_signed(self) -> bool:
        """Whether the newest state of both logs bears the office's signature."""
        return all(head.is_signed for head in self.heads)


def waves_to_sign(session: Session, *, key: VerifierKey | None) -> list[ToSign]:
    """The waves that have signed logs, the newest first."""
    waves = session.scalars(sa.select(Wave).order_by(Wave.opens_at.desc(), Wave.code)).all()
    found = [ToSign(wave=each, heads=cosigning.heads_of_wave(session, each.code, key=key)) for each in waves]
    return [each for each in found if each.heads]


def trail_to_sign(session: Session, *, key: VerifierKey | None) -> Head | None:
    """How the log of the acts of staff stands."""
    found = cosigning.heads(session, [origins.current(session, origins.of_trail())], key=key)
    return found[0] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """What to show of the audit log; empty shows all."""

    actor: str = ""
    act: str = ""
    on: str = ""
    before: int | None = None
    """Only events with a smaller number: the next page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """One page of the audit log, the newest event first."""

    events: Sequence[AuditEvent]
    next_before: int | None


def audit_events(session: Session, wanted: AuditFilter) -> AuditPage:
    """A page of the audit log; texts are compared from their beginning."""
    query = sa.select(AuditEvent).order_by(AuditEvent.n.desc()).limit(PAGE + 1)
    for column, text in (
        (AuditEvent.actor, wanted.actor),
        (AuditEvent.act, wanted.act),
        (AuditEvent.object_ref, wanted.on),
    ):
        if text:
            query = query.where(column.startswith(text, autoescape=True))
    if wanted.before is not None:
        query = query.where(AuditEvent.n < wanted.before)
    events = session.scalars(query).all()
    has_more = len(events) > PAGE
    return AuditPage(events=events[:PAGE], next_before=events[PAGE - 1].n if has_more else None)


def acts(session: Session) -> Sequence[str]:
    """The kinds of acts that ever happened."""
    return session.scalars(sa.select(AuditEvent.act).distinct().order_by(AuditEvent.act)).all()


def jobs(session: Session) -> Sequence[Job]:
    """The last jobs."""
    return session.scalars(sa.select(Job).order_by(Job.id.desc()).limit(20)).all()
