"""People on phones, in one process of their own: they follow a link, read forms, send them, and time every request.

It shares the cores with the server it measures, so it is lean: one loop over sockets, and forms read by pattern and not
by a parser. What it does is what a browser without scripts does: keeps cookies and the connection, follows redirects.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote_plus, urljoin, urlsplit

_FORM = re.compile(r'<form [^>]*data-form="(?:start|page|submit)"[^>]*>.*?</form>', re.DOTALL)
_ACTION = re.compile(r'action="([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_FIELD = re.compile(r' name="([^"_][^"]*)"(?: value="([^"]*)")?')
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_COOKIE = re.compile(rb"\r\nset-cookie: *([^=\r]+)=([^;\r]*)", re.IGNORECASE)
_LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.IGNORECASE)
_ALWAYS = {"age", "consent"}
_KINDS = {"i": "link", "start": "start", "review": "review", "submit": "submit", "receipt": "receipt"}
_MOST_REQUESTS = 150
_CHUNK = 1 << 17


class Lost(RuntimeError):
    """A phone did not reach its receipt."""


class Request(NamedTuple):
    """What a browser sends; ``body`` is None where it only looks."""

    method: str
    path: str
    body: str | None = None


class Answer(NamedTuple):
    """What came back."""

    status: int
    location: str
    text: str


def interview(person: Mapping[str, Any]) -> Generator[Request, Answer, None]:
    """From the link to the receipt: yields requests, is sent what they bring. Raises Lost."""
    request = Request("GET", f"/i/{person['token']}?lang={person['language']}")
    for _ in range(_MOST_REQUESTS):
        status, location, text = yield request
        if status == 303:
            request = Request("GET", urljoin(request.path, location))
            continue
        form = _FORM.search(text)
        if status != 200 or form is None:
            if status == 200 and "data-receipt" in text:
                return
            raise Lost(f"{request.method} {urlsplit(request.path).path.split('/')[1]} answered {status}")
        request = filled(form[0], request.path, person["answers"])
    raise Lost("no end of pages")


def filled(form: str, path: str, answers: Mapping[str, str | Sequence[str]]) -> Request:
    """The request that sends a form: its hidden fields, what this person answers, and consent where it is asked."""
    action = _ACTION.search(form)
    fields = [*_HIDDEN.findall(form), *_chosen(form, answers)]
    body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in fields)
    return Request("POST", action[1] if action else path, body)


def _chosen(form: str, answers: Mapping[str, str | Sequence[str]]) -> Iterator[tuple[str, str]]:
    is_start = 'data-form="start"' in form
    offered: dict[str, set[str]] = {}
    for name, value in _FIELD.findall(form):
        offered.setdefault(name, set()).add(value)
    for name, values in offered.items():
        if is_start and name in _ALWAYS:
            yield name, "yes"
            continue
        given = answers.get(name, ())
        for value in [given] if isinstance(given, str) else given:
            if value in values or values == {""}:
                yield name, value


class Phone:
    """One browser on one kept connection, holding one interview after another."""

    def __init__(self, host: str, port: int, times: list[tuple[str, float]]) -> None:
        self.connection = socket.create_connection((host, port), timeout=60)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = f"{host}:{port}"
        self._times = times
        self._cookies: dict[str, str] = {}
        self._steps: Generator[Request, Answer, None] = interview({})
        self._received = bytearray()
        self._began = 0.0
        self._kind = ""
        self.n_bytes = 0

    def begin(self, person: Mapping[str, Any]) -> None:
        """Open the link of the next person, with no cookies of the one before."""
        self._cookies.clear()
        self._steps = interview(person)
        self._send(next(self._steps))

    def receive(self) -> bool:
        """Take what has come; True when the interview is over. Raises Lost, OSError."""
        chunk = self.connection.recv(_CHUNK)
        if not chunk:
            raise Lost("the server hung up")
        self._received += chunk
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0:
            return False
        head = bytes(self._received[: head_end + 2])
        length = _LENGTH.search(head)
        size = head_end + 4 + (int(length[1]) if length else 0)
        if len(self._received) < size:
            return False
        self._times.append((self._kind, (time.perf_counter() - self._began) * 1000))
        self.n_bytes += size
        body = self._received[head_end + 4 : size].decode()
        del self._received[:size]
        for name, value in _COOKIE.findall(head):
            self._cookies[name.decode()] = value.decode()
        location = _LOCATION.search(head)
        answer = Answer(int(head[9:12]), location[1].decode() if location else "", body)
        try:
            self._send(self._steps.send(answer))
        except StopIteration:
            return True
        return False

    def _send(self, request: Request) -> None:
        lines = [f"{request.method} {request.path} HTTP/1.1", f"Host: {self._host}"]
        if self._cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self._cookies.items()))
        body = (request.body or "").encode()
        if request.body is not None:
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(body)}")
        self._kind = _kind(request.method, request.path)
        self._began = time.perf_counter()
        self.connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def _kind(method: str, path: str) -> str:
    parts = urlsplit(path).path.strip("/").split("/")
    if parts[0] == "answer" and len(parts) == 4:
        return "page" if method == "GET" else "save"
    return _KINDS.get(parts[0]) or _KINDS.get(parts[-1], "welcome")


def answer_all(
    address: str, people: Sequence[Mapping[str, Any]], *, at_once: int, seconds: float
) -> dict[str, Any]:  # Any: JSON
    """Hold interviews, ``at_once`` at a time, until all are held or the time is over; the last ones are finished."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 80
    waiting = iter(people)
    times: list[tuple[str, float]] = []
    n_bytes: list[int] = []
    lost: list[str] = []
    begin, cpu = time.perf_counter(), time.process_time()
    with selectors.DefaultSelector() as selector:

        def next_person(phone: Phone) -> None:
            """The next interview on this phone, or none: then it hangs up."""
            person = next(waiting, None) if time.perf_counter() - begin < seconds else None
            if person is None:
                selector.unregister(phone.connection)
                phone.connection.close()
            else:
                phone.n_bytes = 0
                phone.begin(person)

        def new_phone() -> None:
            phone = Phone(host, port, times)
            selector.register(phone.connection, selectors.EVENT_READ, phone)
            next_person(phone)

        for _ in range(at_once):
            new_phone()
        while selector.get_map():
            for key, _ in selector.select():
                phone: Phone = key.data
                try:
                    if phone.receive():
                        n_bytes.append(phone.n_bytes)
                        next_person(phone)
                except (Lost, OSError) as error:
                    lost.append(repr(error))
                    selector.unregister(phone.connection)
                    phone.connection.close()
                    new_phone()
    return {
        "begin": begin,
        "end": time.perf_counter(),
        "n": len(n_bytes),
        "bytes": sum(n_bytes),
        "lost": lost,
        "times": times,
        "cpu": time.process_time() - cpu,
    }


def main(arguments: Sequence[str]) -> None:
    """``ADDRESS PEOPLE FIRST LAST AT_ONCE SECONDS``; waits for a line on standard input, prints JSON."""
    address, path, first, last, at_once, seconds = arguments
    people = json.loads(Path(path).read_text())[int(first) : int(last)]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    found = answer_all(address, people, at_once=int(at_once), seconds=float(seconds))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
