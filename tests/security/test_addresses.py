"""T24 and T26: no foreign host is repeated or gone to; no invented address shows a page, and none is cached."""

from __future__ import annotations

import dataclasses
from itertools import product

import flask
from flask.testing import FlaskClient

from survey.config import Settings
from survey.identity.permissions import Role
from survey.kit import guard
from tests import hostile
from tests.admin.conftest import PASSWORD, username
from tests.crawler import crawl
from tests.survey.site.town import Town
from tests.survey.site.visitor import Visitor
from wsgi import create_app

EVIL = "evil.example"


def test_no_page_repeats_a_foreign_host(town: Town, stranger: FlaskClient) -> None:
    for header in ("Host", "X-Forwarded-Host", "X-Forwarded-Server", "X-Original-URL", "Forwarded"):
        _ask_as(town, stranger, header)


def _ask_as(town: Town, stranger: FlaskClient, header: str) -> None:
    value = f"host={EVIL}" if header == "Forwarded" else EVIL
    for path in (
        "/",
        "/receipt",
        "/plan",
        f"/results/{town.published}",
        f"/s/{town.entry}",
        "/nothing",
        "/admin/",
    ):
        answer = stranger.get(path, headers={header: value})
        assert EVIL not in answer.text, path
        location = answer.headers.get("Location", "/")
        assert guard.local_target(location) == location


def test_production_answers_to_its_own_name_only(settings: Settings) -> None:
    strict = dataclasses.replace(
        settings, production=True, base_url="https://survey.example.org", secret_key="k" * 40
    )
    app = create_app("public", strict)
    client = app.test_client()
    assert client.get("/", headers={"Host": "survey.example.org"}).status_code == 200
    refused = client.get("/", headers={"Host": EVIL})
    assert refused.status_code == 400
    assert EVIL not in refused.text
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_the_address_behind_a_trusted_proxy_is_the_callers(settings: Settings) -> None:
    seen = []
    for hops, expected in ((0, "127.0.0.1"), (1, "203.0.113.9"), (2, "198.51.100.7")):
        app = create_app("public", dataclasses.replace(settings, proxy_hops=hops))

        @app.before_request
        def look() -> None:
            seen.append(flask.request.remote_addr)

        forwarded = {"X-Forwarded-For": "192.0.2.1, 198.51.100.7, 203.0.113.9", "X-Forwarded-Host": EVIL}
        assert EVIL not in app.test_client().get("/receipt", headers=forwarded).text
        assert seen[-1] == expected
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def test_signing_in_never_leads_elsewhere(desk: flask.Flask) -> None:
    for target in hostile.TARGETS:
        _sign_in_towards(desk, target)


def _sign_in_towards(desk: flask.Flask, target: str) -> None:
    assert guard.local_target(target) is None
    client = desk.test_client()
    page = client.get("/admin/sign-in", query_string={"next": target})
    assert f'href="{target}"' not in page.text
    answer = client.post(
        "/admin/sign-in",
        data={"username": username(Role.OBSERVER), "password": PASSWORD, "next": target},
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/admin/"


def test_parameters_never_lead_elsewhere(town: Town, stranger: FlaskClient) -> None:
    paths = (f"/s/{town.entry}", "/", f"/i/{town.tokens[0]}")
    for target, path in product(hostile.TARGETS, paths):
        for name in ("next", "url", "return", "lang", "size", "redirect"):
            answer = stranger.get(path, query_string={name: target})
            assert EVIL not in answer.headers.get("Location", ""), (path, name)


def test_invented_suffixes_are_not_found(town: Town, app: flask.Flask, stranger: FlaskClient) -> None:
    visitor = Visitor(app)
    visitor.begin(f"/i/{town.tokens[0]}")
    paths = [
        visitor.path,
        f"/answer/{town.wave}/review",
        "/receipt",
        "/continue",
        "/plan",
        "/results",
        "/admin/people",
    ]
    for path in paths:
        for suffix in (".css", "/style.css", ".js", "/x.png", "%0a.css", ";x.css", "%2fx.css"):
            answer = visitor.client.get(path + suffix)
            assert answer.status_code == 404, path + suffix
            assert answer.headers["Cache-Control"] == "no-store"
    for path in hostile.PATHS:
        assert stranger.get(path).status_code in {400, 404}, path


def test_pages_are_stored_by_no_cache(town: Town, stranger: FlaskClient) -> None:
    for path, page in crawl(stranger, ["/", f"/s/{town.entry}"]).pages.items():
        if "/static/" in path or "/files/" in path or path.startswith("/logs"):
            continue  # the public logs are the same for everybody; who keeps them asks whether they still stand
        assert page.headers["Cache-Control"] == "no-store", path
