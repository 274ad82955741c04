"""Sessions live on the server: they idle out, end in any case, and die with a sign-out or a change of role."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.identity import sessions, users
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.models.people import StaffSession, User

COMMAND = Actor.command("test")


@pytest.fixture
def person(session: Session) -> User:
    return users.create_user(
        session,
        username="gu.qingheng",
        display_name="顾清衡",
        organisation="省统计局",
        password="calm river stones",
        roles=[Role.STATISTICIAN],
        actor=COMMAND,
    )


def _age(session: Session, **ages: timedelta) -> None:
    """Let the one session look older by these ages."""
    row = session.scalars(sa.select(StaffSession)).one()
    for name, age in ages.items():
        setattr(row, name, getattr(row, name) - age)
    session.flush()


def test_a_session_is_found_by_its_cookie_and_only_its_hash_is_kept(session: Session, person: User) -> None:
    secret = sessions.open_session(session, person.id)
    found = sessions.find(session, secret)
    assert found is not None
    assert found.actor == Actor(
        ref="user:gu.qingheng", user_id=person.id, roles=frozenset({Role.STATISTICIAN})
    )
    assert found.is_fresh
    assert sessions.find(session, secret[:-1]) is None
    row = session.scalars(sa.select(StaffSession)).one()
    assert secret.encode() not in row.id_hash
    assert len(secret) >= 43  # 256 bits


@pytest.mark.parametrize(
    ("ages", "lives"),
    [
        ({"seen_at": timedelta(minutes=14)}, True),
        ({"seen_at": timedelta(minutes=16)}, False),
        ({"created_at": timedelta(hours=7, minutes=59)}, True),
        ({"created_at": timedelta(hours=8, minutes=1)}, False),
        ({"seen_at": timedelta(minutes=-1)}, True),
        ({"seen_at": timedelta(hours=-1)}, False),
        ({"created_at": timedelta(hours=-1)}, False),
    ],
)
def test_a_session_ends_by_idleness_by_age_and_when_the_clock_is_set_back(
    session: Session, person: User, ages: dict[str, timedelta], lives: bool
) -> None:
    secret = sessions.open_session(session, person.id)
    _age(session, **ages)
    assert (sessions.find(session, secret) is not None) is lives


def test_a_password_given_long_ago_is_not_fresh(session: Session, person: User) -> None:
    secret = sessions.open_session(session, person.id)
    _age(session, authenticated_at=timedelta(minutes=11))
    found = sessions.find(session, secret)
    assert found is not None
    assert not found.is_fresh
    renewed = sessions.renew(session, found.id_hash)
    session.expire_all()
    again = sessions.find(session, renewed)
    assert again is not None
    assert again.is_fresh
    assert sessions.find(session, secret) is None  # the old name is dead


def test_touching_keeps_a_session_alive(session: Session, person: User) -> None:
    secret = sessions.open_session(session, person.id)
    _age(session, seen_at=timedelta(minutes=10))
    found = sessions.find(session, secret)
    assert found is not None
    assert found.is_due_for_touch
    sessions.touch(session, found.id_hash)
    session.expire_all()
    again = sessions.find(session, secret)
    assert again is not None
    assert not again.is_due_for_touch


def test_a_change_of_roles_ends_all_sessions(session: Session, person: User) -> None:
    secrets = [sessions.open_session(session, person.id) for _ in range(3)]
    users.set_roles(session, person.id, roles=[Role.OBSERVER], actor=COMMAND)
    assert [sessions.find(session, secret) for secret in secrets] == [None] * 3


def test_setting_the_same_roles_again_ends_nothing(session: Session, person: User) -> None:
    secret = sessions.open_session(session, person.id)
    users.set_roles(session, person.id, roles=[Role.STATISTICIAN], actor=COMMAND)
    assert sessions.find(session, secret) is not None


def test_closing_an_account_ends_its_sessions(session: Session, person: User) -> None:
    secret = sessions.open_session(session, person.id)
    users.set_active(session, person.id, is_active=False, actor=COMMAND)
    assert sessions.find(session, secret) is None
    users.set_active(session, person.id, is_active=True, actor=COMMAND)
    assert sessions.find(session, secret) is None


def test_a_person_ends_own_sessions_by_name_and_never_those_of_others(session: Session, person: User) -> None:
    mine, other = sessions.open_session(session, person.id), sessions.open_session(session, person.id)
    here = sessions.hash_of(mine)
    listed = sessions.list_of(session, person.id, this=here)
    assert sorted(each.is_this_one for each in listed) == [False, True]
    name = next(each.name for each in listed if not each.is_this_one)
    assert not sessions.end_named(session, person.id + 1, name)
    assert sessions.end_named(session, person.id, name)
    session.flush()
    assert sessions.find(session, other) is None
    assert sessions.find(session, mine) is not None


def test_old_sessions_are_swept_when_somebody_signs_in(session: Session, person: User) -> None:
    sessions.open_session(session, person.id)
    _age(session, created_at=timedelta(hours=9))
    sessions.open_session(session, person.id)
    assert session.scalar(sa.select(sa.func.count()).select_from(StaffSession)) == 1
