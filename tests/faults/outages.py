"""R09 and R10: the database is locked by somebody else; the disk is full."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from admin.demo.walker import Page
from tests.faults.books import balance
from tests.faults.installation import ENTRY, NO_LIMIT, Installation, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, Phone, answer_at_once, fill, to_review

_BUSY_TIMEOUT = 10.0
_UNAVAILABLE = 503


def locked(at: Installation, *, people: int, seconds: float = 3.0, planted: str = "") -> Outcome:
    """R09: a foreign write lock for some seconds; everybody waits, nobody is refused, nothing is lost."""
    diary, links = Diary(path=at.folder / "diary"), at.world.issue(people)
    with serving(at, planted=planted) as server:
        blocker = threading.Timer(0.3, _hold_lock, args=(at, seconds))
        blocker.start()
        answer_at_once(server.address, links, diary, at_once=8, habits=random.Random(3))
        blocker.join()
    books = balance(at, diary)
    refused = sum(n for status, n in diary.statuses.items() if status >= 500)
    faults = books.faults() + diary.odd[:5]
    if refused:
        faults.append(f"{refused} requests were refused instead of waiting")
    return Outcome(
        id="R09",
        database=at.database,
        what=f"a foreign write lock of {seconds:g} s",
        figures={
            "people": people,
            "receipts": books.n_acked,
            "stored": books.n_stored,
            "lost": max(books.lost_receipts, books.lost_answers),
            "5xx seen": refused,
        },
        faults=tuple(faults),
        planted=planted,
    )


def locked_for_long(at: Installation) -> Outcome:
    """R09: a lock that outlasts the wait: a kind 503 in time, and a resend that loses nothing typed."""
    diary, marker = Diary(path=at.folder / "diary"), "m-1"
    with serving(at) as server:
        phone = Phone(server.address, diary)
        page = _page_with_text(phone, marker)
        with _locked_database(at):
            began = time.monotonic()
            refusal = Refusal.of(phone, page, marker, form="page")
            waited = time.monotonic() - began
        faults = refusal.faults(marker)
        if waited > _BUSY_TIMEOUT + 1:
            faults.append(f"refused after {waited:.1f} s only")
        review = _send_again(phone, refusal)
        faults += _to_receipt(phone, review, marker, diary)
        phone.close()
    books = balance(at, diary)
    return Outcome(
        id="R09",
        database=at.database,
        what="a foreign write lock that outlasts the wait; then sent again from the page",
        figures={
            "status": refusal.page.status,
            "Retry-After": refusal.retry_after,
            "after": f"{waited:.1f} s",
        },
        faults=tuple(faults + books.faults()),
    )


def disk_full(at: Installation, *, people: int, planted: str = "") -> Outcome:
    """R10: no page can be added to the database; nobody is told "received", reading works, it heals by itself."""
    diary = Diary(path=at.folder / "diary")
    faults: list[str] = []
    with serving(at, planted=planted) as server:
        links = enumerate(at.world.issue(people))
        ready = [_ready(server.address, f"/i/{link}?lang=en", f"m-{n}", diary) for n, link in links]
        at.disk.write_text(str(_pages_in_use(at)))
        newcomer = Phone(server.address, diary, patience=0)
        reads = {newcomer.get(path).status for path in ("/", "/receipt", "/plan", ENTRY)}
        if reads != {200}:
            faults.append(f"reading was answered with {reads}")
        with ThreadPoolExecutor(8) as pool:
            refusals = list(pool.map(lambda one: Refusal.of(one[0], one[1], one[2], form="submit"), ready))
        refused = [
            (one, refusal) for one, refusal in zip(ready, refusals, strict=True) if refusal.page.status != 200
        ]
        for one, refusal in zip(ready, refusals, strict=True):
            if refusal.page.receipt:
                diary.write_sent(one[2])
                diary.write_acked(one[2], refusal.page.receipt)
        faults += [fault for _one, refusal in refused for fault in refusal.faults("")][:5]
        time.sleep(1.0)  # whoever acknowledged early has had time to fail
        while_full = balance(at, diary)
        at.disk.write_text(str(NO_LIMIT))
        for (phone, _page, marker), refusal in refused:
            faults += _to_receipt(phone, _send_again(phone, refusal), marker, diary, is_last=True)
        for phone in (newcomer, *(one[0] for one in ready)):
            phone.close()
    books = balance(at, diary)
    faults += while_full.faults() + books.faults() + diary.odd[:5]
    if not planted and not refused:
        faults.append("the disk was never full")
    return Outcome(
        id="R10",
        database=at.database,
        what="max_page_count: no page can be added; lifted without a restart",
        figures={
            "people": people,
            "refused while full": len(refused),
            "receipts": books.n_acked,
            "stored": books.n_stored,
            "lost": max(while_full.lost_receipts, books.lost_receipts),
        },
        faults=tuple(dict.fromkeys(faults)),
        planted=planted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What came back to a form that could not be kept."""

    page: Page
    retry_after: str

    @classmethod
    def of(cls, phone: Phone, page: Page, marker: str, *, form: str) -> Refusal:
        """Send a form once, and take what comes."""
        patience, phone.patience = phone.patience, 0.0
        answer = phone.send(page, fill(marker), form=form)
        phone.patience = patience
        return cls(page=answer, retry_after=phone.headers.get("Retry-After", ""))

    def faults(self, typed: str) -> list[str]:
        """What is wrong with it as a kind refusal in which nothing typed is lost."""
        found = []
        if self.page.status != _UNAVAILABLE:
            found.append(f"refused with {self.page.status}")
        if not self.retry_after.isdigit():
            found.append("no Retry-After")
        if "Not possible at this moment" not in self.page.body:
            found.append("the refusal is not in the language of the page")
        if typed not in self.page.body or not any(form.name == "again" for form in self.page.forms):
            found.append("what was typed is not on the page")
        return found


def _send_again(phone: Phone, refusal: Refusal) -> Page:
    """By the button of the refusal itself."""
    return phone.send(refusal.page, lambda _name, _offered: [], form="again")


def _to_receipt(phone: Phone, page: Page, marker: str, diary: Diary, *, is_last: bool = False) -> list[str]:
    diary.write_sent(marker)
    done = page if is_last else phone.send(page, lambda _name, _offered: [], form="submit")
    if not done.receipt:
        return [f"{marker}: no receipt after sending again, but {done.status}"]
    diary.write_acked(marker, done.receipt)
    return []


def _ready(address: str, path: str, marker: str, diary: Diary) -> tuple[Phone, Page, str]:
    phone = Phone(address, diary)
    return phone, to_review(phone, path, marker), marker


def _page_with_text(phone: Phone, marker: str) -> Page:
    """The page that asks for the open answer."""
    page = phone.send(phone.get(ENTRY), lambda _name, offered: list(offered[:1]), form="start")
    while "T1" not in page.form("page").texts:
        page = phone.send(page, lambda name, offered: ["school"] if name == "A2" else list(offered[:1]))
    return page


def _pages_in_use(at: Installation) -> int:
    connection = sqlite3.connect(at.path)
    try:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])
    finally:
        connection.close()


@contextmanager
def _locked_database(at: Installation) -> Iterator[None]:
    connection = sqlite3.connect(at.path, isolation_level=None, timeout=10)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def _hold_lock(at: Installation, seconds: float) -> None:
    with _locked_database(at):
        time.sleep(seconds)
