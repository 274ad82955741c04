"""Disks that forget or are full, without root: a small library before the programs, made by the C compiler."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("forgetful_disk.c")
_PAGE = 4096
_NEVER_LEFT = ("-shm", "postmaster.pid", ".lock")
"""Memory and marks of running processes: a restart finds none of them."""


def has_compiler() -> bool:
    """Whether this machine can make the library."""
    return shutil.which("cc") is not None


def library(folder: Path) -> Path:
    """The library, made in ``folder``."""
    made = folder / "forgetful_disk.so"
    subprocess.run(["cc", "-w", "-shared", "-fPIC", "-O2", "-o", made, SOURCE, "-ldl"], check=True)
    made.chmod(0o755)
    return made


def environ(made: Path, *, live: Path, disk: Path | None = None, full: Path | None = None) -> dict[str, str]:
    """What a program is told to write to ``live`` by way of the library."""
    told = {"LD_PRELOAD": str(made), "FORGETFUL_LIVE": str(live.resolve())}
    if disk is not None:
        told["FORGETFUL_DISK"] = str(disk.resolve())
    if full is not None:
        told["FORGETFUL_FULL"] = str(full.resolve())
    return told


def start_keeping(live: Path, disk: Path, *, owner: str | None = None) -> None:
    """The disk holds all that is there now."""
    shutil.copytree(live, disk)
    _give(disk, owner)


def cut_power(
    live: Path, disk: Path, *, chance: random.Random | None = None, owner: str | None = None
) -> None:
    """Put back what the disk holds; with ``chance``, each page that was not synced may have got there too."""
    if chance is not None:
        for path in sorted(live.rglob("*")):
            if path.is_file() and not path.name.endswith(_NEVER_LEFT):
                _let_pages_survive(path, disk / path.relative_to(live), chance)
    folders = [path.relative_to(live) for path in live.rglob("*") if path.is_dir()]
    shutil.rmtree(live)
    shutil.copytree(disk, live, ignore=lambda _at, names: [n for n in names if n.endswith(_NEVER_LEFT)])
    for folder in folders:
        (live / folder).mkdir(parents=True, exist_ok=True)
    shutil.rmtree(disk)
    _give(live, owner)
    live.chmod(0o700)
    start_keeping(live, disk, owner=owner)


def _let_pages_survive(path: Path, kept: Path, chance: random.Random) -> None:
    if not kept.parent.exists() or (not kept.exists() and chance.random() < 0.5):
        return
    now, then = path.read_bytes(), kept.read_bytes() if kept.exists() else b""
    if now == then:
        return
    pages = []
    for at in range(0, max(len(now), len(then)), _PAGE):
        new, old = now[at : at + _PAGE], then[at : at + _PAGE]
        pages.append(new if new == old or chance.random() < 0.5 else old or bytes(len(new)))
    kept.write_bytes(b"".join(pages))


def _give(folder: Path, owner: str | None) -> None:
    if owner is None:
        return
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, owner)
