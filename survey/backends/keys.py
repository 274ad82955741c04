"""A key store in a folder: one file a key, written so that a power cut leaves a whole key or none."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}\Z")

_LASTING = frozenset({"pepper"})
"""Keys that are never destroyed while a process runs: each request asks for them several times, and need not look."""


class FolderKeyStore:
    """Keys as files of mode 0600 in one folder of mode 0700."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._held: dict[str, bytes] = {}

    def get(self, name: str) -> bytes:
        if name in _LASTING and name in self._held:
            return self._held[name]
        path = self._path(name)
        if name in self._held and path.exists():
            return self._held[name]
        self._held.pop(name, None)
        try:
            value = path.read_bytes()
        except FileNotFoundError:
            raise KeyError(name) from None
        self._held[name] = value
        return value

    def get_or_create(self, name: str, n_bytes: int = 32) -> bytes:
        try:
            return self.get(name)
        except KeyError:
            with contextlib.suppress(FileExistsError):  # another process was faster: use its key
                self.put(name, secrets.token_bytes(n_bytes))
            return self.get(name)

    def put(self, name: str, value: bytes) -> None:
        path = self._path(name)
        temporary = path.with_name(f".{name}.{secrets.token_hex(4)}")
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(value)
                file.flush()
                os.fsync(file.fileno())
            os.link(temporary, path)  # fails where the name is taken, unlike a rename
        finally:
            temporary.unlink()
        self._sync_folder()

    def destroy(self, name: str) -> None:
        self._held.pop(name, None)
        self._path(name).unlink(missing_ok=True)
        self._sync_folder()

    def names(self) -> list[str]:
        return sorted(p.name for p in self.folder.iterdir() if not p.name.startswith("."))

    def _path(self, name: str) -> Path:
        if not _NAME.match(name):
            raise ValueError(f"not a key name: {name!r}")
        return self.folder / name

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
