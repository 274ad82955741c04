"""Small versions of ``make faults``: nothing is lost, and each scenario notices the mistake planted for it."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import closing, crashes, disks, outages, races, sealing, taps
from tests.faults.installation import Installation, serving

Install = Callable[..., Installation]


def test_the_server_is_killed_and_nothing_acknowledged_is_lost(install: Install) -> None:
    outcome = crashes.killed_server(install(), people=30, at_once=6, kills=1, back_within=60)
    assert outcome.faults == ()


def test_an_early_acknowledgement_is_noticed(install: Install) -> None:
    outcome = crashes.killed_server(
        install(), people=14, at_once=6, kills=1, planted="acknowledge-before-commit"
    )
    assert any("lost" in fault for fault in outcome.faults)


def test_restless_people_get_one_receipt(install: Install) -> None:
    assert taps.restless_people(install(), people=4).faults == ()
    noticed = taps.restless_people(install(), people=2, planted="last-tab-wins")
    assert any("stale tab" in fault for fault in noticed.faults)


def test_one_receipt_a_token(install: Install) -> None:
    assert races.token_race(install(), tokens=3, clients=8).faults == ()
    noticed = races.token_race(install(), tokens=1, clients=8, planted="check-then-use-token")
    assert noticed.figures["receipts"] != 1


def test_as_many_receipts_as_places(install: Install) -> None:
    assert races.quota_race(install(quota=4), places=4).faults == ()
    noticed = races.quota_race(install(quota=2), places=2, planted="check-then-take-place")
    assert noticed.figures["receipts"] != 2


def test_a_locked_database_is_waited_for(install: Install) -> None:
    assert outages.locked(install(), people=6, seconds=1.0).faults == ()
    noticed = outages.locked(install(), people=2, seconds=0.7, planted="never-wait")
    assert any("refused instead of waiting" in fault for fault in noticed.faults)


def test_a_full_disk_is_told_and_heals(install: Install) -> None:
    assert outages.disk_full(install(), people=5).faults == ()
    noticed = outages.disk_full(install(), people=3, planted="acknowledge-before-commit")
    assert any("lost" in fault for fault in noticed.faults)


def test_a_backup_under_load_restores_whole(install: Install) -> None:
    assert sealing.backup_under_load(install(), people=26).faults == ()


def test_sealing_is_whole_or_not_at_all(install: Install) -> None:
    assert sealing.sealing_killed(install(), responses=12, every=2).faults == ()
    noticed = sealing.sealing_killed(install(), responses=12, every=4, planted="commits half of a batch")
    assert any("half a batch" in fault for fault in noticed.faults)


def test_a_hundred_idle_phones_lock_nobody_out(install: Install) -> None:
    with serving(install()) as server:
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(150)]
        try:
            assert server.is_up()
        finally:
            for connection in idle:
                connection.close()


def test_an_act_whose_audit_fails_does_not_take_place(install: Install) -> None:
    assert outages.audit_fails(install()).faults == ()


def test_wall_times_that_never_were_are_refused() -> None:
    assert closing.wall_times() == []


_WRITES = """
import os, sys
folder = sys.argv[1]
for name, is_synced in (("kept", True), ("lost", False)):
    fd = os.open(f"{folder}/{name}", os.O_CREAT | os.O_WRONLY)
    os.pwrite(fd, name.encode(), 0)
    if is_synced:
        os.fsync(fd)
    os.pwrite(fd, b" and more", 4)
"""


@pytest.mark.skipif(not disks.has_compiler(), reason="no C compiler")
def test_a_power_cut_leaves_what_was_synced(tmp_path: Path) -> None:
    live, disk = tmp_path / "live", tmp_path / "disk"
    live.mkdir()
    disks.start_keeping(live, disk)
    told = os.environ | disks.environ(disks.library(tmp_path), live=live, disk=disk)
    subprocess.run([sys.executable, "-c", _WRITES, live], env=told, check=True)
    disks.cut_power(live, disk)
    assert {path.name: path.read_text() for path in live.iterdir()} == {"kept": "kept"}


@pytest.mark.skipif(not disks.has_compiler(), reason="no C compiler")
def test_some_of_what_was_not_synced_may_be_left(tmp_path: Path) -> None:
    live, disk = tmp_path / "live", tmp_path / "disk"
    live.mkdir()
    disks.start_keeping(live, disk)
    told = os.environ | disks.environ(disks.library(tmp_path), live=live, disk=disk)
    subprocess.run([sys.executable, "-c", _WRITES, live], env=told, check=True)
    found = set()
    for seed in range(8):
        copy, kept = tmp_path / f"live{seed}", tmp_path / f"disk{seed}"
        disks.start_keeping(live, copy)
        disks.start_keeping(disk, kept)
        disks.cut_power(copy, kept, chance=random.Random(seed))
        found.add((copy / "kept").read_text())
    assert found == {"kept", "kept and more"}


@pytest.mark.skipif(not disks.has_compiler(), reason="no C compiler")
def test_a_full_disk_lets_nothing_grow(tmp_path: Path) -> None:
    live, full = tmp_path / "live", tmp_path / "full"
    live.mkdir()
    full.touch()
    told = os.environ | disks.environ(disks.library(tmp_path), live=live, full=full)
    done = subprocess.run(
        [sys.executable, "-c", _WRITES, live], env=told, check=False, capture_output=True, text=True
    )
    assert "No space left on device" in done.stderr
