"""T27, T28, T30: requests that are broken, cunning or huge get a plain refusal that tells nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import cycle as endless
from urllib.parse import quote, unquote

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey.db import Base
from survey.identity.permissions import Role
from tests import hostile
from tests.crawler import crawl
from tests.survey.site.town import Town
from tests.survey.site.visitor import Forms, Visitor

_SECRETS = (
    "Traceback",
    "sqlalchemy",
    "sqlite3",
    "psycopg",
    "Werkzeug",
    "Jinja",
    "SELECT ",
    'File "',
    "site-packages",
)
_MEGABYTE = b"x" * 1_000_000
_HUGE = {
    "application/x-www-form-urlencoded": b"code=" + _MEGABYTE + b"&username=" + _MEGABYTE,
    "multipart/form-data; boundary=b": b'--b\r\nContent-Disposition: form-data; name="code"\r\n\r\n'
    + _MEGABYTE
    + b"\r\n--b--\r\n",
}


def _addresses(app: flask.Flask, values: Callable[[str], str]) -> list[tuple[str, str]]:
    """Every route with something in each of its places."""
    found = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            filled = re.sub(
                r"<(?:([a-z]+)(?:\(.*?\))?:)?([a-z_]+)>", lambda m: _place(m[1], values(m[2])), rule.rule
            )
            found.append((method, filled))
    return found


def _place(converter: str | None, value: str) -> str:
    return {"int": "7", "any": "close"}.get(converter or "", quote(value, safe=""))


def test_broken_requests_are_refused_plainly(town: Town, stranger: FlaskClient) -> None:
    paths = ["/", "/receipt", "/continue", f"/answer/{town.wave}/", f"/answer/{town.wave}/p/A", "/admin/"]
    for value in hostile.COOKIES:
        for name in (
            "session",
            "staff",
            "lang",
            "size",
            "device",
            f"draft-{town.wave}",
            f"grant-{town.wave}",
        ):
            stranger.set_cookie(name, value)
        for path in paths:
            answer = stranger.get(path)
            assert answer.status_code < 500, (path, value)
            assert not [word for word in _SECRETS if word in answer.text]
    for path in hostile.PATHS:
        answer = stranger.get(path)
        assert 400 <= answer.status_code < 500
        assert not [word for word in _SECRETS if word in answer.text]


def test_crowded_requests_are_refused(town: Town, app: flask.Flask) -> None:
    visitor = Visitor(app)
    visitor.begin(f"/i/{town.tokens[0]}")
    app.testing = False
    crowd = {f"f{n}": "x" for n in range(3000)}
    assert visitor.client.get("/?" + "&".join(crowd)).status_code == 200
    answer = visitor.client.post(visitor.path, data=crowd, content_type="multipart/form-data")
    assert answer.status_code == 413
    form = Forms(visitor.page.text).chosen("page") | {name: [value] for name, value in crowd.items()}
    answer = visitor.client.post(visitor.path, data=form)
    assert answer.status_code in {200, 413, 422}  # fields that nobody asked for are passed over
    assert not [word for word in _SECRETS if word in answer.text]


@pytest.mark.parametrize(
    "raw",
    [b"A1=%FF%FE&csrf_token=x", b"\xff\xfe\x00", b"=&=&=", b"A1", b"%", b"A1=%u1234", b"--x\r\n\r\n", b""],
)
def test_bodies_that_are_no_form_are_refused(town: Town, stranger: FlaskClient, raw: bytes) -> None:
    for kind in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json",
        "x/y",
        "",
    ):
        answer = stranger.post(f"/answer/{town.wave}/start", data=raw, content_type=kind)
        assert 400 <= answer.status_code < 500
        assert not [word for word in _SECRETS if word in answer.text]


def test_sql_in_every_place_finds_nothing_and_changes_nothing(
    desk: flask.Flask, books: Session, browser: Callable[[Role | None], FlaskClient]
) -> None:
    def rows() -> dict[str, int]:
        books.rollback()
        kept = {"staff_session", "sign_in_throttle", "audit_event"}
        tables = [t for t in Base.metadata.sorted_tables if t.name not in kept]
        found = {t.name: books.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in tables}
        books.rollback()
        return found

    desk.testing = False
    before = rows()
    client = browser(Role.STATISTICIAN)
    names = (
        "lang",
        "size",
        "page",
        "sort",
        "filter",
        "q",
        "version",
        "next",
        "status",
        "id",
        "wave",
        "kind",
        "cycle",
    )
    for shift in range(3):  # each address meets three of the strings, all strings meet many addresses
        strings = endless(hostile.SQL[shift:] + hostile.SQL[:shift])
        for method, path in _addresses(desk, lambda _name, strings=strings: next(strings)):
            if "sign-out" in path:
                continue
            text = next(strings)
            values = dict.fromkeys(names, text)
            form = values if method == "POST" else None
            answer = client.open(path, method=method, query_string=values, data=form)
            assert answer.status_code < 500, (method, path, answer.status_code)
            assert not [
                word for word in _SECRETS if word in answer.text and word not in unquote(path) + text
            ], path
    assert rows() == before


def test_a_megabyte_in_any_field_is_refused_at_once(
    desk: flask.Flask, browser: Callable[[Role | None], FlaskClient]
) -> None:
    desk.testing = False
    roles = endless([Role.FIELDWORK, Role.DESIGNER, Role.STATISTICIAN, Role.ROLE_ADMIN])
    for method, path in _addresses(desk, lambda _name: "x"):
        if method != "POST":
            continue
        client, began = browser(next(roles)), time.perf_counter()
        for kind, body in _HUGE.items():
            answer = client.post(path, data=body, content_type=kind)
            assert 300 <= answer.status_code < 500, (path, answer.status_code)
            assert len(answer.data) < 200_000, path  # and is not sent back
        assert time.perf_counter() - began < 2, path


def test_every_public_page_stands_hostile_parameters(town: Town, stranger: FlaskClient) -> None:
    pages = {path.partition("?")[0] for path in crawl(stranger, ["/"]).pages if "/static/" not in path}
    for text in (hostile.MARKUP[2], hostile.UNFIT[0], hostile.UNFIT[2], hostile.UNICODE[4], "9" * 5000):
        for path in pages:
            clean = text.encode("utf-8", "replace").decode()
            answer = stranger.get(path, query_string={"lang": clean, "size": clean, "version": clean})
            assert answer.status_code < 500, (path, text)
