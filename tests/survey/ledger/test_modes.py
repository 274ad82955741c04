"""The three modes of a wave: what each may keep is a matter of the schema, on both databases."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from survey.access import grants
from survey.backends.checkpoints import FolderCheckpoints
from survey.backends.keys import FolderKeyStore
from survey.collect import start
from survey.db import table_of
from survey.ledger import checkpoint, seal, verify
from survey.models.response import Response
from survey.models.wave import Wave
from tests.survey.interviews import World, fill, hand_in, make_world

MODES = ("anonymous", "confidential", "identified")
ROW: Mapping[str, object] = {
    "batch": 1,
    "leaf_index": 0,
    "channel": "sample",
    "seal_group": "city1",
    "day": date(2026, 9, 1),
    "document": {},
    "r": b"r" * 32,
    "case_link": None,
    "participant": None,
    "participant_consent": None,
}
LINK: Mapping[str, object] = {"case_link": b"l" * 32}
NAMED: Mapping[str, object] = {"participant": "case 7", "participant_consent": "2026.1"}
ALLOWED = [
    ("anonymous", {}),
    ("confidential", {}),
    ("confidential", LINK),
    ("identified", {}),
    ("identified", NAMED),
]
FORBIDDEN = [
    ("anonymous", "anonymous", LINK),
    ("anonymous", "anonymous", NAMED),
    ("confidential", "confidential", NAMED),
    ("confidential", "confidential", {**LINK, **NAMED}),
    ("identified", "identified", LINK),
    ("identified", "identified", {"participant": "case 7"}),
    ("identified", "identified", {"participant_consent": "2026.1"}),
    *((of_wave, claimed, more) for of_wave in MODES for claimed, more in (("confidential", LINK), ("identified", NAMED), ("anonymous", {}), ("none", {})) if of_wave != claimed),
]  # fmt: skip


def insert(world: World, mode: str, more: Mapping[str, object]) -> None:
    values = {**ROW, **more, "id": secrets.token_bytes(16), "wave_id": world.wave_id, "anonymity": mode}
    with world.engine.begin() as connection:
        connection.execute(sa.insert(table_of(Response)), values)


def test_each_mode_keeps_what_it_may_and_nothing_else(any_engine: sa.Engine, tmp_path: Path) -> None:
    worlds = {"anonymous": make_world(any_engine, tmp_path)}
    worlds |= {mode: _second(any_engine, tmp_path, mode) for mode in MODES[1:]}
    for mode, more in ALLOWED:
        insert(worlds[mode], mode, more)
    for of_wave, claimed, more in FORBIDDEN:
        with pytest.raises(sa.exc.IntegrityError):
            insert(worlds[of_wave], claimed, more)
    assert worlds["anonymous"].count("response") == len(ALLOWED)


def _second(engine: sa.Engine, folder: Path, mode: str) -> World:
    """Another wave of the same cycle and version, in another mode."""
    with engine.begin() as connection:
        wave = table_of(Wave)
        row = dict(connection.execute(sa.select(wave).order_by(wave.c.id).limit(1)).mappings().one())
        row |= {"code": mode, "public_id": mode[:16], "anonymity": mode}
        del row["id"]
        key = connection.execute(sa.insert(wave).returning(wave.c.id), row).scalar_one()
    return World(engine=engine, keys=FolderKeyStore(folder / "world-keys"), wave_id=key)


@pytest.mark.parametrize("status", ["open", "closed", "sealed"])
def test_a_mode_is_fixed_when_the_wave_opens(any_world: World, status: str) -> None:
    world = any_world
    statements = ("UPDATE wave SET anonymity = 'identified'", "UPDATE wave SET status = 'planned'")
    with world.engine.begin() as connection:
        connection.execute(sa.text("UPDATE wave SET status = :s"), {"s": status})
    for statement in statements:
        with (
            pytest.raises(sa.exc.DBAPIError, match="fixed when it opens"),
            world.engine.begin() as connection,
        ):
            connection.execute(sa.text(statement))


def test_a_planned_wave_may_still_change_its_mode(any_world: World) -> None:
    with any_world.session() as session:
        row = dict(session.execute(sa.select(table_of(Wave))).mappings().one())
        row |= {"code": "planned", "public_id": "planned", "status": "planned"}
        del row["id"]
        session.execute(sa.insert(Wave), row)
        changed = session.execute(sa.text("UPDATE wave SET anonymity = 'identified' WHERE code = 'planned'"))
        assert changed.rowcount == 1  # type: ignore[attr-defined]  # an UPDATE has a row count


def answer_as(world: World, token: str, *, is_named: bool) -> None:
    with world.session() as session:
        grant = grants.redeem(session, token, keys=world.keys)
        started = start.open_draft(
            session, grant, language="zh", consent=True, keys=world.keys, is_named=is_named
        )
        hand_in(world, session, fill(world, session, started.draft))


def sealed(world: World, folder: Path) -> list[Response]:
    sink = FolderCheckpoints(folder / "sink")
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        seal.seal_wave(session, wave, keys=world.keys, closing=True)
        session.commit()
        checkpoint.sign_wave(session, wave, occasion="close", keys=world.keys, sink=sink)
        session.commit()
        assert verify.verify_wave(session, wave, keys=world.keys, sink=sink) == []
        return list(session.scalars(sa.select(Response)))


def test_a_name_is_kept_with_the_consent_to_it_and_only_then(any_engine: sa.Engine, tmp_path: Path) -> None:
    world = make_world(any_engine, tmp_path, anonymity="identified")
    for case, agrees in (("case 7", True), ("case 8", False), ("case 9", True)):
        (token,) = world.issue(1, case=case)
        answer_as(world, token, is_named=agrees)
    found = sealed(world, tmp_path)
    assert sorted((row.participant or "", row.participant_consent or "") for row in found) == [
        ("", ""),
        ("case 7", "2026.1"),
        ("case 9", "2026.1"),
    ]
    assert "case 8" not in str([row.document for row in found])


@pytest.mark.parametrize("mode", ["anonymous", "confidential"])
def test_other_modes_keep_no_name_whatever_is_ticked(engine: sa.Engine, tmp_path: Path, mode: str) -> None:
    world = make_world(engine, tmp_path, anonymity=mode)
    (token,) = world.issue(1, case="case 7")
    answer_as(world, token, is_named=True)
    (found,) = sealed(world, tmp_path)
    assert (found.participant, found.participant_consent) == (None, None)
    assert "case 7" not in str(found.document)
    assert (found.case_link is None) == (mode == "anonymous")
