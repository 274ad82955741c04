"""R12 and R13: a backup taken while people answer, and sealing killed at every statement."""

from __future__ import annotations

import base64
import os
import random
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from survey import clock
from survey.backends.checkpoints import FolderCheckpoints
from survey.backends.keys import FolderKeyStore
from survey.db import make_engine
from survey.errors import HouseError
from survey.jobs import queue
from survey.jobs.worker import Worker
from survey.ledger import checkpoint, jobs, leaves, merkle, notes, origins, receipts, seal, urn, verify
from survey.models.job import Job
from survey.models.ledger import LogLeaf
from survey.models.response import Participation, Response
from survey.models.wave import Wave
from survey.ports import KeyStore
from tests.faults.books import balance, stored
from tests.faults.installation import WAVE, Installation, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, answer_at_once
from tests.survey.interviews import NORTH, World, answer

Copy = Callable[[Path, Path], None]
_LAST = 400
"""More statements than a small sealing has."""


def backup_online(source: Path, target: Path) -> None:
    """The backup of SQLite itself, consistent whatever is written meanwhile."""
    with sqlite3.connect(source) as database, sqlite3.connect(target) as copy:
        database.backup(copy, pages=64)
    database.close()
    copy.close()


def copy_file(source: Path, target: Path) -> None:
    """The mistake: the file alone, without what the write-ahead log still holds."""
    shutil.copy(source, target)


def backup_under_load(
    at: Installation, *, people: int, copy: Copy = backup_online, planted: str = ""
) -> Outcome:
    """R12: back up while people answer and batches are sealed; restore elsewhere with the keys; check it all."""
    diary, elsewhere = Diary(path=at.folder / "diary"), at.folder / "elsewhere"
    elsewhere.mkdir()
    with serving(at) as server:
        done = threading.Event()
        sealing = threading.Thread(target=_seal_now_and_then, args=(at, done))
        sealing.start()
        links = at.world.issue(people)
        answering = threading.Thread(
            target=answer_at_once,
            args=(server.address, links, diary),
            kwargs={"at_once": 8, "habits": random.Random(5)},
        )
        answering.start()
        while len(diary.acked) < people // 2 and answering.is_alive():
            time.sleep(0.02)
        before = dict(diary.acked)
        shutil.copytree(at.folder / "checkpoints", elsewhere / "checkpoints")
        copy(at.path, elsewhere / "minyi.sqlite3")
        shutil.copytree(at.key_dir, elsewhere / "world-keys")
        answering.join()
        done.set()
        sealing.join()
        books = balance(at, diary)
    began = time.monotonic()
    faults = books.faults() + diary.odd[:5]
    try:
        n_restored, n_proved, found = _check_restored(at, elsewhere, before)
    except (sa.exc.DatabaseError, HouseError, LookupError, ValueError) as error:
        n_restored, n_proved, found = 0, 0, [f"the copy cannot be read: {type(error).__name__}"]
    return Outcome(
        id="R12",
        database=at.database,
        what="online backup while people answer and batches are sealed; restored elsewhere with the keys",
        figures={
            "people": people,
            "receipts before the backup": len(before),
            "in the copy": n_restored,
            "proofs checked offline": n_proved,
            "lost": max(books.lost_receipts, books.lost_answers),
            "restored and verified in": f"{time.monotonic() - began:.1f} s",
        },
        faults=tuple(faults + found),
        planted=planted,
    )


def sealing_killed(at: Installation, *, responses: int, every: int = 1, planted: str = "") -> Outcome:
    """R13: the worker that seals is killed before each of its statements; half a batch is never to be seen."""
    for link in at.world.issue(responses):
        answer(at.world, link, NORTH)
    with at.world.session() as session:
        queue.enqueue(session, jobs.SEAL, argument={"wave_id": at.world.wave_id})
        session.commit()
        checkpoint.sign_trail(session, occasion="opening", keys=at.world.keys, sink=at.sink())
    at.world.engine.dispose()
    faults: list[str] = []
    kills = 0
    for statement in range(1, _LAST, every):
        killed = _work_and_die(at, statement, commit_halves=bool(planted))
        kills += killed
        at.world.move_clock(timedelta(seconds=70) * statement)  # the lease of the dead worker runs out
        faults += _half_done(at, responses)
        if not killed:
            break
        _forget_attempts(at.world)
        at.world.engine.dispose()
    faults += _unfinished(at, responses)
    return Outcome(
        id="R13",
        database=at.database,
        what=f"sealing of {responses} responses and its signatures, killed at one statement after another",
        figures={
            "kills": kills,
            "responses": responses,
            "sealed": _count(at, Response),
            "stored": len(stored(at)[0]),
        },
        faults=tuple(dict.fromkeys(faults)),
        planted=planted,
    )


def _seal_now_and_then(at: Installation, done: threading.Event) -> None:
    at.folder.joinpath("checkpoints").mkdir(exist_ok=True)
    while not done.wait(0.5):
        with at.world.session() as session:
            wave = session.get_one(Wave, at.world.wave_id)
            report = seal.seal_wave(session, wave, keys=at.world.keys)
            session.commit()
            if report.batch is not None:
                checkpoint.sign_wave(session, wave, occasion="sealing", keys=at.world.keys, sink=at.sink())


