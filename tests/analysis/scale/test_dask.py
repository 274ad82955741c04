"""The same plan on a real Dask scheduler with two workers, one of which is killed half-way."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.scale import run
from tests.analysis.scale.people import declared, people, written
from tests.analysis.scale.test_partitions import same_bits

ROOT = Path(__file__).parents[3]


def start(*arguments: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    with (folder / f"{arguments[0]}-{time.monotonic_ns()}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and its two workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    scheduler = start(
        "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", folder=tmp_path
    )
    common = ("worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny")
    workers = [start(*common, "--name", name, folder=tmp_path) for name in ("one", "two")]
    yield address, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def test_a_worker_killed_half_way_changes_no_bit(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    from distributed import Client

    address, workers = cluster
    plan = declared(clustered=True, raked=True)
    files = written(tmp_path / "answers", people(24_000), parts=24)
    expected = run(plan, files)
    connect: Any = Client  # distributed carries no types
    client: Any = connect(address, timeout="60s")
    try:
        client.wait_for_workers(2, timeout=60)
        killed = threading.Event()

        def kill_when_it_has_worked() -> None:
            """Once the first worker holds results, it dies with them."""
            while not killed.is_set():
                held = client.has_what()
                if any(len(keys) >= 2 for name, keys in held.items() if len(held) == 2):
                    os.kill(workers[0].pid, signal.SIGKILL)
                    killed.set()
                time.sleep(0.005)

        watcher = threading.Thread(target=kill_when_it_has_worked, daemon=True)
        watcher.start()
        found = run(plan, files, workers=client)
        assert killed.is_set()
        assert workers[0].wait(timeout=10) == -signal.SIGKILL
        assert len(client.scheduler_info()["workers"]) == 1
        killed.set()
    finally:
        client.close()
    same_bits(found, expected)
    assert found.means.df == expected.means.df
