"""Home of the gate: how many requests are worked on at once, who waits in which order, who is asked to come later."""

from __future__ import annotations

import heapq
import itertools
import secrets
import threading
import time
from dataclasses import dataclass, field

import flask

from survey.errors import Unavailable
from survey.kit import guard

PLACES = 4
"""Requests worked on at once by one process; more would only share the same processor."""
MOST_BEGINNING, MOST_WAITING = 32, 400
"""With so many waiting, whoever only begins is asked to come later; with so many, everybody is."""
RUSH_SECONDS, MOST_IN_RUSH = 2.0, 4
"""For so long after somebody was turned away so few wait to begin: those who get in are not kept standing."""
THREADS = PLACES + MOST_BEGINNING + 32
"""What a server process needs for those worked on, those who wait here, and those who are asked to come later."""
PATIENCE_BEGINNING, PATIENCE = 4.0, 8.0
"""How long they wait for a place, in seconds; longer than that a phone shows nothing and people tap again."""
_RETRY_FROM, _RETRY_SPREAD = 20, 40
_NEVER_HELD = frozenset({"health.alive", "health.ready"})


@dataclass(order=True, slots=True)
class _Waiting:
    is_beginning: bool  # False comes first: nobody begins while somebody under way waits
    number: int
    called: threading.Event = field(compare=False, default_factory=threading.Event)


class Gate:
    """A room with so many places and one queue before it, in which those under way come first."""

    def __init__(self, places: int = PLACES) -> None:
        self._lock = threading.Lock()
        self._free = places
        self._queue: list[_Waiting] = []
        self._numbers = itertools.count()
        self._rush_until = 0.0

    def enter(self, *, is_beginning: bool) -> bool:
        """Take a place, after a wait if need be; False where that would take too long. Whoever enters leaves."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            if len(self._queue) >= (self._most_beginning() if is_beginning else MOST_WAITING):
                self._rush_until = time.monotonic() + RUSH_SECONDS
                return False
            mine = _Waiting(is_beginning, next(self._numbers))
            heapq.heappush(self._queue, mine)
        if mine.called.wait(PATIENCE_BEGINNING if is_beginning else PATIENCE):
            return True
        with self._lock:
            if mine.called.is_set():  # called while we turned to go
                return True
            self._queue.remove(mine)
            heapq.heapify(self._queue)
            return False

    def _most_beginning(self) -> int:
        return MOST_IN_RUSH if time.monotonic() < self._rush_until else MOST_BEGINNING

    def leave(self) -> None:
        """Give the place to whoever is next."""
        with self._lock:
            if self._queue:
                heapq.heappop(self._queue).called.set()
            else:
                self._free += 1


def register(app: flask.Flask) -> None:
    """Put a gate before the views of ``app``, one in each process."""
    gate = app.extensions["minyi_gate"] = Gate()

    def enter() -> None:
        endpoint = flask.request.endpoint
        if endpoint is None or endpoint in _NEVER_HELD or endpoint.endswith("static"):
            return
        found = guard.guard_of(endpoint)
        is_beginning = found is not None and found.kind is guard.Kind.PUBLIC
        if not gate.enter(is_beginning=is_beginning):
            raise _too_many(is_beginning=is_beginning)
        flask.g.has_place = True

    def leave(_error: BaseException | None) -> None:
        if flask.g.pop("has_place", False):
            gate.leave()

    app.before_request(enter)
    app.teardown_request(leave)


def _too_many(*, is_beginning: bool) -> Unavailable:
    # Not all at the same moment again.
    retry_after = _RETRY_FROM + secrets.randbelow(_RETRY_SPREAD)
    if is_beginning:
        return Unavailable(
            "too_many",
            zh="此刻作答的人很多，我们先让已经开始的人答完。您的链接依然有效，没有丢失任何内容。请过一分钟再打开。",
            en="Very many people are answering at this moment, and those who have begun come first. Your link stays "
            "valid and nothing is lost. Please open it again in a minute.",
            retry_after=retry_after,
        )
    return Unavailable(
        "too_many",
        zh="此刻作答的人很多。已保存的内容没有丢失。请稍等片刻再发送本页。",
        en="Very many people are answering at this moment. Nothing that was saved is lost. Wait a little and send the "
        "page again.",
        retry_after=retry_after,
    )
