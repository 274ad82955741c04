"""Reads a hostile file in a process of its own with little memory, little time and no way to write anything."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from admin.exchange.child import MAX_RESULT
from admin.exchange.result import from_json
from survey.instrument.exchange.guards import MAX_BYTES, Refusal
from survey.instrument.exchange.report import Counts, Imported

SECONDS = 10
_ROOT = Path(__file__).resolve().parents[2]
# Isolated: no environment, no user site, no current folder; only the project is put on its path.
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from admin.exchange.child import main; main()"


def read_file(raw: bytes, filename: str) -> Imported:
    """The import of a file. Never raises for what a file holds: a file that cannot be read is refused."""
    if not raw:
        return _refused(Refusal("file_empty"))
    if len(raw) > MAX_BYTES:
        return _refused(Refusal("file_too_large", size=len(raw), limit=MAX_BYTES))
    name = "".join(char for char in filename if char.isprintable())[:200]
    status, output = _run(raw, name)
    if status != 0 or output is None:
        return _refused(Refusal("file_took_too_long"))
    try:
        return from_json(json.loads(output))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return _refused(Refusal("file_broken", detail="result"))


def _run(raw: bytes, name: str) -> tuple[int, bytes | None]:
    """The exit status of the child and what it printed; None where that is too much."""
    with tempfile.TemporaryFile() as given:
        given.write(raw)
        given.seek(0)
        child = subprocess.Popen(  # noqa: S603 -- our own interpreter with our own code; the file is only its input
            [sys.executable, "-I", "-c", _START, str(_ROOT), name],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"},
            cwd="/",
            close_fds=True,
        )
        timer = threading.Timer(SECONDS, child.kill)
        timer.start()
        try:
            return _output(child)
        finally:
            timer.cancel()


def _output(child: subprocess.Popen[bytes]) -> tuple[int, bytes | None]:
    assert child.stdout is not None
    with child.stdout as stream:
        output = stream.read(MAX_RESULT + 1)
        if len(output) > MAX_RESULT:
            child.kill()
            return child.wait(), None
    return child.wait(), output


def _refused(refusal: Refusal) -> Imported:
    return Imported(document=None, counts=Counts(), problems=(refusal.problem,))
