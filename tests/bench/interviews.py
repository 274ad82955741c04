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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import sqlalchemy as sa

from survey.db import durability, make_engine
from tests import postgres
from tests.bench import processes
from tests.bench.phones import Request, filled
from tests.bench.shapes import TEN
from tests.bench.town import Town, town

ROOT = Path(__file__).parents[2]
LOOKS = 300
"""How often a first page is asked for, to tell what it costs the processor."""
_START_SECONDS = 90.0
_WORKERS = 2
_SERVE = (sys.executable, "-m", "wsgi", "serve", "--port", "{port}", "--workers", str(_WORKERS))
_SERVER = f"minyi serve, {_WORKERS} workers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured: clients at once and the interviews they hold in one run, and how many runs."""

    levels: Mapping[int, int]
    runs: int
    warm_up: int = 24
    run_seconds: float = 15.0

    @property
    def needed(self) -> int:
        """The links that all of it uses up."""
        return self.warm_up + self.runs * sum(self.levels.values()) + 1


FULL = Plan(levels={1: 50, 8: 240, 32: 320}, runs=3)
QUICK = Plan(levels={1: 30, 8: 120, 32: 160}, runs=1)


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
class FirstPages:
    """The first page as it travels (HTML, then what it asks for), and what it and the first questions cost."""

    html: int
    html_zipped: int
    assets: int
    assets_zipped: int
    requests: int
    welcome_cpu_ms: float
    questions_cpu_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One questionnaire on one database with its server."""

    database: str
    server: str
    questions: int
    durable: dict[str, str]
    runs: dict[int, list[Run]]
    peak_mib: float
    first: FirstPages


def on_sqlite(questions: int, plan: Plan = FULL) -> Measured:
    """`minyi serve` in front of SQLite."""
    with (
        tempfile.TemporaryDirectory(prefix="minyi-bench-") as folder,
        town(Path(folder) / "t", n=plan.needed, questions=questions) as here,
    ):
        return _measure(here, plan, questions=questions, server=_SERVER, command=_SERVE)


def embedded(questions: int, plan: Plan = FULL) -> Measured:
    """The server of the demo: SQLite behind waitress, one process."""
    with (
        tempfile.TemporaryDirectory(prefix="minyi-bench-") as folder,
        town(Path(folder) / "t", n=plan.needed, questions=questions) as here,
    ):
        command = [sys.executable, "-m", "tests.bench.serve", "{port}"]
        return _measure(here, plan, questions=questions, server="waitress, 1 process", command=command)


def on_postgresql(questions: int, plan: Plan = FULL) -> Measured:
    """`minyi serve` in front of PostgreSQL."""
    with (
        postgres.server() as server,
        tempfile.TemporaryDirectory(prefix="minyi-bench-") as folder,
        town(Path(folder) / "t", n=plan.needed, questions=questions, server=server) as here,
    ):
        return _measure(here, plan, questions=questions, server=_SERVER, command=_SERVE)


def _measure(here: Town, plan: Plan, *, questions: int, server: str, command: Sequence[str]) -> Measured:
    engine = make_engine(here.settings.database_url)
    with engine.connect() as connection:
        durable = durability(connection)
        version = _version(connection)
        keeper = _postmaster(connection)
    engine.dispose()
    with _serving(here, command) as (address, pid):
        watched = [pid] if keeper is None else [pid, keeper]
        next_person = plan.warm_up
        _run(here, plan, address, watched, first=0, n=plan.warm_up, at_once=8)
        runs: dict[int, list[Run]] = {at_once: [] for at_once in plan.levels}
        memory = [processes.memory_mib(watched)]
        for _ in range(plan.runs):
            for at_once, n in plan.levels.items():
                runs[at_once].append(
                    _run(here, plan, address, watched, first=next_person, n=n, at_once=at_once)
                )
                next_person += n
                memory.append(processes.memory_mib(watched))
        person = json.loads(here.people.read_text())[next_person]
        first = _first_pages(address, watched, f"/i/{person['token']}?lang=zh")
    return Measured(
        database=version,
        server=server,
        questions=questions,
        durable=durable,
        runs=runs,
        peak_mib=max(memory),
        first=first,
    )


def _run(
    here: Town, plan: Plan, address: str, watched: Sequence[int], *, first: int, n: int, at_once: int
) -> Run:
    """One client process holds ``n`` interviews, ``at_once`` at a time."""
    arguments = (address, here.people, first, first + n, at_once, plan.run_seconds)
    client = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.phones", *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdout is not None
    client.stdout.readline()
    before = processes.cpu_seconds(watched)
    found: dict[str, Any] = json.loads(client.communicate("go\n")[0])
    cpu = processes.cpu_seconds(watched) - before
    held = found["n"]
    if not held:
        raise RuntimeError(f"no interview reached its end: {found['lost'][:3]}")
    times: dict[str, list[float]] = {}
    for kind, milliseconds in found["times"]:
        times.setdefault(kind, []).append(milliseconds)
    return Run(
        per_second=held / (found["end"] - found["begin"]),
        server_cpu_ms=1000 * cpu / held,
        client_cpu_ms=1000 * found["cpu"] / held,
        requests=sum(map(len, times.values())) / held,
        saves=len(times["save"]) / held,
        wire_bytes=found["bytes"] / held,
        times=times,
        lost=found["lost"],
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
            Browser(f"http://127.0.0.1:{port}").open(Request("GET", "/healthz"))
            return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError("the server did not come up")


class Browser:
    """One browser on one kept connection: cookies, redirects."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", urlsplit(address).port or 80, timeout=10)
        self._cookies: dict[str, str] = {}

    def open(self, request: Request) -> tuple[str, bytes]:
        """Where a request leads in the end, and what stands there."""
        while True:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
            if request.body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            self._connection.request(request.method, request.path, request.body, headers)
            response = self._connection.getresponse()
            body = response.read()
            for line in response.headers.get_all("Set-Cookie") or ():
                name, _, rest = line.partition("=")
                self._cookies[name] = rest.partition(";")[0]
            if response.status == 200:
                return request.path, body
            if response.status != 303:
                raise RuntimeError(f"{request.path} answered {response.status}")
            request = Request("GET", urljoin(request.path, response.headers["Location"]))


