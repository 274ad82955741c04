"""R24: expired, used, unknown and malformed links: four kind pages, and no way to tell by time which exist."""

from __future__ import annotations

import http.client
import secrets
import statistics
import time
from collections import Counter
from datetime import timedelta

import sqlalchemy as sa

from survey import clock
from survey.access import tokens
from survey.models.access import Token
from tests.faults.installation import Installation, serving
from tests.faults.outcome import Outcome

_WITHIN = 5.0
_PAGES = {
    "malformed": (404, "This link is not complete"),
    "unknown": (404, "This link or code is not known"),
    "used": (410, "This invitation has been used"),
    "expired": (410, "This invitation has expired"),
}


def four_pages(at: Installation, *, links: int, planted: str = "") -> Outcome:
    """R24: so many of each kind, one after another in turn; the page each meets, and the medians."""
    every = _links(at, links)
    took: dict[str, list[float]] = {kind: [] for kind in _PAGES}
    wrong: Counter[str] = Counter()
    with serving(at, planted=planted, environ={"SURVEY_PROXY_HOPS": "1"}) as server:
        visitor = _Visitor(server.port)
        for n in range(-3, links):  # the first three only warm up
            for kind, (status, words) in _PAGES.items():
                found, text, milliseconds = visitor.open(every[kind][n % links])
                if n >= 0:
                    took[kind].append(milliseconds)
                    wrong[kind] += found != status or words not in text
        visitor.close()
    medians = {kind: statistics.median(times) for kind, times in took.items()}
    apart = max(medians.values()) - min(medians.values())
    faults = [f"{n} of {links} {kind} links met another page" for kind, n in wrong.items() if n]
    if abs(medians["used"] - medians["unknown"]) > _WITHIN:
        faults.append(f"used and unknown are {abs(medians['used'] - medians['unknown']):.1f} ms apart")
    return Outcome(
        id="R24",
        database=at.database,
        what=f"4 × {links} links: expired, used, unknown, malformed",
        figures={
            **{f"{kind} (median)": f"{median:.1f} ms" for kind, median in medians.items()},
            "at most apart": f"{apart:.1f} ms",
        },
        faults=tuple(faults),
        planted=planted,
    )


class _Visitor:
    """Somebody behind the proxy, from another address each time: no limit of one network is met."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._n = 0

    def open(self, link: str) -> tuple[int, str, float]:
        """Open a link: status, page, milliseconds."""
        self._n += 1
        address = f"10.1.{self._n // 250}.{self._n % 250 + 1}"
        headers = {"Accept-Language": "en", "X-Forwarded-For": address, "X-Forwarded-Proto": "http"}
        began = time.perf_counter()
        self._connection.request("GET", f"/i/{link}?lang=en", headers=headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        return response.status, text, 1000 * (time.perf_counter() - began)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _links(at: Installation, n: int) -> dict[str, list[str]]:
    used, expired = at.world.issue(n), at.world.issue(n)
    with at.world.session() as session:
        yesterday = (clock.now(session) - timedelta(days=1)).date()
        for row, values in ((used, {"used": 1}), (expired, {"valid_until": yesterday})):
            hashes = [tokens.token_hash(token, keys=at.world.keys) for token in row]
            session.execute(sa.update(Token).where(Token.hash.in_(hashes)).values(**values))
    return {
        "malformed": [secrets.token_hex(3) for _ in range(n)],
        "unknown": [tokens._new_link() for _ in range(n)],
        "used": used,
        "expired": expired,
    }
