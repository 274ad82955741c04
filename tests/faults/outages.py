"""R09 and R10: the database is locked by somebody else; the disk is full."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from admin.demo.walker import Page
from survey.db import WAIT_SECONDS
from tests.faults.books import balance
from tests.faults.installation import ENTRY, NO_LIMIT, Installation, serving
from tests.faults.locks import foreign_lock, hold_lock
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, Phone, answer_at_once, to_review
from tests.faults.refusals import Refusal, page_with_text, send_again, to_receipt


def locked(at: Installation, *, people: int, seconds: float = 3.0, planted: str = "") -> Outcome:
    """R09: a foreign write lock for some seconds; everybody waits, nobody is refused, nothing is lost."""
    diary, links = Diary(path=at.folder / "diary"), at.world.issue(people)
    with serving(at, planted=planted) as server:
        blocker = threading.Timer(0.3, hold_lock, args=(at, seconds))
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


def locked_for_long(at: Installation, *, seconds: float = 12.0) -> Outcome:
    """R09: a lock that outlasts the wait: a kind 503 in time, and a resend that loses nothing typed."""
    diary, marker = Diary(path=at.folder / "diary"), "m-1"
    with serving(at) as server:
        phone = Phone(server.address, diary)
        page = page_with_text(phone, marker)
        with foreign_lock(at):
            began = time.monotonic()
            refusal = Refusal.of(phone, page, marker, form="page")
            waited = time.monotonic() - began
            reads = [Phone(server.address, diary, patience=0).get(path).status for path in ("/", "/receipt")]
            time.sleep(max(0.0, seconds - (time.monotonic() - began)))
        faults = refusal.faults(marker)
        if waited > WAIT_SECONDS + 1:
            faults.append(f"refused after {waited:.1f} s only")
        if set(reads) != {200}:
            faults.append(f"reading was answered with {reads} meanwhile")
        review = send_again(phone, refusal)
        faults += to_receipt(phone, review, marker, diary)
        phone.close()
    books = balance(at, diary)
    return Outcome(
        id="R09",
        database=at.database,
        what=f"a foreign write lock of {seconds:g} s, longer than the wait; then sent again from the page",
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
            faults += to_receipt(phone, send_again(phone, refusal), marker, diary, is_last=True)
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


def _ready(address: str, path: str, marker: str, diary: Diary) -> tuple[Phone, Page, str]:
    phone = Phone(address, diary)
    return phone, to_review(phone, path, marker), marker


def _pages_in_use(at: Installation) -> int:
    connection = sqlite3.connect(at.path)
    try:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])
    finally:
        connection.close()
