"""The six tasks of a survey office, against R and, where it is at hand, svy: ratios in one run; never a test.

`python -m tests.bench.against_r [TASK ...]` prints a Markdown table and replaces its rows in
docs/speed-of-statistics.md; without a task it writes the page anew, with the time at a tenth of the rows beside it. R runs `against_r.R` beside this file; a Python with
`svy` is named by SVY_PYTHON. Every measurement is a process of its own: peak memory is that task's and nobody else's.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from analysis import replicates
from analysis.correlation.polychorics import polychoric
from analysis.correlation.tables import contingency
from analysis.design import BoundDesign
from analysis.estimate.domains import means
from analysis.reliability.alphas import alpha
from analysis.reliability.items import item_diagnostics
from analysis.reliability.omegas import omega
from analysis.reliability.states import moments
from analysis.test.independence_many import independence_many
from analysis.weighting.margins import Margin
from analysis.weighting.rake import rake
from tests.bench import machine
from tests.bench.processes import peak_mib

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "docs" / "speed-of-statistics.md"
RUNS = 5
BEYOND = "## More rows than memory"
"""Heading of the last section of the page, which `tests.bench.out_of_core` writes."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task: rows, the ratio that is asked for, and what makes the work from a generator."""

    n: int
    wanted: int
    title: str
    make: Callable[[np.random.Generator, int], Callable[[], object]]


