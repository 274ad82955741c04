"""Refusals and failures become one kind page, or problem+json, and tell nothing about the inside."""

from __future__ import annotations

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey.db import db
from survey.errors import Conflict, Forbidden, Gone, HouseError, NotFound, RateLimited, Unavailable
from survey.kit import guard

ERRORS: dict[str, Exception] = {
    "notfound": NotFound("x", zh="没有", en="Not there"),
    "forbidden": Forbidden("x", zh="不行", en="Not you"),
    "conflict": Conflict("x", zh="变了", en="Changed"),
    "gone": Gone("x", zh="过期", en="Was here"),
    "limited": RateLimited("x", zh="太多", en="Too often", retry_after=7),
    "unavailable": Unavailable("x", zh="稍后", en="Later"),
    "crash": RuntimeError("secret-table-name"),
    "database": sa.exc.OperationalError("SELECT secret", {}, Exception("database is locked")),
}


@pytest.fixture
def failing(app: flask.Flask) -> FlaskClient:
    """An application whose pages fail in every way."""
    app.testing = False  # as in production: a crash is answered, not raised

    @guard.public
    def fail(kind: str) -> str:
        raise ERRORS[kind]

    @guard.public
    def fail_at_the_end() -> str:
        return "done"

    @app.after_request
    def fail_like_a_commit(response: flask.Response) -> flask.Response:
        if flask.request.path == "/late" and response.status_code < 400:
            raise ERRORS["database"]
        return response

    app.add_url_rule("/fail/<kind>", "fail", fail)
    app.add_url_rule("/api/fail/<kind>", "api_fail", fail)
    app.add_url_rule("/late", "late", fail_at_the_end)
    return app.test_client()


@pytest.mark.parametrize("kind", [kind for kind, error in ERRORS.items() if isinstance(error, HouseError)])
def test_refusals_in_both_languages(failing: FlaskClient, kind: str) -> None:
    error = ERRORS[kind]
    assert isinstance(error, HouseError)
    for lang in ("zh", "en"):
        page = failing.get(f"/fail/{kind}", headers={"Accept-Language": lang})
        assert page.status_code == error.status
        assert error.texts[lang] in page.text
        assert page.headers["X-Request-Id"] in page.text
        assert str(error.status) in page.text
        assert '<a href="/help">' in page.text, "help stands in one place on every page, also on this one"


def test_limits_and_outages_say_when_to_come_back(failing: FlaskClient) -> None:
    assert failing.get("/fail/limited").headers["Retry-After"] == "7"
    assert int(failing.get("/fail/unavailable").headers["Retry-After"]) > 0


@pytest.mark.parametrize(("path", "status"), [("/fail/crash", 500), ("/fail/database", 503), ("/late", 503)])
def test_failures_leak_nothing(failing: FlaskClient, path: str, status: int) -> None:
    page = failing.get(path)
    assert page.status_code == status
    for word in ("secret", "Traceback", "sqlalchemy", "RuntimeError", "SELECT", "locked"):
        assert word not in page.text
    assert page.headers["X-Request-Id"] in page.text


def test_api_paths_get_problem_json(failing: FlaskClient) -> None:
    page = failing.get("/api/fail/gone", headers={"Accept-Language": "en"})
    assert page.mimetype == "application/problem+json"
    assert page.json is not None
    assert page.json["status"] == page.status_code == 410
    assert page.json["detail"] == "Was here"
    assert page.json["request_id"] == page.headers["X-Request-Id"]
    assert failing.get("/api/nothing").mimetype == "application/problem+json"
    assert "secret" not in failing.get("/api/fail/crash").text


def test_wrong_methods_and_addresses(failing: FlaskClient) -> None:
    assert failing.delete("/").status_code == 405
    assert failing.get("/" + "x" * 6000).status_code == 404
    assert failing.get("/%00").status_code == 404
    page = failing.get("/<script>alert(1)</script>")
    assert page.status_code == 404
    assert "<script>" not in page.text


def test_oversized_and_crowded_bodies(failing: FlaskClient) -> None:
    assert failing.post("/receipt", data={"code": "x" * 300_000}).status_code in {400, 413}
    crowded = {f"f{n}": "x" for n in range(3000)}
    assert failing.post("/receipt", data=crowded, content_type="multipart/form-data").status_code in {
        400,
        413,
    }


def test_corrupt_cookies_are_no_failure(failing: FlaskClient) -> None:
    for name in ("session", "lang", "size", "staff", "draft-x"):
        failing.set_cookie(name, "\\x00%ff;;=" + "A" * 300)
    assert failing.get("/").status_code == 200


def test_a_refused_request_leaves_nothing_behind(app: flask.Flask, failing: FlaskClient) -> None:
    @guard.public
    def write_and_refuse() -> str:
        db.session.execute(sa.text("INSERT INTO demo_clock (id, offset_seconds) VALUES (1, 5)"))
        raise Conflict("x", zh="变了", en="Changed")

    app.view_functions["receipt.check"] = write_and_refuse
    app.config["WTF_CSRF_ENABLED"] = False
    assert failing.post("/receipt").status_code == 409
    with app.app_context():
        assert db.session.execute(sa.text("SELECT count(*) FROM demo_clock")).scalar_one() == 0
