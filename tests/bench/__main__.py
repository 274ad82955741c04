"""`make bench`: measures everything once, within eight minutes, and writes docs/performance.md."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import estimates, freezing, instruments, interviews, machine, report

TARGET = Path(__file__).parents[2] / "docs" / "performance.md"


def main() -> None:
    """Measure, in the order of sensitivity to other work on the machine, and write."""
    begin = time.monotonic()

    def say(text: str) -> None:
        sys.stderr.write(f"{time.monotonic() - begin:5.0f} s  {text}\n")

    say("the machine")
    here = machine.look()
    measured = []
    for name, measure in (("SQLite", interviews.on_sqlite), ("PostgreSQL", interviews.on_postgresql)):
        say(f"interviews over HTTP on {name}")
        measured.append(measure())
    say("an instrument of 1,000 items")
    large = instruments.run()
    say("raking and means")
    rows = estimates.run()
    say("freezing")
    frozen = freezing.run()
    found = report.Findings(
        machine=here,
        interviews=measured,
        instrument=large,
        frozen=frozen,
        estimates=rows,
        minutes=(time.monotonic() - begin) / 60,
        load_after=os.getloadavg()[0],
    )
    TARGET.write_text(report.page(found, today=datetime.now(UTC).date()))
    say(f"written: {TARGET.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
