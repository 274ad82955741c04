"""Rows per second of freezing: sealed answers of simulated residents, many times over, become Parquet.

``python -m tests.bench.freezing SIZE SECONDS`` measures one size in this process and prints JSON. What does not end
in time is stopped, and the rows written by then are counted.
"""

from __future__ import annotations

import json
import secrets
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn

from flask_migrate import upgrade
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from admin.content.load import load_content
from admin.datasets.freeze import freeze_cycle
from admin.demo.interviews import fill, moment_of
from survey.access.grant import Grant
from survey.collect import programs
from survey.collect import waves as collect_waves
from survey.collect.documents import response_document
from survey.collect.start import new_document
from survey.config import Settings
from survey.db import db
from survey.models.cycle import Cycle
from survey.models.wave import Wave, WaveStatus
from survey.ports import KeyStore
from tests.bench.processes import peak_mib
from tests.bench.town import BENCH, open_wave, residents
from tests.conftest import make_settings
from wsgi import create_app

SIZES = (10_000, 100_000, 1_000_000)
DISTINCT = 1_000
TIME_LIMIT = 60.0


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """One measurement. ``done`` is less than ``n`` where the time was over first."""

    n: int
    done: int
    seconds: float
    document_bytes: float
    made_mib: float
    peak_mib: float


class TimeIsUp(Exception):
    """The measurement has lasted long enough."""


def run(sizes: Sequence[int] = SIZES) -> list[Frozen]:
    """Measure every size, one process each."""
    found = []
    for n in sizes:
        command = [sys.executable, "-m", "tests.bench.freezing", str(n), str(TIME_LIMIT)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found.append(Frozen(**json.loads(done.stdout)))
    return found


def measure(n: int, seconds: float) -> Frozen:
    """Freeze ``n`` sealed responses in a fresh installation, for at most ``seconds``."""
    with tempfile.TemporaryDirectory(prefix="minyi-bench-") as folder:
        settings = make_settings(Path(folder))
        app = create_app("worker", settings)
        with app.app_context():
            upgrade()
            with Session(db.engine) as session, session.begin():
                keys = app.extensions["minyi"].keys
                wave = open_wave(session, load_content(), settings, keys)
                documents = list(_documents(session, wave, keys))
                wave.status = WaveStatus.SEALED.value
                wave_id, cycle_id = wave.id, wave.cycle_id
            _seal(settings, wave_id, documents, n)
            made, begin = peak_mib(), time.perf_counter()
            try:
                _stop_after(seconds)
                with Session(db.engine) as session, session.begin():
                    cycle = session.get_one(Cycle, cycle_id)
                    done = freeze_cycle(session, cycle, data_dir=settings.data_dir, actor=BENCH).n_responses
            except TimeIsUp as stopped:
                done = stopped.args[0]
            lasted = time.perf_counter() - begin
            signal.setitimer(signal.ITIMER_REAL, 0)
            db.engine.dispose()
    return Frozen(
        n=n,
        done=done,
        seconds=lasted,
        document_bytes=sum(map(len, documents)) / len(documents),
        made_mib=made,
        peak_mib=peak_mib(),
    )


def _documents(session: Session, wave: Wave, keys: KeyStore) -> Iterator[str]:
    """What would be sealed of some simulated residents, answered through the collection code."""
    facts = collect_waves.load(session, wave.id)
    program = programs.load(session, facts.digest)
    for case in residents(load_content(), DISTINCT):
        grant = Grant(
            wave_id=wave.id,
            channel="sample",
            seal_group=case.seal_group,
            stratum=case.stratum,
            probability=case.probability,
            frame_source=case.frame_source,
            context=case.context,
        )
        at = moment_of(case, wave.time_zone)
        begun = new_document(
            grant, wave=facts, program=program, language=case.language, consent=True, at=at, keys=keys
        )
        answered = fill(program, begun, case, at=at)
        sealed = response_document(
            answered,
            wave=wave.code,
            state=answered.state,
            now=at,
            time_zone=wave.time_zone,
            radar_key=bytes(32),
            seconds=case.seconds,
        )
        yield json.dumps(sealed, ensure_ascii=False)


def _seal(settings: Settings, wave_id: int, documents: Sequence[str], n: int) -> None:
    """Put ``n`` sealed responses into the database, in the order of their ids and with no regard to power cuts."""
    day = datetime.now(UTC).date().isoformat()
    ids = sorted(secrets.token_bytes(16) for _ in range(n))
    rows = (
        (key, wave_id, 1, place, "sample", "sample", day, documents[place % len(documents)], bytes(32))
        for place, key in enumerate(ids)
    )
    connection = sqlite3.connect(make_url(settings.database_url).database or "")
    try:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(
            "INSERT INTO response (id, wave_id, batch, leaf_index, channel, seal_group, day, document, r, anonymity)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'anonymous')",
            rows,
        )
        connection.commit()
    finally:
        connection.close()


def _stop_after(seconds: float) -> None:
    def stop(_signal: int, frame: FrameType | None) -> NoReturn:
        raise TimeIsUp(_rows_so_far(frame))

    signal.signal(signal.SIGALRM, stop)
    # Again and again: where it falls into a callback that lets nothing out, it is lost.
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)


def _rows_so_far(frame: FrameType | None) -> int:
    """The rows that the interrupted freeze had written: from its own count of each stream."""
    while frame is not None:
        streams = frame.f_locals.get("streams")
        if frame.f_code.co_name == "_write" and streams is not None:
            return sum(stream.counts["accepted"] for stream in streams.values())
        frame = frame.f_back
    raise RuntimeError("the freeze no longer counts its rows where this measurement looks")


def main(arguments: Sequence[str]) -> None:
    """``SIZE SECONDS``."""
    sys.stdout.write(json.dumps(asdict(measure(int(arguments[0]), float(arguments[1])))))


if __name__ == "__main__":
    main(sys.argv[1:])
