"""A wave opens only when everything is locked and the time has come, and is sealed only after its grace."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from admin.demo.clock import set_demo_clock
from admin.fieldwork import queries, rules
from admin.fieldwork.services import samples, waves
from survey.backends.checkpoints import FolderCheckpoints
from survey.backends.keys import FolderKeyStore
from survey.config import Settings
from survey.errors import Conflict, HouseError, Invalid
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.models.access import Token
from survey.models.instrument import InstrumentVersion
from survey.models.ledger import Checkpoint
from survey.models.wave import QuotaCell, Wave
from tests.admin.conftest import NOW, OPENING

ME = Actor.command("test")
READY = rules.Readiness(
    status="planned",
    instrument_locked_at=OPENING,
    plan_locked_at=OPENING,
    framework_locked_at=OPENING,
    opens_at=OPENING,
    closes_at=OPENING + timedelta(days=50),
)
CASES = "stratum,probability,seal_group,mode,channel,frame_source,case\n990108,0.0125,yunlan,web,sample,statistics_office,a1\n990108,0.0125,yunlan,cati,assisted,statistics_office,a2\n"


def _is_now(instant: datetime | None) -> bool:
    """The demo clock goes on from where it was set."""
    return instant is not None and NOW <= instant < NOW + timedelta(minutes=5)


def changed(**changes: object) -> rules.Readiness:
    return dataclasses.replace(READY, **changes)


@pytest.mark.parametrize(
    ("wave", "codes"),
    [
        (READY, []),
        (changed(status="open"), ["wave_not_planned"]),
        (changed(instrument_locked_at=None), ["instrument_not_locked"]),
        (changed(plan_locked_at=None), ["plan_not_locked"]),
        (changed(framework_locked_at=None), ["plan_not_locked"]),
        (changed(opens_at=None), ["dates_missing"]),
        (changed(opens_at=NOW + timedelta(seconds=1)), ["too_early"]),
        (changed(closes_at=NOW), ["wave_over"]),
        (
            changed(instrument_locked_at=None, plan_locked_at=None),
            ["instrument_not_locked", "plan_not_locked"],
        ),
    ],
)
def test_what_stands_in_the_way_of_opening(wave: rules.Readiness, codes: list[str]) -> None:
    reasons = rules.why_not_open(wave, now=NOW)
    assert [reason.code for reason in reasons] == codes
    assert all(reason.zh and reason.en for reason in reasons)


def test_opening_writes_the_plan_digest_and_signs_the_empty_logs(books: Session, staffed: Settings) -> None:
    wave = queries.wave_by_code(books, "enterprises-2026")
    waves.open_wave(
        books,
        wave,
        actor=ME,
        keys=FolderKeyStore(staffed.key_dir),
        sink=FolderCheckpoints(staffed.data_dir / "checkpoints"),
        retention_years=2,
    )
    plan = queries.newest_document(books, "scoring")
    assert plan is not None
    assert (wave.status, wave.plan_digest) == ("open", plan.digest)
    assert _is_now(wave.opened_at)
    signed = books.scalars(sa.select(Checkpoint).where(Checkpoint.origin.contains(wave.code))).all()
    assert [(c.size, c.occasion) for c in signed] == [(0, "opening")] * 2


def test_opening_limits_what_the_quotas_of_the_instrument_limit(books: Session, staffed: Settings) -> None:
    wave = queries.wave_by_code(books, "enterprises-2026")
    quotas = [
        {"code": "few", "title": {"zh": "少", "en": "Few"}, "limit": 3, "where": ["true"]},
        {
            "code": "watched",
            "title": {"zh": "看", "en": "W"},
            "limit": 3,
            "where": ["true"],
            "on_full": "continue",
        },
    ]
    before = wave.version
    wave.version = InstrumentVersion(
        **{
            column.key: getattr(before, column.key)
            for column in sa.inspect(InstrumentVersion).column_attrs
            if column.key not in ("id", "program", "digest", "version")
        },
        program={**before.program, "quotas": quotas},
        digest="e" * 64,
        version="quotas",
    )
    books.flush()
    waves.add_quota(books, wave, code="mine", definition={"mode": ["web"]}, cap=9, actor=ME)
    waves.open_wave(
        books,
        wave,
        actor=ME,
        keys=FolderKeyStore(staffed.key_dir),
        sink=FolderCheckpoints(staffed.data_dir / "checkpoints"),
        retention_years=2,
    )
    cells = books.scalars(sa.select(QuotaCell).where(QuotaCell.wave_id == wave.id)).all()
    assert {(cell.code, cell.cap, cell.on_full, str(cell.definition)) for cell in cells} == {
        ("mine", 9, "end", "{'mode': ['web']}"),
        ("few", 3, "end", "{'@quota': ['few']}"),
        ("watched", 3, "continue", "{'@quota': ['watched']}"),
    }


def test_an_unlocked_newer_plan_stands_in_the_way(books: Session, staffed: Settings) -> None:
    plan = queries.newest_document(books, "scoring")
    assert plan is not None
    newer = type(plan)(
        kind="scoring",
        version="2026.2",
        document=plan.document,
        digest="d" * 64,
        loaded_at=NOW,
        edited_by=ME.ref,
    )
    books.add(newer)
    books.flush()
    wave = queries.wave_by_code(books, "enterprises-2026")
    with pytest.raises(Conflict) as refused:
        waves.open_wave(
            books,
            wave,
            actor=ME,
            keys=FolderKeyStore(staffed.key_dir),
            sink=FolderCheckpoints(staffed.data_dir / "checkpoints"),
            retention_years=2,
        )
    assert refused.value.code == "plan_not_locked"
    assert wave.status == "planned"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "Not A Code"}, "wave_code"),
        ({"code": "residents-2026"}, "wave_code_taken"),
        ({"title": {"zh": "只有中文", "en": " "}}, "wave_title"),
        ({"period": "weekly"}, "wave_period"),
        ({"closes_at": OPENING}, "wave_dates"),
        ({"time_zone": "Mars/Olympus"}, "wave_zone"),
    ],
)
def test_plans_that_cannot_be_are_refused(books: Session, changes: dict[str, object], code: str) -> None:
    given: dict[str, object] = {
        "code": "new-2026",
        "title": {"zh": "新", "en": "New"},
        "evaluator_group": "residents",
        "opens_at": OPENING,
        "closes_at": OPENING + timedelta(days=1),
    }
    plan = waves.WavePlan(**{**given, **changes})
    with pytest.raises(HouseError) as refused:
        waves.create_wave(books, plan, cycle_id=1, instrument_version_id=1, actor=ME)
    assert refused.value.code == code


def test_clocks_that_skip_or_repeat_an_hour() -> None:
    with pytest.raises(Invalid):
        rules.instant(datetime(2026, 3, 8, 2, 30), zone="America/New_York")  # noqa: DTZ001 -- a wall clock
    doubled = rules.instant(datetime(2026, 11, 1, 1, 30), zone="America/New_York")  # noqa: DTZ001 -- a wall clock
    assert doubled == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    plain = rules.instant(datetime(2026, 9, 1, 8, 0), zone="Asia/Shanghai")  # noqa: DTZ001 -- a wall clock
    assert plain == OPENING


def test_cases_of_a_file_get_tokens_whose_plain_text_is_not_stored(books: Session, staffed: Settings) -> None:
    wave = queries.wave_by_code(books, "residents-2026")
    cases = samples.read_cases(CASES.encode(), context_fields=["city"])
    assert [(c.probability, c.channel) for c in cases] == [("0.0125", "sample"), ("0.0125", "assisted")]
    issued = samples.issue_tokens(books, wave, cases, keys=FolderKeyStore(staffed.key_dir), actor=ME)
    assert len(set(issued)) == 2
    stored = books.scalars(sa.select(Token)).all()
    assert len(stored) == 2
    assert not any(token.encode() in row.hash for token in issued for row in stored)


@pytest.mark.parametrize("probability", ["0", "1.5", "nan", ""])
def test_a_case_without_a_chance_to_be_drawn_is_refused(probability: str) -> None:
    with pytest.raises(Invalid):
        samples.read_cases(CASES.replace("0.0125", probability).encode(), context_fields=[])


def test_nothing_is_added_to_a_closed_wave_and_it_closes_once(books: Session, staffed: Settings) -> None:
    wave = queries.wave_by_code(books, "residents-2026")
    waves.close_wave(books, wave, actor=ME)
    assert wave.status == "closed"
    assert _is_now(wave.closes_at)
    with pytest.raises(Conflict):
        waves.close_wave(books, wave, actor=ME)
    with pytest.raises(Conflict):
        waves.add_open_entry(books, wave, code="late", actor=ME)
    with pytest.raises(Conflict):
        samples.issue_tokens(books, wave, [], keys=FolderKeyStore(staffed.key_dir), actor=ME)


@pytest.mark.parametrize(
    ("status", "minutes", "code"),
    [("open", 60, "wave_not_closed"), ("sealed", 60, "wave_not_closed"), ("closed", 29, "grace_runs"), ("closed", 30, None)],
)  # fmt: skip
def test_sealing_waits_for_those_who_began_in_time(status: str, minutes: int, code: str | None) -> None:
    reason = rules.why_not_seal(status, closes_at=OPENING, now=OPENING + timedelta(minutes=minutes))
    assert (reason.code if reason else None) == code


def test_a_wave_walks_from_tokens_to_its_seal_on_the_screens(
    books: Session, browser: Callable[[Role | None], FlaskClient], staffed: Settings
) -> None:
    wave = queries.wave_by_code(books, "residents-2026")
    address = f"/admin/waves/{wave.public_id}"
    books.rollback()
    client = browser(Role.FIELDWORK)
    answer = client.post(f"{address}/tokens", data={"file": (io.BytesIO(CASES.encode()), "cases.csv")})
    assert answer.mimetype == "text/csv"
    assert answer.get_data(as_text=True).count("/i/") == 2
    again = client.post(f"{address}/tokens", data={"file": (io.BytesIO(CASES.encode()), "cases.csv")})
    assert again.status_code == 422  # the same list is not issued twice
    assert client.post(f"{address}/entries", data={"code": "all"}).status_code == 303
    assert client.post(f"{address}/seal").status_code == 409
    assert client.post(f"{address}/close").status_code == 303
    assert client.post(f"{address}/seal").status_code == 409  # grace
    set_demo_clock(books, NOW + timedelta(minutes=31), settings=staffed)
    books.commit()
    client = browser(Role.FIELDWORK)
    assert client.post(f"{address}/seal").status_code == 303
    books.expire_all()
    assert books.scalars(sa.select(Wave.status).where(Wave.code == "residents-2026")).one() == "sealed"


def test_a_wave_is_planned_on_its_screen_by_local_clocks(
    books: Session, browser: Callable[[Role | None], FlaskClient]
) -> None:
    client = browser(Role.FIELDWORK)
    data = {
        "code": "experts-2026",
        "title_zh": "专家调查",
        "title_en": "Experts",
        "cycle": "1",
        "evaluator_group": "experts",
        "version": "1",
        "period": "annual",
        "anonymity": "confidential",
        "opens_at": "2026-09-10T08:00",
        "closes_at": "2026-09-20T18:00",
    }
    assert client.post("/admin/waves/new", data={**data, "closes_at": "soon"}).status_code == 422
    assert client.post("/admin/waves/new", data=data).status_code == 303
    wave = queries.wave_by_code(books, "experts-2026")
    assert wave.opens_at == datetime(2026, 9, 10, 0, 0, tzinfo=UTC)
    assert wave.anonymity == "confidential"
