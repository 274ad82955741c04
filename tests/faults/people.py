"""People who answer while things break: patient, with habits, and with a diary that a crash cannot take."""

from __future__ import annotations

import http.client
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from admin.demo.walker import Page, Walker

HABITS = ("double tap", "send again", "reload", "hang up")
"""What one in ten people each (one in five: send again) does around the last tap."""
_PAUSE = 0.1
_MAX_PAGES = 20


class GaveUp(Exception):
    """Nothing answered for longer than a person waits."""


@dataclass(slots=True, kw_only=True)
class Diary:
    """What people did and were told, written through to the disk before anything else happens."""

    path: Path
    sent: set[str] = field(default_factory=set)
    acked: dict[str, str] = field(default_factory=dict)
    """Receipt code by marker."""
    odd: list[str] = field(default_factory=list)
    """What no person should ever meet."""
    statuses: Counter[int] = field(default_factory=Counter)
    acked_at: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write_sent(self, marker: str) -> None:
        """Before the last tap."""
        with self._lock:
            self.sent.add(marker)
            self._write(f"sent {marker}\n")

    def write_acked(self, marker: str, receipt: str) -> None:
        """After the receipt was read."""
        with self._lock:
            before = self.acked.setdefault(marker, receipt)
            if before != receipt:
                self.odd.append(f"{marker} got two receipts")
            self.acked_at.append(time.monotonic())
            self._write(f"acked {marker} {receipt}\n")

    def note(self, what: str) -> None:
        """Something odd."""
        with self._lock:
            self.odd.append(what)

    def count(self, status: int) -> None:
        """A status that came back."""
        with self._lock:
            self.statuses[status] += 1

    def _write(self, line: str) -> None:
        descriptor = os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class Phone(Walker):
    """A browser whose owner reloads until something comes back, for up to ``patience`` seconds a page.

    Without patience the first answer counts, whatever it is.
    """

    def __init__(self, address: str, diary: Diary, *, patience: float = 30.0) -> None:
        super().__init__(address, language="en", timeout=20.0)
        self.address, self._diary, self.patience = address, diary, patience

    def twin(self) -> Phone:
        """A second tab of the same browser."""
        other = Phone(self.address, self._diary, patience=self.patience)
        other.cookies = dict(self.cookies)
        return other

    def post_bytes(self, path: str, body: bytes) -> Page:
        """Send a form that was encoded by hand."""
        return self._request("POST", path, body)

    def hang_up_after(self, path: str, fields: Sequence[tuple[str, str]]) -> None:
        """Send a form and go into a tunnel: the answer is never read."""
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request("POST", path, urlencode(fields).encode(), headers)
        except OSError:
            return
        finally:
            connection.close()

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, str, str]:
        until = time.monotonic() + self.patience
        while True:
            try:
                status, location, text = super()._exchange(method, path, body)
            except (OSError, http.client.HTTPException):
                status = 0
            else:
                self._diary.count(status)
                if status < 500 or not self.patience:
                    return status, location, text
            if time.monotonic() > until:
                raise GaveUp(f"{method} {path}: {status}")
            time.sleep(_PAUSE)


def fill(marker: str) -> Callable[[str, Sequence[str]], Sequence[str]]:
    """Answers to the small instrument, with the marker as the open answer."""
    fixed = {"A1": ["north"], "A2": ["school"], "R04": ["5"], "T1": [marker]}

    def answer(name: str, offered: Sequence[str]) -> Sequence[str]:
        return fixed.get(name, list(offered[:1]))

    return answer


def to_review(phone: Phone, path: str, marker: str) -> Page:
    """From a link to the last look; the page with the form ``submit``, or where it ended."""
    page = phone.get(path)
    for _ in range(_MAX_PAGES):
        names = {form.name for form in page.forms}
        form = next((name for name in ("start", "page") if name in names), None)
        if form is None:
            return page
        page = phone.send(page, fill(marker), form=form)
    raise AssertionError(f"no end of pages at {page.url}")


def hand_in(phone: Phone, review: Page, marker: str, diary: Diary, *, habit: str = "") -> Page | None:
    """The last tap, with a habit; the page that came back, None where nobody waited for it."""
    form = review.form("submit")
    fields, action = list(form.hidden), urlsplit(form.action).path
    diary.write_sent(marker)
    if habit == "hang up":
        phone.hang_up_after(action, fields)
        return None
    if habit == "double tap":
        page = _twice_at_once(phone, action, fields, diary, marker)
    else:
        page = phone.post(action, fields)
    if not page.receipt:
        return page
    diary.write_acked(marker, page.receipt)
    later = {"send again": lambda: phone.post(action, fields), "reload": lambda: phone.get(page.url)}
    if habit in later and later[habit]().receipt != page.receipt:
        diary.note(f"{marker}: another receipt after “{habit}”")
    return page


def answer_at_once(
    address: str,
    links: Sequence[str],
    diary: Diary,
    *,
    at_once: int,
    habits: random.Random,
    patience: float = 30.0,
    way: Callable[[Phone, str, str], Page] = to_review,
) -> None:
    """Many people, some at a time, each from a link of their own to the receipt; ``way`` leads to the review."""

    def one(number: int, link: str) -> None:
        phone, marker = Phone(address, diary, patience=patience), f"m-{number}"
        try:
            review = way(phone, f"/i/{link}?lang=en", marker)
            draw = habits.random()
            habit = next((h for h, edge in zip(HABITS, (0.1, 0.3, 0.4, 0.5), strict=True) if draw < edge), "")
            page = hand_in(phone, review, marker, diary, habit=habit)
            if page is not None and not page.receipt:
                diary.note(f"{marker} ended with {page.status} at {page.url}")
        except (GaveUp, LookupError) as error:
            diary.note(f"{marker} gave up: {error}")
        finally:
            phone.close()

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, range(len(links)), links))


def _twice_at_once(
    phone: Phone, action: str, fields: Sequence[tuple[str, str]], diary: Diary, marker: str
) -> Page:
    twin, found = phone.twin(), []
    with ThreadPoolExecutor(2) as pool:
        found = [future.result() for future in [pool.submit(p.post, action, fields) for p in (phone, twin)]]
    twin.close()
    if len({page.receipt for page in found}) != 1:
        diary.note(f"{marker}: a double tap gave {[(page.status, bool(page.receipt)) for page in found]}")
    return next((page for page in found if page.receipt), found[0])
