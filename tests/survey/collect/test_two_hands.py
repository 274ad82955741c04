"""Nobody hands out the links of a wave and takes the answers given on them (a leftover of the insider's list)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from survey import audit
from survey.collect.importing import ImportReport, import_answers
from survey.models.people import User
from survey.models.wave import Wave
from tests.survey.interviews import World, make_world

HEADER = "meta.token,meta.mode,meta.consent,A1,A2,R01,R02,R03,R04,T1\r\n"
ROW = ",cati,1,north,none,5,5,5,,\r\n"


@pytest.fixture
def world(any_engine: sa.Engine, tmp_path: Path) -> World:
    """An open wave whose links were handed out by "he"; "ji" is a colleague, "he2" another account of the same person."""
    found = make_world(any_engine, tmp_path)
    with found.session() as session:
        for username, name in (("he", "何采薇"), ("he2", "何 采薇"), ("ji", "季闻笙")):
            session.add(
                User(
                    username=username,
                    display_name=name,
                    organisation="执行机构",
                    password_hash="-",
                    created_at=datetime(2026, 9, 1, tzinfo=UTC),
                )
            )
        audit.record(session, "user:he", act="token.issue", on="wave:residents-2026", after={"tokens": 2})
    return found


def take(world: World, actor: str, *, row: str) -> ImportReport:
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        content = (HEADER + row).encode()
        return import_answers(session, wave, content, filename="a.csv", actor=actor, keys=world.keys)


@pytest.mark.parametrize("actor", ["user:he", "user:he2"])
def test_who_handed_out_the_links_takes_no_answers_on_them(world: World, actor: str) -> None:
    token = world.issue()[0]
    report = take(world, actor, row=token + ROW)
    (refusal,) = report.refusals
    assert refusal.code == "issuer_imports"
    assert "a colleague" in refusal.message("en")
    assert "另一位同事" in refusal.message("zh")
    assert (world.count("participation"), world.count("imported_file")) == (0, 0)
    assert take(world, "user:ji", row=token + ROW).is_accepted


def test_without_links_nothing_scores_and_anybody_may_take_it(world: World) -> None:
    assert take(world, "user:he", row=ROW).is_accepted


def test_links_of_another_wave_are_no_hindrance(any_engine: sa.Engine, tmp_path: Path) -> None:
    found = make_world(any_engine, tmp_path)
    with found.session() as session:
        audit.record(session, "user:he", act="token.issue", on="wave:enterprises-2026", after={"tokens": 2})
    assert take(found, "user:he", row=found.issue()[0] + ROW).is_accepted