def _check_restored(at: Installation, elsewhere: Path, before: dict[str, str]) -> tuple[int, int, list[str]]:
    keys, faults = FolderKeyStore(elsewhere / "world-keys"), []
    sink = FolderCheckpoints(elsewhere / "checkpoints")
    engine = make_engine(f"sqlite:///{elsewhere / 'minyi.sqlite3'}")
    with Session(engine) as session:
        whole = session.scalar(sa.text("PRAGMA integrity_check"))
        if whole != "ok":
            faults.append(f"integrity check: {whole}")
        wave = session.scalars(sa.select(Wave)).one()
        faults += [f.message("en") for f in verify.verify_wave(session, wave, keys=keys, sink=sink)]
        waiting = urn.open_all(session, wave.id, keys=keys, wave=wave.code)
        n_restored = session.scalar(sa.select(sa.func.count()).select_from(Participation)) or 0
        if n_restored != len(waiting) + _n(session, Response):
            faults.append("responses and participation rows of the copy differ in number")
        states = {code: receipts.check(session, code).state for code in before.values()}
        missing = sum(state is receipts.ReceiptState.UNKNOWN for state in states.values())
        if missing:
            faults.append(f"{missing} receipts given before the backup are not in the copy")
        proved = [
            _is_proved(session, code, keys)
            for code, state in states.items()
            if state is receipts.ReceiptState.SEALED
        ]
        if not all(proved):
            faults.append(f"{proved.count(False)} proofs do not verify")
    engine.dispose()
    return n_restored, sum(proved), faults


def _is_proved(session: Session, code: str, keys: KeyStore) -> bool:
    """Whether the proof of a receipt checks with nothing but the checkpoint in it."""
    try:
        head, note = receipts.proof(session, code).split("\n\n", 1)
    except HouseError:
        return True  # sealed, and not signed yet: the next run signs it
    _, index, *path = head.splitlines()
    parsed = notes.parse(note)
    statement = notes.parse_checkpoint(parsed.text)
    receipt = receipts.parse(code)
    assert receipt is not None
    return bool(
        notes.signers(parsed, [checkpoint.platform_key(statement.origin, keys=keys)])
    ) and merkle.verify_inclusion(
        leaves.hash_of(leaves.participation_leaf(receipt.hash, wave=WAVE)),
        [base64.b64decode(step) for step in path],
        index=int(index.removeprefix("index ")),
        size=statement.size,
        root=statement.root,
    )


def _work_and_die(at: Installation, statement: int, *, commit_halves: bool) -> bool:
    """Run the jobs that are due in a process that kills itself before one statement; False if it came to the end."""
    child = os.fork()
    if child == 0:
        try:
            _work(at, statement, commit_halves=commit_halves)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _work(at: Installation, statement: int, *, commit_halves: bool) -> None:
    engine, numbers = make_engine(at.url), count(1)

    def next_one(*_event: object) -> None:
        if next(numbers) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", next_one)
    event.listen(engine, "commit", next_one)
    if commit_halves:
        _commit_halves()

    @contextmanager
    def sessions() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    worker = Worker(sessions, handlers=jobs.handlers(keys=at.world.keys, sink=at.sink()))
    while worker.run_one():
        pass


def _commit_halves() -> None:
    store = seal._store

    def store_at_once(session: Session, *args: Any, **more: Any) -> None:
        store(session, *args, **more)
        session.commit()

    seal._store = store_at_once


def _half_done(at: Installation, responses: int) -> list[str]:
    """What would be seen of a batch that is neither waiting nor sealed."""
    with at.world.session() as session:
        wave = session.get_one(Wave, at.world.wave_id)
        sealed, boxes = _n(session, Response), urn.count_boxes(session, wave.id)
        marked = session.scalar(
            sa.select(sa.func.count()).select_from(Participation).where(Participation.batch.is_not(None))
        )
        logged = _n(session, LogLeaf)
        found = verify.verify_wave(session, wave, keys=at.world.keys, sink=at.sink())
    faults = [finding.message("en") for finding in found]
    if (sealed, boxes, marked, logged) not in {
        (0, responses, 0, 0),
        (responses, 0, responses, 2 * responses),
    }:
        faults.append(f"half a batch: {sealed} sealed, {boxes} boxes, {marked} marked, {logged} leaves")
    return faults


def _unfinished(at: Installation, responses: int) -> list[str]:
    """What is not done although the last worker came to the end."""
    with at.world.session() as session:
        states = session.execute(sa.select(Job.kind, Job.state)).all()
        sizes = {log: checkpoint.latest(session, origins.of_wave(WAVE, log)) for log in ("p", "c")}
        faults = [f"{kind} is {state}" for kind, state in states if state == "failed"]
        later = session.scalar(
            sa.select(sa.func.count())
            .select_from(Job)
            .where(Job.state != "done", Job.run_at <= clock.now(session))
        )
    if later:
        faults.append(f"{later} jobs are left")
    for log, signed in sizes.items():
        if signed is None or signed.size != responses:
            faults.append(f"log {log} is signed up to {signed and signed.size}")
    return faults


def _forget_attempts(world: World) -> None:
    """A worker killed a hundred times is this test's doing; a job is given up after five."""
    with world.session() as session:
        session.execute(sa.update(Job).where(Job.state != "done").values(attempts=0))


def _n(session: Session, table: type[Any]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _count(at: Installation, table: type[Any]) -> int:
    with at.world.session() as session:
        return _n(session, table)
