"""Walks every page that a browser can reach by links, and looks for markup that came alive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.hostile import TAG

_MOST = 400
_DANGEROUS = {"iframe", "object", "embed", "base", "applet", "frame", TAG}
_ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data"}


@dataclass(slots=True, kw_only=True)
class FormFound:
    """A form of a page."""

    page: str
    action: str
    method: str
    fields: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Links, forms, and everything alive that no page of ours may hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.links, self.forms, self.live = page, set[str](), list[FormFound](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._look(tag, given)
        if tag == "a" and given.get("href"):
            self.links.add(urljoin(self.page, given["href"]))
        if tag == "form":
            action = urljoin(self.page, given.get("action") or self.page)
            self.forms.append(
                FormFound(page=self.page, action=action, method=given.get("method", "get").lower())
            )
        elif self.forms and given.get("name"):
            self.forms[-1].fields.append(given["name"])

    def _look(self, tag: str, given: dict[str, str]) -> None:
        alive = [f"{name}=" for name in given if name.startswith("on") or name == "style"]
        alive += [
            f"{name}={given[name][:40]}"
            for name in _ADDRESSES & set(given)
            if given[name].strip().lower().startswith(("javascript:", "vbscript:", "data:text", "//", "http"))
            and not given[name].startswith("http://localhost")
        ]
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            alive.append("inline")
        if tag in _DANGEROUS or alive:
            self.live.append(f"{self.page}: <{tag}> {' '.join(alive)}")


def live_markup(html: str, page: str = "/") -> list[str]:
    """Scripts, handlers, styles and foreign addresses in a page; empty where all of it is text."""
    reader = _Reader(page)
    reader.feed(html)
    return reader.live


@dataclass(slots=True, kw_only=True)
class Crawl:
    """What a walk saw."""

    pages: dict[str, TestResponse] = field(default_factory=dict)
    forms: list[FormFound] = field(default_factory=list)
    live: list[str] = field(default_factory=list)


def crawl(client: FlaskClient, starts: Iterable[str], *, most: int = _MOST) -> Crawl:
    """Follow every link of this site from ``starts``, as the person in ``client``."""
    found, queue = Crawl(), list(starts)
    while queue and len(found.pages) < most:
        path = queue.pop()
        if path in found.pages:
            continue
        answer = client.get(path, follow_redirects=True, buffered=True)
        found.pages[path] = answer
        if answer.mimetype != "text/html":
            continue
        reader = _Reader(answer.request.path)
        reader.feed(answer.text)
        found.forms += reader.forms
        found.live += reader.live
        queue += [link for each in reader.links if (link := _own(each)) and link not in found.pages]
    return found


def _own(link: str) -> str | None:
    """The path of a link of this site, without its fragment; each page in one language and size."""
    parts = urlsplit(link)
    if parts.netloc not in {"", "localhost"} or parts.scheme not in {"", "http"}:
        return None
    query = "&".join(p for p in parts.query.split("&") if p and not p.startswith(("lang=", "size=")))
    return parts.path + (f"?{query}" if query else "")
