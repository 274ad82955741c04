"""The page docs/faults.md: what was run on which machine, and what it found."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from tests.faults.outcome import Outcome

_INTRODUCTION = (
    "People answer over HTTP while things break. Each writes `sent` before the last tap and `acked` after "
    "reading the receipt, through to the disk, and leaves a marker in the open answer; afterwards the "
    "diaries are compared with what is stored. *Lost* = acknowledged and not stored, by receipt or by "
    "marker. Habits of people where servers are killed: 10 % tap twice at once, 20 % send again, 10 % reload, "
    "10 % hang up before the answer comes."
)

_MEANS = """## By what means

* **Power cuts (R03):** programs write through a small library (`tests/faults/forgetful_disk.c`, compiled when it is needed) that keeps a
  second copy of each file as it was when it was last synced. A cut kills every process and puts that copy back; at every other cut each
  4 KiB page that was not synced may have got there as well, by chance.
* **Disk full (R10):** SQLite by `max_page_count`; PostgreSQL by the same library, which answers ENOSPC to every write that would make a
  file of the database grow. The write-ahead log of PostgreSQL has room set aside; were that full too, PostgreSQL stops, and its
  supervisor starts it again.
* **Bad network (R07):** a proxy on loopback cuts an exchange before it arrives, before the answer, or within it; packet loss is acted as
  stalls of a second, and one form in ten is delivered once more two seconds later.
* **Wrong clocks (R19):** a library before the server processes; the clock of the database is right. With SQLite the clock of the process
  is the clock of the database, so there the states of the two servers show only that nothing is lost.
* **Load (R14, R15):** people arrive at their own pace and read each page for two seconds on average, whatever the server does.
* **Not here:** R11, R16, R23, R25 (migrations on live data, eight hours, imports, gateways); answers in XLSX and PDF (R21): no export
  writes single answers there.
"""


def page(found: Sequence[Outcome], *, scale: float, seconds: float) -> str:
    """All outcomes as a page."""
    command = "make faults" if scale == 1 else f"make faults SCALE={scale:g}"
    lines = [
        "# Faults on purpose",
        "",
        _INTRODUCTION,
        "",
        f"Written by `{command}` in {seconds / 60:.0f} minutes: {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}; people and servers share the cores. Counts "
        f"and lengths are {scale:g} of the full run's, with a least one for each.",
        "",
        _MEANS,
        "## As built",
        "",
        "| | database | fault | figures | held |",
        "|---|---|---|---|---|",
        *(_as_built(outcome) for outcome in found if not outcome.planted),
        "",
        "## With a mistake planted",
        "",
        "The same scenarios against a server (or a procedure) with a mistake put in, to show that they notice.",
        "",
        "| | database | mistake | noticed |",
        "|---|---|---|---|",
        *(
            f"| {outcome.id} | {outcome.database} | {outcome.planted} "
            f"| {'; '.join(outcome.faults[:3]) or '**not noticed**'} |"
            for outcome in found
            if outcome.planted
        ),
        "",
    ]
    return "\n".join(lines)


def _as_built(outcome: Outcome) -> str:
    held = "yes" if outcome.held else "**no**: " + "; ".join(outcome.faults)
    figures = ", ".join(f"{name} {value}" for name, value in outcome.figures.items())
    return f"| {outcome.id} | {outcome.database} | {outcome.what} | {figures} | {held} |"
