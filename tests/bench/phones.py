"""People on phones, in a process of their own: they follow a link, read forms, send them, and time every request.

A reader of forms by pattern and not by parser: it shares the cores with the server it measures.
"""

from __future__ import annotations

import http.client
import json
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

_FORM = re.compile(r'<form [^>]*data-form="(?:start|page|submit)"[^>]*>.*?</form>', re.DOTALL)
_ACTION = re.compile(r'action="([^"]+)"')
_NAME = re.compile(r' name="([^"]+)"')
_KINDS = {"i": "link", "start": "start", "review": "review", "submit": "submit", "receipt": "receipt"}
_MOST_REQUESTS = 150


class Lost(RuntimeError):
    """A phone did not reach its receipt."""


class Phone:
    """One browser on one kept connection; ``times`` collects (kind of request, milliseconds)."""

    def __init__(self, address: str, times: list[tuple[str, float]]) -> None:
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._cookies: dict[str, str] = {}
        self._times = times
        self.n_bytes = 0

    def answer(self, person: Mapping[str, Any]) -> None:
        """From the link to the receipt. Raises Lost."""
        method, path, body = "GET", f"/i/{person['token']}?lang={person['language']}", None
        for _ in range(_MOST_REQUESTS):
            status, location, text = self._exchange(method, path, body)
            if status == 303:
                method, path, body = "GET", urljoin(path, location), None
                continue
            form = _FORM.search(text)
            if status != 200 or form is None:
                if status == 200 and "data-receipt" in text:
                    return
                raise Lost(f"{method} {urlsplit(path).path.split('/')[1]} answered {status}")
            action = _ACTION.search(form[0])
            fields = list(_filled(form[0], person["answers"]))
            method, path, body = "POST", action[1] if action else path, urlencode(fields)
        raise Lost("no end of pages")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _exchange(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begin = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        self._times.append((_kind(method, path), (time.perf_counter() - begin) * 1000))
        self.n_bytes += len(content) + sum(len(n) + len(v) + 4 for n, v in response.headers.items())
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        return response.status, response.headers.get("Location", ""), content.decode()


def _kind(method: str, path: str) -> str:
    parts = urlsplit(path).path.strip("/").split("/")
    if parts[0] == "answer" and len(parts) == 4:
        return "page" if method == "GET" else "save"
    return _KINDS.get(parts[0]) or _KINDS.get(parts[-1], "welcome")


def _filled(form: str, answers: Mapping[str, str | Sequence[str]]) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(_NAME.findall(form)):
        offered = re.findall(rf' name="{re.escape(name)}" value="([^"]*)"', form)
        if name.startswith(("_ver", "csrf_token", "age", "consent")):
            yield name, offered[0]
            continue
        given = answers.get(name, ())
        for value in [given] if isinstance(given, str) else given:
            if not offered or value in offered:
                yield name, value


def answer_all(
    address: str, people: Sequence[Mapping[str, Any]], *, at_once: int, seconds: float
) -> dict[str, Any]:
    """Hold interviews, ``at_once`` at a time, until all are held or the time is over; the last ones are finished."""
    waiting, lock = iter(people), threading.Lock()
    times: list[tuple[str, float]] = []
    done: list[int] = []
    lost: list[str] = []
    begin = time.perf_counter()

    def work() -> None:
        while time.perf_counter() - begin < seconds:
            with lock:
                person = next(waiting, None)
            if person is None:
                return
            phone = Phone(address, times)
            try:
                phone.answer(person)
                done.append(phone.n_bytes)
            except (Lost, OSError, http.client.HTTPException) as error:
                lost.append(repr(error))
            finally:
                phone.close()

    threads = [threading.Thread(target=work) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "begin": begin,
        "end": time.perf_counter(),
        "n": len(done),
        "bytes": sum(done),
        "lost": lost,
        "times": times,
        "cpu": time.process_time(),
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
