"""R03: the power goes while people answer; what was not synced is gone, and nothing of it was acknowledged."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tests.faults import disks
from tests.faults.crashes import Blows, struck_down
from tests.faults.installation import ROOT, Installation, Server
from tests.faults.outcome import Outcome

OFF = "-off"
"""A planted name such as ``fsync-off`` is a setting of PostgreSQL with this behind it."""
_UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")


def power_cuts(at: Installation, *, people: int, at_once: int, cuts: int, planted: str = "") -> Outcome:
    """R03: everything is killed and the disk keeps what was synced; at every other cut also some of the rest."""
    if not disks.has_compiler():
        return _outcome(at, ("no C compiler on this machine: not run",), planted=planted)
    made = disks.library(at.folder.parent)
    disk = at.folder.parent / "disk"
    disks.start_keeping(at.folder, disk)
    chance = random.Random(11)
    database = _Database(at, made, planted=planted)
    numbers = iter(range(cuts))

    def cut(server: Server) -> float:
        server.kill()
        database.kill()
        struck = time.monotonic()
        survives = chance if next(numbers) % 2 else None
        for folder in ("db", at.key_dir.name):
            if (disk / folder).exists():
                disks.cut_power(at.folder / folder, disk / folder, chance=survives)
        at.world.engine.dispose()  # what we had open is a file that is no longer there
        database.come_back(survives)
        server.start()
        return struck

    run = Blows(
        people=people,
        at_once=at_once,
        kills=cuts,
        seed=12,
        kill=cut,
        back_within=60,
        environ=disks.environ(made, live=at.folder, disk=disk),
    )
    on_server = planted if at.database == "sqlite" else ""
    outcome = struck_down(at, run, id="R03", planted=on_server)
    return replace(
        outcome,
        what=f"{cuts} power cuts: what was not synced is gone, at every other cut all of it",
        planted=planted,
    )


class _Database:
    """The server of PostgreSQL on a forgetful disk, where there is one."""

    def __init__(self, at: Installation, made: Path, *, planted: str) -> None:
        self._own, self._disk = at.postgres, at.folder.parent / "disk-of-the-database"
        if self._own is None:
            return
        self._own.stop()
        disks.start_keeping(self._own.data, self._disk, owner=self._own.user)
        self._own.environ = disks.environ(made, live=self._own.data, disk=self._disk)
        if planted:
            self._own.settings[planted.removesuffix(OFF)] = "off"
            self._own.settings["wal_writer_delay"] = (
                "10s"  # as on a busy disk: what is put off stays off for a while
            )
        self._own.start()

    def kill(self) -> None:
        if self._own is not None:
            self._own.kill()

    def come_back(self, chance: random.Random | None) -> None:
        if self._own is not None:
            disks.cut_power(self._own.data, self._disk, chance=chance, owner=self._own.user)
            self._own.start()


def unsafe_start(at: Installation, *, planted: str = "") -> Outcome:
    """R03: a production server does not start on a database that forgets, and says which setting it is."""
    own, faults, tried = at.postgres, list[str](), 0
    if (code := _start_in_production(at, planted=planted)) != 0:
        faults.append(f"a safe database was refused ({code})")
    if own is None:
        tried += 1
        if _start_in_production(at, planted=f"never-sync,{planted}") == 0:
            faults.append("started with synchronous=OFF")
    else:
        for name in _UNSAFE:
            own.stop()
            own.settings = {name: "off"}
            own.start()
            tried += 1
            if _start_in_production(at, planted=planted) == 0:
                faults.append(f"started with {name}=off")
    return Outcome(
        id="R03",
        database=at.database,
        what="production refuses to start on a database that forgets",
        figures={"unsafe settings tried": tried, "refused": tried - len(faults)},
        faults=tuple(faults),
        planted=planted,
    )


def _start_in_production(at: Installation, *, planted: str = "") -> int:
    told: Mapping[str, str] = at.environ() | {
        "SURVEY_PRODUCTION": "1",
        "SURVEY_BASE_URL": "https://127.0.0.1",
        "SURVEY_SECRET_KEY": os.urandom(32).hex(),
        "FAULTS_PLANTED": planted,
    }
    program = (
        "import survey.app; from tests.faults.serve import make_app; "
        "app = make_app(); survey.app.refuse_unfit_database(app)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=told, capture_output=True, text=True, check=False
    )
    if done.returncode and "does not keep what it acknowledges" not in done.stderr:
        raise RuntimeError(done.stderr[-500:])
    return done.returncode


def _outcome(at: Installation, faults: tuple[str, ...], *, planted: str) -> Outcome:
    return Outcome(
        id="R03", database=at.database, what="power cuts", figures={}, faults=faults, planted=planted
    )
