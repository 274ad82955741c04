"""R18: the Redis that counts for all processes is killed and emptied while people answer."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NotConnected

from admin.demo.walker import Page
from tests.faults.crashes import Blows, struck_down
from tests.faults.installation import ENTRY, Installation, Server, free_port, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, Phone, to_review

_GUESSES = 25
"""More wrong passwords than an account or a network has."""
_MOST_OPEN = 40
"""People who come by the open address: fewer than one network may send before they have to wait."""
_START_SECONDS = 20.0


@dataclass(slots=True, kw_only=True)
class _OwnRedis:
    """A Redis server of our own on loopback that keeps nothing on disk."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                "redis-server",
                "--port",
                str(self.port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
            ],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            try:
                with Redis.from_url(self.address) as asking:
                    asking.ping()
                return
            except NotConnected:
                time.sleep(0.05)
        raise RuntimeError("Redis did not come up")

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def flush(self) -> None:
        with Redis.from_url(self.address) as asking:
            asking.flushall()


@contextmanager
def _own_redis(folder: Path) -> Iterator[_OwnRedis]:
    redis = _OwnRedis(folder=folder)
    try:
        redis.start()
        yield redis
    finally:
        redis.kill()


def redis_lost(at: Installation, *, people: int, at_once: int, planted: str = "") -> Outcome:
    """R18: emptied, killed, left away for a while, started again; everybody submits, guessing stays throttled."""
    if shutil.which("redis-server") is None:
        return Outcome(
            id="R18",
            database=at.database,
            what="Redis lost",
            figures={},
            faults=("no redis-server on this machine: not run",),
        )
    with _own_redis(at.folder) as redis:
        environ = {"SURVEY_REDIS_URL": redis.address}
        steps = iter((redis.flush, redis.kill, redis.start, redis.flush))

        def strike(_server: Server) -> float:
            next(steps)()
            return time.monotonic()

        every = max(4, people // _MOST_OPEN)

        def come(phone: Phone, path: str, marker: str) -> Page:
            if int(marker.removeprefix("m-")) % every:
                return to_review(phone, path, marker)
            phone.get(f"/i/{secrets.token_urlsafe(24)}?lang=en")  # a slip of the pen is counted
            return to_review(phone, ENTRY, marker)  # and so is each beginning without a link

        run = Blows(
            people=people,
            at_once=at_once,
            kills=4,
            seed=37,
            kill=strike,
            back_within=5,
            environ=environ,
            way=come,
        )
        outcome = struck_down(at, run, id="R18", planted=planted)
        redis.kill()
        with serving(at, planted=planted, environ=environ) as server:
            let_through = _guess(server.address, Diary(path=at.folder / "guesses"))
    faults = list(outcome.faults)
    if outcome.figures["5xx seen"]:
        faults.append(f"{outcome.figures['5xx seen']} answers of 5xx")
    if let_through >= _GUESSES:
        faults.append(f"{let_through} wrong passwords in a row were compared without Redis")
    return replace(
        outcome,
        what="Redis emptied, killed, away, started, emptied under load, while some come by the open address; "
        "then passwords guessed without it",
        figures={**outcome.figures, f"of {_GUESSES} guesses compared": let_through},
        faults=tuple(faults),
    )


def _guess(address: str, diary: Diary) -> int:
    """Wrong passwords for one account; how many were compared before the brake."""
    phone, compared = Phone(address, diary, patience=0), 0
    for number in range(_GUESSES):
        page = phone.get("/admin/sign-in?lang=en")
        form = next(form for form in page.forms if "password" in form.texts)
        fields = [*form.hidden, ("username", "nobody"), ("password", f"wrong password {number}")]
        compared += phone.post(form.action or "/admin/sign-in", fields).status not in {429}
    phone.close()
    return compared
