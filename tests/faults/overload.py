"""R14 and R15: a crowd that comes at ten times the rated load, and one that comes at it for minutes."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path

from tests.bench import processes
from tests.faults.books import Balance, balance
from tests.faults.crowd import Phase, Report
from tests.faults.installation import ROOT, Installation, Server, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary

RATED = {"sqlite": 15.0, "postgresql": 10.0}
"""Completed interviews a second on two cores that the crowd and, on PostgreSQL, the database share."""
_WORKERS = 2
_READING = 2.0
"""Seconds before each tap, on average."""
_BELOW_P95, _BELOW_P99 = 300.0, 500.0
_OVERLOADED_P95 = 1000.0
_ENOUGH = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class _Met:
    """What a crowd met, its books, and the memory of the server before and after (at its highest)."""

    report: Report
    books: Balance
    memory: tuple[float, float]
    load: float
    """Of the machine, before anybody came: where others work on it too, no bar of time means much."""

    def quantile(
        self, share: float, *, after: float = 0.0, before: float = inf, is_under_way: bool = False
    ) -> float:
        """Milliseconds below which this share of the steps stayed that were begun then, and carried out."""
        took = [
            t[2]
            for t in self.report.times
            if after <= t[1] < before and t[3] < 400 and not (is_under_way and t[4] == "begin")
        ]
        return (
            statistics.quantiles(took, n=1000, method="inclusive")[round(share * 1000) - 1]
            if len(took) > 1
            else 0.0
        )


def rated(at: Installation, *, seconds: float, planted: str = "") -> Outcome:
    """R15: the rated load for minutes: quick, and not one error."""
    rate = RATED[at.database]
    met = _meet(at, [Phase(name="rated", per_second=rate, seconds=seconds)], planted=planted)
    p95, p99 = met.quantile(0.95), met.quantile(0.99)
    faults = met.books.faults() + met.report.broken[:3]
    refused = met.report.refused_at_the_door + met.report.refused_under_way
    if refused:
        faults.append(f"{refused} refused at the rated load")
    if p95 > _BELOW_P95 or p99 > _BELOW_P99:
        faults.append(f"p95 {p95:.0f} ms, p99 {p99:.0f} ms")
    return Outcome(
        id="R15",
        database=at.database,
        what=f"rated load: {rate:g} interviews a second, open loop, for {seconds:g} s; `minyi serve`, {_WORKERS} workers",
        figures={
            "people": met.report.arrived,
            "receipts": met.books.n_acked,
            "errors": len(met.report.broken) + refused,
            "p95": f"{p95:.0f} ms",
            "p99": f"{p99:.0f} ms",
            "lost": max(met.books.lost_receipts, met.books.lost_answers),
            "load of the machine before": f"{met.load:.1f}",
        },
        faults=tuple(faults),
        planted=planted,
    )


def overloaded(at: Installation, *, seconds: float, planted: str = "") -> Outcome:
    """R14: ten times the rated load; those who have begun go first, the rest is told when to come back."""
    rate = RATED[at.database]
    calm = max(10.0, seconds / 4)
    phases = [
        Phase(name="before", per_second=rate, seconds=calm),
        Phase(name="overload", per_second=10 * rate, seconds=seconds),
        Phase(name="after", per_second=rate, seconds=30.0 + calm),
    ]
    met = _meet(at, phases, planted=planted)
    report = met.report
    end = calm + seconds
    normal, p95 = met.quantile(0.95, before=calm), met.quantile(0.95, after=calm, before=end)
    under_way = met.quantile(0.95, after=calm, before=end, is_under_way=True)
    after = met.quantile(0.95, after=end + 30)
    grown = 100 * (met.memory[1] / met.memory[0] - 1)
    refused = report.refused_at_the_door + report.refused_under_way
    faults = met.books.faults() + report.broken[:3]
    if report.without_retry_after > (1 - _ENOUGH) * refused:
        faults.append(f"{report.without_retry_after} of {refused} refusals without Retry-After")
    if p95 > _OVERLOADED_P95:
        faults.append(f"p95 of what was carried out {p95:.0f} ms")
    if after > max(2 * normal, _BELOW_P95):
        faults.append(f"half a minute later p95 is still {after:.0f} ms")
    if grown > 20:
        faults.append(f"memory grew by {grown:.0f} %")
    if report.refused_under_way > (1 - _ENOUGH) * max(1, refused):
        faults.append(f"{report.refused_under_way} refusals fell on people under way")
    return Outcome(
        id="R14",
        database=at.database,
        what=f"{10 * rate:g} people a second for {seconds:g} s, ten times the rated load, open loop; then rated; "
        f"`minyi serve`, {_WORKERS} workers",
        figures={
            "people": report.arrived,
            "asked to come later": report.refused_at_the_door,
            "refused under way": report.refused_under_way,
            "refusals with Retry-After": f"{100 * (1 - report.without_retry_after / max(1, refused)):.1f} %",
            "receipts": met.books.n_acked,
            "lost": max(met.books.lost_receipts, met.books.lost_answers),
            "p95 before": f"{normal:.0f} ms",
            "p95 of what was carried out": f"{p95:.0f} ms",
            "of it under way": f"{under_way:.0f} ms",
            "p95 30 s later": f"{after:.0f} ms",
            "memory": f"{grown:+.0f} %",
            "load of the machine before": f"{met.load:.1f}",
        },
        faults=tuple(faults),
        planted=planted,
    )


def _meet(at: Installation, phases: Sequence[Phase], *, planted: str) -> _Met:
    load = os.getloadavg()[0]
    most = round(sum(phase.per_second * phase.seconds for phase in phases) * 1.05) + 100
    links, diary, report = at.folder / "links", at.folder / "diary", at.folder / "report"
    links.write_text("\n".join(at.world.issue(most)))
    early = at.folder / "early-links"
    early.write_text("\n".join(at.world.issue(60)))
    with serving(at, planted=planted, workers=_WORKERS) as server:
        assert server.process is not None
        # Some come before the clock runs: templates compiled, connections open, memory taken.
        _come(server, [Phase(name="early", per_second=8, seconds=6)], early, diary, report)
        before = processes.memory_mib([server.process.pid])
        _come(server, phases, links, diary, report)
        after = processes.memory_mib([server.process.pid])
    found = json.loads(report.read_text())
    read = read_diary(diary)
    return _Met(report=Report(**found), books=balance(at, read), memory=(before, after), load=load)


def _come(server: Server, phases: Sequence[Phase], links: Path, diary: Path, report: Path) -> None:
    subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults.crowd", server.address, str(links)),
            *(json.dumps([asdict(phase) for phase in phases]), str(diary), str(report), str(_READING)),
        ],
        cwd=ROOT,
        check=True,
    )


def read_diary(path: Path) -> Diary:
    """The diary that another process wrote."""
    diary = Diary(path=path)
    for line in path.read_text().splitlines() if path.exists() else ():
        word, marker, *receipt = line.split()
        if word == "sent":
            diary.sent.add(marker)
        else:
            diary.acked[marker] = receipt[0]
    return diary
