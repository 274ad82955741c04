"""A throw-away Redis on loopback for the tests that need a real one; they are skipped loudly where none is installed."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from tests.conftest import in_ci

_PATIENCE = 15.0


@dataclass(slots=True, kw_only=True)
class RedisServer:
    """A running server: where it is, and how to lose it."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it (again, on the same port), and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(
            [*command, "--appendonly", "no", "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _PATIENCE
        with redis.Redis.from_url(self.url) as client:
            while True:
                with contextlib.suppress(redis.exceptions.RedisError):
                    client.ping()
                    return
                assert time.monotonic() < until, "redis-server does not answer"
                time.sleep(0.05)

    def kill(self) -> None:
        """kill -9, as a machine dies."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextlib.contextmanager
def server() -> Iterator[RedisServer]:
    """A fresh, empty Redis."""
    if shutil.which("redis-server") is None:
        message = "redis-server is not installed: apt install redis-server"
        if in_ci():
            pytest.fail(message)
        pytest.skip(message)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="minyi-redis-") as folder:
        running = RedisServer(port=port, folder=Path(folder))
        running.start()
        try:
            yield running
        finally:
            running.kill()
