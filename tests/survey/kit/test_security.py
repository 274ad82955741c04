"""One test a header, on a public page, a survey page, a refusal and a static file."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import flask
import pytest
from flask.testing import FlaskClient

from survey.config import Settings
from wsgi import create_app

PATHS = ("/", "/healthz", "/answer/0000/p/A", "/nothing")


def _header(client: FlaskClient, name: str) -> set[str]:
    return {client.get(path).headers.get(name, "") for path in PATHS}


def test_policy_allows_own_files_and_nothing_inline(client: FlaskClient) -> None:
    (policy,) = _header(client, "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"
    assert "unsafe" not in policy


def test_no_site_may_frame_a_page(client: FlaskClient) -> None:
    assert "frame-ancestors 'none'" in _header(client, "Content-Security-Policy").pop()
    assert _header(client, "X-Frame-Options") == {"DENY"}


def test_types_are_not_guessed(client: FlaskClient) -> None:
    assert _header(client, "X-Content-Type-Options") == {"nosniff"}


def test_referrers_stay_here(client: FlaskClient) -> None:
    assert _header(client, "Referrer-Policy") == {"same-origin"}


def test_pages_keep_their_own_process(client: FlaskClient) -> None:
    assert _header(client, "Cross-Origin-Opener-Policy") == {"same-origin"}


def test_other_sites_cannot_embed_files(client: FlaskClient) -> None:
    assert _header(client, "Cross-Origin-Resource-Policy") == {"same-origin"}


def test_devices_are_not_asked_for(client: FlaskClient) -> None:
    (policy,) = _header(client, "Permissions-Policy")
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(policy.split(", "))


def test_pages_are_stored_by_no_cache(client: FlaskClient) -> None:
    assert _header(client, "Cache-Control") == {"no-store"}


def test_every_answer_has_a_name(client: FlaskClient) -> None:
    names = {client.get("/healthz").headers["X-Request-Id"] for _ in range(3)}
    assert len(names) == 3


@pytest.fixture
def https_client(settings: Settings) -> Iterator[FlaskClient]:
    app = create_app("public", dataclasses.replace(settings, base_url="https://survey.example.org"))
    yield app.test_client()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_https_is_kept_once_seen(client: FlaskClient, https_client: FlaskClient) -> None:
    assert _header(client, "Strict-Transport-Security") == {""}
    (kept,) = _header(https_client, "Strict-Transport-Security")
    assert int(re.findall(r"max-age=(\d+)", kept)[0]) >= 365 * 24 * 3600


def test_cookies_of_https_are_secure(https_client: FlaskClient) -> None:
    cookie = https_client.get("/?lang=en").headers["Set-Cookie"]
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax"))


def test_static_files_are_kept_for_a_year_under_their_content_only(
    app: flask.Flask, client: FlaskClient
) -> None:
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("kit/base.css")
    found = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in found.headers["Cache-Control"]
    assert found.headers["Content-Encoding"] == "gzip"
    assert client.get(address).headers.get("Content-Encoding") is None
    assert client.get(address.replace("base.", "base.0")).status_code == 404
    assert client.get("/static/kit/base.css").status_code == 404
    assert client.get("/static/../wsgi.py").status_code == 404