def _first_pages(address: str, watched: Sequence[int], link: str) -> FirstPages:
    """What a browser loads for the first page (the page, and the files that it names), and what that costs."""
    browser = Browser(address)
    path, body = browser.open(Request("GET", link))
    path = path.partition("?")[0]
    names = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', body.decode()))
    files = [browser.open(Request("GET", name))[1] for name in sorted(names)]
    welcome = _cpu_of(browser, path, watched)
    page, _ = browser.open(filled(body.decode(), path, {}))
    return FirstPages(
        html=len(body),
        html_zipped=len(gzip.compress(body, 6)),
        assets=sum(map(len, files)),
        assets_zipped=sum(len(gzip.compress(each, 9)) for each in files),
        requests=1 + len(files),
        welcome_cpu_ms=welcome,
        questions_cpu_ms=_cpu_of(browser, page, watched),
    )


def _cpu_of(browser: Browser, path: str, watched: Sequence[int]) -> float:
    """Milliseconds of processor time that the server takes for a page."""
    browser.open(Request("GET", path))
    before = processes.cpu_seconds(watched)
    for _ in range(LOOKS):
        browser.open(Request("GET", path))
    return 1000 * (processes.cpu_seconds(watched) - before) / LOOKS


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


def main(arguments: Sequence[str]) -> None:
    """``sqlite|postgresql|embedded [QUESTIONS]``: one short run, as one line a number of clients."""
    measure = {"sqlite": on_sqlite, "postgresql": on_postgresql, "embedded": embedded}[arguments[0]]
    found = measure(int(arguments[1]) if arguments[1:] else TEN, QUICK)
    for at_once, runs in found.runs.items():
        run = runs[0]
        sys.stdout.write(
            f"{at_once:3} at once: {run.per_second:6.1f}/s, server {run.server_cpu_ms:5.1f} ms, client "
            f"{run.client_cpu_ms:4.1f} ms, {run.requests:.1f} requests, submit p95 {run.quantile(0.95, 'submit'):.0f} ms, "
            f"lost {len(run.lost)} {run.lost[:2]}\n"
        )
    first = found.first
    sys.stdout.write(
        f"first page {first.welcome_cpu_ms:.2f} ms, first questions {first.questions_cpu_ms:.2f} ms of processor, "
        f"{(first.html_zipped + first.assets_zipped) / 1000:.1f} kB, {found.peak_mib:.0f} MiB\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
