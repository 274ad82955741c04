"""One administrator alone makes nobody whose word binds others: a second person confirms, and an account more is no person."""

from __future__ import annotations

from collections.abc import Callable

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey.db import make_engine
from survey.errors import Conflict
from survey.identity import role_requests, sessions, users
from survey.identity.actors import Actor, actor_of, find_actor
from survey.identity.permissions import BINDING_ROLES, ROLE_PERMISSIONS, Permission, Role
from survey.models.audit import AuditEvent
from survey.models.people import User
from tests.admin.conftest import PASSWORD, username

PEOPLE = "/admin/people"
MADE = "new.statistician"


def make(session: Session, name: str, *roles: Role, actor: Actor, called: str | None = None) -> User:
    return users.create_user(
        session,
        username=name,
        display_name=called or name,
        organisation="Statistics",
        password=PASSWORD,
        roles=roles,
        actor=actor,
    )


@pytest.fixture
def second(books: Session, desk: flask.Flask) -> FlaskClient:
    """A second administrator, made by the operator's command, in a browser."""
    with Session(make_engine(desk.config["SQLALCHEMY_DATABASE_URI"])) as session, session.begin():
        person = make(session, "second.admin", Role.ROLE_ADMIN, actor=Actor.command("user add"))
        session.flush()
        client = desk.test_client()
        client.set_cookie("staff", sessions.open_session(session, person.id))
    return client


Browser = Callable[[Role | None], FlaskClient]


def create(client: FlaskClient, *roles: str) -> None:
    data = {
        "username": MADE,
        "display_name": "New",
        "organisation": "Statistics",
        "password": PASSWORD,
        "roles": list(roles),
        "unit": "",
    }
    answer = client.post(f"{PEOPLE}/new", data=data)
    assert answer.status_code == 303, answer.text


def person(books: Session) -> User:
    books.rollback()
    return books.scalars(
        sa.select(User).where(User.username == MADE).execution_options(populate_existing=True)
    ).one()


def held(books: Session) -> tuple[set[str], set[str], int]:
    """What the new account holds, what waits, and its key."""
    found = person(books)
    told = {each.role for each in found.roles}, {each.role for each in found.requests}, found.id
    books.rollback()  # a session that only read still holds the write lock
    return told


def test_who_signs_or_approves_is_among_the_roles_that_wait() -> None:
    binding = {
        Permission.HANDOVER_SIGN,
        Permission.RELEASE_APPROVE,
        Permission.PLAN_LOCK,
        Permission.QUALITY_DECIDE,
        Permission.USER_EDIT,
        Permission.TOKEN_ISSUE,
    }
    for role in Role:
        if ROLE_PERMISSIONS[role] & binding:
            assert role in BINDING_ROLES, role
    assert {Role.UNIT_LIAISON, Role.INTERVIEWER, Role.SYSTEM_ADMIN} == set(Role) - BINDING_ROLES


def test_the_whole_way(browser: Browser, second: FlaskClient, books: Session) -> None:
    first = browser(Role.ROLE_ADMIN)
    create(first, "statistician")
    roles, waiting, user_id = held(books)
    assert (roles, waiting) == (set(), {"statistician"})
    page = first.get(f"{PEOPLE}/{user_id}?lang=en").text
    assert "Waiting for a second administrator" in page
    assert "Asked for by the-role-admin." in page
    own = first.post(f"{PEOPLE}/{user_id}/confirm?lang=en")
    assert own.status_code == 409
    assert "another role administrator confirms them" in own.text
    assert held(books)[0] == set()
    assert "roles wait for a second administrator" in second.get(f"{PEOPLE}?lang=en").text
    assert second.post(f"{PEOPLE}/{user_id}/confirm").status_code == 303
    assert held(books)[:2] == ({"statistician"}, set())
    act = books.scalars(sa.select(AuditEvent).where(AuditEvent.act == "user.confirm_roles")).one()
    assert (act.actor, act.after) == (
        "user:second.admin",
        {"roles": ["statistician"], "asked_by": ["the-role-admin"]},
    )


def test_no_is_an_answer_and_so_is_thinking_better_of_it(
    browser: Browser, second: FlaskClient, books: Session
) -> None:
    first = browser(Role.ROLE_ADMIN)
    create(first, "publisher", "system_admin")
    user_id = held(books)[2]
    assert second.post(f"{PEOPLE}/{user_id}/refuse").status_code == 303
    assert held(books)[:2] == ({"system_admin"}, set())
    assert second.post(f"{PEOPLE}/{user_id}/confirm").status_code == 409


def test_two_accounts_of_ones_own_are_no_second_administrator(books: Session) -> None:
    """The attack: another administrator of one's own making, or one's own second account, to confirm with."""
    boss = find_actor(books, username(Role.ROLE_ADMIN))
    helper = make(books, "helper", Role.ROLE_ADMIN, actor=boss)
    assert {each.role for each in helper.roles} == set()
    wanted = make(books, "wanted", Role.STATISTICIAN, actor=boss)
    own_name = books.get_one(User, boss.user_id).display_name
    twin = make(books, "twin", Role.ROLE_ADMIN, actor=Actor.command("user add"), called=f" {own_name} ")
    with pytest.raises(Conflict, match="own_request"):
        role_requests.confirm(books, wanted, actor=actor_of(twin))
    asked_for_itself = make(books, "self", Role.ROLE_ADMIN, actor=Actor.command("user add"))
    users.set_roles(books, asked_for_itself.id, roles=[Role.ROLE_ADMIN, Role.PUBLISHER], actor=boss)
    with pytest.raises(Conflict, match="own_roles"):
        role_requests.confirm(books, asked_for_itself, actor=actor_of(asked_for_itself))


def test_taking_a_role_away_needs_nobody_else(books: Session) -> None:
    boss = find_actor(books, username(Role.ROLE_ADMIN))
    found = books.scalars(sa.select(User).where(User.username == username(Role.ANALYST))).one()
    users.set_roles(books, found.id, roles=[Role.INTERVIEWER], actor=boss)
    assert {each.role for each in found.roles} == {"interviewer"}
    users.set_roles(books, found.id, roles=[Role.ANALYST], actor=boss)
    assert ({each.role for each in found.roles}, role_requests.waiting(found)) == (set(), {Role.ANALYST})


def test_the_operators_command_gives_at_once(books: Session) -> None:
    made = make(books, "by.command", Role.STATISTICIAN, actor=Actor.command("user add"))
    assert {each.role for each in made.roles} == {"statistician"}
    assert role_requests.waiting(made) == frozenset()
