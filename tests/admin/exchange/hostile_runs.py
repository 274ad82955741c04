"""Feeds files to the child process of imports, one fork each, and measures what each of them costs."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from admin.exchange.result import from_json

ROOT = Path(__file__).resolve().parents[3]
# The libraries are imported once; then every file gets a process of its own with the limits of an import.
_BATCH = """
import json, os, sys, time
sys.path.insert(0, sys.argv[1])
import openpyxl, xlrd, lxml.etree, nh3
from admin.exchange import child, reading, result
folder = sys.argv[2]
for name in sorted(os.listdir(folder)):
    if not name.endswith(".in"):
        continue
    path = os.path.join(folder, name)
    begun = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(path, os.O_RDONLY), 0)
        os.dup2(os.open(path[:-3] + ".out", os.O_WRONLY | os.O_CREAT), 1)
        os.dup2(os.open(path[:-3] + ".err", os.O_WRONLY | os.O_CREAT), 2)
        sys.argv[1:] = ["file"]
        try:
            import resource
            resource.RLIMIT_FSIZE = resource.RLIMIT_CORE  # here the result goes to a file, not to a pipe
            child.main()
            sys.stdout.flush()
        except SystemExit as end:
            os._exit(int(end.code or 0))
        except BaseException:
            import traceback
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(9)
        os._exit(0)
    _, status, used = os.wait4(pid, 0)
    print(json.dumps([name, status, time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss]), flush=True)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one file did: exit status, seconds, memory, and its report (None where the process was stopped)."""

    name: str
    status: int
    seconds: float
    cpu: float
    mebibytes: float
    report: dict[str, Any] | None
    error: str


def run_all(files: Iterable[tuple[str, bytes]]) -> list[Run]:
    """Every file through a child process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = []
        for number, (title, raw) in enumerate(files):
            (folder / f"{number:05}.in").write_bytes(raw)
            names.append(title)
        done = subprocess.run(
            [sys.executable, "-I", "-c", _BATCH, str(ROOT), name], capture_output=True, text=True, check=True
        )
        runs = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(runs) == len(names)
        return [_run(folder, names[int(run[0][:5])], run) for run in runs]


def _run(folder: Path, title: str, run: list[Any]) -> Run:
    number = run[0][:5]
    printed = (folder / f"{number}.out").read_text(encoding="utf-8")
    report = json.loads(printed) if run[1] == 0 else None
    if report is not None:
        from_json(report)  # the parent understands what the child says
    error = (folder / f"{number}.err").read_text(encoding="utf-8", errors="replace")
    return Run(
        name=title,
        status=run[1],
        seconds=run[2],
        cpu=run[3],
        mebibytes=run[4] / 1024,
        report=report,
        error=error,
    )


def _shown(value: Any) -> Iterator[str]:
    """The texts of a document that a page would show, if they are where texts belong."""
    for name, part in value.items() if isinstance(value, dict) else ():
        if name in {"text", "help", "title", "intro"} and isinstance(part, dict):
            yield from (text for text in part.values() if isinstance(text, str))
        elif name != "foreign":
            yield from _shown(part)
    for part in value if isinstance(value, list) else ():
        yield from _shown(part)


def faults(run: Run) -> list[str]:
    """What must never happen, whatever the file."""
    found = []
    if run.error and "MemoryError" not in run.error:
        found.append(f"traceback: {run.error[-300:]}")
    if run.seconds > 10 or run.mebibytes > 300:
        found.append(f"{run.seconds:.1f} s, {run.mebibytes:.0f} MiB")
    if run.report is not None and run.report["document"] is None and not run.report["problems"]:
        found.append("refused without a reason")
    if run.report is not None and any("<script" in text for text in _shown(run.report["document"])):
        found.append("script in a text")
    return [f"{run.name}: {fault}" for fault in found]
