"""T21 and T25: every form that changes something asks for its token, and takes only the fields it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey.app import csrf
from survey.identity import sessions
from survey.identity.permissions import Role
from survey.models.people import User, UserRole
from survey.models.publication import Release
from survey.models.wave import Wave
from tests.admin.conftest import username
from tests.crawler import crawl

_VALUES = {"int": "1", "path": "x", "any": "close"}
EXTRA = {
    "role": "system_admin",
    "roles": "system_admin",
    "is_active": "1",
    "is_published": "1",
    "published_at": "2026-01-01",
    "status": "open",
    "user_id": "1",
    "id": "1",
    "channel": "sample",
    "used": "0",
    "score": "100",
    "composite": "100",
    "weight": "9",
}


def _writing(app: flask.Flask) -> Iterator[str]:
    """An address for every route that takes a POST."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            values = dict.fromkeys(rule.arguments, "1")
            if "what" in values:
                values["what"] = "close"
            if "word" in values:
                values["word"] = "refuse"
            with app.test_request_context():
                yield flask.url_for(rule.endpoint, **values)


@pytest.fixture
def signed_in(guarded: flask.Flask, books: Session) -> FlaskClient:
    """The role administrator's browser, where tokens are asked for."""
    client = guarded.test_client()
    user = books.scalars(sa.select(User).where(User.username == username(Role.ROLE_ADMIN))).one()
    client.set_cookie("staff", sessions.open_session(books, user.id))
    books.commit()
    return client


@pytest.mark.parametrize("token", [None, "wrong", "IjEi.aaaa.bbbb"])
def test_every_post_refuses_a_missing_and_a_wrong_token(
    guarded: flask.Flask, signed_in: FlaskClient, token: str | None
) -> None:
    addresses = list(_writing(guarded))
    assert len(addresses) >= 30
    data = {} if token is None else {"csrf_token": token}
    signed_in.get("/admin/account")
    answers = {path: signed_in.post(path, data=data).status_code for path in addresses}
    assert {path: status for path, status in answers.items() if status != 400} == {}


def test_no_view_is_exempt_and_no_get_changes_anything(guarded: flask.Flask) -> None:
    assert csrf._exempt_views == set()
    assert csrf._exempt_blueprints == set()
    writing = {"POST", "PUT", "PATCH", "DELETE"}
    mixed = [
        r.rule for r in guarded.url_map.iter_rules() if (r.methods or set()) & writing and "GET" in r.methods
    ]
    assert mixed == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_sites_cannot_send_our_forms(desk: flask.Flask, headers: dict[str, str]) -> None:
    client = desk.test_client()
    answers = {path: client.post(path, headers=headers).status_code for path in _writing(desk)}
    assert {path: status for path, status in answers.items() if status != 403} == {}


def test_a_token_of_another_browser_is_no_token(guarded: flask.Flask) -> None:
    other, mine = guarded.test_client(), guarded.test_client()
    page = other.get("/receipt").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    mine.get("/receipt")
    assert mine.post("/receipt", data={"csrf_token": token, "code": "x"}).status_code == 400
    assert other.post("/receipt", data={"csrf_token": token, "code": "x"}).status_code == 200


def test_fields_that_a_form_does_not_name_have_no_effect(
    desk: flask.Flask, books: Session, browser: Callable[[Role | None], FlaskClient]
) -> None:
    def state() -> list[object]:
        books.rollback()
        found: list[object] = [
            books.execute(
                sa.select(UserRole.user_id, UserRole.role).order_by(UserRole.user_id, UserRole.role)
            ).all(),
            books.execute(sa.select(User.id, User.username, User.is_active).order_by(User.id)).all(),
            books.execute(sa.select(Wave.id, Wave.status).order_by(Wave.id)).all(),
            books.execute(sa.select(Release.id, Release.published_at)).all(),
        ]
        books.rollback()
        return found

    before = state()
    for role in (Role.OBSERVER, Role.UNIT_LIAISON, Role.DESIGNER, Role.ANALYST):
        client = browser(role)
        forms = {form.action for form in crawl(client, ["/admin/"]).forms if form.method == "post"}
        forms -= {action for action in forms if "sign-out" in action}
        for action in forms:
            assert client.post(action, data=EXTRA).status_code < 500, action
    assert state() == before


def test_a_role_taken_away_is_gone_at_the_next_request(
    books: Session, browser: Callable[[Role | None], FlaskClient]
) -> None:
    client = browser(Role.FIELDWORK)
    assert client.get("/admin/waves/new").status_code == 200
    user = books.scalars(sa.select(User).where(User.username == username(Role.FIELDWORK))).one()
    user.roles = [UserRole(role=Role.OBSERVER.value)]
    books.commit()
    assert client.get("/admin/waves/new").status_code == 403
