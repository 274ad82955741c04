"""The auditor's folder: one file without us opens every answer and every act in it, and names what was changed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.people import auditor_folder
from survey.collect import retention
from survey.models.retention import Retention
from survey.models.wave import Wave
from tests.admin import chain

CODE = "residents-2026"


def wave_of(session: Session) -> Wave:
    return session.scalars(sa.select(Wave).where(Wave.code == CODE)).one()


def export(world: chain.World, folder: Path) -> Path:
    chain.sign_trail(world)
    with world.work() as session:
        wave = wave_of(session)
        keys = auditor_folder.announced(world.settings, world.keys)
        files = auditor_folder.to_sign(session, wave, keys=world.keys, auditors=keys)
        files |= auditor_folder.answers(session, wave)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    """In an interpreter that knows nothing of our packages."""
    command = [sys.executable, "-I", str(folder / "verify_public.py"), str(folder)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_answer_opens_and_every_act_is_there(sealed: chain.World, tmp_path: Path) -> None:
    folder = export(sealed, tmp_path / "folder")
    done = verify(folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    n = len((folder / "responses.jsonl").read_text().splitlines())
    assert n > 100
    assert f"wave {CODE}: {n} responses for {n} leaves" in done.stdout
    assert "acts has the signed root" in done.stdout


def changed_answer(lines: list[str]) -> list[str]:
    row = json.loads(lines[5])
    row["document"]["state"]["answers"]["R01"] = (
        "5" if row["document"]["state"]["answers"]["R01"] != "5" else "1"
    )
    return [*lines[:5], json.dumps(row, ensure_ascii=False), *lines[6:]]


def changed_actor(lines: list[str]) -> list[str]:
    row = json.loads(lines[3])
    row["actor"] = "user:nobody"
    return [*lines[:3], json.dumps(row, ensure_ascii=False), *lines[4:]]


@pytest.mark.parametrize(
    ("file", "tamper", "named"),
    [
        ("responses.jsonl", changed_answer, f"BAD  response {CODE}#"),
        ("responses.jsonl", lambda lines: lines[:-1], "responses for"),
        ("audit.jsonl", changed_actor, "acts has the signed root"),
        ("audit.jsonl", lambda lines: [*lines[:4], *lines[5:]], "audit event 5 is missing"),
    ],
)
def test_what_is_changed_in_it_is_named(
    sealed: chain.World, tmp_path: Path, file: str, tamper: Callable[[list[str]], list[str]], named: str
) -> None:
    folder = export(sealed, tmp_path / "folder")
    lines = (folder / file).read_text().splitlines()
    (folder / file).write_text("\n".join(tamper(lines)) + "\n")
    done = verify(folder)
    assert done.returncode == 1
    assert any(
        line.startswith("BAD") and named.removeprefix("BAD  ") in line for line in done.stdout.splitlines()
    )


def test_answers_that_were_deleted_as_announced_are_missed_by_nobody(
    sealed: chain.World, tmp_path: Path
) -> None:
    sealed.stand_at(chain.datetime(2029, 1, 1, 1, tzinfo=chain.UTC))
    with sealed.work() as session:
        retention.begin_due(session)
    with sealed.work() as session:
        for wave_id in retention.going_on(session):
            while retention.delete_batch(session, wave_id):
                pass
            retention.finish(session, wave_id, keys=sealed.keys)
        assert set(session.scalars(sa.select(Retention.state))) == {"deleted"}
    folder = export(sealed, tmp_path / "folder")
    done = verify(folder)
    assert done.returncode == 0, done.stdout
    assert not (folder / "responses.jsonl").exists()
    assert f"wave:{CODE}: 127 answers deleted as announced, kept until 2028-12-31" in done.stdout
