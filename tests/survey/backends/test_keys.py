"""Keys are whole or absent, written once, private, and gone for good when destroyed."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from survey.backends.keys import FolderKeyStore


@pytest.fixture
def store(tmp_path: Path) -> FolderKeyStore:
    return FolderKeyStore(tmp_path / "keys")


def test_a_key_is_kept_for_its_owner_only(store: FolderKeyStore) -> None:
    store.put("wave.1", b"\x00" * 32)
    assert store.get("wave.1") == b"\x00" * 32
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((store.folder / "wave.1").stat().st_mode) == 0o600


def test_a_key_is_never_overwritten_and_a_refusal_leaves_nothing(store: FolderKeyStore) -> None:
    store.put("wave.1", b"first")
    with pytest.raises(FileExistsError):
        store.put("wave.1", b"second")
    assert store.get("wave.1") == b"first"
    assert os.listdir(store.folder) == ["wave.1"]


def test_the_bytes_and_then_the_folder_reach_the_disk(
    store: FolderKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, bool]] = []
    real = os.fsync

    def note(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        synced.append(("folder" if is_folder else "file", (store.folder / "wave.1").exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    store.put("wave.1", b"key")
    store.destroy("wave.1")
    # before the name exists, after it exists, after it is gone
    assert synced == [("file", False), ("folder", True), ("folder", False)]


def test_a_write_that_is_cut_off_leaves_no_key(
    store: FolderKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put("wave.1", b"key")
    assert os.listdir(store.folder) == []


def test_destroyed_is_destroyed_also_for_those_who_had_read_it(store: FolderKeyStore) -> None:
    other = FolderKeyStore(store.folder)
    store.put("wave.1", b"key")
    assert other.get("wave.1") == b"key"
    store.destroy("wave.1")
    for each in (store, other):
        with pytest.raises(KeyError):
            each.get("wave.1")
    store.destroy("wave.1")  # a second time is no error


def test_all_who_ask_at_once_get_one_key(tmp_path: Path) -> None:
    found: list[bytes] = []
    start = threading.Barrier(8)

    def ask() -> None:
        own = FolderKeyStore(tmp_path / "keys")
        start.wait()
        found.append(own.get_or_create("pepper"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert FolderKeyStore(tmp_path / "keys").names() == ["pepper"]


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", ".hidden", "Wave", "a\n", "é", "a" * 81])
def test_names_that_could_lead_elsewhere_are_refused(store: FolderKeyStore, name: str) -> None:
    for act in (store.get, store.get_or_create, store.destroy):
        with pytest.raises(ValueError, match="not a key name"):
            act(name)
