"""`minyi verify --all`: nothing is reported on what is whole; every change behind the platform's back is named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.quality import rules as quality_rules
from admin.quality import services as quality
from admin.verify import verify_installation
from survey.identity.permissions import Role
from survey.models.response import Response
from tests.admin import chain


def findings(world: chain.World) -> list[str]:
    with Session(world.engine) as session:
        found = verify_installation(session, world.settings, keys=world.keys, sink=world.sink)
    assert all(each.zh for each in found)
    return [each.message("en") for each in found]


def decide_a_removal(world: chain.World) -> None:
    """Two persons remove one response, so that there is an exclusion to tamper with."""
    with world.work() as session:
        response = session.scalars(sa.select(Response).order_by(Response.id)).first()
        assert response is not None
        (flag,) = quality.record_flags(
            session,
            chain.cycle_of(session).id,
            [
                quality.Finding(
                    detector="duplicate_device",
                    evaluator_group="residents",
                    subject_kind="responses",
                    subject="device",
                    response_ids=(response.id.hex(),),
                )
            ],
            actor=chain.COMMAND,
        )
        for name, role in (("ming", Role.ANALYST), ("qing", Role.STATISTICIAN)):
            choice = quality.Choice(
                role=role,
                decision=quality_rules.Decision.REMOVE,
                reason_code="duplicate_device",
                reason="Both looked into it.",
            )
            quality.decide(session, flag, choice, actor=chain.someone(session, name))


@pytest.fixture
def whole(handed: chain.World) -> chain.World:
    decide_a_removal(handed)
    chain.sign_trail(handed)
    return handed


def test_a_whole_installation_raises_no_alarm_at_any_stage(
    sealed: chain.World, request: pytest.FixtureRequest
) -> None:
    assert findings(sealed) == []
    chain.freeze(sealed)
    assert findings(sealed) == []


def test_nor_after_run_hand_over_and_decisions(whole: chain.World) -> None:
    assert findings(whole) == []


Tamper = Callable[[chain.World], None]


def sql(*statements: str) -> Tamper:
    """What somebody with the database's own rights does: triggers off, rows changed."""

    def tamper(world: chain.World) -> None:
        with world.engine.begin() as connection:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in list(names.scalars()):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            for statement in statements:
                assert connection.exec_driver_sql(statement).rowcount >= 1, statement

    return tamper


def file(pattern: str, change: Callable[[bytes], bytes] | None = None) -> Tamper:
    """A file of the data folder is changed, or removed."""

    def tamper(world: chain.World) -> None:
        path = sorted(world.settings.data_dir.glob(pattern))[0]
        if change is None:
            path.unlink()
        else:
            content = path.read_bytes()
            assert change(content) != content
            path.write_bytes(change(content))

    return tamper


def parquet_cell(world: chain.World) -> None:
    path = next(world.settings.data_dir.glob("datasets/*/responses/residents.parquet"))
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT * FROM read_parquet(?)", [str(path)])
        connection.execute(
            "UPDATE t SET R01 = 5 WHERE response_id = (SELECT min(response_id) FROM t WHERE R01 < 5)"
        )
        connection.table("t").write_parquet(str(path), compression="zstd")


def stranger_table(world: chain.World) -> None:
    path = next(world.settings.data_dir.glob("datasets/*/responses/residents.parquet"))
    path.with_name("power_organs.parquet").write_bytes(path.read_bytes())


def checkpoint_gone(world: chain.World) -> None:
    sql("DELETE FROM checkpoint WHERE id = (SELECT max(id) FROM checkpoint WHERE origin LIKE '%/c')")(world)


