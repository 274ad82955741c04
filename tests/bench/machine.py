"""The machine and its limits, measured in the same run as everything that is compared with them."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_WRITES, _PAGE = 300, 4096
_ARRAY_MIB, _REPEATS = 256, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What ran the benchmark, and how much it could do at most."""

    processor: str
    cores: int
    memory_gib: float
    system: str
    python: str
    goes_first: bool
    """Whether the benchmark ran with real-time priority, before all other work of the machine."""
    load: float
    """Other processes waiting for a core when the benchmark began (one-minute average)."""
    fsyncs: float
    """Appends of 4 KiB a second, each forced to the disk before the next."""
    read_gb: float
    """Gigabytes a second that one core reads from memory."""


def look() -> Machine:
    """Describe and measure this machine."""
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        goes_first=os.sched_getscheduler(0) in (os.SCHED_FIFO, os.SCHED_RR),
        load=os.getloadavg()[0],
        fsyncs=_fsyncs(),
        read_gb=_read_gb(),
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _fsyncs() -> float:
    """The median rate of a few short rounds: the disk is shared as well."""
    rates = []
    with tempfile.TemporaryDirectory(prefix="minyi-bench-") as folder:
        descriptor = os.open(Path(folder) / "file", os.O_CREAT | os.O_WRONLY)
        try:
            for _ in range(5):
                begin = time.perf_counter()
                for _ in range(_WRITES // 5):
                    os.write(descriptor, os.urandom(_PAGE))
                    os.fdatasync(descriptor)
                rates.append(_WRITES / 5 / (time.perf_counter() - begin))
        finally:
            os.close(descriptor)
    return statistics.median(rates)


def _read_gb() -> float:
    array = np.ones(_ARRAY_MIB * 2**20 // 8)
    best = min(_seconds_to_sum(array) for _ in range(_REPEATS))
    return array.nbytes / best / 1e9


def _seconds_to_sum(array: np.ndarray) -> float:
    begin = time.perf_counter()
    array.sum()
    return time.perf_counter() - begin
