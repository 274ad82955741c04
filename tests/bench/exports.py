"""CSV, frequencies and means of many responses to the questionnaire of ten: ``python -m tests.bench.exports SIZE``."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from admin.content.compiling import compile_document
from admin.content.load import load_content
from admin.datasets import columns
from admin.datasets.export import csv_of
from admin.datasets.figures import figures_of
from admin.datasets.table import TableWriter
from survey.instrument.codebook import codebook
from tests.bench import shapes
from tests.bench.processes import peak_mib

SIZES = (50_000, 100_000, 200_000)
"""The limit is for the one in the middle; all three tell whether the time grows with the rows and no faster."""
RUNS = 3


@dataclass(frozen=True, kw_only=True)
class Exported:
    """One size: the best of a few runs, as other work on the machine can only add to them."""

    n: int
    csv_seconds: float
    csv_cpu: float
    csv_mib: float
    figures_seconds: float
    figures_cpu: float
    peak_mib: float


def run(sizes: Sequence[int] = SIZES) -> list[Exported]:
    """Measure every size, one process each."""
    found = []
    for n in sizes:
        command = [sys.executable, "-m", "tests.bench.exports", str(n)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found.append(Exported(**json.loads(done.stdout)))
    return found


def measure(n: int) -> Exported:
    """Read a table of ``n`` responses as staff do."""
    with tempfile.TemporaryDirectory(prefix="minyi-bench-") as folder:
        table = Path(folder) / "responses.parquet"
        _fill(table, n)
        written: list[tuple[float, float, int]] = []
        counted: list[tuple[float, float]] = []
        for _ in range(RUNS):
            begin, cpu = time.perf_counter(), time.process_time()
            size = sum(map(len, csv_of(table)))
            written.append((time.perf_counter() - begin, time.process_time() - cpu, size))
            begin, cpu = time.perf_counter(), time.process_time()
            figures_of(table)
            counted.append((time.perf_counter() - begin, time.process_time() - cpu))
    best, best_counted = min(written), min(counted)
    return Exported(
        n=n,
        csv_seconds=best[0],
        csv_cpu=min(each[1] for each in written),
        csv_mib=best[2] / 2**20,
        figures_seconds=best_counted[0],
        figures_cpu=min(each[1] for each in counted),
        peak_mib=peak_mib(),
    )


def _fill(path: Path, n: int) -> None:
    """A table as freezing writes it, of answers drawn by chance."""
    content = load_content()
    program = compile_document(
        shapes.document(),
        scales=content.scales,
        modules=content.modules,
        province=content.province,
        participation=content.participation,
    ).program
    assert program is not None
    kinds = columns.response_columns("residents", (), codebook(program))
    chance = random.Random(1)
    with TableWriter(path, kinds) as table:
        for number in range(n):
            table.add({name: _cell(name, kind, number, chance) for name, kind in kinds.items()})


def _cell(name: str, kind: str, number: int, chance: random.Random) -> Any:  # Any: cells of several types
    if name == "response_id":
        return f"{number:032x}"
    if kind == "DATE":
        return date(2026, 11, 1 + number % 28)
    if kind == "DOUBLE":
        return float(chance.randint(1, 20))
    if kind != "VARCHAR":
        return chance.randint(1, 5)
    if name.startswith("wish"):
        return f"希望窗口周末也能开放，{number}"
    return chance.choice(("a", "b", "c", None))


def main(arguments: Sequence[str]) -> None:
    """``SIZE``."""
    sys.stdout.write(json.dumps(asdict(measure(int(arguments[0])))))


if __name__ == "__main__":
    main(sys.argv[1:])
