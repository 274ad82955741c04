"""R05 and R06: many clients at one instant, for one token, for the last places of a quota."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import sqlalchemy as sa

from admin.demo.walker import Form
from survey.models.response import DispositionCount, Participation
from survey.models.wave import QuotaCell
from tests.faults.books import balance
from tests.faults.installation import WAVE, Installation, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, GaveUp, Phone
from tests.survey.interviews import begin, fill

_AT_ONCE = 40
_REFUSED = {409, 410}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """Somebody whose finger is over the last button."""

    marker: str
    secret: str


def token_race(at: Installation, *, tokens: int, clients: int, planted: str = "") -> Outcome:
    """R05: each token is submitted by many clients at once; exactly one of them gets the receipt."""
    diary = Diary(path=at.folder / "diary")
    links = at.world.issue(tokens)
    ready = [_drafts(at, [link] * clients, name=f"t{n}c") for n, link in enumerate(links)]
    statuses: Counter[int] = Counter()
    with serving(at, planted=planted) as server:
        for group in ready:
            statuses += _at_one_instant(server.address, group, diary)
    books = balance(at, diary)
    faults = books.faults() + diary.odd[:5] + _wrong_statuses(statuses, diary)
    if not books.n_stored == books.n_acked == tokens:
        faults.append(f"{books.n_stored} responses and {books.n_acked} receipts for {tokens} tokens")
    return Outcome(
        id="R05",
        database=at.database,
        what=f"{tokens} tokens × {clients} clients at one instant",
        figures={
            "tokens": tokens,
            "clients": tokens * clients,
            "receipts": books.n_acked,
            "stored": books.n_stored,
            "told 409 or 410": sum(statuses[s] for s in _REFUSED),
            "other refusals": sum(n for s, n in statuses.items() if s not in _REFUSED | {200}),
        },
        faults=tuple(faults),
        planted=planted,
    )


def quota_race(at: Installation, *, places: int, planted: str = "") -> Outcome:
    """R06: four times as many clients as places; the installation was made with ``quota=places``."""
    diary = Diary(path=at.folder / "diary")
    ready = _drafts(at, at.world.issue(4 * places), name="q")
    with serving(at, planted=planted) as server:
        statuses = _at_one_instant(server.address, ready, diary)
    books = balance(at, diary)
    with at.world.session() as session:
        counted = session.scalar(sa.select(QuotaCell.n))
        told = session.scalar(
            sa.select(sa.func.sum(DispositionCount.n)).where(DispositionCount.code == "quota_full")
        )
        stored = session.scalar(sa.select(sa.func.count()).select_from(Participation))
    faults = books.faults() + diary.odd[:5] + _wrong_statuses(statuses, diary)
    if not stored == counted == books.n_acked == places:
        faults.append(f"{stored} responses, counter {counted}, {books.n_acked} receipts for {places} places")
    if told != 3 * places:
        faults.append(f"{told} of {3 * places} refusals were counted")
    return Outcome(
        id="R06",
        database=at.database,
        what=f"quota of {places}, {4 * places} clients at one instant",
        figures={
            "places": places,
            "clients": 4 * places,
            "receipts": books.n_acked,
            "stored": stored,
            "told 409 or 410": sum(statuses[s] for s in _REFUSED),
            "other refusals": sum(n for s, n in statuses.items() if s not in _REFUSED | {200}),
        },
        faults=tuple(faults),
        planted=planted,
    )


def _drafts(at: Installation, links: Sequence[str], *, name: str) -> list[_Ready]:
    """Interviews that are complete but for the last tap."""
    ready = []
    with at.world.session() as session:
        for n, link in enumerate(links):
            marker = f"m-{name}{n}"
            started = begin(at.world, session, link)
            answers = {"A1": ["north"], "A2": ["school"], "R04": ["5"], "T1": [marker]}
            fill(at.world, session, started.draft, answers)
            ready.append(_Ready(marker=marker, secret=started.secret))
    return ready


def _at_one_instant(address: str, ready: Sequence[_Ready], diary: Diary) -> Counter[int]:
    """Everybody has the last page before them; then all tap at once. Which statuses came back."""
    statuses: Counter[int] = Counter()
    barrier = threading.Barrier(min(len(ready), _AT_ONCE))
    first = threading.BoundedSemaphore(barrier.parties)

    def look(one: _Ready) -> tuple[Phone, Form] | None:
        phone = Phone(address, diary)
        phone.cookies[f"draft-{WAVE}"] = one.secret
        try:
            return phone, phone.get(f"/answer/{WAVE}/review").form("submit")
        except (GaveUp, LookupError) as error:
            diary.note(f"{one.marker}: {error}")
            return None
        finally:
            phone.close()

    def tap(one: _Ready, seen: tuple[Phone, Form] | None) -> None:
        if first.acquire(blocking=False):  # everybody who fits into the room waits for the signal
            barrier.wait(60)
        if seen is None:
            return
        phone, form = seen
        try:
            diary.write_sent(one.marker)
            page = phone.post(form.action, form.hidden)
            statuses[page.status] += 1
            if page.receipt:
                diary.write_acked(one.marker, page.receipt)
        except GaveUp as error:
            diary.note(f"{one.marker}: {error}")
        finally:
            phone.close()

    with ThreadPoolExecutor(barrier.parties) as pool:
        list(pool.map(tap, ready, list(pool.map(look, ready))))
    return statuses


def _wrong_statuses(statuses: Counter[int], diary: Diary) -> list[str]:
    wrong = {status: n for status, n in statuses.items() if status not in _REFUSED | {200}}
    wrong |= {status: n for status, n in diary.statuses.items() if status >= 500}
    return [f"statuses {wrong}"] if wrong else []