ONE = "WHERE id = (SELECT min(id) FROM {})"
RESPONSE = ONE.format("response")
TAMPERINGS: dict[str, tuple[Tamper, str]] = {
    "an answer": (
        sql(
            'UPDATE response SET document = replace(document, \'"R01": "2"\', \'"R01": "5"\') WHERE id = '
            '(SELECT min(id) FROM response WHERE document LIKE \'%"R01": "2"%\')'
        ),
        "response residents-2026#",
    ),
    "a probability": (
        sql(
            "UPDATE response SET document = replace(document, '\"0.05\"', '\"0.02\"') WHERE id = "
            "(SELECT min(id) FROM response WHERE document LIKE '%\"0.05\"%')"
        ),
        "response residents-2026#",
    ),
    "a channel": (
        sql("UPDATE response SET channel = 'sample' WHERE channel = 'open'"),
        "response residents-2026#",
    ),
    "a day": (sql(f"UPDATE response SET day = '2026-09-02' {RESPONSE}"), "response "),
    "a response deleted": (sql(f"DELETE FROM response {RESPONSE}"), "counts differ"),
    "a response doubled": (
        sql(
            "INSERT INTO response SELECT randomblob(16), wave_id, batch, leaf_index, channel, seal_group, day, "
            f"document, r, anonymity, case_link, participant, participant_consent FROM response {RESPONSE}"
        ),
        "shares its leaf",
    ),
    "two responses exchanged": (
        sql("UPDATE response SET leaf_index = 1 - leaf_index WHERE leaf_index IN (0, 1) AND wave_id = 1"),
        "does not open its leaf",
    ),
    "a leaf": (
        sql(
            # the order of the leaves is shuffled anew each time, and a few of them are open anyway
            "UPDATE log_leaf SET data = json_set(data, '$.ch', 'open') WHERE origin LIKE '%residents-2026/c' AND "
            "position = (SELECT min(position) FROM log_leaf WHERE origin LIKE '%residents-2026/c' "
            "AND json_extract(data, '$.ch') <> 'open')"
        ),
        "leaf minyi/residents-2026/c#",
    ),
    "a leaf deleted": (
        sql("DELETE FROM log_leaf WHERE position = 3 AND origin LIKE '%residents-2026/p'"),
        "leaf minyi/residents-2026/p#3",
    ),
    "a participation": (
        sql(
            "UPDATE participation SET rid_hash = randomblob(32) WHERE rid_hash = (SELECT min(rid_hash) FROM participation)"
        ),
        "participation ",
    ),
    "a batch": (sql("UPDATE seal_batch SET n = n + 1 WHERE id = 1"), "batch "),
    "a checkpoint": (
        sql(
            "UPDATE checkpoint SET size = size - 1 WHERE id = (SELECT max(id) FROM checkpoint WHERE origin LIKE '%/c')"
        ),
        "checkpoint minyi/",
    ),
    "a checkpoint deleted": (checkpoint_gone, "the last checkpoint kept outside the database"),
    "an audit row": (
        sql("UPDATE audit_event SET actor = 'user:nobody' WHERE n = 9"),
        "audit event 9 was changed",
    ),
    "the end of the audit log": (
        sql(
            "DELETE FROM audit_event WHERE n > (SELECT size - 5 FROM audit_head)",
            "UPDATE audit_head SET chain = (SELECT chain FROM audit_event ORDER BY n DESC LIMIT 1), "
            "size = (SELECT max(n) FROM audit_event)",
        ),
        "checkpoint minyi/a@",
    ),
    "the clock": (sql("UPDATE demo_clock SET offset_seconds = offset_seconds + 86400"), "clock"),
    "the scoring plan": (
        sql(
            "UPDATE content_document SET document = json_set(document, '$.evaluator_weights.D.residents', 0.6) "
            "WHERE kind = 'scoring'"
        ),
        "scoring:2026.1",
    ),
    "the plan with its digest": (
        sql(
            "UPDATE content_document SET digest = replace(digest, substr(digest, 1, 4), '0000') WHERE kind = 'scoring'"
        ),
        "scoring:2026.1",
    ),
    "a population margin": (
        sql(
            "UPDATE content_document SET document = json_set(document, '$.cities[0].adult_urban', 900) "
            "WHERE kind = 'province'"
        ),
        "province:",
    ),
    "an item weight of the instrument": (
        sql("UPDATE instrument_version SET program = json_set(program, '$.min_age', 16) WHERE id = 1"),
        "instrument:residents/2026.1",
    ),
    "the plan that a wave was opened under": (
        sql("UPDATE wave SET plan_digest = 'x' WHERE code = 'residents-2026'"),
        "wave:residents-2026",
    ),
    "an exclusion deleted": (sql("DELETE FROM exclusion"), "was decided by two persons and is gone"),
    "an exclusion invented": (
        sql(
            "INSERT INTO exclusion SELECT id, wave_id, leaf_index, 'speeder', 1, '2026-11-01 00:00:00' FROM response "
            "WHERE id = (SELECT max(id) FROM response)"
        ),
        "does not follow from a removal",
    ),
    "the rule of an exclusion": (
        sql("UPDATE exclusion SET rule = 'speeder'"),
        "does not follow from a removal",
    ),
    "a decision": (sql("UPDATE flag_decision SET decision = 'keep' WHERE id = 1"), "flag:1"),
    "a second person invented": (
        sql(
            "INSERT INTO flag_decision (flag_id, user_id, role, decision, reason_code, reason, decided_at) "
            "VALUES (1, 3, 'verification_officer', 'keep', 'explained', 'x', '2026-11-01 00:00:00')"
        ),
        "flag:1",
    ),
    "a cell of a frozen table": (parquet_cell, "/responses/residents.parquet"),
    "a frozen table damaged": (
        file("datasets/*/responses/service_users.parquet", lambda b: b[:-8]),
        "/responses/service_users",
    ),
    "a frozen table removed": (
        file("datasets/*/responses/service_users.parquet"),
        "/responses/service_users",
    ),
    "a table slipped in": (stranger_table, "/responses/power_organs.parquet"),
    "the codebook": (file("datasets/*/codebook.json", lambda b: b.replace(b"R01", b"R99")), "/codebook.json"),
    "the manifest of a dataset": (
        file("datasets/*/manifest.json", lambda b: b.replace(b"124", b"125")),
        "/manifest.json",
    ),
    "a dataset row": (
        sql("UPDATE dataset SET manifest = json_set(manifest, '$.year', 2025)"),
        "its manifest does not match",
    ),
    "a result file": (
        file("runs/*/ranks.csv", lambda b: b.replace(b"city_east", b"city_west")),
        "run 1/ranks.csv",
    ),
    "the cell table": (file("runs/*/cells.csv", lambda b: b + b"x"), "run 1/cells.csv"),
    "a result file with its digest": (
        sql("UPDATE run SET outputs = json_set(outputs, '$.\"ranks.csv\"', 'x')"),
        "its result digest",
    ),
    "the seed of a run": (
        sql("UPDATE run SET manifest = json_set(manifest, '$.seed', 1)"),
        "its manifest is not",
    ),
    "a gate": (sql("UPDATE gate_outcome SET status = 'fail' WHERE gate = 'G04'"), "run 1/G04"),
    "a gate with its evidence": (
        sql(
            "UPDATE gate_outcome SET status = 'fail', outcome = json_set(outcome, '$.status', 'fail') WHERE gate = 'G04'"
        ),
        "run 1/G04",
    ),
    "a gate deleted": (sql("DELETE FROM gate_outcome WHERE gate = 'G04'"), "run 1/G04"),
    "a written answer": (sql("UPDATE gate_answer SET text_en = 'all fine' WHERE gate = 'G07'"), "run 1/G07"),
    "an internal score": (
        sql("UPDATE internal_score SET internal_score = '99.00' WHERE unit_code = 'edu'"),
        "register internal_scores",
    ),
    "dispositions": (sql("UPDATE disposition_count SET n = n + 50 WHERE code = 'I'"), "register modes"),
    "a score in the record": (
        sql("UPDATE hand_over SET document = json_set(document, '$.units[1].composite', 99.0)"),
        "its record does not match its digest",
    ),
    "the signed file": (
        sql("UPDATE hand_over SET signed_file = json_set(signed_file, '$.record.units[1].composite', 99.0)"),
        "signed file",
    ),
    "who signed": (
        sql("UPDATE counter_signature SET user_id = 4 WHERE role = 'statistician'"),
        "its signatures",
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_changed_behind_the_platform_is_named(whole: chain.World, name: str) -> None:
    tamper, named = TAMPERINGS[name]
    tamper(whole)
    found = findings(whole)
    assert any(named in each for each in found), found


def test_a_key_that_was_exchanged_is_noticed(whole: chain.World) -> None:
    whole.keys.destroy("sign.platform")
    whole.keys.put("sign.platform", os.urandom(32))
    assert any("not signed with the platform's key" in each for each in findings(whole))


def minyi(world: chain.World, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SURVEY_")}
    environ |= {
        "SURVEY_DATA_DIR": str(world.settings.data_dir),
        "SURVEY_KEY_DIR": str(world.settings.key_dir),
    }
    command = [str(Path(sys.executable).with_name("minyi")), *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_the_command_says_so_and_leaves_with_one(whole: chain.World) -> None:
    good = minyi(whole, "verify", "--all")
    assert (good.returncode, good.stderr) == (0, "")
    assert "all of it holds" in good.stdout
    TAMPERINGS["a gate"][0](whole)
    bad = minyi(whole, "verify", "--all")
    assert bad.returncode == 1
    assert "BAD  run 1/G04" in bad.stdout
    assert "关卡结果被改动" in bad.stdout
    assert minyi(whole, "verify").returncode == 2
