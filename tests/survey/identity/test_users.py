"""Accounts: names that cannot be mistaken, roles within the rules, every change in the audit log."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.errors import Conflict, HouseError, Invalid, NotFound
from survey.identity import users
from survey.identity.actors import Actor, find_actor
from survey.identity.permissions import Role
from survey.models.audit import AuditEvent
from survey.models.people import User

COMMAND = Actor.command("test")


def make(session: Session, **changes: Any) -> User:
    given: dict[str, Any] = {
        "username": "lin.yizhou",
        "display_name": "林一舟",
        "organisation": "省绩效管理办公室",
        "password": "calm river stones",
        "roles": [Role.DESIGNER],
        "actor": COMMAND,
    }
    return users.create_user(session, **{**given, **changes})


@pytest.mark.parametrize(
    "name", ["admin\u200b", "\u0430dmin", "a", "1st", "lin yizhou", "x" * 61, "lin/../x", ""]
)
def test_names_that_look_like_others_or_do_not_fit_are_refused(session: Session, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        make(session, username=name)
    assert refused.value.code == "username"


def test_a_name_is_taken_whatever_its_case(session: Session) -> None:
    make(session)
    with pytest.raises(Conflict):
        make(session, username="LIN.YIZHOU")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"roles": [Role.AUDITOR, Role.SYSTEM_ADMIN]}, "roles_exclude"),
        ({"roles": [Role.UNIT_LIAISON]}, "liaison_unit"),
        ({"unit_code": "edu"}, "liaison_unit"),
        ({"roles": [Role.UNIT_LIAISON], "unit_code": "no-such-unit"}, "unit_unknown"),
        ({"password": "lin.yizhou 1"}, "password_common"),
    ],
)
def test_accounts_against_the_rules_are_refused(session: Session, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(HouseError) as refused:
        make(session, **changes)
    assert refused.value.code == code
    assert session.scalars(sa.select(User)).all() == []


def test_direction_marks_are_taken_out_of_names(session: Session) -> None:
    assert make(session, display_name="林\u202e一舟").display_name == "林一舟"


def test_every_change_is_in_the_audit_log_and_no_secret_is(session: Session) -> None:
    user = make(session)
    users.set_roles(session, user.id, roles=[Role.REVIEWER], actor=COMMAND)
    users.set_password(session, user.id, password="another quiet harbour", actor=COMMAND)
    users.set_active(session, user.id, is_active=False, actor=COMMAND)
    events = session.scalars(sa.select(AuditEvent).order_by(AuditEvent.n)).all()
    assert [e.act for e in events] == ["user.create", "user.set_roles", "user.set_password", "user.close"]
    assert events[1].before == {"roles": ["designer"]}
    assert events[1].after == {"roles": ["reviewer"]}
    assert "argon2" not in str([(e.before, e.after) for e in events])
    assert audit.check(session) == []


def test_nobody_changes_their_own_roles_or_closes_their_own_account(session: Session) -> None:
    user = make(session, roles=[Role.ROLE_ADMIN])
    me = find_actor(session, "lin.yizhou")
    with pytest.raises(Conflict):
        users.set_roles(session, user.id, roles=[Role.ROLE_ADMIN, Role.DESIGNER], actor=me)
    with pytest.raises(Conflict):
        users.set_active(session, user.id, is_active=False, actor=me)


def test_a_closed_or_unknown_account_acts_for_nobody(session: Session) -> None:
    user = make(session)
    users.set_active(session, user.id, is_active=False, actor=COMMAND)
    for name in ("lin.yizhou", "nobody"):
        with pytest.raises(NotFound):
            find_actor(session, name)
