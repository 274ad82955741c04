"""R17: a new version is put in place while people answer; they notice a pause at most."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace

from tests.faults.crashes import Blows, struck_down
from tests.faults.installation import Installation, Server
from tests.faults.outcome import Outcome

_PAUSE, _START = 2.0, 30.0
"""How long nobody may get a receipt: beside the old server, and while the embedded one starts."""


def rolling(
    at: Installation,
    *,
    people: int,
    at_once: int,
    restarts: int,
    workers: int,
    planted: str = "",
) -> Outcome:
    """R17: with ``workers`` the new server comes up beside the old one; the embedded one is stopped and started."""

    def restart(server: Server) -> float:
        assert server.process is not None
        struck = time.monotonic()
        if workers:
            server.replace()
        else:
            os.kill(server.process.pid, signal.SIGTERM)
            server.process.wait()
            server.start()
        return struck

    run = Blows(
        people=people,
        at_once=at_once,
        kills=restarts,
        workers=workers,
        seed=31,
        kill=restart,
        back_within=_PAUSE if workers else _START,
    )
    outcome = struck_down(at, run, id="R17", planted=planted)
    faults = list(outcome.faults)
    if outcome.figures["5xx seen"]:
        faults.append(f"{outcome.figures['5xx seen']} answers of 5xx")
    how = (
        f"a new server of {workers} workers comes up on the same port, then the old one is told to leave"
        if workers
        else ("the embedded server is told to stop, and started again")
    )
    return replace(outcome, what=f"{restarts} times {how}, {at_once} people at once", faults=tuple(faults))
