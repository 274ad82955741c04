"""R09 and R10: the database is locked by somebody else; the disk is full."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import sqlalchemy as sa

from admin.demo.walker import Page
from admin.fieldwork.services import waves
from survey.identity.actors import Actor
from survey.models.wave import Wave
from survey.sqlite_queue import WAIT_SECONDS
from tests.faults import disks
from tests.faults.books import balance
from tests.faults.installation import ENTRY, NO_LIMIT, Installation, serving
from tests.faults.locks import foreign_lock, hold_lock
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, GaveUp, Phone, answer_at_once, to_review
from tests.faults.planted import audit_beside
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


def locked_for_long(at: Installation, *, seconds: float = 12.0, planted: str = "") -> Outcome:
    """R09: a lock that outlasts the wait: a kind 503 in time, and a resend that loses nothing typed."""
    diary, marker = Diary(path=at.folder / "diary"), "m-1"
    what = f"a foreign write lock of {seconds:g} s, longer than the wait; then sent again from the page"
    with serving(at, planted=planted) as server:
        phone = Phone(server.address, diary)
        page = page_with_text(phone, marker)
        with foreign_lock(at):
            began = time.monotonic()
            try:
                refusal = Refusal.of(phone, page, marker, form="page")
            except GaveUp:
                nothing = (f"nothing came back within {time.monotonic() - began:.0f} s",)
                return Outcome(
                    id="R09", database=at.database, what=what, figures={}, faults=nothing, planted=planted
                )
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
        what=what,
        figures={
            "status": refusal.page.status,
            "Retry-After": refusal.retry_after,
            "after": f"{waited:.1f} s",
        },
        faults=tuple(faults + books.faults()),
        planted=planted,
    )


def disk_full(at: Installation, *, people: int, planted: str = "") -> Outcome:
    """R10: no page can be added to the database; nobody is told "received", reading works, it heals by itself."""
    if at.postgres is not None and not disks.has_compiler():
        what, missing = "disk full", ("no C compiler on this machine: not run",)
        return Outcome(id="R10", database=at.database, what=what, figures={}, faults=missing)
    diary, disk = Diary(path=at.folder / "diary"), _Disk(at)
    faults: list[str] = []
    with serving(at, planted=planted, environ={"SURVEY_LOG_LEVEL": "ERROR"}) as server:
        links = enumerate(at.world.issue(people))
        ready = [_ready(server.address, f"/i/{link}?lang=en", f"m-{n}", diary) for n, link in links]
        disk.fill()
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
        disk.empty()
        for (phone, _page, marker), refusal in refused:
            faults += to_receipt(phone, send_again(phone, refusal), marker, diary, is_last=True)
        for phone in (newcomer, *(one[0] for one in ready)):
            phone.close()
    books = balance(at, diary)
    faults += while_full.faults() + books.faults() + diary.odd[:5]
    if not planted and not refused:
        faults.append("the disk was never full")
    alarms = (at.folder / "server.log").read_text(errors="replace").count('"event": "crash"')
    if alarms < len(refused):
        faults.append(f"{alarms} lines in the log for {len(refused)} refusals")
    return Outcome(
        id="R10",
        database=at.database,
        what=f"disk full ({disk.how}); lifted without a restart",
        figures={
            "people": people,
            "refused while full": len(refused),
            "alarms in the log": alarms,
            "receipts": books.n_acked,
            "stored": books.n_stored,
            "lost": max(while_full.lost_receipts, books.lost_receipts),
        },
        faults=tuple(dict.fromkeys(faults)),
        planted=planted,
    )


class _Disk:
    """The disk of an installation, which can be full for a while."""

    def __init__(self, at: Installation) -> None:
        self._at, self._own, self._full = at, at.postgres, at.folder.parent / "disk-is-full"
        self.how = "max_page_count: no page can be added"
        if self._own is None:
            return
        self.how = "no file of the database may grow: ENOSPC"
        made = disks.library(at.folder.parent)
        self._own.stop()
        self._own.environ = disks.environ(made, live=self._own.data, full=self._full)
        self._own.start()

    def fill(self) -> None:
        if self._own is None:
            self._at.disk.write_text(str(_pages_in_use(self._at)))
        else:
            self._full.touch()

    def empty(self) -> None:
        if self._own is None:
            self._at.disk.write_text(str(NO_LIMIT))
        else:
            self._full.unlink()


def full_log_disk(at: Installation, *, people: int, planted: str = "") -> Outcome:
    """R10: every line of the log meets a full disk; people notice nothing."""
    diary = Diary(path=at.folder / "diary")
    with serving(at, planted=planted, environ={"SURVEY_LOG_LEVEL": "INFO"}, log="/dev/full") as server:
        answer_at_once(server.address, at.world.issue(people), diary, at_once=8, habits=random.Random(9))
    books = balance(at, diary)
    faults = books.faults() + diary.odd[:5]
    if errors := sum(n for status, n in diary.statuses.items() if status >= 500):
        faults.append(f"{errors} answers of 5xx")
    return Outcome(
        id="R10",
        database=at.database,
        what="the disk of the log is full (/dev/full)",
        figures={"people": people, "receipts": books.n_acked, "stored": books.n_stored, "5xx seen": errors},
        faults=tuple(faults),
        planted=planted,
    )


def audit_fails(at: Installation, *, planted: str = "") -> Outcome:
    """R10: the audit log cannot be written; the act that would be recorded does not take place either."""
    _refuse_audit(at)
    somebody = Actor.command("faults")
    failed = False
    with audit_beside() if planted else nullcontext():
        try:
            with at.world.session() as session:
                waves.close_wave(session, session.get_one(Wave, at.world.wave_id), actor=somebody)
        except sa.exc.DBAPIError:
            failed = True
    with at.world.session() as session:
        status = session.get_one(Wave, at.world.wave_id).status
    faults = [] if failed and status == "open" else [f"the act failed: {failed}; the wave is {status}"]
    return Outcome(
        id="R10",
        database=at.database,
        what="the audit log refuses a row while a wave is closed by staff",
        figures={"act failed": failed, "wave": status},
        faults=tuple(faults),
        planted=planted,
    )


def _refuse_audit(at: Installation) -> None:
    if at.database == "sqlite":
        statements = [
            "CREATE TRIGGER audit_is_full BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'full'); END"
        ]
    else:
        statements = [
            "CREATE FUNCTION audit_is_full() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'full'; END $$",
            "CREATE TRIGGER audit_is_full BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_is_full()",
        ]
    with at.world.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _ready(address: str, path: str, marker: str, diary: Diary) -> tuple[Phone, Page, str]:
    phone = Phone(address, diary)
    return phone, to_review(phone, path, marker), marker


def _pages_in_use(at: Installation) -> int:
    connection = sqlite3.connect(at.path)
    try:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])
    finally:
        connection.close()
