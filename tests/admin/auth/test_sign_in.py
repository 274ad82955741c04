"""Signing in over HTTP: equal refusals, new session names, throttle, second factor, form tokens, targets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import flask
import pyotp
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey.config import Settings
from survey.db import make_engine
from survey.identity import totp
from survey.identity.permissions import Role
from survey.models.people import StaffSession, User
from tests.admin.conftest import PASSWORD, username
from wsgi import create_app

Browser = Callable[[Role | None], FlaskClient]
ANALYST = username(Role.ANALYST)


def sign_in(client: FlaskClient, name: str = ANALYST, password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/admin/sign-in", data={"username": name, "password": password, **more})


def cookie(client: FlaskClient) -> str | None:
    found = client.get_cookie("staff")
    return found.value if found else None


@pytest.fixture
def people(staffed: Settings) -> Iterator[Callable[[], Session]]:
    engine = make_engine(staffed.database_url)
    yield lambda: Session(engine)
    engine.dispose()


def test_the_right_password_opens_the_door(browser: Browser) -> None:
    client = browser(None)
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/admin/")
    header = next(h for h in answer.headers.getlist("Set-Cookie") if h.startswith("staff="))
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header
    assert client.get("/admin/").status_code == 200


def test_over_https_the_cookie_is_bound_to_its_host(staffed: Settings) -> None:
    import dataclasses

    app = create_app("admin", dataclasses.replace(staffed, base_url="https://minyi.example"))
    app.config["WTF_CSRF_ENABLED"] = False
    answer = sign_in(app.test_client())
    header = next(h for h in answer.headers.getlist("Set-Cookie") if "staff=" in h)
    assert header.startswith("__Host-staff=")
    assert "Secure" in header
    assert "Domain" not in header
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_wrong_name_and_wrong_password_look_the_same(browser: Browser) -> None:
    client = browser(None)
    pages = [sign_in(client, name, "not the password").get_data(as_text=True) for name in (ANALYST, "nobody")]
    plain = [
        re.sub(r'value="[^"]*"|request [a-z0-9]+', "", page.replace(ANALYST, "").replace("nobody", ""))
        for page in pages
    ]
    assert plain[0] == plain[1]
    assert cookie(client) is None


def test_guessing_is_braked_with_a_time_to_wait_also_for_the_right_password(browser: Browser) -> None:
    client = browser(None)
    codes = [sign_in(client, password=f"guess number {n}").status_code for n in range(10)]
    assert codes == [422] * 10
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_the_name_of_a_session_changes_at_sign_in_and_dies_at_sign_out(browser: Browser) -> None:
    client = browser(None)
    client.set_cookie("staff", "planted-by-somebody-else")
    sign_in(client)
    first = cookie(client)
    assert first not in {None, "planted-by-somebody-else"}
    sign_in(client)
    second = cookie(client)
    assert second != first
    stolen = browser(None)
    for old in (first, second):
        assert old is not None
        stolen.set_cookie("staff", old)
        if old == second:
            client.post("/admin/sign-out")
        assert stolen.get("/admin/").status_code == 303
    assert cookie(client) is None


def test_a_session_that_idled_sends_to_sign_in_and_back(
    browser: Browser, people: Callable[[], Session]
) -> None:
    client = browser(Role.ANALYST)
    with people() as session:
        session.execute(sa.update(StaffSession).values(seen_at=StaffSession.seen_at))
        row = session.scalars(sa.select(StaffSession)).one()
        row.seen_at -= timedelta(minutes=16)
        session.commit()
    answer = client.get("/admin/waves?lang=en")
    assert answer.status_code == 303
    assert "next=/admin/waves?lang%3Den" in answer.location


def test_a_role_taken_away_in_the_middle_counts_at_once(
    browser: Browser, people: Callable[[], Session]
) -> None:
    analyst, boss = browser(Role.ANALYST), browser(Role.ROLE_ADMIN)
    assert analyst.get("/admin/flags").status_code == 200
    with people() as session:
        user_id = session.scalars(sa.select(User.id).where(User.username == ANALYST)).one()
    assert boss.post(f"/admin/people/{user_id}/roles", data={"roles": ["observer"]}).status_code == 303
    assert analyst.get("/admin/flags").status_code == 303


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "admin", "/a\nb"],
)
def test_nobody_is_sent_to_another_site(browser: Browser, target: str) -> None:
    answer = sign_in(browser(None), next=target)
    assert answer.location == "/admin/"


def test_a_target_on_this_site_is_kept(browser: Browser) -> None:
    assert sign_in(browser(None), next="/admin/waves").location == "/admin/waves"


def test_acts_that_bind_ask_for_the_password_again(browser: Browser, people: Callable[[], Session]) -> None:
    client = browser(Role.ROLE_ADMIN)
    with people() as session:
        row = session.scalars(sa.select(StaffSession)).one()
        row.authenticated_at -= timedelta(minutes=11)
        session.commit()
    refused = client.post("/admin/people/new", data={"username": "x"})
    assert refused.status_code == 303
    assert refused.location.startswith("/admin/confirm")
    before = cookie(client)
    wrong = client.post("/admin/confirm", data={"password": "not the password"})
    assert wrong.status_code == 422
    right = client.post("/admin/confirm", data={"password": PASSWORD, "next": "/admin/people/new"})
    assert right.location == "/admin/people/new"
    assert cookie(client) != before
    assert client.post("/admin/people/new", data={"username": "x"}).status_code == 422


def _enrol(client: FlaskClient, people: Callable[[], Session]) -> tuple[str, str]:
    """Set up a second factor; returns its secret and the code used for it."""
    text = client.get("/admin/account/second-factor").get_data(as_text=True)
    secret = re.search(r'name="secret"[^>]*value="([A-Z2-7]{32})"', text)
    assert secret is not None
    with people() as session:
        code = pyotp.TOTP(secret[1]).at(totp.real_now(session))
    answer = client.post("/admin/account/second-factor", data={"secret": secret[1], "code": code})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return secret[1], code


def test_the_second_factor_is_asked_for_once_it_is_set_up(
    browser: Browser, people: Callable[[], Session]
) -> None:
    secret, used = _enrol(browser(Role.ANALYST), people)
    client = browser(None)
    answer = sign_in(client, next="/admin/waves")
    assert answer.location.startswith("/admin/sign-in/code")
    assert client.get("/admin/").status_code == 303  # the password alone opens nothing
    replayed = client.post("/admin/sign-in/code", data={"code": used})
    assert replayed.status_code == 422
    with people() as session:
        stored = session.scalars(sa.select(User.totp_secret).where(User.username == ANALYST)).one()
        assert secret not in (stored or "")
        later = totp.real_now(session) + timedelta(seconds=30)
    half_way = cookie(client)
    answer = client.post(
        "/admin/sign-in/code", data={"code": pyotp.TOTP(secret).at(later), "next": "/admin/waves"}
    )
    assert answer.location == "/admin/waves"
    assert cookie(client) != half_way
    assert client.get("/admin/").status_code == 200


def test_in_production_nobody_works_without_a_second_factor(staffed: Settings) -> None:
    import dataclasses

    strict = dataclasses.replace(
        staffed, production=True, base_url="https://minyi.example", secret_key="k" * 40
    )
    app = create_app("admin", strict)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    base = {"base_url": "https://minyi.example"}
    client.post("/admin/sign-in", data={"username": ANALYST, "password": PASSWORD}, **base)
    answer = client.get("/admin/waves", **base)
    assert answer.status_code == 303
    assert answer.location.startswith("/admin/account/second-factor")
    assert client.get("/admin/account/second-factor", **base).status_code == 200
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_every_post_refuses_a_missing_and_a_wrong_form_token(desk: flask.Flask, browser: Browser) -> None:
    desk.config["WTF_CSRF_ENABLED"] = True
    client = browser(Role.ROLE_ADMIN)
    posts = [
        rule.rule
        for rule in desk.url_map.iter_rules()
        if "POST" in (rule.methods or set()) and rule.rule.startswith("/admin")
    ]
    assert len(posts) > 20
    for route in posts:
        address = re.sub(r"<(?:int:|any\([^)]*\):)?[a-z_]+>", "1", route).replace(
            "/people/1/1", "/people/1/close"
        )
        for data in ({}, {"csrf_token": "made-up"}):
            assert client.post(address, data=data).status_code == 400, route


def test_what_another_site_sends_is_refused(browser: Browser) -> None:
    client = browser(Role.ROLE_ADMIN)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        assert client.post("/admin/people/new", headers=headers).status_code == 403
    assert client.post("/admin/people/new", headers={"Origin": "http://localhost"}).status_code == 422


def test_fields_that_no_form_has_change_nothing(browser: Browser, people: Callable[[], Session]) -> None:
    client = browser(Role.ROLE_ADMIN)
    data = {
        "username": "new.person",
        "display_name": "New",
        "organisation": "Statistics",
        "password": "calm river stones",
        "roles": ["interviewer"],
        "unit": "",
        "is_active": "",
        "totp_secret": "A" * 32,
        "id": "1",
        "password_hash": "x",
    }
    assert client.post("/admin/people/new", data=data).status_code == 303
    with people() as session:
        made = session.scalars(sa.select(User).where(User.username == "new.person")).one()
        assert made.is_active
        assert made.totp_secret is None
        assert made.password_hash.startswith("$argon2id$")
        assert [held.role for held in made.roles] == ["interviewer"]


def test_a_role_that_does_not_exist_is_refused(browser: Browser) -> None:
    client = browser(Role.ROLE_ADMIN)
    assert client.post("/admin/people/1/roles", data={"roles": ["admin"]}).status_code == 422
