"""R01 and R02: people answer while workers, or the whole server, are killed with kill -9."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.books import balance
from tests.faults.installation import Installation, Server, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, answer_at_once

_ENOUGH = 0.995


def killed_workers(
    at: Installation, *, people: int, at_once: int, kills: int, planted: str = "", seed: int = 1
) -> Outcome:
    """R01: one of two worker processes at a time; the other goes on, the lost one is started again."""
    return _killed(
        at, people, at_once, kills, planted=planted, workers=2, seed=seed, kill=Server.kill_worker, id="R01"
    )


def killed_server(
    at: Installation, *, people: int, at_once: int, kills: int, planted: str = "", seed: int = 2
) -> Outcome:
    """R02: the only process of the embedded server, started again at once."""

    def kill_and_start(server: Server) -> bool:
        server.kill()
        server.start()
        return True

    return _killed(
        at, people, at_once, kills, planted=planted, workers=0, seed=seed, kill=kill_and_start, id="R02"
    )


def _killed(
    at: Installation,
    people: int,
    at_once: int,
    kills: int,
    *,
    planted: str,
    workers: int,
    seed: int,
    kill: Callable[[Server], bool],
    id: str,
) -> Outcome:
    diary = Diary(path=Path(at.folder / "diary"))
    pauses: list[float] = []
    done = threading.Event()
    with serving(at, planted=planted, workers=workers) as server:

        def killer() -> None:
            for n in range(kills):
                share = (n + 1) * people // (kills + 1)  # spread over the run, whatever its speed
                while len(diary.sent) < share and not done.is_set():
                    time.sleep(0.02)
                if done.is_set():
                    return
                struck = time.monotonic()
                if kill(server):
                    pauses.append(_next_answer(diary, struck, done))

        thread = threading.Thread(target=killer)
        thread.start()
        links = at.world.issue(people)
        answer_at_once(server.address, links, diary, at_once=at_once, habits=random.Random(seed))
        done.set()
        thread.join(60)
    books = balance(at, diary)
    hung_up = len(diary.sent) - len(diary.acked)
    waited = people - hung_up
    faults = books.faults() + diary.odd[:5]
    if len(diary.acked) < _ENOUGH * waited or waited < people // 2:
        faults.append(f"only {len(diary.acked)} of {waited} got a receipt")
    if len(pauses) < kills:
        faults.append(f"only {len(pauses)} of {kills} kills took place")
    return Outcome(
        id=id,
        database=at.database,
        what=f"{kills} × kill -9 of {'a worker' if workers else 'the server'}, {at_once} people at once",
        figures={
            "people": people,
            "receipts": books.n_acked,
            "hung up": hung_up,
            "stored": books.n_stored,
            "lost": max(books.lost_receipts, books.lost_answers),
            "doubled": max(books.doubled_answers, books.doubled_receipts),
            "5xx seen": sum(n for status, n in diary.statuses.items() if status >= 500),
            "longest pause": f"{max(pauses, default=0):.1f} s",
        },
        faults=tuple(faults),
        planted=planted,
    )


def _next_answer(diary: Diary, struck: float, done: threading.Event) -> float:
    """Seconds from the blow to the next receipt that anybody read."""
    while not done.is_set():
        later = [moment for moment in diary.acked_at[-200:] if moment > struck]
        if later:
            return later[0] - struck
        time.sleep(0.01)
    return time.monotonic() - struck
