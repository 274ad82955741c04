"""``make faults``: breaks installations in every way of the list, and writes docs/faults.md with what was found.

Counts are set with ``--scale`` (1 = the figures of a full run). Everything runs on loopback, on databases of
its own, with server processes that are ended by their ids.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests import postgres
from tests.faults import crashes, outages, races, sealing, taps
from tests.faults.installation import ROOT, installation
from tests.faults.outcome import Outcome

PAGE = ROOT / "docs" / "faults.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One row of the table: what to run, where, and the mistakes that it must notice."""

    name: str
    run: Callable[..., Outcome]
    on_postgres: bool = False
    quota: int | None = None
    planted: str = ""
    planted_arguments: dict[str, Any] = field(default_factory=dict)  # Any: arguments of the scenario


def scenarios(scale: float) -> Iterator[Scenario]:
    """The list, with counts for ``scale``."""

    def n(full: int, least: int) -> int:
        return max(least, round(full * scale))

    early = "acknowledge-before-commit"
    yield Scenario(
        name="R01",
        run=partial(crashes.killed_workers, people=n(2000, 60), at_once=32, kills=5),
        on_postgres=True,
    )
    yield Scenario(
        name="R02", run=partial(crashes.killed_server, people=n(1000, 60), at_once=16, kills=3), planted=early
    )
    yield Scenario(
        name="R04",
        run=partial(taps.restless_people, people=n(100, 8)),
        planted="last-tab-wins",
        on_postgres=True,
    )
    yield Scenario(
        name="R05",
        run=partial(races.token_race, tokens=n(50, 5), clients=20),
        on_postgres=True,
        planted="check-then-use-token",
        planted_arguments={"tokens": 3},
    )
    for places in (1, 10, 100):
        yield Scenario(
            name=f"R06 ({places})",
            run=partial(races.quota_race, places=places),
            quota=places,
            on_postgres=True,
            planted="check-then-take-place",
        )
    yield Scenario(
        name="R09",
        run=partial(outages.locked, people=n(200, 20)),
        planted="never-wait",
        planted_arguments={"people": 10},
    )
    yield Scenario(name="R09 (long)", run=outages.locked_for_long)
    yield Scenario(
        name="R10",
        run=partial(outages.disk_full, people=n(100, 10)),
        planted=early,
        planted_arguments={"people": 10},
    )
    yield Scenario(
        name="R12",
        run=partial(sealing.backup_under_load, people=n(1000, 80)),
        planted="copies the file without its log",
        planted_arguments={"copy": sealing.copy_file, "people": 80},
    )
    yield Scenario(
        name="R13",
        run=partial(sealing.sealing_killed, responses=n(200, 20)),
        planted="commits half of a batch",
        planted_arguments={"responses": 20},
    )


def main() -> int:
    """Run the list and write the page; 1 where something did not hold, or a mistake went unnoticed."""
    given = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave by the blocks that end the servers
    found: list[Outcome] = []
    began = time.monotonic()
    chosen = [s for s in scenarios(given.scale) if not given.only or s.name.split()[0] in given.only]
    with tempfile.TemporaryDirectory(prefix="minyi-faults-") as folder:
        for number, scenario in enumerate(chosen):
            where = Path(folder) / str(number)
            found.append(_run(scenario, where / "real"))
            if scenario.planted:
                found.append(_run(scenario, where / "planted", planted=scenario.planted))
        if not given.no_postgres and any(s.on_postgres for s in chosen):
            with postgres.server() as url:
                server = url.render_as_string(hide_password=False)
                for number, scenario in enumerate(s for s in chosen if s.on_postgres):
                    found.append(_run(scenario, Path(folder) / f"pg{number}", server=server))
    text = _page(found, given, time.monotonic() - began)
    if not given.only:
        PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(any(bool(outcome.planted) == outcome.held for outcome in found))


def _run(scenario: Scenario, folder: Path, *, planted: str = "", server: str | None = None) -> Outcome:
    arguments = {"planted": planted, **scenario.planted_arguments} if planted else {}
    with installation(folder, server=server, quota=scenario.quota) as at:
        outcome = scenario.run(at, **arguments)
    sys.stderr.write(
        f"{scenario.name} {outcome.database} {planted or 'as built'}: {outcome.faults or 'held'}\n"
    )
    return outcome


def _page(found: list[Outcome], given: argparse.Namespace, seconds: float) -> str:
    command = "make faults" if given.scale == 1 else f"python -m tests.faults --scale {given.scale:g}"
    lines = [
        "# Faults on purpose",
        "",
        "People answer over HTTP while things break. Each writes `sent` before the last tap and `acked` after "
        "reading the receipt, through to the disk, and leaves a marker in the open answer; afterwards the "
        "diaries are compared with what is stored. *Lost* = acknowledged and not stored, by receipt or by "
        "marker. Habits of people in R01 and R02: 10 % tap twice at once, 20 % send again, 10 % reload, 10 % "
        "hang up before the answer comes.",
        "",
        f"Written by `{command}` in {seconds / 60:.0f} minutes: {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}. Counts are {given.scale:g} of the full run's "
        "(R01: 2,000 people; R02 and R12: 1,000; R04, R10: 100; R05: 50 tokens; R09: 200; R13: 200 responses), "
        "with a least count for each.",
        "",
        "## As built",
        "",
        "| | database | fault | figures | held |",
        "|---|---|---|---|---|",
        *(
            _row(outcome, "yes" if outcome.held else "**no**: " + "; ".join(outcome.faults))
            for outcome in found
            if not outcome.planted
        ),
        "",
        "## With a mistake planted",
        "",
        "The same scenarios against a server (or a procedure) with a mistake put in, to show that they notice.",
        "",
        "| | mistake | noticed |",
        "|---|---|---|",
        *(
            f"| {outcome.id} | {outcome.planted} | {'; '.join(outcome.faults[:3]) or '**not noticed**'} |"
            for outcome in found
            if outcome.planted
        ),
        "",
    ]
    return "\n".join(lines)


def _row(outcome: Outcome, held: str) -> str:
    figures = ", ".join(f"{name} {value}" for name, value in outcome.figures.items())
    return f"| {outcome.id} | {outcome.database} | {outcome.what} | {figures} | {held} |"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full counts")
    parser.add_argument("--only", nargs="*", help="names such as R01; prints only")
    parser.add_argument("--no-postgres", action="store_true", help="SQLite only")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
