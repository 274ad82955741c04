"""A crowd that comes at its own pace, whatever the server does: people arrive, read, answer, and are timed.

Run as a process of its own: ``python -m tests.faults.crowd ADDRESS LINKS SCHEDULE DIARY REPORT``. The schedule says
how many arrive a second for how long, phase after phase. One thread carries thousands of phones.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

_FORM = re.compile(r'<form [^>]*data-form="(start|page|submit)"[^>]*>(.*?)</form>', re.DOTALL)
_ACTION = re.compile(r'action="([^"]+)"')
_FIELD = re.compile(r"<(?:input|textarea|button) [^>]*>")
_RECEIPT = re.compile(r"data-receipt[^>]*>(?:\s|<[^>]+>)*([0-9A-Z][0-9A-Z*~$= -]{20,})<")
_FIXED = {"A1": "north", "A2": "school", "R04": "5"}
_MOST_STEPS = 30
_TIMEOUT = 30.0
_REDIRECTS = {301, 302, 303}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """So many arrivals a second for so many seconds."""

    name: str
    per_second: float
    seconds: float


@dataclass(slots=True, kw_only=True)
class Report:
    """What the crowd met; times are (phase, seconds since the start, milliseconds, status, kind)."""

    arrived: int = 0
    refused_at_the_door: int = 0
    refused_under_way: int = 0
    without_retry_after: int = 0
    broken: list[str] = field(default_factory=list)
    times: list[tuple[str, float, float, int, str]] = field(default_factory=list)


class _Diary:
    """Written before and after the last tap; nothing here is killed, and a sync would hold up everybody's clock."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

    def write(self, line: str) -> None:
        os.write(self._file, line.encode())


class _Refused(Exception):
    """The server said: not now."""


