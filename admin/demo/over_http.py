"""Simulated people on phones: they open their link, read the pages that come back, and send the forms."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import zip_longest

from admin.demo.interviews import Invited, word_on_fact
from admin.demo.walker import Page, Walker
from survey.instrument.posted import OF_FRAME

AT_ONCE = 4
MAX_PAGES = 60


class LostOnTheWay(RuntimeError):
    """A phone did not reach its receipt."""


def choose(invited: Sequence[Invited], *, n: int) -> tuple[list[Invited], list[Invited]]:
    """``n`` cases that answer on the web by themselves, taken in turn from every group; and all others."""
    by_group: dict[str, list[Invited]] = {}
    for each in invited:
        if each.case.mode == "web" and each.case.channel == "sample":
            by_group.setdefault(each.case.group, []).append(each)
    in_turn = [each for row in zip_longest(*by_group.values()) for each in row if each is not None]
    chosen = in_turn[:n]
    tokens = {each.token for each in chosen}
    return chosen, [each for each in invited if each.token not in tokens]


def answer_all(address: str, invited: Sequence[Invited], *, entry: str, n_open: int) -> Iterator[int]:
    """Hold all interviews, a few at a time; yields 1 for every receipt. Raises LostOnTheWay.

    People at the open entry answer like the residents in the sample do; nothing of theirs is scored.
    """
    guests = [each for each in invited if each.case.group == "residents"]
    if n_open and not guests:
        raise LostOnTheWay("nobody to answer at the open entry")
    journeys = [(f"/i/{each.token}", each) for each in invited]
    journeys += [(f"/s/{entry}", guests[n % len(guests)]) for n in range(n_open)]
    receipts: set[str] = set()
    lock = threading.Lock()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for future in as_completed([pool.submit(interview, address, path, each) for path, each in journeys]):
            receipt = future.result()
            with lock:
                if receipt in receipts:
                    raise LostOnTheWay(f"the receipt {receipt} was given twice")
                receipts.add(receipt)
            yield 1


def interview(address: str, path: str, invited: Invited) -> str:
    """From the link to the receipt, which is returned. Raises LostOnTheWay."""
    case = invited.case
    walker = Walker(address, language=case.language)
    try:
        page = walker.get(f"{path}?lang={case.language}")
        for _ in range(MAX_PAGES):
            if page.receipt:
                return page.receipt
            if page.status >= 400:
                break
            if page.url.endswith("/return"):  # the overview of a firm's return
                page = walker.get(f"{page.url}/next")
                continue
            page = walker.send(page, lambda name, offered: _fill(invited, name, offered), form=_form_of(page))
        raise LostOnTheWay(f"{case.group} {case.number} ended at {page.url} with status {page.status}")
    finally:
        walker.close()


def _form_of(page: Page) -> str:
    """The form that leads on: consent, a page of the questionnaire, or the submission after the last one."""
    names = {form.name for form in page.forms}
    return next((name for name in ("start", "page", "submit") if name in names), "")


def _fill(invited: Invited, name: str, offered: Sequence[str]) -> list[str]:
    answer = invited.case.answers.get(name)
    if answer is not None:
        wanted = [answer] if isinstance(answer, str) else answer
        return [value for value in wanted if not offered or value in offered]
    if name in {"age", "consent", "declared", "function"}:
        return list(offered[:1])
    key, _, part = name.rpartition(".")
    return word_on_fact(invited.case, key) if part == OF_FRAME else []
