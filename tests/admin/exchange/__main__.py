"""The whole hostile corpus and 500 mutations of every format: `python -m tests.admin.exchange [format …]`."""

from __future__ import annotations

import sys
import time
from collections import Counter

from tests.admin.exchange.hostile.families import FAMILIES, mutations
from tests.admin.exchange.hostile_runs import Run, faults, run_all

MUTATIONS = 500


def main() -> int:
    """Print what became of the files of each format; 1 where anything happened that must not."""
    found: list[str] = []
    for family in sys.argv[1:] or FAMILIES:
        begun = time.monotonic()
        runs = run_all([*FAMILIES[family](), *mutations(family, MUTATIONS)])
        found += [f"{family} {fault}" for run in runs for fault in faults(run)]
        seconds, most = max(run.seconds for run in runs), max(run.mebibytes for run in runs)
        fates = ", ".join(f"{count} {fate}" for fate, count in Counter(map(_fate, runs)).most_common())
        _say(
            f"{family}: {len(runs)} files, {fates}; at most {seconds:.1f} s and {most:.0f} MiB ({time.monotonic() - begun:.0f} s)"
        )
    _say("\n".join(found))
    return 1 if found else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _fate(run: Run) -> str:
    if run.report is None:
        return "stopped"
    return "refused" if run.report["document"] is None else "imported"


if __name__ == "__main__":
    raise SystemExit(main())
