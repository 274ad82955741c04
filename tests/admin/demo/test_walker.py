"""The person without JavaScript: reads forms, cookies and redirects as a browser does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qsl

import pytest

from admin.demo.walker import Page, Walker

FORM = """<!doctype html><html lang="zh"><body>
<form method="get" action="/search"><input type="search" name="q" value="公园"></form>
<form method="post" action="next?step=2" data-form="page">
  <input type="hidden" name="csrf" value="a&amp;b">
  <fieldset><legend>R01</legend>
    <input type="radio" name="R01" value="5"><input type="radio" name="R01" value="4" checked>
    <input type="radio" name="R01" value="9" disabled></fieldset>
  <input type="checkbox" name="A7" value="bus" checked><input type="checkbox" name="A7" value="edu" checked>
  <input type="checkbox" name="agree">
  <select name="A1"><option value="">choose</option><option value="n">N</option><option value="s" selected>S</option></select>
  <textarea name="T1">
first &lt;line&gt;
second</textarea>
  <input name="T2" value="kept"><input type="number" name="T3">
  <input type="submit" value="go"><button type="button" name="no" value="1">x</button>
  <button name="go" value="on">on</button><button name="back" value="1">back</button>
</form>
<p data-receipt>AB&shy;C<span></span></p></body></html>"""


class Site(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, str, str, list[tuple[str, str]]]]] = []
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        sent = parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True)
        self.seen.append((self.command, self.path, self.headers.get("Cookie", ""), sent))
        path = self.path.partition("?")[0]
        body = FORM.encode() if path.startswith("/form") else b"<p>page</p>"
        status, headers = 200, []
        if path.startswith("/to/"):
            _, _, code, target = path.split("/", 3)
            status, headers = int(code), [("Location", "/" + target), ("Set-Cookie", "a=1; Path=/; HttpOnly")]
        elif path == "/away":
            status, headers = 302, [("Location", "http://elsewhere.invalid/form")]
        elif path == "/forget":
            headers = [
                ("Set-Cookie", "a=; Max-Age=0"),
                ("Set-Cookie", "b=2; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
                ("Set-Cookie", "c=3; Expires=Fri, 01 Jan 2100 00:00:00 GMT"),
            ]
        elif path == "/round":
            status, headers = 302, [("Location", "/round")]
        self.send_response(status)
        for header in headers:
            self.send_header(*header)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815 -- the names that http.server looks for

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture
def walker() -> Iterator[Walker]:
    Site.seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    walker = Walker(f"http://127.0.0.1:{server.server_port}", language="zh")
    yield walker
    walker.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_form_is_read_with_everything_that_a_person_sees(walker: Walker) -> None:
    form = walker.get("/form").form("page")
    assert (form.action, form.method) == ("next?step=2", "post")
    assert form.hidden == [("csrf", "a&b")]
    assert form.choices == {"R01": ["5", "4"], "A7": ["bus", "edu"], "agree": ["on"], "A1": ["n", "s"]}
    assert form.texts == ["T1", "T2", "T3"]
    assert form.buttons == [("go", "on"), ("back", "1")]


def test_what_the_page_holds_is_sent_where_nobody_touches_it(walker: Walker) -> None:
    walker.send(walker.get("/form/a"), lambda _name, _offered: None)
    method, path, _, sent = Site.seen[-1]
    assert (method, path) == ("POST", "/form/next?step=2")
    assert sent == [
        ("csrf", "a&b"),
        ("R01", "4"),
        ("A7", "bus"),
        ("A7", "edu"),
        ("A1", "s"),
        ("T1", "first <line>\nsecond"),
        ("T2", "kept"),
        ("T3", ""),
        ("go", "on"),
    ]


def test_answers_replace_what_was_there_and_only_one_button_is_pressed(walker: Walker) -> None:
    answers = {"R01": ["5"], "A7": [], "agree": ["on"], "T1": ["好"]}
    walker.send(walker.get("/form"), lambda name, _offered: answers.get(name, []), form="page", button="back")
    assert Site.seen[-1][3] == [("csrf", "a&b"), ("R01", "5"), ("agree", "on"), ("T1", "好"), ("back", "1")]


def test_a_form_that_asks_by_get_puts_its_fields_into_the_address(walker: Walker) -> None:
    page = walker.get("/form")
    (form,) = [form for form in page.forms if form.method == "get"]
    assert form.texts == ["q"]
    by_get = Page(status=200, url=page.url, body="", forms=(form,), receipt="")
    object.__setattr__(form, "name", "search")
    walker.send(by_get, lambda _name, _offered: None, form="search")
    assert Site.seen[-1][:2] == ("GET", "/search?q=%E5%85%AC%E5%9B%AD")


@pytest.mark.parametrize(
    ("code", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")]
)
def test_redirects_are_followed_as_their_codes_say_and_cookies_go_along(
    walker: Walker, code: int, method: str
) -> None:
    page = walker.post(f"/to/{code}/form", [("x", "1")])
    assert page.url.endswith("/form")
    assert Site.seen[-1] == (method, "/form", "a=1", [("x", "1")] if method == "POST" else [])


def test_cookies_end_when_they_are_told_to(walker: Walker) -> None:
    walker.cookies.update(a="1", b="1")
    walker.get("/forget")
    assert walker.cookies == {"c": "3"}


def test_nobody_is_sent_to_another_place_or_round_for_ever(walker: Walker) -> None:
    with pytest.raises(PermissionError, match="elsewhere"):
        walker.get("/away")
    with pytest.raises(RecursionError):
        walker.get("/round")
    assert len(Site.seen) == 11


def test_the_receipt_is_read_from_its_element_only(walker: Walker) -> None:
    assert walker.get("/form").receipt == "AB\u00adC"
    assert walker.get("/other").receipt == ""
    with pytest.raises(LookupError, match="no form"):
        walker.get("/other").form()
