"""An installation to break: a folder with a database and one open wave, and the server processes in front of it."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

from survey.backends.checkpoints import FolderCheckpoints
from survey.db import make_engine
from survey.instrument.program import Program
from tests import postgres
from tests.conftest import make_settings, migrate_to_head
from tests.faults.own_postgres import OwnPostgres
from tests.survey.interviews import World, make_world

ROOT = Path(__file__).parents[2]
WAVE = "residents-2026"
ENTRY = "/s/open1?lang=en"
_START_SECONDS = 90.0
NO_LIMIT = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A database with one open wave; ``database`` says which kind it is."""

    folder: Path
    database: str
    url: str
    world: World
    postgres: OwnPostgres | None = None
    """The database server, where it is one that may be broken."""

    @property
    def key_dir(self) -> Path:
        """Where the keys of the wave lie."""
        return self.folder / "world-keys"

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(make_url(self.url).database or "")

    @property
    def disk(self) -> Path:
        """The file that limits the pages of the database."""
        return self.folder / "disk"

    def sink(self) -> FolderCheckpoints:
        """Where copies of checkpoints are kept."""
        return FolderCheckpoints(self.folder / "checkpoints")

    def environ(self) -> dict[str, str]:
        """What a server process of this installation is told."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
        return ours | {
            "SURVEY_DATA_DIR": str(self.folder),
            "SURVEY_KEY_DIR": str(self.key_dir),
            "SURVEY_DATABASE_URL": self.url,
            "SURVEY_LOG_LEVEL": "CRITICAL",
            "FAULTS_DISK": str(self.disk) if self.database == "sqlite" else "",
        }


@contextmanager
def installation(
    folder: Path,
    *,
    template: Path | str | None = None,
    server: str | None = None,
    own: OwnPostgres | None = None,
    quota: int | None = None,
    program: Program | None = None,
) -> Iterator[Installation]:
    """A fresh installation: on SQLite, or on the PostgreSQL ``server``; copied from ``template`` where there is one.

    A template is a file of SQLite, or the name of a database on the server. ``own`` is a server that the scenario may break; a ``program`` other than the small one may be asked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    server = own.url if own is not None else server
    name = f"faults_{uuid.uuid4().hex[:12]}"
    if server is None:
        url = f"sqlite:///{folder / 'db' / 'minyi.sqlite3'}"
        (folder / "db").mkdir()
        if template is not None:
            shutil.copy(template, folder / "db" / "minyi.sqlite3")
    else:
        postgres.create_database(make_url(server), name, template=str(template) if template else None)
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
    if template is None:
        migrate_to_head(make_settings(folder, url))
    (folder / "disk").write_text(str(NO_LIMIT))
    engine = make_engine(url)
    try:
        yield Installation(
            folder=folder,
            database="sqlite" if server is None else "postgresql",
            url=url,
            world=make_world(engine, folder, quota=quota, program=program),
            postgres=own,
        )
    finally:
        engine.dispose()
        if server is not None and own is None:
            postgres.drop_database(make_url(server), name)


@dataclass(slots=True, kw_only=True)
class Server:
    """The server in front of an installation; ``workers`` 0 is the embedded one, else that of ``minyi serve``."""

    at: Installation
    planted: str = ""
    workers: int = 0
    environ: dict[str, str] = field(default_factory=dict)
    """What this server is told besides."""
    log: str = ""
    """Where its words go, if not into its folder."""
    port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "tests.faults.serve", str(self.port), str(self.workers)]
        # A group of its own, so that what we end is exactly what we started.
        with Path(self.log or self.at.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.at.environ() | {"FAULTS_PLANTED": self.planted} | self.environ,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + _START_SECONDS
        while not self.is_up():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server on port {self.port} did not come up")
            time.sleep(0.05)

    def is_up(self) -> bool:
        """Whether it answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """Kill -9 the whole server."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_worker(self) -> bool:
        """Kill -9 one worker process; False where none is alive."""
        assert self.process is not None
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if not self.workers or not children:
            return False
        os.kill(int(children[0]), signal.SIGKILL)
        return True

    def replace(self) -> None:
        """Put a new server in the place of this one: it comes up on the same port, then the old one is told to leave."""
        assert self.workers
        assert self.process is not None
        old, before = self.process, _listening(self.port)
        self.start()
        until = time.monotonic() + _START_SECONDS
        while _listening(self.port) < before + self.workers:
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"no second server came up on port {self.port}")
            time.sleep(0.05)
        old.send_signal(signal.SIGTERM)
        old.wait()

    def stop(self) -> None:
        """End it, by its process group."""
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextmanager
def serving(
    at: Installation,
    *,
    planted: str = "",
    workers: int = 0,
    environ: Mapping[str, str] | None = None,
    log: str = "",
) -> Iterator[Server]:
    """A running server for the length of the block."""
    server = Server(at=at, planted=planted, workers=workers, environ=dict(environ or {}), log=log)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _listening(port: int) -> int:
    """How many sockets listen on a port of the loopback address: each worker has one."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return sum(row[3] == "0A" and int(row[1].split(":")[1], 16) == port for row in rows)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
