"""R04: double tap, retry, back, two tabs, a stale tab; every person does all of it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from admin.demo.walker import Page
from tests.faults.books import balance
from tests.faults.installation import WAVE, Installation, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, Phone, fill, hand_in, to_review

_CONFLICT = 409


def restless_people(at: Installation, *, people: int, planted: str = "") -> Outcome:
    """Everybody taps twice, goes back, keeps two tabs, and sends an old one; one response and one receipt each."""
    diary = Diary(path=at.folder / "diary")
    with serving(at, planted=planted) as server, ThreadPoolExecutor(8) as pool:
        links = at.world.issue(people)
        # A word that no page has by itself: "m-2" stands in the path of a receipt's QR code.
        list(pool.map(lambda n: _restless(server.address, links[n], f"m-restless{n}", diary), range(people)))
    books = balance(at, diary)
    faults = books.faults() + diary.odd[:5]
    if not books.n_acked == books.n_stored == people:
        faults.append(f"{books.n_stored} responses and {books.n_acked} receipts of {people} people")
    return Outcome(
        id="R04",
        database=at.database,
        what="double tap, send again, back, two tabs, stale tab: each person all of it",
        figures={
            "people": people,
            "receipts": books.n_acked,
            "stored": books.n_stored,
            "conflicts shown": diary.statuses[_CONFLICT],
            "doubled": max(books.doubled_answers, books.doubled_receipts),
        },
        faults=tuple(faults),
        planted=planted,
    )


def _restless(address: str, link: str, marker: str, diary: Diary) -> None:
    with closing(Phone(address, diary)) as phone, closing(phone.twin()) as twin:
        _do_everything(phone, twin, link, marker, diary)


def _do_everything(phone: Phone, twin: Phone, link: str, marker: str, diary: Diary) -> None:
    first = phone.send(phone.get(f"/i/{link}?lang=en"), fill(marker), form="start")
    twin.cookies = dict(phone.cookies)
    # Two tabs: the page is sent twice at once, and the same body again later.
    second = _both(phone, twin, first, marker)
    if {page.url for page in second} != {second[0].url} or second[0].status != 200:
        diary.note(f"{marker}: a page sent twice led to {[(page.status, page.url) for page in second]}")
    review = to_review(phone, f"/answer/{WAVE}/on", marker)
    # A stale tab: the first page once more, with another answer. It is asked about, never taken silently.
    stale = twin.send(first, _southern, form="page")
    if stale.status != _CONFLICT:
        diary.note(f"{marker}: a stale tab was answered with {stale.status}")
    done = hand_in(phone, review, marker, diary, habit="double tap")
    if done is None or not done.receipt:
        diary.note(f"{marker}: no receipt")
        return
    for again in (phone.send(review, fill(marker), form="submit"), phone.get(done.url), twin.get(done.url)):
        if again.receipt != done.receipt:
            diary.note(f"{marker}: another receipt, or none, at {again.url} ({again.status})")
    # Back: the old page is gone with its answers; sending it again changes nothing, and leads to the same receipt.
    looked, sent = phone.get(first.url), phone.send(first, fill(marker), form="page")
    if looked.status not in {404, 410} or marker in looked.body:
        diary.note(f"{marker}: going back was answered with {looked.status}")
    if sent.receipt != done.receipt or marker in sent.body:
        diary.note(
            f"{marker}: the old page sent again led to another receipt, or none, at {sent.url} ({sent.status})"
        )


def _both(phone: Phone, twin: Phone, page: Page, marker: str) -> list[Page]:
    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(each.send, page, fill(marker), form="page") for each in (phone, twin)]
        return [future.result() for future in sent]


def _southern(name: str, offered: Sequence[str]) -> Sequence[str]:
    return ["south"] if name == "A1" else list(offered[:1])
