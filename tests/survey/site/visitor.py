"""A visitor without JavaScript in front of the test client: reads forms as a browser would, fills and sends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

import flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Forms(HTMLParser):
    """The forms of a page: ``actions`` by data-form name, ``fields`` as (form, name, value, kind, is_chosen)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.actions: dict[str, str] = {}
        self.fields: list[tuple[str, str, str, str, bool]] = []
        self._form = ""
        self._select = ""
        self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._form = given.get("data-form", "form")
            self.actions[self._form] = given.get("action", "")
        elif tag == "input":
            kind = given.get("type", "text")
            chosen = "checked" in given or kind not in {"radio", "checkbox"}
            self.fields.append((self._form, name, given.get("value", ""), kind, chosen))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self.fields.append(
                (self._form, self._select, given.get("value", ""), "option", "selected" in given)
            )
        elif tag == "textarea":
            self._area = name
            self.fields.append((self._form, name, "", "textarea", True))

    def handle_data(self, data: str) -> None:
        if self._area:
            form, name, value, kind, chosen = self.fields[-1]
            self.fields[-1] = (form, name, value + data, kind, chosen)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            # the first line end after the tag is not part of the text
            form, name, value, kind, chosen = self.fields[-1]
            self.fields[-1] = (form, name, value.removeprefix("\n"), kind, chosen)
            self._area = ""

    def chosen(self, form: str) -> dict[str, list[str]]:
        """What the browser would send as the form stands."""
        found: dict[str, list[str]] = {}
        for owner, name, value, kind, is_chosen in self.fields:
            if owner == form and name and is_chosen and not (kind == "option" and not value):
                found.setdefault(name, []).append(value)
        return found

    def offered(self, form: str) -> dict[str, list[str]]:
        """The values on offer by field; free text offers nothing."""
        found: dict[str, list[str]] = {}
        for owner, name, value, kind, _ in self.fields:
            if owner == form and name and kind != "hidden":
                found.setdefault(name, []).extend([value] if kind in {"radio", "checkbox", "option"} else [])
        return found


class Visitor:
    """One browser. ``page`` is the last answer, after redirects."""

    page: TestResponse

    def __init__(self, app: flask.Flask, *, language: str = "en") -> None:
        self.client: FlaskClient = app.test_client()
        self._headers = {"Accept-Language": language}

    def get(self, path: str) -> TestResponse:
        self.page = self.client.get(path, headers=self._headers, follow_redirects=True)
        return self.page

    def send(
        self, form: str, changes: Mapping[str, Sequence[str]] | None = None, *, follow: bool = True
    ) -> TestResponse:
        """Send a form of the page as it stands, with some fields changed."""
        forms = Forms(self.page.text)
        data = {**forms.chosen(form), **{k: list(v) for k, v in (changes or {}).items()}}
        self.page = self.client.post(
            forms.actions[form], data=data, headers=self._headers, follow_redirects=follow
        )
        return self.page

    @property
    def path(self) -> str:
        return self.page.request.path

    def begin(self, path: str) -> None:
        """Enter by an address, agree, and stand on the first page."""
        self.get(path)
        assert self.page.status_code == 200, self.page.text
        self.send("start", {"age": ["yes"], "consent": ["yes"]})

    def answer_page(self, changes: Mapping[str, Sequence[str]] | None = None, *, follow: bool = True) -> None:
        """Answer everything on a page with the middle of what is offered, and send it."""
        offered = Forms(self.page.text).offered("page")
        answers = {name: _pick(name, values) for name, values in offered.items()}
        self.send("page", {**answers, **(changes or {})}, follow=follow)

    def answer_all(self, changes: Mapping[str, Sequence[str]] | None = None) -> None:
        """Answer page after page until the review."""
        for _ in range(40):
            if "/p/" not in self.path:
                return
            names = Forms(self.page.text).offered("page")
            self.answer_page({k: v for k, v in (changes or {}).items() if k in names})
        raise AssertionError(f"no end of pages: {self.path}")


def _pick(name: str, values: Sequence[str]) -> list[str]:
    if not values:
        return ["路灯太暗 & <b>dark</b>"]
    if name in {"A3", "A5"}:
        return [values[0]]
    return [values[min(1, len(values) - 1)]]
