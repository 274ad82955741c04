"""What a phone asks for and loads: three requests at most for the first page, the icon counted, and little weight."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser

import flask
import pytest

from tests.survey.site.town import Town
from tests.survey.site.visitor import Visitor

MOST_REQUESTS = 3
PAGE, STYLE_AND_SCRIPT = 60 * 1024, 30 * 1024
PAGE_AIM, STYLE_AND_SCRIPT_AIM = 30 * 1024, 20 * 1024
_ICONS = {"icon", "apple-touch-icon"}
_FETCHED = {"stylesheet", "manifest", "preload", "modulepreload", *_ICONS}


class _Asked(HTMLParser):
    """Every address that a browser asks for by itself when it reads a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.later: list[str] = []
        self.has_icon = False
        self.feed(html)
        if not self.has_icon:
            self.addresses.append("/favicon.ico")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        kinds = set(given.get("rel", "").split())
        self.has_icon = self.has_icon or bool(kinds & _ICONS)
        if tag == "link" and kinds & _FETCHED:
            self._ask(given.get("href", ""))
        elif tag != "a":
            self._ask(given.get("src", ""))
            self._ask(given.get("srcset", ""))
        self.later += [given[name] for name in ("data-script", "data-expression") if name in given]

    def _ask(self, address: str) -> None:
        if address and not address.startswith("data:"):
            self.addresses.append(address)


def _load(visitor: Visitor) -> tuple[_Asked, int, int]:
    """What the page asks for; its weight with all that, and of style and script with what comes on demand."""
    asked = _Asked(visitor.page.text)
    files = {path: _fetched(visitor, path) for path in dict.fromkeys((*asked.addresses, *asked.later))}
    page = len(gzip.compress(visitor.page.data, 6)) + sum(files[path] for path in asked.addresses)
    return asked, page, sum(size for path, size in files.items() if path.endswith((".css", ".js")))


def _fetched(visitor: Visitor, path: str) -> int:
    """The weight of a file on the way. A sheet that sent the browser for more would not be one request."""
    answer = visitor.client.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, path
    if path.endswith(".css"):
        assert not re.search(rb"@import|url\(", gzip.decompress(answer.data)), path
    return len(answer.data)


@pytest.mark.parametrize("lang", ["zh", "en", "ar"])
def test_the_first_page_is_light_and_asks_for_three_things_at_most(
    app: flask.Flask, town: Town, lang: str
) -> None:
    visitor = Visitor(app, language=lang)
    visitor.get(f"/s/{town.entry}")
    asked, page, style = _load(visitor)
    assert any(each.endswith(".css") for each in asked.addresses)
    assert 1 + len(asked.addresses) <= MOST_REQUESTS, asked.addresses
    assert page <= PAGE_AIM < PAGE
    assert style <= STYLE_AND_SCRIPT_AIM < STYLE_AND_SCRIPT
    assert len(visitor.page.data) <= PAGE_AIM  # the embedded server does not compress pages


@pytest.mark.parametrize("lang", ["zh", "en", "ar"])
def test_the_first_questions_are_light_even_with_nothing_held(
    app: flask.Flask, town: Town, lang: str
) -> None:
    visitor = Visitor(app, language=lang)
    visitor.begin(f"/s/{town.entry}")
    asked, page, style = _load(visitor)
    assert any(each.endswith(".js") for each in asked.addresses)
    assert asked.later, "what keeps words as they are typed comes when the page stands"
    assert 1 + len(asked.addresses) <= MOST_REQUESTS, asked.addresses
    assert page <= PAGE_AIM
    assert style <= STYLE_AND_SCRIPT


def test_every_public_room_is_read_with_one_sheet(app: flask.Flask, town: Town) -> None:
    visitor = Visitor(app)
    for path in ("/", "/results", "/plan", "/receipt", "/enter", "/continue", "/help", "/logs", "/i/unknown"):
        asked = _Asked(visitor.get(path).text)
        assert len([each for each in asked.addresses if each.endswith(".css")]) == 1, path
        assert 1 + len(asked.addresses) <= MOST_REQUESTS, (path, asked.addresses)
