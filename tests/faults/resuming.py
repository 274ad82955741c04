"""R08: the server is away while people are on a page; they go on where they were, here or on another device."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from admin.demo.walker import Page
from tests.faults.books import answers_by_marker, balance
from tests.faults.installation import WAVE, Installation, Server, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, GaveUp, Phone, hand_in

PLACES = ("p/A", "p/B", "p/C", "review")
"""Every page of the small questionnaire, in its order."""
_CODE = re.compile(r"data-code>([^<]+)<")
_ANSWERS = {
    "p/A": {"A1": ["south"], "A2": ["school"]},
    "p/B": {"R01": ["4"], "R02": ["3"], "R03": ["88"]},
    "p/C": {"R04": ["2"]},
}


@dataclass(slots=True, kw_only=True)
class _Person:
    """Somebody under way, and the page before their eyes."""

    marker: str
    phone: Phone
    page: Page
    by_code: bool
    code: str = ""

    def answers(self, place: str) -> dict[str, list[str]]:
        """What this person answers on a page."""
        typed = {"T1": [self.marker]} if place == "p/C" else {}
        return {**_ANSWERS.get(place, {}), **typed}


def interrupted_everywhere(
    at: Installation, *, people: int, seconds: float = 10.0, planted: str = ""
) -> Outcome:
    """R08: an outage at every page; half of the people come back by their cookie, half by code on a new device."""
    diary = Diary(path=at.folder / "diary")
    faults: list[str] = []
    came_back = 0
    with serving(at, planted=planted) as server, ThreadPoolExecutor(8) as pool:
        links = list(enumerate(at.world.issue(people)))
        crowd = list(pool.map(lambda one: _begun(server, one[1], one[0], diary), links))
        for number, place in enumerate(PLACES):
            _have_codes(crowd, pool)
            _away(server, seconds)
            found = list(pool.map(lambda one, n=number: _come_back(one, PLACES[: n + 1], diary), crowd))
            came_back += sum(not wrong for wrong in found)
            faults += [wrong for wrong in found if wrong][:5]
            if place != "review":
                list(pool.map(lambda one, at_place=place: _answer(one, at_place), crowd))
        list(pool.map(lambda one: _hand_in(one, diary), crowd))
        for one in crowd:
            one.phone.close()
    books, kept = balance(at, diary), answers_by_marker(at)
    for one in crowd:
        typed = {name: value for place in PLACES for name, value in one.answers(place).items()}
        if kept.get(one.marker) != typed:
            faults.append(f"{one.marker} answered {typed}, kept is {kept.get(one.marker)}")
    return Outcome(
        id="R08",
        database=at.database,
        what=f"away for {seconds:g} s while everybody is on a page, at each of {len(PLACES)}; "
        "back by cookie, or by code on another device",
        figures={
            "people": people,
            "came back to the first unanswered page with all answers": f"{came_back} of {people * len(PLACES)}",
            "receipts": books.n_acked,
            "stored": books.n_stored,
            "lost": max(books.lost_receipts, books.lost_answers),
        },
        faults=tuple(faults[:8] + books.faults() + diary.odd[:5]),
        planted=planted,
    )


def _begun(server: Server, link: str, number: int, diary: Diary) -> _Person:
    phone = Phone(server.address, diary)
    page = phone.send(phone.get(f"/i/{link}?lang=en"), lambda _name, offered: list(offered[:1]), form="start")
    return _Person(marker=f"m-{number}", phone=phone, page=page, by_code=bool(number % 2))


def _have_codes(crowd: Sequence[_Person], pool: ThreadPoolExecutor) -> None:
    """Those who will change the device ask for a code while the server is still there."""

    def ask(one: _Person) -> None:
        leaving = one.phone.get(f"/answer/{WAVE}/leave")
        shown = one.phone.send(leaving, lambda _name, _offered: None, form="code")
        found = _CODE.search(shown.body)
        one.code = found[1] if found else ""

    list(pool.map(ask, [one for one in crowd if one.by_code]))


def _away(server: Server, seconds: float) -> None:
    server.kill()
    time.sleep(seconds)
    server.start()


def _come_back(one: _Person, places: Sequence[str], diary: Diary) -> str:
    """On this device or another; what is wrong with where that leads, nothing where all is right."""
    if one.by_code:
        one.phone.close()
        one.phone = Phone(one.phone.address, diary)
        form = one.phone.get("/continue?lang=en")
        one.page = one.phone.send(form, lambda _name, _offered: [one.code], form="resume")
    else:
        one.page = one.phone.get(f"/answer/{WAVE}/on")
    if not one.page.url.endswith(f"/{places[-1]}"):
        return f"{one.marker} came back to {one.page.url} and not to {places[-1]}"
    for place in places[:-1]:
        before = one.phone.get(f"/answer/{WAVE}/{place}").form("page").filled
        missing = {name: value for name, value in one.answers(place).items() if before.get(name) != value}
        if missing:
            return f"{one.marker} misses {missing} on {place}"
    return ""


def _answer(one: _Person, place: str) -> None:
    answers = one.answers(place)
    one.page = one.phone.send(one.page, lambda name, _offered: answers.get(name, []), form="page")


def _hand_in(one: _Person, diary: Diary) -> None:
    try:
        hand_in(one.phone, one.page, one.marker, diary)
    except (GaveUp, LookupError) as error:
        diary.note(f"{one.marker} could not hand in: {error}")
