"""Checkpoints in a folder of their own: one file a log, a JSON line a note, written to the disk before it counts."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path


class FolderCheckpoints:
    """A checkpoint sink in a folder outside the database and its backups."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def last(self, origin: str) -> str | None:
        notes = self.all(origin)
        return notes[-1] if notes else None

    def all(self, origin: str) -> list[str]:
        """Every note kept for a log, the oldest first; half a line left by a power cut does not count."""
        try:
            lines = self._path(origin).read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return []
        return [json.loads(line)["note"] for line in lines[:-1]]

    def keep(self, origin: str, note: str) -> None:
        line = json.dumps({"origin": origin, "note": note}, ensure_ascii=False) + "\n"
        path = self._path(origin)
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                os.ftruncate(descriptor, _end_of_last_line(descriptor, size))
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _path(self, origin: str) -> Path:
        # Origins contain slashes; the hash keeps two logs apart whatever their names look like.
        readable = "".join(char if char.isalnum() else "-" for char in origin)[:60]
        return self.folder / f"{readable}.{hashlib.sha256(origin.encode()).hexdigest()[:12]}.jsonl"


def _end_of_last_line(descriptor: int, size: int) -> int:
    return os.pread(descriptor, size, 0).rfind(b"\n") + 1
