"""The page docs/faults.md: what was run on which machine, at which scale, and what it found; row by row."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.faults.outcome import Outcome

_INTRODUCTION = (
    "People answer over HTTP while things break. Each writes `sent` before the last tap and `acked` after "
    "reading the receipt, through to the disk, and leaves a marker in the open answer; afterwards the "
    "diaries are compared with what is stored. *Lost* = acknowledged and not stored, by receipt or by "
    "marker. Habits of people where servers are killed: 10 % tap twice at once, 20 % send again, 10 % reload, "
    "10 % hang up before the answer comes."
)
_HOW = (
    "Written by `make faults` as it goes along: `SCALE=0.1` takes a tenth of the counts and lengths (with a least one for "
    "each), `ONLY=R07,R14` some of the list, `ON=sqlite` one database. A run replaces its own rows and leaves the others "
    "alone, also those that were found at a larger scale; each row says at which scale and on which day it was found."
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
* **Wrong clocks (R19):** a library before the server processes; the clock of the database is right. With SQLite servers share a machine,
  and the clock of that machine is the clock of the database: there it jumps for both at once.
* **Load (R14, R15):** people arrive at their own pace and read each page for two seconds on average, whatever the server does.
* **Files (R21):** single answers leave the house as CSV only; XLSX and PDF are made of the same strings as wordings of questions
  (codebook, questionnaire on paper), in PDF those that read from left to right in the fonts that every machine has.
* **Not here:** R11, R16, R23, R25 (migrations on live data, eight hours, imports, gateways).
"""
_BUILT, _PLANTED = "## As built", "## With a mistake planted"
_HEADS = {
    _BUILT: ("| | database | fault | figures | scale, day | held |", "|---|---|---|---|---|---|"),
    _PLANTED: ("| | database | mistake | noticed | scale, day |", "|---|---|---|---|---|"),
}
_KEYS = {_BUILT: 2, _PLANTED: 3}
"""How many cells from the left name a row."""
_DAY = {_BUILT: 4, _PLANTED: 4}
_MOST_TOLD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one run of a scenario found, at which scale."""

    name: str
    outcome: Outcome
    scale: float


Row = tuple[str, ...]
Rows = Mapping[str, Mapping[Row, Row]]
"""Of each table its rows, by the cells that name them."""


def rows_of(text: str) -> Rows:
    """The rows that a page holds already."""
    found: dict[str, dict[Row, Row]] = {_BUILT: {}, _PLANTED: {}}
    table = ""
    for line in text.splitlines():
        if line.startswith("#"):
            table = line if line in found else ""
        elif table and line.startswith("| ") and line not in _HEADS[table]:
            row = tuple(cell.strip() for cell in line.strip("|").split(" | "))
            if len(row) == len(_HEADS[table][1].strip("|").split("|")):
                found[table][row[: _KEYS[table]]] = row
    return found


def with_found(rows: Rows, found: Iterable[Found]) -> Rows:
    """The rows with what was found now, where it is not of a smaller scale than what stands there."""
    merged = {table: dict(of) for table, of in rows.items()}
    for one in found:
        table, row = (_PLANTED, _planted(one)) if one.outcome.planted else (_BUILT, _as_built(one))
        before = merged[table].get(row[: _KEYS[table]])
        if before is None or _scale(before[_DAY[table]]) <= one.scale:
            merged[table][row[: _KEYS[table]]] = row
    return merged


def page(rows: Rows, *, order: Sequence[str]) -> str:
    """All rows as a page, the scenarios in their order."""
    place = {name: number for number, name in enumerate(order)}
    lines = [
        "# Faults on purpose",
        "",
        _INTRODUCTION,
        "",
        _HOW,
        "",
        f"Machine of the newest rows: {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}; people and servers share the cores.",
        "",
        _MEANS,
        _BUILT,
        "",
        *_table(_BUILT, rows, place),
        "",
        _PLANTED,
        "",
        "The same scenarios against a server (or a procedure) with a mistake put in, to show that they notice.",
        "",
        *_table(_PLANTED, rows, place),
        "",
    ]
    return "\n".join(lines)


def _table(table: str, rows: Rows, place: Mapping[str, int]) -> list[str]:
    known = [row for row in rows[table].values() if row[0] in place]
    known.sort(key=lambda row: (place[row[0]], row[1] != "sqlite", row[2] if table == _PLANTED else ""))
    return [*_HEADS[table], *(f"| {' | '.join(row)} |" for row in known)]


def _as_built(one: Found) -> Row:
    outcome = one.outcome
    held = "yes" if outcome.held else "**no**: " + "; ".join(outcome.faults)
    figures = ", ".join(f"{name} {value}" for name, value in outcome.figures.items())
    return _row(one.name, outcome.database, outcome.what, figures, _day(one), held)


def _planted(one: Found) -> Row:
    outcome = one.outcome
    noticed = "; ".join(outcome.faults[:_MOST_TOLD]) or "**not noticed**"
    return _row(one.name, outcome.database, outcome.planted, noticed, _day(one))


def _row(*cells: str) -> Row:
    return tuple(" ".join(cell.replace("|", "¦").split()) for cell in cells)


def _day(one: Found) -> str:
    return f"{one.scale:g}, {datetime.now(UTC).date().isoformat()}"


def _scale(cell: str) -> float:
    return float(cell.split(",")[0])