def _answers(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    return rng.integers(1, 6, (n, k), dtype=np.int8)


def _rake(rng: np.random.Generator, n: int) -> Callable[[], object]:
    design = BoundDesign(weights=rng.uniform(0.5, 1.5, n))
    margins = []
    for number, size in enumerate((12, 6, 2, 5, 2)):
        shares = rng.uniform(0.9, 1.1, size)
        margins.append(
            Margin(
                name=f"m{number}",
                codes=rng.integers(0, size, n),
                targets=shares / shares.sum() * n,
                labels=tuple(str(label) for label in range(size)),
            )
        )
    return lambda: rake(design, margins)


def _domains(rng: np.random.Generator, n: int) -> Callable[[], object]:
    items, by = _answers(rng, n, 40), rng.integers(0, 100, n)
    design = BoundDesign(weights=rng.uniform(0.5, 1.5, n), strata=rng.integers(0, 50, n))
    return lambda: means(items, design, by=by, n_domains=100)


def _clustered(rng: np.random.Generator, n: int) -> BoundDesign:
    psu = rng.integers(0, 2000, n)
    return BoundDesign(weights=rng.uniform(0.5, 1.5, n), strata=psu // 40, psu=psu)


def _bootstrap(rng: np.random.Generator, n: int) -> Callable[[], object]:
    items, design = _answers(rng, n, 40), _clustered(rng, n)
    return lambda: means(items, replicates.bootstrap(design, 500, seed=7))


def _reliability(rng: np.random.Generator, n: int) -> Callable[[], object]:
    shift = np.round(rng.normal(size=(n, 1))).astype(np.int8)
    items = np.clip(_answers(rng, n, 40) + shift, 1, 5).astype(np.int8)

    def work() -> object:
        state = moments(items)
        return alpha(state), item_diagnostics(state), omega(state, groups=3)

    return work


def _polychoric(rng: np.random.Generator, n: int) -> Callable[[], object]:
    shared = rng.normal(size=(n, 1))
    items = np.clip(np.round(3 + shared + rng.normal(size=(n, 30))), 1, 5).astype(np.int8)
    return lambda: polychoric(contingency(items))


def _rao_scott(rng: np.random.Generator, n: int) -> Callable[[], object]:
    items, design, region = _answers(rng, n, 40), _clustered(rng, n), rng.integers(0, 12, n)
    return lambda: independence_many(items, region, design=design)


TASKS = {
    "rake": Task(n=1_000_000, wanted=700, title="raking, 5 margins, 27 categories", make=_rake),
    "domains": Task(
        n=1_000_000, wanted=250, title="40 means x 100 domains with SE, 50 strata", make=_domains
    ),
    "bootstrap": Task(
        n=200_000, wanted=200, title="40 means, 500 bootstrap replicates, 2,000 PSUs", make=_bootstrap
    ),
    "reliability": Task(
        n=1_000_000, wanted=150, title="alpha, item statistics, omega of 40 items", make=_reliability
    ),
    "polychoric": Task(n=100_000, wanted=15, title="polychoric matrix of 30 items", make=_polychoric),
    "rao-scott": Task(
        n=500_000, wanted=400, title="Rao-Scott, 40 items x 12 regions, 2,000 PSUs", make=_rao_scott
    ),
}


def measure(name: str, n: int) -> dict[str, float]:
    """One task in this process: median of five runs after one that touches the memory first."""
    work = TASKS[name].make(np.random.default_rng(20261121), n)
    made = peak_mib()
    work()
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return {"seconds": statistics.median(times), "made_mib": made, "peak_mib": peak_mib()}


def ours(name: str, n: int) -> dict[str, float]:
    """The task in a process of its own, linear algebra on one thread, as a worker runs."""
    command = [sys.executable, "-m", "tests.bench.against_r", "--one", name, str(n)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=_one_thread())
    found: dict[str, float] = json.loads(done.stdout)
    return found


def theirs(name: str) -> float | None:
    """Seconds of R, None where it or a package is missing."""
    if shutil.which("Rscript") is None:
        return None
    command = ["Rscript", "--vanilla", str(HERE / "against_r.R"), name, str(TASKS[name].n)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_one_thread())
    return float(done.stdout.split()[-1]) if done.returncode == 0 and done.stdout.strip() else None


def peer(name: str) -> float | None:
    """Seconds of svy, None where it is not at hand or cannot do the task."""
    python = os.environ.get("SVY_PYTHON")
    if python is None:
        return None
    command = [python, str(HERE / "against_svy.py"), name, str(TASKS[name].n)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return float(done.stdout.split()[-1]) if done.returncode == 0 and done.stdout.strip() else None


def _one_thread() -> dict[str, str]:
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def markdown(names: Sequence[str]) -> str:
    """Measure and tell."""
    lines = [
        "| task | rows | ours, s | a tenth of the rows, s | R, s | R / ours | asked | svy, s | peak memory, MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name in names:
        task = TASKS[name]
        mine, tenth = ours(name, task.n), ours(name, task.n // 10)
        other, svy = theirs(name), peer(name)
        ratio = "-" if other is None else f"{other / mine['seconds']:,.0f}"
        lines.append(
            f"| {task.title} | {task.n:,} | {mine['seconds']:.4f} | {tenth['seconds']:.4f} "
            f"| {_shown(other)} | {ratio} | {task.wanted} | {_shown(svy)} | {mine['peak_mib']:.0f} |"
        )
    return "\n".join(lines)


def _shown(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.2f}"


def page(table: str) -> str:
    """The document around the table."""
    here = machine.look()
    return f"""# Speed of the statistics

Written by `make bench` (`python -m tests.bench.against_r`) on {datetime.now(UTC).date()}. Do not edit: run it again.

{here.processor}, {here.cores} cores, load average {here.load:.1f} before the run. Ours: median of {RUNS} runs in a process of its own,
one thread of linear algebra, answers as bytes. R: one run of `tests/bench/against_r.R` (packages survey and psych) in the
same session. svy: one run where a Python that has it was named by SVY_PYTHON; for the two tasks by item, one item times
forty. Compare the columns of one line; rates on a shared machine are no promise. Peak memory is that of the whole process,
the data and Python included.

{table}

{_rows_beyond_memory()}"""


def _rows_beyond_memory() -> str:
    """The section that `out_of_core` wrote, as it stands on the page; empty before its first run."""
    text = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
    begin = text.find(BEYOND)
    return "" if begin < 0 else text[begin:]


def main(arguments: Sequence[str]) -> None:
    """`--one TASK ROWS` measures here and prints JSON; names print the table; nothing writes the page too."""
    if arguments[:1] == ["--one"]:
        sys.stdout.write(json.dumps(measure(arguments[1], int(arguments[2]))))
        return
    table = markdown(arguments or list(TASKS))
    sys.stdout.write(table + "\n")
    if not arguments:
        TARGET.write_text(page(table), encoding="utf-8")
    elif TARGET.exists():
        TARGET.write_text(_with_rows(TARGET.read_text(encoding="utf-8"), table), encoding="utf-8")


def _with_rows(text: str, table: str) -> str:
    """The page with the rows of this run in the place of the older ones."""
    new = {line.split("|")[1]: line for line in table.splitlines()[2:]}
    return "\n".join(new.get(([*line.split("|"), ""])[1], line) for line in text.split("\n"))


if __name__ == "__main__":
    main(sys.argv[1:])
