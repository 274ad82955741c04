"""R19: servers whose clocks are wrong, differ, and jump; the clock of the database decides."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import sqlalchemy as sa

from admin.demo.walker import Page
from survey import audit, clock
from survey.identity import sessions
from survey.models.audit import AuditEvent
from survey.models.people import User
from survey.models.wave import Wave
from tests.faults import disks
from tests.faults.books import balance
from tests.faults.installation import Installation, Server, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, Phone, hand_in, to_review

_SOURCE = Path(__file__).with_name("skewed_clock.c")
_HOUR = 3600
_APART = ((0, 90), (_HOUR, 90), (-_HOUR, 90), (0, 90), (-_HOUR, _HOUR), (_HOUR, -_HOUR))
"""What the clocks of the two servers are off by, one state after another."""
_TOGETHER = ((0, 0), (_HOUR, _HOUR), (0, 0), (-_HOUR, -_HOUR))
"""With SQLite servers share a machine and so its clock, which is the clock of the database."""


def wrong_clocks(at: Installation, *, people: int, planted: str = "") -> Outcome:
    """R19: each person's requests go to two servers in turn, while their clocks jump; then the wave closes."""
    if not disks.has_compiler():
        return _outcome(at, {}, ["no C compiler on this machine: not run"], planted=planted)
    made = at.folder / "skewed_clock.so"
    subprocess.run(["cc", "-w", "-shared", "-fPIC", "-O2", "-o", made, _SOURCE, "-ldl"], check=True)
    offs = [at.folder / f"clock{n}" for n in range(2)]
    diary, faults = Diary(path=at.folder / "diary"), list[str]()
    with ExitStack() as stack:
        for off in offs:
            off.write_bytes(bytes(8))
        servers = [
            stack.enter_context(
                serving(at, planted=planted, environ={"LD_PRELOAD": str(made), "SKEWED_CLOCK": str(off)})
            )
            for off in offs
        ]
        states = _TOGETHER if at.database == "sqlite" else _APART
        jumps = cycle(states)
        for number, link in enumerate(at.world.issue(people)):
            for off, seconds in zip(offs, next(jumps), strict=True):
                _set(off, seconds)
            faults += _answer(servers, link, f"m-{number}", diary)
        faults += _sessions_end(at, servers, offs)
        faults += _closes_by_the_database(at, servers, offs, diary)
    books = balance(at, diary)
    faults += books.faults() + diary.odd[:5] + _audit_in_order(at)
    if books.n_acked < people:
        faults.append(f"{books.n_acked} of {people} got a receipt")
    figures = {
        "people": people,
        "receipts": books.n_acked,
        "stored": books.n_stored,
        "lost": max(books.lost_receipts, books.lost_answers),
        "states of the clocks": len(states),
    }
    return _outcome(at, figures, faults, planted=planted)


class _InTurn(Phone):
    """A browser in front of a balancer: each request goes to the next server."""

    def __init__(self, servers: list[Server], diary: Diary) -> None:
        super().__init__(servers[0].address, diary, patience=5.0)
        self._ports = cycle(server.port for server in servers)

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, str, str]:
        self.close()
        self._port = next(self._ports)
        return super()._exchange(method, path, body)


def _set(off: Path, seconds: int) -> None:
    with off.open("r+b") as file:
        file.write(seconds.to_bytes(8, "little", signed=True))


def _answer(servers: list[Server], link: str, marker: str, diary: Diary) -> list[str]:
    phone = _InTurn(servers, diary)
    try:
        page: Page | None = to_review(phone, f"/i/{link}?lang=en", marker)
        assert page is not None
        page = hand_in(phone, page, marker, diary)
    except (LookupError, RuntimeError) as error:
        return [f"{marker}: {error}"]
    finally:
        phone.close()
    return [] if page is not None and page.receipt else [f"{marker}: no receipt"]


def _sessions_end(at: Installation, servers: list[Server], offs: list[Path]) -> list[str]:
    """A staff session ends when the database says so, whatever the servers believe, and a clock set back ends it."""
    with at.world.session() as session:
        now = clock.now(session)
        user = User(
            username="clock", display_name="Clock", organisation="-", password_hash="-", created_at=now
        )
        session.add(user)
        session.flush()
        secret = sessions.open_session(session, user.id)
    found = []
    off = 0 if at.database == "sqlite" else _HOUR
    for hours, is_live in ((0, True), (-1, False), (9, False)):
        at.world.move_clock(timedelta(hours=hours))
        for server, place, ahead in zip(servers, offs, (off, -off), strict=True):
            _set(place, ahead)
            phone = Phone(server.address, Diary(path=at.folder / "staff"), patience=0)
            phone.cookies["staff"] = secret
            page = phone.get("/admin/account?lang=en")
            phone.close()
            if is_live == page.url.split("?")[0].endswith("/sign-in"):
                found.append(f"a staff session of {hours} h led to {page.url} ({page.status})")
    at.world.move_clock(timedelta())
    return found


def _closes_by_the_database(
    at: Installation, servers: list[Server], offs: list[Path], diary: Diary
) -> list[str]:
    """With a minute to go both servers let people in, a second after close neither does: an hour off or not."""
    found = []
    if at.database != "sqlite":
        for off, seconds in zip(offs, (_HOUR, -_HOUR), strict=True):
            _set(off, seconds)
    for seconds, expected in ((60, 200), (-1, 410)):
        with at.world.session() as session:
            wave = session.get_one(Wave, at.world.wave_id)
            wave.closes_at = clock.now(session) + timedelta(seconds=seconds)
        for server, link in zip(servers, at.world.issue(2), strict=True):
            phone = Phone(server.address, diary, patience=0)
            status = phone.get(f"/i/{link}?lang=en").status
            phone.close()
            if status != expected:
                found.append(f"{seconds} s before close a link was answered with {status}")
    return found


def _audit_in_order(at: Installation) -> list[str]:
    """The trail goes by its numbers, and its times by the database."""
    with at.world.session() as session:
        for n in range(3):
            audit.record(session, "command:faults", act="clock.looked", on=f"look:{n}")
        events = session.execute(sa.select(AuditEvent.n, AuditEvent.at).order_by(AuditEvent.n)).all()
    numbers, times = [event.n for event in events], [event.at for event in events]
    right = numbers == list(range(1, len(numbers) + 1)) and times == sorted(times)
    return [] if right else [f"the trail is out of order: {numbers}"]


def _outcome(at: Installation, figures: Mapping[str, object], faults: list[str], *, planted: str) -> Outcome:
    return Outcome(
        id="R19",
        database=at.database,
        what=(
            "two servers on one machine whose clock jumps by ±1 h; each request goes to the other one"
            if at.database == "sqlite"
            else "two servers, clocks off by ±1 h and 90 s apart, jumping; each request goes to the other one"
        ),
        figures=figures,
        faults=tuple(dict.fromkeys(faults)),
        planted=planted,
    )
