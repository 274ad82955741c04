"""T06: a program begins at the open door again and again; everybody else walks in as ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing

from admin.demo.walker import Page
from survey.access import limits
from tests.faults.installation import ENTRY, Installation, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, Phone

VILLAGE = "203.0.113.9"
_BEGUN, _TOO_OFTEN = 200, 429


def rush_at_the_door(
    at: Installation, *, starts: int, others: int, holders: int = 20, planted: str = ""
) -> Outcome:
    """T06: so many starts from one address without a pause; others, and holders of links at that very address."""
    statuses: Counter[int] = Counter()
    untold = 0
    diary = Diary(path=at.folder / "diary")
    with serving(at, planted=planted, environ={"SURVEY_PROXY_HOPS": "1"}) as server:
        for _ in range(starts):
            page, retry_after = _begin(server.address, VILLAGE, ENTRY, diary)
            statuses[page.status] += 1
            untold += page.status == _TOO_OFTEN and not retry_after.isdigit()
        elsewhere = [
            _begin(server.address, f"198.51.{n // 250}.{n % 250 + 1}", ENTRY, diary) for n in range(others)
        ]
        links = [f"/i/{link}?lang=en" for link in at.world.issue(holders)]
        with_links = [_begin(server.address, VILLAGE, link, diary) for link in links]
    shut_out = sum(page.status != _BEGUN for page, _ in (*elsewhere, *with_links))
    faults = []
    if statuses[_BEGUN] != limits.EASY_STARTS.most:
        faults.append(f"{statuses[_BEGUN]} began without waiting, not {limits.EASY_STARTS.most}")
    if statuses[_TOO_OFTEN] != starts - statuses[_BEGUN]:
        faults.append(f"answered with {dict(statuses)}")
    if untold:
        faults.append(f"{untold} were not told when to come back")
    if shut_out:
        faults.append(f"{shut_out} others were shut out")
    return Outcome(
        id="T06",
        database=at.database,
        what=f"{starts} starts without a pause from one address; {others} from as many others; "
        f"{holders} holders of links at that address",
        figures={
            "began at once": statuses[_BEGUN],
            "told 429 and when to come back": statuses[_TOO_OFTEN] - untold,
            "others and holders of links who began": len(elsewhere) + len(with_links) - shut_out,
        },
        faults=tuple(faults),
        planted=planted,
    )


class _Behind(Phone):
    """A phone at some address, behind the proxy."""

    def __init__(self, server: str, diary: Diary, *, come_from: str) -> None:
        super().__init__(server, diary, patience=0)
        self.more = {"X-Forwarded-For": come_from, "X-Forwarded-Proto": "http"}


def _begin(server: str, address: str, path: str, diary: Diary) -> tuple[Page, str]:
    """Open an address, agree, and begin; the page that led to, and what it says of coming back."""
    with closing(_Behind(server, diary, come_from=address)) as phone:
        page = phone.send(phone.get(path), _agree, form="start")
        return page, phone.headers.get("Retry-After", "")


def _agree(_name: str, offered: Sequence[str]) -> Sequence[str]:
    return list(offered[:1])
