"""Completed interviews over HTTP: production settings, the server and its clients in processes of their own."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import sqlalchemy as sa

from survey.db import durability, make_engine
from tests import postgres
from tests.bench import processes
from tests.bench.town import Town, town

ROOT = Path(__file__).parents[2]
LEVELS = {1: 25, 8: 120, 32: 160}
"""Clients at once, and how many interviews they hold in one run."""
RUNS, WARM_UP, RUN_SECONDS = 3, 16, 15.0
NEEDED = WARM_UP + RUNS * sum(LEVELS.values()) + 1
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run of one number of clients found."""

    per_second: float
    server_cpu_ms: float
    client_cpu_ms: float
    requests: float
    saves: float
    wire_bytes: float
    times: dict[str, list[float]]
    lost: list[str]

    def quantile(self, share: float, kind: str = "") -> float:
        """Milliseconds below which this share of the requests stayed."""
        pool = [t for k, each in self.times.items() if not kind or k == kind for t in each]
        return statistics.quantiles(pool, n=1000, method="inclusive")[round(share * 1000) - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The first page as it travels: HTML, then what it asks for; each plain and compressed."""

    html: int
    html_zipped: int
    assets: int
    assets_zipped: int
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One database with its server."""

    database: str
    server: str
    durable: dict[str, str]
    runs: dict[int, list[Run]]
    peak_mib: float
    weights: Weights


def on_sqlite() -> Measured:
    """The embedded default: SQLite behind waitress in one process."""
    with (
        tempfile.TemporaryDirectory(prefix="minyi-bench-") as folder,
        town(Path(folder) / "t", n=NEEDED) as here,
    ):
        return _measure(
            here, server="waitress, 1 process", command=[sys.executable, "-m", "tests.bench.serve", "{port}"]
        )


def on_postgresql(workers: int = 2, threads: int = 4) -> Measured:
    """The production server: granian in front of PostgreSQL."""
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1"),
        *("--port", "{port}", "--workers", str(workers), "--blocking-threads", str(threads)),
        *("--log-level", "critical", "wsgi:app"),
    ]
    with (
        postgres.server() as server,
        tempfile.TemporaryDirectory(prefix="minyi-bench-") as folder,
        town(Path(folder) / "t", n=NEEDED, server=server) as here,
    ):
        return _measure(here, server=f"granian, {workers} processes of {threads} threads", command=command)


def _measure(here: Town, *, server: str, command: Sequence[str]) -> Measured:
    engine = make_engine(here.settings.database_url)
    with engine.connect() as connection:
        durable = durability(connection)
        version = _version(connection)
        keeper = _postmaster(connection)
    engine.dispose()
    with _serving(here, command) as (address, pid):
        watched = [pid] if keeper is None else [pid, keeper]
        next_person = WARM_UP
        _run(here, address, watched, first=0, n=WARM_UP, at_once=8)
        runs: dict[int, list[Run]] = {at_once: [] for at_once in LEVELS}
        memory = [processes.memory_mib(watched)]
        for _ in range(RUNS):
            for at_once, n in LEVELS.items():
                runs[at_once].append(_run(here, address, watched, first=next_person, n=n, at_once=at_once))
                next_person += n
                memory.append(processes.memory_mib(watched))
        token = json.loads(here.people.read_text())[next_person]["token"]
        weights = _weigh(address, f"/i/{token}?lang=zh")
    return Measured(
        database=version, server=server, durable=durable, runs=runs, peak_mib=max(memory), weights=weights
    )


def _run(here: Town, address: str, watched: Sequence[int], *, first: int, n: int, at_once: int) -> Run:
    shares = min(2, at_once)
    clients = []
    for share in range(shares):
        begin, end = first + n * share // shares, first + n * (share + 1) // shares
        arguments = [
            address,
            str(here.people),
            str(begin),
            str(end),
            str(at_once // shares),
            str(RUN_SECONDS),
        ]
        clients.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.bench.phones", *arguments],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
    for client in clients:
        assert client.stdout is not None
        client.stdout.readline()
    before = processes.cpu_seconds(watched)
    for client in clients:
        assert client.stdin is not None
        client.stdin.write("go\n")
        client.stdin.flush()
    found: list[dict[str, Any]] = [json.loads(client.communicate()[0]) for client in clients]
    cpu = processes.cpu_seconds(watched) - before
    held = sum(each["n"] for each in found)
    lasted = max(each["end"] for each in found) - min(each["begin"] for each in found)
    times: dict[str, list[float]] = {}
    for each in found:
        for kind, milliseconds in each["times"]:
            times.setdefault(kind, []).append(milliseconds)
    return Run(
        per_second=held / lasted,
        server_cpu_ms=1000 * cpu / held,
        client_cpu_ms=1000 * sum(each["cpu"] for each in found) / held,
        requests=sum(map(len, times.values())) / held,
        saves=len(times["save"]) / held,
        wire_bytes=sum(each["bytes"] for each in found) / held,
        times=times,
        lost=[text for each in found for text in each["lost"]],
    )


@contextmanager
def _serving(here: Town, command: Sequence[str]) -> Iterator[tuple[str, int]]:
    """A server of this installation with the settings of production; its address and its process."""
    port = _free_port()
    settings = here.settings
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")} | {
        "SURVEY_DATA_DIR": str(settings.data_dir),
        "SURVEY_KEY_DIR": str(settings.key_dir),
        "SURVEY_DATABASE_URL": settings.database_url,
        "SURVEY_BASE_URL": "https://127.0.0.1",
        "SURVEY_SECRET_KEY": os.urandom(32).hex(),
        "SURVEY_PRODUCTION": "1",
        "SURVEY_LOG_LEVEL": "INFO",
    }
    with (settings.data_dir / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [part.format(port=port) for part in command],
            cwd=ROOT,
            env=environ,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(process, port)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # a session of its own: exactly what was started here
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if _get(port, "/healthz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError("the server did not come up")


def _weigh(address: str, link: str) -> Weights:
    """What a browser loads for the first page: the page, and the files that it names."""
    port = urlsplit(address).port or 80
    cookies: dict[str, str] = {}
    path = link
    while True:
        status, headers, body = _get(port, path, cookies)
        for line in headers.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            cookies[name] = rest.partition(";")[0]
        if status != 303:
            break
        path = urljoin(path, headers["Location"])
    names = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', body.decode()))
    files = [_get(port, name)[2] for name in sorted(names)]
    return Weights(
        html=len(body),
        html_zipped=len(gzip.compress(body, 6)),
        assets=sum(map(len, files)),
        assets_zipped=sum(len(gzip.compress(each, 9)) for each in files),
        requests=1 + len(files),
    )


def _get(
    port: int, path: str, cookies: dict[str, str] | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        cookie = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
        connection.request("GET", path, headers={"Cookie": cookie})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def _version(connection: sa.Connection) -> str:
    if connection.dialect.name == "sqlite":
        return f"SQLite {connection.exec_driver_sql('SELECT sqlite_version()').scalar_one()}"
    return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"


def _postmaster(connection: sa.Connection) -> int | None:
    """The process of the database server, where it runs on this machine."""
    if connection.dialect.name == "sqlite":
        return None
    backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return processes.parent(backend) if Path(f"/proc/{backend}").exists() else None


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
