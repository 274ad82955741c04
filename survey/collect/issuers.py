"""Home of the rule that who handed out the links of a wave takes no file of answers given on them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.identity.persons import is_same_person
from survey.models.audit import AuditEvent
from survey.models.people import User
from survey.models.wave import Wave

_USER = "user:"


def has_issued(session: Session, wave: Wave, actor: str) -> bool:
    """Whether the person behind ``actor`` made links or codes of a wave, under this account or another of theirs.

    With both in one hand, somebody could answer in the name of everybody who was drawn. Commands and jobs that name
    no person are the machine's own.
    """
    if not actor.startswith(_USER):
        return False
    issued = sa.select(AuditEvent.actor).where(
        AuditEvent.act == "token.issue", AuditEvent.object_ref == f"wave:{wave.code}"
    )
    issuers = [ref.removeprefix(_USER) for ref in session.scalars(issued.distinct()) if ref.startswith(_USER)]
    mine = session.scalars(sa.select(User).where(User.username == actor.removeprefix(_USER))).one_or_none()
    if mine is None:
        return actor.removeprefix(_USER) in issuers
    others = session.scalars(sa.select(User).where(User.username.in_(issuers)))
    return any(is_same_person(mine, other) for other in others)