class _Phone:
    """One person on one connection."""

    def __init__(self, address: str, crowd: _Crowd, phase: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._base, self._crowd, self._phase = address, crowd, phase
        self._cookies: dict[str, str] = {}
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def answer(self, link: str, marker: str) -> None:
        path, text = await self._request("GET", f"/i/{link}?lang=en", "begin")
        for _ in range(_MOST_STEPS):
            if receipt := _RECEIPT.search(text):
                self._crowd.diary.write(f"acked {marker} {receipt[1].strip().replace(' ', '-')}\n")
                return
            found = _FORM.search(text)
            if found is None:
                raise LookupError(f"no form at {path}")
            await asyncio.sleep(self._crowd.reading_time())
            action, fields = _filled(found[0], marker)
            if found[1] == "submit":
                self._crowd.diary.write(f"sent {marker}\n")
            path, text = await self._request("POST", urljoin(path, action or path), found[1], fields)
        raise LookupError(f"no end at {path}")

    async def _request(
        self, method: str, path: str, kind: str, fields: Sequence[tuple[str, str]] = ()
    ) -> tuple[str, str]:
        """One step as a person sees it, with the page it leads to; a refusal under way is waited out."""
        body = urlencode(fields).encode()
        while True:
            began = time.monotonic()
            status, headers, text, at = await self._followed(method, path, body)
            self._crowd.note(self._phase, began, status, kind)
            if status < 400:
                return at, text
            if status != 503:
                raise LookupError(f"{status} at {at}")
            self._crowd.report.without_retry_after += not headers.get("retry-after", "").isdigit()
            if kind == "begin":
                raise _Refused
            self._crowd.report.refused_under_way += 1
            await asyncio.sleep(min(float(headers.get("retry-after", 1)), 10.0))

    async def _followed(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, str], str, str]:
        for _ in range(6):
            status, headers, text = await asyncio.wait_for(self._exchange(method, path, body), _TIMEOUT)
            if status not in _REDIRECTS:
                return status, headers, text, path
            method, path, body = "GET", urljoin(path, headers["location"]), b""
            path = urlsplit(path)._replace(scheme="", netloc="").geturl()
        raise LookupError(f"redirects without end at {path}")

    async def _exchange(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, str], str]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nCookie: {cookies}\r\n"
        if method == "POST":
            head += f"Content-Type: application/x-www-form-urlencoded\r\nOrigin: {self._base}\r\n"
            head += f"Content-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"\r\n" + body)
        status = int((await reader.readline()).split()[1])
        headers: dict[str, str] = {}
        while line := (await reader.readline()).decode("latin-1").strip():
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                self._take_cookie(value.strip())
            headers[name.lower()] = value.strip()
        text = await _body(reader, headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return status, headers, text.decode()

    def _take_cookie(self, line: str) -> None:
        name, _, rest = line.partition("=")
        value, _, attributes = rest.partition(";")
        if value and "Max-Age=0" not in attributes:
            self._cookies[name] = value
        else:
            self._cookies.pop(name, None)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class _Crowd:
    """Everybody, and what they met."""

    def __init__(self, address: str, links: Sequence[str], diary: Path, *, reading: float) -> None:
        self._address, self._links, self._reading = address, iter(links), reading
        self.diary, self.report = _Diary(diary), Report()
        self._chance = random.Random(23)
        self._began = time.monotonic()

    def reading_time(self) -> float:
        return self._reading * self._chance.uniform(0.5, 1.5)

    def note(self, phase: str, began: float, status: int, kind: str) -> None:
        now = time.monotonic()
        self.report.times.append((phase, began - self._began, 1000 * (now - began), status, kind))

    async def come(self, schedule: Sequence[Phase]) -> None:
        tasks = []
        next_arrival = time.monotonic()
        for phase in schedule:
            until = time.monotonic() + phase.seconds
            while (now := time.monotonic()) < until:
                if now < next_arrival:
                    await asyncio.sleep(next_arrival - now)
                next_arrival += 1 / phase.per_second  # open loop: who comes does not wait for the others
                self.report.arrived += 1
                tasks.append(asyncio.create_task(self._one(phase.name, self.report.arrived)))
        await asyncio.gather(*tasks)

    async def _one(self, phase: str, number: int) -> None:
        marker = f"m-{phase}{number}"
        phone = _Phone(self._address, self, phase)
        try:
            await phone.answer(next(self._links), marker)
        except _Refused:
            self.report.refused_at_the_door += 1
        except (
            OSError,
            LookupError,
            ValueError,
            IndexError,
            TimeoutError,
            asyncio.IncompleteReadError,
        ) as error:
            self.report.broken.append(f"{marker}: {type(error).__name__} {error}")
        finally:
            phone.close()


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(int(headers.get("content-length", 0)))
    parts = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


def _filled(form: str, marker: str) -> tuple[str, list[tuple[str, str]]]:
    """The form with an answer to every question: the first option, fixed ones, the marker as open answer."""
    fields: dict[str, str] = {}
    for tag in _FIELD.findall(form):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        name, kind = (
            given.get("name", ""),
            given.get("type", "textarea" if tag.startswith("<textarea") else "text"),
        )
        if not name:
            continue
        if kind == "hidden":
            fields[name] = given.get("value", "")
        elif kind in {"radio", "checkbox"}:
            fields.setdefault(name, _FIXED.get(name) or given.get("value", "on"))
        elif kind == "textarea" or (kind == "text" and name == "T1"):
            fields[name] = marker
    action = _ACTION.search(form)
    return (action[1] if action else ""), list(fields.items())


def main() -> int:
    """Let the crowd come, and write the report."""
    address, links, schedule, diary, report, reading = sys.argv[1:7]
    phases = [Phase(**phase) for phase in json.loads(schedule)]
    crowd = _Crowd(address, Path(links).read_text().split(), Path(diary), reading=float(reading))
    asyncio.run(crowd.come(phases))
    Path(report).write_text(json.dumps(asdict(crowd.report)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
