"""`make bench`: measures everything once and writes docs/performance.md.

With ``QUICK=1`` one short run of the interviews and exports alone, printed and not written.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import estimates, exports, freezing, instruments, interviews, machine, report, shapes

TARGET = Path(__file__).parents[2] / "docs" / "performance.md"


def main() -> None:
    """Measure, in the order of sensitivity to other work on the machine, and write."""
    begin = time.monotonic()

    def say(text: str) -> None:
        sys.stderr.write(f"{time.monotonic() - begin:5.0f} s  {text}\n")

    say("the machine")
    here = machine.look()
    is_quick = bool(os.environ.get("QUICK"))
    plan = interviews.QUICK if is_quick else interviews.FULL
    measured = []
    for questions in (shapes.TEN, shapes.SIXTY):
        for name, measure in (("SQLite", interviews.on_sqlite), ("PostgreSQL", interviews.on_postgresql)):
            say(f"interviews of {questions} questions over HTTP on {name}")
            measured.append(measure(questions, plan))
    say("CSV, frequencies and means")
    exported = exports.run((exports.SIZES[1],) if is_quick else exports.SIZES)
    if is_quick:
        sys.stdout.write(report.bars(measured, exported) + "\n")
        return
    sys.stderr.write(report.bars(measured, exported) + "\n")
    say("the embedded server")
    embedded = interviews.embedded(shapes.TEN, plan)
    say("an instrument of 1,000 items")
    large = instruments.run()
    say("raking and means")
    rows = estimates.run()
    say("freezing")
    frozen = freezing.run()
    found = report.Findings(
        machine=here,
        interviews=measured,
        embedded=embedded,
        exported=exported,
        instrument=large,
        frozen=frozen,
        estimates=rows,
        minutes=(time.monotonic() - begin) / 60,
        load_after=os.getloadavg()[0],
    )
    TARGET.write_text(report.page(found, today=datetime.now(UTC).date()))
    sys.stdout.write(report.bars(measured, exported) + "\n")
    say(f"written: {TARGET.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
