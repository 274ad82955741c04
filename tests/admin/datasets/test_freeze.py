"""Freezing: what was answered and sealed is what the dataset holds, named by one digest wherever it was frozen."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from admin.datasets import freeze as freezing
from admin.datasets.table import TableWriter
from admin.quality import rules as quality_rules
from admin.quality import services as quality
from analysis.scoring_run.content import content_digest
from survey.errors import Conflict
from survey.identity.permissions import Role
from survey.ledger.canonical import digest_of
from survey.models.audit import AuditEvent
from survey.models.dataset import Dataset
from survey.models.quality import QualityFlag
from survey.models.response import Response
from survey.models.wave import Wave
from tests.admin import chain


def rows(folder: Path, stream: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT * FROM read_parquet(?)", [str(folder / "responses" / f"{stream}.parquet")]
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def folder_of(world: chain.World, dataset: Dataset) -> Path:
    return world.settings.data_dir / dataset.folder


def test_every_sealed_answer_stands_in_the_dataset_as_it_was_given(sealed: chain.World) -> None:
    dataset = chain.freeze(sealed)
    found = {row["response_id"]: row for row in rows(folder_of(sealed, dataset), "residents")}
    scales, choices = ("R01", "R02", "R03"), ("A1", "A2", "A4", "A5", "INT1", "INT2")
    with sealed.work() as session:
        wave = session.scalars(sa.select(Wave).where(Wave.code == "residents-2026")).one()
        responses = [
            r
            for r in session.scalars(sa.select(Response).where(Response.wave_id == wave.id))
            if r.channel != "open"
        ]
        assert len(responses) == len(found) == 124
        for response in responses:
            row, document = found[response.id.hex()], response.document
            answers = document["state"]["answers"]
            assert {code: row[code] for code in choices} == {code: answers[code] for code in choices}
            for code in scales:
                asked = code != "R03" or "edu" in answers["A7"]
                assert row[code] == (int(answers[code]) if code in answers else 97 if asked else None)
            assert (row["A7.bus"], row["A7.edu"]) == tuple(int(o in answers["A7"]) for o in ("bus", "edu"))
            assert row["base_weight"] == 1.0 / float(document["probability"])
            assert (row["stratum"], row["mode"], row["channel"]) == (
                document["stratum"],
                document["mode"],
                "sample",
            )
            assert (row["day"].isoformat(), row["seconds"]) == (document["day"], document["marks"]["seconds"])
            assert (row["excluded"], row["set_aside"]) == (None, None)
    assert "T1" not in next(iter(found.values())), "free text never enters a dataset"


def test_files_counts_and_codebook_are_what_the_manifest_says(sealed: chain.World) -> None:
    dataset = chain.freeze(sealed)
    folder = folder_of(sealed, dataset)
    assert json.loads((folder / "manifest.json").read_bytes()) == dataset.manifest
    assert digest_of(dataset.manifest) == dataset.digest
    assert (
        digest_of(json.loads((folder / "codebook.json").read_text("utf-8"))) == dataset.manifest["codebook"]
    )
    stored = {str(path.relative_to(folder)) for path in folder.rglob("*.parquet")}
    assert stored == set(dataset.manifest["files"])
    for name, stated in dataset.manifest["files"].items():
        assert content_digest(folder / name) == (stated["rows"], stated["sha256"])
    assert dataset.manifest["counts"]["residents_open"] == {"accepted": 3, "channel:open": 3}
    assert dataset.n_responses == 124 + 3 + 60 + 32
    users = rows(folder, "service_users")
    assert {(row["unit"], row["channel_of_service"]) for row in users} == {
        ("edu", "window"),
        ("edu", "online"),
    }
    assert {row["quarter"] for row in rows(folder, "service_users_peacetime")} == {"Q2"}


def test_the_same_content_is_the_same_dataset_once(sealed: chain.World) -> None:
    first, again = chain.freeze(sealed), chain.freeze(sealed)
    assert first.id == again.id
    with sealed.work() as session:
        events = session.scalars(sa.select(AuditEvent).where(AuditEvent.act == "dataset.freeze")).all()
        assert [event.after["digest"] for event in events] == [first.digest]
    assert [path.name for path in (sealed.settings.data_dir / "datasets").iterdir()] == [first.digest[:16]]


@pytest.mark.postgres
def test_sqlite_and_postgresql_freeze_the_same_rows_to_the_same_digest(
    sealed: chain.World, on_postgresql: chain.World
) -> None:
    here, there = chain.freeze(sealed), chain.freeze(on_postgresql)
    assert here.manifest == there.manifest
    assert here.digest == there.digest
    for name in here.manifest["files"]:
        mine, other = folder_of(sealed, here) / name, folder_of(on_postgresql, there) / name
        assert mine.read_bytes() == other.read_bytes()


def test_one_changed_answer_is_another_dataset(sealed: chain.World) -> None:
    before = chain.freeze(sealed)
    with sealed.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER response_refuses_update")
        changed = connection.exec_driver_sql(
            'UPDATE response SET document = replace(document, \'"R01": "2"\', \'"R01": "3"\') '
            'WHERE id = (SELECT id FROM response WHERE document LIKE \'%"R01": "2"%\' LIMIT 1)'
        )
        assert changed.rowcount == 1
    after = chain.freeze(sealed)
    assert before.digest != after.digest
    changed_files = {
        name for name, facts in after.manifest["files"].items() if facts != before.manifest["files"][name]
    }
    assert len(changed_files) == 1


def flag(world: chain.World, *, kind: str, subject: str, response_ids: tuple[str, ...] = ()) -> int:
    with world.work() as session:
        (raised,) = quality.record_flags(
            session,
            chain.cycle_of(session).id,
            [
                quality.Finding(
                    detector="coached_county" if kind == "county" else "duplicate_device",
                    evaluator_group="residents",
                    subject_kind=kind,
                    subject=subject,
                    response_ids=response_ids,
                )
            ],
            actor=chain.someone(session, "ming"),
        )
        return raised.id


def decide(world: chain.World, flag_id: int, name: str, role: Role, decision: str, reason_code: str) -> None:
    with world.work() as session:
        quality.decide(
            session,
            session.get_one(QualityFlag, flag_id),
            quality.Choice(
                role=role,
                decision=quality_rules.Decision(decision),
                reason_code=reason_code,
                reason="Looked into by two persons.",
            ),
            actor=chain.someone(session, name),
        )


def test_what_two_persons_decided_is_marked_and_nothing_is_taken_away(sealed: chain.World) -> None:
    before = chain.freeze(sealed)
    ids = sorted(row["response_id"] for row in rows(folder_of(sealed, before), "residents"))
    gone = tuple(random.Random(1).sample(ids, 3))
    duplicates = flag(sealed, kind="responses", subject="device", response_ids=gone)
    county = flag(sealed, kind="county", subject="990201")
    decide(sealed, duplicates, "ming", Role.ANALYST, "remove", "duplicate_device")
    decide(sealed, county, "ming", Role.ANALYST, "set_aside", "coaching")
    assert chain.freeze(sealed).id == before.id, "one person alone decides nothing"
    decide(sealed, duplicates, "qing", Role.STATISTICIAN, "remove", "duplicate_device")
    decide(sealed, county, "qing", Role.STATISTICIAN, "set_aside", "coaching")
    after = chain.freeze(sealed)
    found = rows(folder_of(sealed, after), "residents")
    assert len(found) == 124
    assert {row["response_id"]: row["excluded"] for row in found if row["excluded"]} == dict.fromkeys(
        gone, "duplicate_device"
    )
    assert {row["set_aside"] for row in found if row["A4"] == "990201" and not row["excluded"]} == {"990201"}
    assert {row["set_aside"] for row in found if row["A4"] != "990201" or row["excluded"]} == {None}
    assert after.manifest["counts"]["residents"] == {"accepted": 124, "excluded:duplicate_device": 3}
    assert folder_of(sealed, before).exists(), "the earlier dataset stays"


def test_a_wave_that_is_not_sealed_stops_the_freeze(sealed: chain.World) -> None:
    with sealed.work() as session:
        session.execute(sa.update(Wave).where(Wave.code == "service-users-2026").values(status="closed"))
    with pytest.raises(Conflict) as refused:
        chain.freeze(sealed)
    assert refused.value.code == "wave_not_sealed"
    assert "service-users-2026" in refused.value.message("en")
    assert not (sealed.settings.data_dir / "datasets").exists()


def test_an_interrupted_freeze_leaves_nothing(sealed: chain.World, monkeypatch: pytest.MonkeyPatch) -> None:
    added = []
    real = TableWriter.add

    def full(self: TableWriter, row: Any) -> None:
        added.append(1)
        if len(added) == 100:
            raise OSError(28, "No space left on device")
        real(self, row)

    monkeypatch.setattr(TableWriter, "add", full)
    with pytest.raises(OSError, match="No space"):
        chain.freeze(sealed)
    monkeypatch.undo()
    assert list((sealed.settings.data_dir / "datasets").iterdir()) == []
    with sealed.work() as session:
        assert session.scalars(sa.select(Dataset)).all() == []
    assert chain.freeze(sealed).n_responses == 219


def test_what_a_failed_transaction_left_is_not_taken_for_the_dataset(
    sealed: chain.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("the database is gone")

    with monkeypatch.context() as patch:
        patch.setattr(freezing.audit, "record", fail)
        with pytest.raises(RuntimeError, match="gone"):
            chain.freeze(sealed)
    (orphan,) = (sealed.settings.data_dir / "datasets").iterdir()
    (orphan / "responses" / "residents.parquet").write_bytes(b"somebody was here")
    dataset = chain.freeze(sealed)
    assert folder_of(sealed, dataset) == orphan
    assert len(rows(orphan, "residents")) == 124


def test_lost_files_of_a_known_dataset_come_back(sealed: chain.World) -> None:
    first = chain.freeze(sealed)
    shutil.rmtree(folder_of(sealed, first))
    assert chain.freeze(sealed).id == first.id
    assert len(rows(folder_of(sealed, first), "residents")) == 124
