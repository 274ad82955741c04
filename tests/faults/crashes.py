"""R01 and R02: people answer while workers, the whole server, or its database are killed with kill -9."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from admin.demo.walker import Page
from tests.faults.books import balance
from tests.faults.installation import Installation, Server, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, Phone, answer_at_once, to_review
from tests.faults.refusals import Refusal, page_with_text, send_again, to_receipt

_ENOUGH = 0.995


def killed_workers(
    at: Installation, *, people: int, at_once: int, kills: int, planted: str = "", seed: int = 1
) -> Outcome:
    """R01: one of two worker processes at a time; the other goes on, the lost one is started again."""

    def kill(server: Server) -> float | None:
        return time.monotonic() if server.kill_worker() else None

    run = Blows(people=people, at_once=at_once, kills=kills, workers=2, seed=seed, kill=kill, back_within=1)
    return struck_down(at, run, planted=planted, id="R01")


def killed_server(
    at: Installation,
    *,
    people: int,
    at_once: int,
    kills: int,
    planted: str = "",
    seed: int = 2,
    back_within: float = 5,
) -> Outcome:
    """R02: the only process of the embedded server, started again at once."""

    def kill_and_start(server: Server) -> float:
        server.kill()
        struck = time.monotonic()
        server.start()
        return struck

    run = Blows(
        people=people, at_once=at_once, kills=kills, seed=seed, kill=kill_and_start, back_within=back_within
    )
    return struck_down(at, run, planted=planted, id="R02")


def killed_database(
    at: Installation, *, people: int, at_once: int, kills: int, planted: str = "", seed: int = 7
) -> Outcome:
    """R02: every process of PostgreSQL; while it is away, a page that is sent is refused kindly and kept."""
    database = at.postgres
    assert database is not None
    diary, faults = Diary(path=at.folder / "diary"), list[str]()
    waits = iter(range(kills))

    def kill_and_start(server: Server) -> float:
        marker = f"m-away{next(waits)}"
        phone = Phone(server.address, diary)
        page = page_with_text(phone, marker)
        database.kill()
        struck = time.monotonic()
        refusal = Refusal.of(phone, page, marker, form="page")
        faults.extend(refusal.faults(marker))
        database.start()
        faults.extend(to_receipt(phone, send_again(phone, refusal), marker, diary))
        phone.close()
        return struck

    run = Blows(people=people, at_once=at_once, kills=kills, seed=seed, kill=kill_and_start, back_within=30)
    outcome = struck_down(at, run, planted=planted, id="R02", diary=diary)
    return replace(
        outcome,
        what=f"{kills} × kill -9 of every process of the database, {at_once} people at once",
        figures={**outcome.figures, "refused in their language, then sent again": kills},
        faults=(*outcome.faults, *faults),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Blows:
    """How many people, and what is killed how often; ``kill`` says when it struck, None where nothing was alive."""

    people: int
    at_once: int
    kills: int
    seed: int
    kill: Callable[[Server], float | None]
    back_within: float
    workers: int = 0
    environ: Mapping[str, str] = field(default_factory=dict)
    way: Callable[[Phone, str, str], Page] = to_review
    """How people get from their link to the review."""


def struck_down(
    at: Installation, run: Blows, *, id: str, planted: str = "", diary: Diary | None = None
) -> Outcome:
    """Let people answer while blows fall, spread over the run, and close the books."""
    diary = diary or Diary(path=at.folder / "diary")
    pauses: list[float] = []
    done = threading.Event()
    with serving(at, planted=planted, workers=run.workers, environ=run.environ) as server:

        def killer() -> None:
            for n in range(run.kills):
                share = (n + 1) * run.people // (run.kills + 1)  # spread over the run, whatever its speed
                while len(diary.sent) < share and not done.is_set():
                    time.sleep(0.02)
                if done.is_set():
                    return
                try:
                    struck = run.kill(server)
                except (OSError, RuntimeError) as error:
                    diary.note(f"blow {n + 1}: {error}")
                    return
                if struck is not None:
                    pauses.append(_longest_gap(diary, struck, time.monotonic(), done))

        thread = threading.Thread(target=killer)
        thread.start()
        links = at.world.issue(run.people)
        answer_at_once(
            server.address,
            links,
            diary,
            at_once=run.at_once,
            habits=random.Random(run.seed),
            patience=max(30.0, 2 * run.back_within),
            way=run.way,
        )
        done.set()
        thread.join(60)
    books = balance(at, diary)
    hung_up = len(diary.sent) - len(diary.acked)
    waited = run.people - hung_up
    faults = books.faults() + diary.odd[:5]
    if len(diary.acked) < _ENOUGH * waited or waited < run.people // 2:
        faults.append(f"only {len(diary.acked)} of {waited} got a receipt")
    if len(pauses) < run.kills:
        faults.append(f"only {len(pauses)} of {run.kills} kills took place")
    if max(pauses, default=0) > run.back_within:
        faults.append(f"nobody got a receipt for {max(pauses):.1f} s")
    return Outcome(
        id=id,
        database=at.database,
        what=f"{run.kills} × kill -9 of {'a worker' if run.workers else 'the server'}, "
        f"{run.at_once} people at once",
        figures={
            "people": run.people,
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


def _longest_gap(diary: Diary, struck: float, over: float, done: threading.Event) -> float:
    """The longest time without a receipt, from the blow to the first one after all was over."""
    while True:
        moments = sorted(moment for moment in list(diary.acked_at) if moment > struck)
        if (moments and moments[-1] > over) or done.is_set():
            break
        time.sleep(0.01)
    last = next((moment for moment in moments if moment > over), moments[-1] if moments else time.monotonic())
    within = [struck, *(moment for moment in moments if moment <= last)]
    return max((b - a for a, b in pairwise(within)), default=last - struck)
