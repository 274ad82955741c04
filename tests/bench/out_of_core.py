"""More rows than memory holds: time and peak memory of one plan over Parquet files; run by hand, never as a test.

`python -m tests.bench.out_of_core ROWS FOLDER [WORKERS]` makes the answers where they are missing, prints what it measured
and writes it as the last section of docs/speed-of-statistics.md.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from analysis.scale import Declared, partitions, run, write_partitions
from tests.bench import machine
from tests.bench.against_r import BEYOND, TARGET

ITEMS = tuple(f"q{number + 1}" for number in range(40))
PART, STRATA, DOMAINS = 1_000_000, 50, 100
MARGINS = {"sex": 2, "age": 6}


def make(rows: int, folder: Path) -> None:
    """Answers of invented people, a million to a file."""
    for part in range(rows // PART):
        name = f"part-{part:04d}"
        if (folder / f"{name}.parquet").exists():
            continue
        rng = np.random.default_rng([20261121, part])
        table: dict[str, np.ndarray] = {
            "w": rng.uniform(0.5, 1.5, PART).round(3),
            "stratum": rng.integers(0, STRATA, PART, dtype=np.int16),
            "county": rng.integers(0, DOMAINS, PART, dtype=np.int16),
        }
        table |= {name: rng.integers(0, size, PART, dtype=np.int8) for name, size in MARGINS.items()}
        taste = rng.integers(0, 2, PART, dtype=np.int8)
        for item in ITEMS:
            answers = rng.integers(1, 5, PART, dtype=np.int8) + taste
            answers[rng.integers(0, PART, PART // 20)] = -1
            table[item] = answers
        write_partitions(table, folder, name=name)


def declared(rows: int) -> Declared:
    """Forty items in a hundred domains, raked to two margins."""
    return Declared(
        items=ITEMS,
        by=("county",),
        weights="w",
        strata="stratum",
        missing=-1,
        margins={name: {str(label): rows / size for label in range(size)} for name, size in MARGINS.items()},
        scales={"all": ITEMS},
    )


def measure(rows: int, folder: Path, workers: int) -> dict[str, float]:
    """One run in this process."""
    begin = time.perf_counter()
    found = run(declared(rows), partitions(folder)[: rows // PART], workers=workers)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "rows": found.n,
        "workers": workers,
        "seconds": round(seconds, 1),
        "rows_per_second": round(found.n / seconds),
        "peak_mib": round(peak),
        "largest_child_mib": round(children) if workers > 1 else 0,
        "first_mean": float(found.means.value[0, 0]),
        "first_se": float(found.means.se[0, 0]),
        "converged": bool(found.weighting["converged"]),
    }


def main(arguments: Sequence[str]) -> None:
    """Make what is missing, then measure in a process of its own."""
    if arguments[0] == "--one":
        sys.stdout.write(json.dumps(measure(int(arguments[1]), Path(arguments[2]), int(arguments[3]))) + "\n")
        return
    rows, folder = int(arguments[0]), Path(arguments[1])
    make(rows, folder)
    workers = arguments[2] if len(arguments) > 2 else "1"
    command = [sys.executable, "-m", "tests.bench.out_of_core", "--one", str(rows), str(folder), workers]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    sys.stdout.write(done.stdout)
    text = TARGET.read_text(encoding="utf-8")
    begin = text.find(BEYOND)
    kept = text if begin < 0 else text[:begin]
    TARGET.write_text(kept.rstrip() + "\n\n" + section(json.loads(done.stdout)), encoding="utf-8")


def section(found: dict[str, float]) -> str:
    """What one run measured, as the last section of the page."""
    here = machine.look()
    peak = f"peak memory {found['peak_mib']:.0f} MiB"
    if found["largest_child_mib"]:
        peak += f", of the largest worker {found['largest_child_mib']:.0f} MiB"
    return f"""{BEYOND}

`python -m tests.bench.out_of_core {found["rows"]:.0f} FOLDER`: {found["rows"]:,.0f} rows, {len(ITEMS)} items, {DOMAINS} domains, raked to
{len(MARGINS)} margins, from {found["rows"] / PART:.0f} Parquet files, workers: {found["workers"]:.0f}, load average {here.load:.1f} after the run:
{found["seconds"]:.0f} s, {found["rows_per_second"]:,.0f} rows a second, {peak} ({datetime.now(UTC).date()}).
"""


if __name__ == "__main__":
    main(sys.argv[1:])
