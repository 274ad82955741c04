"""T15: whatever is typed or imported, pages show it as text: no live markup anywhere."""

from __future__ import annotations

import io
from collections.abc import Callable

import flask
import yaml
from flask.testing import FlaskClient

from admin.content.load import DEMO_FOLDER
from survey.identity.permissions import Role
from tests import hostile
from tests.crawler import crawl, live_markup
from tests.security.conftest import poisoned
from tests.survey.site.town import Town
from tests.survey.site.visitor import Forms, Visitor


def test_the_crawler_sees_markup_that_is_alive() -> None:
    """The oracle itself: each piece of markup, unescaped, is noticed."""
    for text in hostile.MARKUP:
        if "<" in text and "&lt;" not in text:
            assert live_markup(f"<p>{text}</p>"), text
    assert live_markup('<a href="javascript:alert(1)">x</a>')
    assert live_markup("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>") == []


def test_public_pages_show_hostile_texts_as_text(stranger: FlaskClient, poisoned_town: Town) -> None:
    found = crawl(stranger, ["/", f"/results/{poisoned_town.published}", f"/results/{poisoned_town.blocked}"])
    assert len(found.pages) >= 15
    assert {page.status_code for page in found.pages.values()} <= {200, 404}
    assert any(
        f"&lt;{hostile.TAG}" in page.text for page in found.pages.values() if page.mimetype == "text/html"
    )
    assert found.live == []


def test_staff_pages_show_hostile_texts_as_text(
    poisoned_desk: flask.Flask, browser: Callable[[Role | None], FlaskClient]
) -> None:
    seen: set[str] = set()
    for role in (Role.STATISTICIAN, Role.FIELDWORK, Role.ROLE_ADMIN, Role.AUDITOR, Role.DESIGNER):
        found = crawl(browser(role), ["/admin/"])
        assert found.live == [], role
        assert {path for path, page in found.pages.items() if page.status_code >= 500} == set()
        pages = ((path, page) for path, page in found.pages.items() if page.mimetype == "text/html")
        seen |= {path for path, page in pages if f"&lt;{hostile.TAG}" in page.text}
    assert len(seen) >= 8


PLAIN = tuple(text for text in hostile.MARKUP if "{" not in text)
"""Texts of an instrument may not hold braces of their own; those are refused with their place."""


def test_an_instrument_full_of_markup_is_shown_as_text(
    poisoned_desk: flask.Flask, browser: Callable[[Role | None], FlaskClient]
) -> None:
    document = yaml.safe_load((DEMO_FOLDER / "instruments" / "individual_businesses.yaml").read_text("utf-8"))
    document = poisoned(document, PLAIN) | {"version": "2026.9"}
    designer = browser(Role.DESIGNER)
    content = yaml.safe_dump(document, allow_unicode=True).encode()
    name = f"{hostile.TAG}<b onclick=x>.yaml"
    answer = designer.post(
        "/admin/drafts/from-file", data={"file": (io.BytesIO(content), name)}, follow_redirects=True
    )
    assert live_markup(answer.text) == []
    assert answer.status_code == 200, answer.text
    assert f"&lt;{hostile.TAG}" in answer.text
    assert crawl(designer, ["/admin/drafts", answer.request.path]).live == []


def test_refusals_of_files_repeat_them_as_text(
    poisoned_desk: flask.Flask, browser: Callable[[Role | None], FlaskClient]
) -> None:
    cells = "\n".join(f'"{text.replace(chr(34), chr(34) * 2)}",x,1' for text in hostile.MARKUP)
    files = {
        "header": f'"<{hostile.TAG}>",b\n1,2\n',
        "cells": f"group,interviewer,cases,checked,confirmed\n{cells}\n",
        "yaml": f"a: <{hostile.TAG}>\nb: [",
    }
    for what, content in files.items():
        fieldwork, designer = browser(Role.FIELDWORK), browser(Role.DESIGNER)
        name = f"<{hostile.TAG}>.csv"
        given = (io.BytesIO(content.encode()), name)
        if what == "yaml":
            answer = designer.post("/admin/drafts/from-file", data={"file": given})
        else:
            answer = fieldwork.post(
                "/admin/imports", data={"kind": "call_backs", "cycle": "1", "file": given}
            )
        assert answer.status_code == 422, what
        assert live_markup(answer.text) == [], what


def test_hostile_answers_come_back_as_text(town: Town, app: flask.Flask) -> None:
    visitor = Visitor(app)
    visitor.begin(f"/i/{town.tokens[0]}")
    first = visitor.path
    for text in hostile.MARKUP:
        _answer_with(visitor, first, text)


def _answer_with(visitor: Visitor, page: str, text: str) -> None:
    visitor.get(page)
    offered = Forms(visitor.page.text).offered("page")
    visitor.send("page", {name: [text] for name in offered} | {text: [text]})
    assert visitor.page.status_code == 200
    assert live_markup(visitor.page.text) == []
    for path, form in (("/continue", "resume"), ("/receipt", "receipt")):
        visitor.get(path)
        visitor.send(form, {"code": [text]})
        assert live_markup(visitor.page.text) == []
