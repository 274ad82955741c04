"""On the announced day, and not before, what was said is deleted; what proves that it was there stays and holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock
from survey.access import tokens
from survey.access.tokens import SampleCase
from survey.backends.checkpoints import FolderCheckpoints
from survey.collect import jobs, retention
from survey.jobs.worker import Worker
from survey.ledger import checkpoint, forgotten, receipts, seal, verify
from survey.models.access import Token
from survey.models.apart import Attachment, ContactEntry
from survey.models.job import Job
from survey.models.response import Participation, Response
from survey.models.retention import Retention
from survey.models.wave import Wave
from tests.survey.interviews import NORTH, World, answer, make_world

MARKER = "zzmarkerzz"
SCHOOL = {**NORTH, "A2": ["school"], "R04": ["5"], "T1": [MARKER]}
YEARS = 2


@pytest.fixture
def world(any_engine: sa.Engine, tmp_path: Path) -> World:
    """A confidential wave with eleven sealed answers, a contact, a file and an unused link, closed a month later."""
    found = make_world(any_engine, tmp_path, anonymity="confidential")
    drawn = [
        SampleCase(stratum="north", probability="0.01", seal_group="city1", case=f"case-{n}")
        for n in range(12)
    ]
    with found.session() as session:
        wave = session.get_one(Wave, found.wave_id)
        retention.announce(session, wave, years=YEARS)
        audit.record(
            session,
            "user:lin",
            act="wave.open",
            on=f"wave:{wave.code}",
            after={forgotten.DAY: wave.kept_until and wave.kept_until.isoformat()},
        )
        issued = tokens.issue(session, wave, drawn, keys=found.keys)
    held = [answer(found, token, SCHOOL)[0] for token in issued[:11]]
    with found.session() as session:
        wave = session.get_one(Wave, found.wave_id)
        seal.seal_wave(session, wave, keys=found.keys, closing=True)
        for key in ("files", "contact"):
            found.keys.get_or_create(f"{key}.{wave.id}")
        session.add(Attachment(id=b"f" * 16, wave_id=wave.id, box=b"x" * 100))
        session.add(
            ContactEntry(id=b"c" * 16, wave_id=wave.id, item="CALL", sealed_on=date(2026, 9, 1), fields={})
        )
        wave.status = "closed"
        session.commit()
        checkpoint.sign_wave(session, wave, occasion="close", keys=found.keys, sink=_sink(found))
        checkpoint.sign_trail(session, occasion="close", keys=found.keys, sink=_sink(found))
    (Path(found.keys.folder).parent / "receipt").write_text(held[3].code)
    return found


def _sink(world: World) -> FolderCheckpoints:
    return FolderCheckpoints(Path(world.keys.folder).parent / "sink")


def _stand_after(world: World, *, hours: float = 0.1) -> None:
    """The clock stands so long after the end of the last day that was announced, in the zone of the wave."""
    with world.session() as session:
        session.execute(sa.text("DELETE FROM demo_clock"))
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        assert wave.kept_until is not None
        over = datetime.combine(wave.kept_until + timedelta(days=1), time(), ZoneInfo(wave.time_zone))
        delta = over + timedelta(hours=hours) - clock.now(session)
    world.move_clock(delta)


def _worker(world: World) -> Worker:
    handlers = jobs.handlers(keys=world.keys, time_zone="Asia/Shanghai", retention_years=YEARS)
    return Worker(lambda: Session(world.engine), handlers=handlers, periodic=jobs.PERIODIC)


def _work(world: World) -> None:
    worker = _worker(world)
    worker.schedule()
    _run_all(worker)
    with world.session() as session:
        assert session.scalars(sa.select(Job.failure).where(Job.failure != "")).all() == []


def _run_all(worker: Worker) -> None:
    while worker.run_one():
        pass


def _faults(world: World) -> list[str]:
    with world.session() as session:
        found = verify.verify_all(session, keys=world.keys, sink=_sink(world))
        return [each.message("en") for each in found]


def _acts(world: World, act: str) -> list[Mapping[str, Any]]:  # Any: JSON, as each act says
    with world.session() as session:
        query = sa.text("SELECT after FROM audit_event WHERE act = :act ORDER BY n").columns(after=sa.JSON)
        return list(session.execute(query, {"act": act}).scalars())


def test_on_the_day_it_goes_and_the_logs_still_hold(world: World) -> None:
    code = (Path(world.keys.folder).parent / "receipt").read_text()
    _stand_after(world)
    _work(world)
    tables = (
        "response",
        "token",
        "attachment",
        "contact_entry",
        "urn",
        "draft",
        "submission",
        "withdrawal_tag",
    )
    assert {name: world.count(name) for name in tables} == dict.fromkeys(tables, 0)
    assert (world.count("participation"), world.count("log_leaf")) == (11, 22)
    assert _faults(world) == []
    with world.session() as session:
        (gone,) = forgotten.all_of(session)
        assert gone.n_answers == 11
        assert gone.kept_until is not None
        assert gone.finished_on == gone.begun_on == gone.kept_until + timedelta(days=1)
        proof = receipts.proof(session, code)
        assert receipts.check(session, code).state == receipts.ReceiptState.SEALED
        assert proof.startswith("c2sp.org/tlog-proof@v1")
    (done,) = _acts(world, forgotten.FINISHED)
    assert done["response"] == 11
    assert done["token"] == 12
    held = {name.partition(".")[0] for name in world.keys.names() if name.endswith(f".{world.wave_id}")}
    assert held & {"link", "radar", "files", "contact"} == set()


def test_a_day_earlier_nothing_goes_and_the_database_refuses(world: World) -> None:
    _stand_after(world, hours=-0.1)
    _work(world)
    assert world.count("response") == 11
    with world.session() as session:
        retention._begin(session, session.get_one(Wave, world.wave_id))
    for offset, refused in ((-17, True), (0.1, False)):
        _stand_after(world, hours=offset)
        with Session(world.engine) as session:
            if refused:
                with pytest.raises(sa.exc.DBAPIError, match="append-only"):
                    session.execute(sa.delete(Response))
            else:
                session.execute(sa.delete(Response))
            session.rollback()


def test_without_a_deletion_under_way_no_answer_can_be_deleted(world: World) -> None:
    _stand_after(world)
    with Session(world.engine) as session, pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.delete(Response))


def test_the_day_cannot_be_moved(world: World) -> None:
    with Session(world.engine) as session, pytest.raises(sa.exc.DBAPIError, match="is fixed"):
        session.execute(sa.update(Wave).values(kept_until=date(2026, 1, 1)))


def test_killed_half_way_it_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _stand_after(world)
    monkeypatch.setattr(retention, "BATCH", 4)
    whole = retention.delete_batch
    calls = 0

    def killed(session: Session, wave_id: int, *, limit: int = 4) -> bool:
        nonlocal calls
        calls += 1
        found = whole(session, wave_id, limit=4)
        if calls == 6:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(retention, "delete_batch", killed)
    worker = _worker(world)
    worker.schedule()
    with pytest.raises(KeyboardInterrupt):
        _run_all(worker)
    left = world.count("response") + world.count("token")
    assert 0 < left < 23
    assert _faults(world) == []
    with world.session() as session:
        session.execute(sa.update(Job).where(Job.state == "running").values(state="failed"))
    _stand_after(world, hours=2)
    _work(world)
    assert world.count("response") == 0
    (done,) = _acts(world, forgotten.FINISHED)
    assert (done["response"], done["token"]) == (11, 12)
    assert len(_acts(world, forgotten.BEGUN)) == 1
    assert _faults(world) == []


def test_a_deletion_that_nobody_announced_is_an_alarm(world: World) -> None:
    """What somebody does who may do all in the database: it shows, whatever the table of deletions says."""
    with world.session() as session:
        _without_triggers(session)
        wave = session.get_one(Wave, world.wave_id)
        session.add(Retention(wave_id=wave.id, begun_on=date(2026, 9, 9), deleted={}))
        session.execute(sa.delete(Response))
    assert any("counts differ" in fault for fault in _faults(world))


def test_a_deletion_before_its_day_is_an_alarm(world: World) -> None:
    with world.session() as session:
        _without_triggers(session)
        wave = session.get_one(Wave, world.wave_id)
        retention._begin(session, wave)
        session.execute(sa.delete(Response))
    assert any("before the day that was announced" in fault for fault in _faults(world))


def test_a_day_moved_behind_the_platforms_back_is_an_alarm(world: World) -> None:
    with world.session() as session:
        _without_triggers(session)
        session.execute(sa.update(Wave).values(kept_until=date(2026, 1, 1)))
    assert any("until another day than was announced" in fault for fault in _faults(world))


def _without_triggers(session: Session) -> None:
    if session.connection().dialect.name == "sqlite":
        for name in session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(sa.text(f"DROP TRIGGER {name}"))
    else:
        session.execute(sa.text("ALTER TABLE response DISABLE TRIGGER USER"))
        session.execute(sa.text("ALTER TABLE wave DISABLE TRIGGER USER"))


def test_the_file_of_the_database_keeps_nothing_of_what_was_said(engine: sa.Engine, tmp_path: Path) -> None:
    found = make_world(engine, tmp_path)
    for token in found.issue(10):
        answer(found, token, SCHOOL)
    with found.session() as session:
        wave = session.get_one(Wave, found.wave_id)
        seal.seal_wave(session, wave, keys=found.keys, closing=True)
        retention.announce(session, wave, years=YEARS)
        wave.status = "closed"
    assert engine.url.database is not None
    file = Path(engine.url.database)
    engine.dispose()
    assert MARKER.encode() in file.read_bytes()
    _stand_after(found)
    _work(found)
    engine.dispose()
    assert not file.with_name(file.name + "-wal").exists()
    assert MARKER.encode() not in file.read_bytes()


def test_a_wave_that_stays_open_past_its_day_is_closed_first(world: World) -> None:
    with world.session() as session:
        session.execute(sa.update(Wave).values(status="open", closes_at=None))
    _stand_after(world)
    _work(world)
    assert world.count("response") == 11
    assert [after["status"] for after in _acts(world, "wave.close")] == ["closed"]
    _stand_after(world, hours=2)
    _work(world)
    assert world.count("response") == 0


def test_what_opened_before_days_were_fixed_keeps_the_one_that_was_shown(
    any_engine: sa.Engine, tmp_path: Path
) -> None:
    found = make_world(any_engine, tmp_path)
    _work(found)
    with found.session() as session:
        assert session.get_one(Wave, found.wave_id).kept_until == date(2028, 12, 31)
    assert _acts(found, forgotten.ANNOUNCED) == [{forgotten.DAY: "2028-12-31"}]


def test_thirty_days_after_the_close_nothing_leads_to_a_case_or_a_device(world: World) -> None:
    names = {f"link.{world.wave_id}", f"radar.{world.wave_id}"}
    assert names <= set(world.keys.names())
    with world.session() as session:
        link = session.scalars(sa.select(Response.case_link).limit(1)).one()
        assert link is not None
    world.move_clock(timedelta(days=61))
    _work(world)
    assert not names & set(world.keys.names())
    assert _acts(world, "retention.keys") == [{"keys": ["link", "radar"]}]
    assert world.count("response") == 11


def test_the_screen_says_what_goes_when(world: World) -> None:
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        told = retention.plan(session, wave, years=YEARS)
        assert (told.answers, told.files, told.contacts, told.deleted) == (11, 1, 1, 0)
        assert wave.kept_until is not None
        assert told.goes_on == wave.kept_until + timedelta(days=1)
    _stand_after(world)
    _work(world)
    with world.session() as session:
        told = retention.plan(session, session.get_one(Wave, world.wave_id), years=YEARS)
        assert (told.answers, told.deleted, told.finished_on) == (0, 11, told.begun_on)
        assert session.scalar(sa.select(sa.func.count()).select_from(Participation)) == 11
        assert session.scalars(sa.select(Token)).all() == []
