"""Rows per second of raking and of means with standard errors; run by `make bench`, never as a test.

`python -m tests.bench.estimates [SIZE ...]` prints a Markdown table. Each measurement is a process of its own, so that
the peak memory is that task's and nobody else's; the time is the median of three runs after the data are made.
"""

import functools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from analysis.design import BoundDesign
from analysis.estimate.domains import means
from analysis.weighting.margins import Margin
from analysis.weighting.rake import rake
from tests.bench.processes import peak_mib

SIZES = (10_000, 100_000, 1_000_000)
ITEMS, DOMAINS, STRATA, PSUS = 40, 100, 50, 40
CATEGORIES = (12, 6, 2, 5, 2)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measurement; memory is the peak of the whole process, `made_mib` the part before the task began."""

    task: str
    n: int
    seconds: float
    rows_per_second: float
    made_mib: float
    peak_mib: float


@dataclass(frozen=True, kw_only=True)
class Made:
    """Invented answers of n people, one byte each, 5 % missing, and what a design needs."""

    items: np.ndarray
    by: np.ndarray
    elements: BoundDesign
    clusters: BoundDesign
    margins: list[Margin]


def make(n: int) -> Made:
    """The same invented people for every run of a size."""
    rng = np.random.default_rng(20260420)
    items = rng.integers(1, 6, (n, ITEMS), dtype=np.int8)
    items[rng.random((n, ITEMS), dtype=np.float32) < 0.05] = -1
    weights, strata = rng.uniform(0.5, 1.5, n), rng.integers(0, STRATA, n)
    psu = strata * PSUS + rng.integers(0, PSUS, n)
    margins = []
    for number, size in enumerate(CATEGORIES):
        codes, targets = rng.integers(0, size, n), rng.uniform(0.9, 1.1, size)
        labels = tuple(str(category) for category in range(size))
        margins.append(
            Margin(name=f"m{number}", codes=codes, targets=targets / targets.sum() * n, labels=labels)
        )
    return Made(
        items=items,
        by=rng.integers(0, DOMAINS, n),
        elements=BoundDesign(weights=weights, strata=strata),
        clusters=BoundDesign(weights=weights, strata=strata, psu=psu),
        margins=margins,
    )


def tasks(made: Made) -> dict[str, Callable[[], object]]:
    """What is measured; weighting that a task only needs is done beforehand."""
    raked = functools.cache(lambda: rake(made.elements, made.margins))

    def averages(design: BoundDesign) -> object:
        return means(made.items, design, by=made.by, n_domains=DOMAINS, missing=-1)

    return {
        f"rake to {len(CATEGORIES)} margins ({sum(CATEGORIES)} categories)": lambda: rake(
            made.elements, made.margins
        ),
        f"{ITEMS} means x {DOMAINS} domains, {STRATA} strata": lambda: averages(made.elements),
        f"{ITEMS} means x {DOMAINS} domains, {STRATA} strata, raked": lambda: averages(raked()),
        f"{ITEMS} means x {DOMAINS} domains, {STRATA * PSUS} clusters": lambda: averages(made.clusters),
    }


def run(sizes: Sequence[int] = SIZES) -> list[Row]:
    """Measure every task at every size, one process each."""
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as a worker runs
    found = []
    for n in sizes:
        for number in range(4):
            command = [sys.executable, "-m", "tests.bench.estimates", "--one", str(n), str(number)]
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=one_thread)
            found.append(Row(**json.loads(done.stdout)))
    return found


def measure(n: int, number: int) -> Row:
    """One task at one size, in this process."""
    made = make(n)
    before = peak_mib()
    task, work = list(tasks(made).items())[number]
    work()  # what a task needs beforehand, and the first touch of its memory, stay out of the time
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    seconds = statistics.median(times)
    return Row(
        task=task, n=n, seconds=seconds, rows_per_second=n / seconds, made_mib=before, peak_mib=peak_mib()
    )


def markdown(rows: Sequence[Row]) -> str:
    """The table for docs/performance.md."""
    lines = [
        "| task | respondents | seconds | rows per second | peak memory MiB |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.task} | {row.n:,} | {row.seconds:.3f} | {row.rows_per_second:,.0f} | {row.peak_mib:.0f} |"
        for row in rows
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    """`--one SIZE TASK` measures here and prints JSON; sizes (or nothing) print the table."""
    if arguments[:1] == ["--one"]:
        sys.stdout.write(json.dumps(asdict(measure(int(arguments[1]), int(arguments[2])))))
    else:
        sys.stdout.write(markdown(run([int(size) for size in arguments] or SIZES)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
