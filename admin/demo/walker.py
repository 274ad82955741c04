"""A person on a phone without JavaScript: reads the form on the page, fills it in, sends it, follows on."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

Fill = Callable[[str, Sequence[str]], Sequence[str] | None]
"""(field name, values on offer) -> values to send, None to leave what the page holds; nothing on offer: free text."""

_CHOSEN = ("radio", "checkbox")
_TYPED = ("text", "search", "tel", "email", "number", "password", "date", "url")


@dataclass(slots=True, kw_only=True)
class Form:
    """One form of a page: where it goes, what is already in it, and what there is to fill in."""

    action: str
    method: str
    name: str = ""
    hidden: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    filled: dict[str, list[str]] = field(default_factory=dict)
    """What the page had chosen or written in already."""
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    """Collects the forms of a page and the text of the element that carries the receipt."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.receipt = ""
        self._open: Form | None = None
        self._select: str | None = None
        self._area: str | None = None
        self._in_receipt = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-receipt" in given:
            self._in_receipt = True
        if tag == "form":
            self._open = Form(
                action=given.get("action", ""),
                method=given.get("method", "get").lower(),
                name=given.get("data-form", given.get("id", "")),
            )
            self.forms.append(self._open)
        elif self._open is not None:
            self._field(tag, given, self._open)

    def _field(self, tag: str, given: dict[str, str], form: Form) -> None:
        name = given.get("name", "")
        kind = given.get("type", "text" if tag == "input" else "submit").lower()
        if "disabled" in given:
            return
        if tag == "select":
            self._select = name
            form.choices.setdefault(name, [])
        elif tag == "option" and self._select is not None:
            self._offer(form, self._select, given.get("value", ""), is_chosen="selected" in given)
        elif tag == "textarea":
            self._area = name
            form.texts.append(name)
        elif tag == "input" and kind in _TYPED:
            form.texts.append(name)
            form.filled[name] = [given.get("value", "")]
        elif tag == "input" and kind == "hidden":
            form.hidden.append((name, given.get("value", "")))
        elif tag == "input" and kind in _CHOSEN:
            form.choices.setdefault(name, [])
            self._offer(form, name, given.get("value", "on"), is_chosen="checked" in given)
        elif tag == "button" and kind == "submit" and name:
            form.buttons.append((name, given.get("value", "")))

    @staticmethod
    def _offer(form: Form, name: str, value: str, *, is_chosen: bool) -> None:
        if value:
            form.choices[name].append(value)
            if is_chosen:
                form.filled.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
        self._in_receipt = False

    def handle_data(self, data: str) -> None:
        if self._in_receipt:
            self.receipt += data.strip()
        if self._area is not None and self._open is not None:
            written = self._open.filled.setdefault(self._area, [""])
            # The line break that follows the tag belongs to the page, not to the text.
            written[0] += data if written[0] else data.removeprefix("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it came back."""

    status: int
    url: str
    body: str
    forms: tuple[Form, ...]
    receipt: str

    def form(self, name: str = "") -> Form:
        """The form called ``name``, else the only one that is sent by POST. Raises LookupError."""
        found = [form for form in self.forms if (form.name == name if name else form.method == "post")]
        if not found:
            raise LookupError(f"no form {name!r} on {self.url} (status {self.status})")
        return found[0]


class Walker:
    """One browser with its cookies on one kept connection. Not for more than one thread."""

    def __init__(self, base_url: str, *, language: str = "zh", timeout: float = 30.0) -> None:
        self._base = base_url
        parts = urlsplit(base_url)
        self._host, self._port, self._timeout = parts.hostname or "", parts.port or 80, timeout
        self._connection: http.client.HTTPConnection | None = None
        self.cookies: dict[str, str] = {}
        self.headers: Mapping[str, str] = {}
        """Headers of the answer that came last."""
        self.more: Mapping[str, str] = {}
        """Headers sent with every request besides."""
        self._language = language

    def get(self, path: str) -> Page:
        """Open ``path`` and follow redirects."""
        return self._request("GET", path, None)

    def post(self, path: str, fields: Sequence[tuple[str, str]]) -> Page:
        """Send ``fields`` to ``path`` and follow redirects."""
        return self._request("POST", path, urlencode(fields).encode())

    def send(self, page: Page, fill: Fill, *, form: str = "", button: str | None = None) -> Page:
        """Fill in a form of ``page`` and send it by its first button, or the one called ``button``."""
        found = page.form(form)
        fields = list(found.hidden)
        for name, offered in (*found.choices.items(), *((name, ()) for name in found.texts)):
            wanted = fill(name, offered)
            if wanted is None:
                wanted = found.filled.get(name, [] if offered else [""])
            fields += [(name, value) for value in wanted]
        buttons = [b for b in found.buttons if button is None or b[0] == button]
        fields += buttons[:1]
        target = urljoin(page.url, found.action or page.url)
        if found.method == "get":
            return self.get(urlsplit(target)._replace(query=urlencode(fields)).geturl())
        return self.post(target, fields)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _request(self, method: str, path: str, body: bytes | None) -> Page:
        for _ in range(10):
            status, location, text = self._exchange(method, path, body)
            if status not in {301, 302, 303, 307, 308}:
                forms = _Forms()
                forms.feed(text)
                return Page(
                    status=status,
                    url=urljoin(self._base + "/", path),
                    body=text,
                    forms=tuple(forms.forms),
                    receipt=forms.receipt,
                )
            path = urljoin(urljoin(self._base + "/", path), location)
            if urlsplit(path).netloc != urlsplit(self._base).netloc:
                raise PermissionError(f"sent away to {path}")
            if status not in {307, 308}:  # these two are sent again as they were
                method, body = "GET", None
        raise RecursionError(f"redirects without end at {path}")

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, str, str]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        parts = urlsplit(path)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Language": self._language,
            **self.more,
        }
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._base}
        try:
            self._connection.request(method, target, body, headers)
            response = self._connection.getresponse()
            text = response.read().decode("utf-8")
            self.headers = dict(response.headers.items())
        except (http.client.HTTPException, OSError):
            self.close()
            raise
        for value in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(value).items():
                if morsel.value and not _is_over(morsel["max-age"], morsel["expires"]):
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)
        return response.status, response.headers.get("Location", ""), text


def _is_over(max_age: str, expires: str) -> bool:
    """Whether a cookie is to be dropped: by the length where one is given, as browsers do, else by the moment."""
    if max_age:
        return int(max_age) <= 0
    return bool(expires) and parsedate_to_datetime(expires).timestamp() <= time.time()
